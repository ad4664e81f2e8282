import type { Team } from "../../client/api";

/** What became of a resident's team. */
export interface Change {
  team: Team | null;
  /** Of a team that was made just now: it is shown this once. */
  code?: string;
}
