import type { Became, DayReceipt, FigureReceipt, Metric } from "../../client/api";
import { dayIn, duration, exact, kilometres, moment, number } from "../../format";
import { sourceName, type Told, toldApart } from "../my-data/source-name";
import { unitWord } from "../my-data/units";
import { say } from "./words";

type What = Became["what"];
type Metrics = ReadonlyMap<string, Metric>;

/** What became of a part, in words. A fate without words does not compile. */
export function fateWords(
  part: Became,
  figure: FigureReceipt,
  receipt: DayReceipt,
  today: string,
): string {
  switch (part.what) {
    case "counted":
      return say("fateCounted");
    case "late":
      return say("fateLate", {
        since: part.since ? moment(part.since, receipt.time_zone, today) : "",
      });
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

/** A source as people know it, told from others of the day; halls and counters by their name. */
export function nameOfSource(receipt: DayReceipt, source: string): string {
  return toldOfDay(receipt).get(source)?.name ?? sourceName(source);
}

/** How each source of the day is told. */
export function toldOfDay(receipt: DayReceipt): ReadonlyMap<string, Told> {
  const heard = receipt.sources.map(({ source, venue, last_heard }) => ({
    source,
    venue,
    lastDay: last_heard ? dayIn(last_heard, receipt.time_zone) : undefined,
  }));
  const known = new Set(heard.map(({ source }) => source));
  const others = receipt.figures.flatMap(({ sources }) => sources.map(({ source }) => source));
  const gone = [...new Set(others)].filter((source) => !known.has(source));
  return toldApart([...heard, ...gone.map((source) => ({ source }))]);
}

/** An amount with its unit; a number of records for a figure that is measured. */
export function amountWords(amount: number, figure: FigureReceipt, metric: Metric): string {
  if (figure.counts === "samples") return say("records", { count: amount });
  return withUnit(number(amount, metric.digits), figure.unit);
}

const MINUTES_OF_AN_HOUR = 60;

/** What a value is told in: its UCUM unit, and as many decimals as people read. */
type Shape = Pick<Metric, "unit" | "digits">;

/** A figure of everything that is worn has no metric, and is in whole minutes. */
export const shapeOf = (of: { metric: string | null; unit: string }, metrics: Metrics): Shape => ({
  unit: of.unit,
  digits: (of.metric === null ? undefined : metrics.get(of.metric)?.digits) ?? 0,
});

/**
 * The day's value as on the first page, or a dash if there is none. A figure that counts how often something was
 * reported has no unit.
 */
export function valueWords(value: number | null, { unit, digits }: Shape): string {
  if (value === null) return "–";
  if (unit === "min") return duration(value);
  if (unit === "m") return withUnit(kilometres(value), "km");
  return withUnit(number(value, digits), unit);
}

/** The value, and its parts' unit where that is another one. */
export function valueWithParts(value: number | null, shape: Shape): string {
  const whole = valueWords(value, shape);
  const isOther =
    shape.unit === "m" || (shape.unit === "min" && (value ?? 0) >= MINUTES_OF_AN_HOUR);
  if (value === null || !isOther) return whole;
  return say("alsoAs", { value: whole, parts: withUnit(number(value, shape.digits), shape.unit) });
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
