import { type OwnImport, ProblemError } from "../../client/api";
import { explained } from "../../frame/problem";
import { EXPORT_BYTES_MAX, FIT_BYTES_MAX, FileUnreadable } from "./sending";
import { type PlainWordKey, say } from "./words";

/** What went wrong, in the language that is on show when it is read. */
export type Trouble = () => string;

const MEGABYTE = 1024 ** 2;

/** Why a chosen file is not sent at all; undefined when it may be sent. */
export function refusalOf(file: File, unfinished: OwnImport | undefined): Trouble | undefined {
  const kind = /\.(zip|fit)$/i.exec(file.name)?.[1]?.toLowerCase();
  if (kind === undefined) return () => say("wrongKindOfFile", { name: file.name });
  if (file.size === 0) return () => say("emptyFile");
  const most = kind === "fit" ? FIT_BYTES_MAX : EXPORT_BYTES_MAX;
  if (file.size > most) return () => say("tooLargeFile", { most: most / MEGABYTE });
  const other = kind === "zip" && unfinished !== undefined && file.size !== unfinished.bytes;
  return other ? () => say("otherFileThanBefore") : undefined;
}

const PROBLEMS: Record<string, PlainWordKey> = {
  "urn:wellness:too_many_imports": "tooManyImports",
  "urn:wellness:part_differs": "otherFileThanBefore",
  // Only the worker looks into a zip, so these problems are those of FIT files.
  "urn:wellness:invalid_upload": "unreadableFit",
  "urn:wellness:malformed_body": "unreadableFit",
};

/** Why sending ended early. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof FileUnreadable) return () => say("fileUnreadableHere");
  const word = error instanceof ProblemError ? PROBLEMS[error.type] : undefined;
  return word === undefined ? () => explained(error) : () => say(word);
}

const FILE_PROBLEMS: Record<string, PlainWordKey> = {
  not_a_zip: "fileNotAZip",
  broken_zip: "fileDamagedOnTheWay",
  broken_xml: "fileBroken",
  unsafe_xml: "fileNoExport",
  no_export: "fileNoExport",
  too_large: "fileTooLarge",
  too_compressed: "fileTooLarge",
  internal_error: "fileOurFault",
};

/** Why the worker did not read the file to its end. */
export function fileTrouble(problem: NonNullable<OwnImport["problem"]>): string {
  const word = FILE_PROBLEMS[problem.code];
  return say(word ?? "fileUnreadable");
}
