import type { Team } from "../../client/api";

/** What became of a resident's team. */
export interface Change {
  team: Team | null;
  /** The code of a team that was made just now: it is shown only this once. */
  code?: string;
}
