import type { OwnImport } from "../../client/api";
import type { Trouble } from "./import-trouble";
import type { FitReceipt } from "./sending";

/**
 * The stage of an import. `unfinished`: it was sent in part, and the file is not at hand; `stalled`: the file is at
 * hand.
 */
export type Stage =
  | { name: "idle"; trouble?: Trouble }
  | { name: "opening" }
  | { name: "unfinished"; ownImport: OwnImport; trouble?: Trouble }
  | { name: "sending"; ownImport: OwnImport; file: File }
  | { name: "stalled"; ownImport: OwnImport; file: File; trouble: Trouble }
  | { name: "following"; ownImport: OwnImport }
  | { name: "over"; ownImport: OwnImport }
  | { name: "fitTaken"; taken: FitReceipt }
  | { name: "stopped" };

/** What the page shows when it opens: an import that is not over, or else how the newest one ended. */
export function stageOf(imports: readonly OwnImport[]): Stage {
  const ownImport =
    imports.find(({ state }) => state === "receiving") ??
    imports.find(({ state }) => state === "waiting" || state === "reading") ??
    imports[0];
  switch (ownImport?.state) {
    case undefined:
      return { name: "idle" };
    case "receiving":
      return { name: "unfinished", ownImport };
    case "waiting":
    case "reading":
      return { name: "following", ownImport };
    case "done":
    case "refused":
      return { name: "over", ownImport };
  }
}
