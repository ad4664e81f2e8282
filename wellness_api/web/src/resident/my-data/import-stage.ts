import type { OwnImport } from "../../client/api";
import type { Trouble } from "./import-trouble";
import type { FitReceipt } from "./sending";

/** Where an import is. `unfinished`: sent in part, and the file is not at hand; `stalled`: it is. */
export type Stage =
  | { name: "idle"; trouble?: Trouble }
  | { name: "opening" }
  | { name: "unfinished"; found: OwnImport; trouble?: Trouble }
  | { name: "sending"; found: OwnImport; file: File }
  | { name: "stalled"; found: OwnImport; file: File; trouble: Trouble }
  | { name: "following"; found: OwnImport }
  | { name: "over"; found: OwnImport }
  | { name: "fitTaken"; taken: FitReceipt }
  | { name: "stopped" };

/** What there is to see when the page opens: an import that is not over, else how the newest one ended. */
export function stageOf(imports: readonly OwnImport[]): Stage {
  const found =
    imports.find(({ state }) => state === "receiving") ??
    imports.find(({ state }) => state === "waiting" || state === "reading") ??
    imports[0];
  switch (found?.state) {
    case undefined:
      return { name: "idle" };
    case "receiving":
      return { name: "unfinished", found };
    case "waiting":
    case "reading":
      return { name: "following", found };
    case "done":
    case "refused":
      return { name: "over", found };
  }
}
