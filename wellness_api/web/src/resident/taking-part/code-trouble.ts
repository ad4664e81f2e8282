import { ProblemError } from "../../client/api";
import { explained } from "../../frame/problem";
import { type PlainWordKey, say } from "../words";

/** By the API's names for them. */
const TROUBLES: Record<string, PlainWordKey> = {
  "urn:wellness:wrong_class_code": "wrongClassCode",
  "urn:wellness:wrong_team_code": "wrongTeamCode",
  "urn:wellness:team_full": "teamFull",
  "urn:wellness:in_a_team": "inATeam",
  "urn:wellness:too_many_tries": "tooManyTries",
};

/** Why a typed code, or a team, was not accepted. */
export function codeTrouble(error: unknown): string {
  const word = error instanceof ProblemError ? TROUBLES[error.type] : undefined;
  return word === undefined ? explained(error) : say(word);
}
