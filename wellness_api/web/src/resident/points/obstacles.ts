import { type Obstacle, ProblemError } from "../../client/api";
import { day } from "../../format";
import { explained } from "../../frame/problem";
import { type PlainWordKey, say } from "./words";

const SPAN_WORDS: Record<NonNullable<Obstacle["span"]>, PlainWordKey> = {
  total: "spanTotal",
  fiscal_year: "spanFiscalYear",
  month: "spanMonth",
  week: "spanWeek",
  day: "spanDay",
};

const PLAIN: Record<string, PlainWordKey> = {
  "urn:wellness:not_offered": "notOffered",
  "urn:wellness:sold_out": "soldOut",
  "urn:wellness:needs_checkup": "needsCheckup",
  "urn:wellness:too_few_points": "pointsGone",
  "urn:wellness:limit_reached": "limitReachedNow",
  "urn:wellness:account_missing": "accountWrong",
  "urn:wellness:wrong_shape": "accountWrong",
  "urn:wellness:already_confirmed": "alreadyConfirmed",
  // Only a redemption whose reply was lost is requested again with another member number.
  "urn:wellness:idempotency_key_reused": "redeemedBefore",
};

/** Why an item cannot be had now, and from when or under which condition it can. */
export function obstacleWords({ code, missing_points, limit, span, from_day }: Obstacle): string {
  switch (code) {
    case "too_few_points":
      return say("pointsMissing", { points: missing_points ?? 0 });
    case "too_young":
      return say("fromAge", { age: limit ?? 0 });
    case "too_old":
      return say("upToAge", { age: limit ?? 0 });
    case "limit_reached": {
      const times = say("limitReached", {
        times: limit ?? 0,
        span: say(SPAN_WORDS[span ?? "total"]),
      });
      return from_day ? `${times} ${say("againFrom", { day: day(from_day) })}` : times;
    }
    case "needs_checkup":
      return say("needsCheckup");
    case "sold_out":
      return say("soldOut");
    default:
      return say("notOffered");
  }
}

/** Why the API refused, in the page's own words where it has any. */
export function refusalWords(error: unknown): string {
  const word = error instanceof ProblemError ? PLAIN[error.type] : undefined;
  return word === undefined ? explained(error) : say(word);
}
