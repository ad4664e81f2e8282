import type { Became, DayReceipt, FigureReceipt, Metric } from "../../client/api";
import { exact, moment } from "../../format";
import { sourceName } from "../my-data/source-name";
import { unitWord } from "../my-data/units";
import { say } from "./words";

type What = Became["what"];

/** What became of a part, in words. A fate without words does not compile. */
export function fateWords(part: Became, figure: FigureReceipt, receipt: DayReceipt): string {
  switch (part.what) {
    case "counted":
      return say("fateCounted");
    case "late":
      return say("fateLate", { since: part.since ? moment(part.since, receipt.time_zone) : "" });
    case "overlapped":
      return say("fateOverlapped", { source: nameOfSource(receipt, part.by_source ?? "") });
    case "in_detail":
      return say("fateInDetail");
    case "superseded":
      return say("fateSuperseded");
    case "repeated":
      return say("fateRepeated");
    case "implausible":
      return say("fateImplausible", { limit: limitWords(part, figure) });
    case "deleted":
      return say(part.by === "hand" ? "fateDeletedByHand" : "fateDeletedBySender");
    case "uncounted":
      return say("fateUncounted");
  }
}

/** What became of a part in one or two words, for a table. */
export function shortFate(what: What): string {
  return say(SHORT[what]);
}

const SHORT = {
  counted: "shortCounted",
  late: "shortLate",
  overlapped: "shortOverlapped",
  in_detail: "shortInDetail",
  superseded: "shortSuperseded",
  repeated: "shortRepeated",
  implausible: "shortImplausible",
  deleted: "shortDeleted",
  uncounted: "shortUncounted",
} as const satisfies Record<What, string>;

/** A source as people know it; halls and counters by their name. */
export function nameOfSource(receipt: DayReceipt, source: string): string {
  return sourceName(source, receipt.sources.find((heard) => heard.source === source)?.venue);
}

/** An amount with its unit; a number of records for a figure that is measured. */
export function amountWords(amount: number, figure: FigureReceipt): string {
  if (figure.counts === "samples") return say("records", { count: amount });
  return withUnit(exact(amount), figure.unit);
}

/** The day's value. A figure that counts how often something was reported has no unit. */
export function valueWords(value: number, { unit }: { unit: string }): string {
  return withUnit(exact(value), unit);
}

function withUnit(amount: string, unit: string): string {
  return say("amount", { amount, unit: unitWord(unit) }).trimEnd();
}

function limitWords({ limit }: Became, figure: FigureReceipt): string {
  if (limit === null) return "";
  const range = say("range", {
    from: exact(limit.minimum),
    to: exact(limit.maximum),
    unit: unitWord(figure.unit),
  }).trimEnd();
  switch (limit.of) {
    case "value":
      return range;
    case "record":
    case "minute":
      return say("rangeOfMinute", { range });
    case "day":
      return say("rangeOfDay", { range });
  }
}

/** For people, answers and details of how a measure was taken are no figures. */
export const isShown = (figure: FigureReceipt, metrics: ReadonlyMap<string, Metric>): boolean =>
  metrics.get(figure.metric)?.codes.length === 0;
