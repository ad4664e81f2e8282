import {
  answer,
  api,
  type DayReceipt,
  type EntryPage,
  type Metric,
  type Today,
} from "../../client/api";
import { chooseSources } from "../my-data/load";

export interface DayData {
  today: Today;
  receipt: DayReceipt;
  /** What the day moved in the wallet, newest first. */
  entries: EntryPage;
  metrics: Metrics;
}

type Metrics = ReadonlyMap<string, Metric>;

const ENTRIES_SHOWN_MAX = 100; // As many as a page of the list has; a day has a few.

/** The day that the address asks for; null for today at home. */
export const askedDay = (): string | null => new URLSearchParams(location.search).get("date");

/** Everything that the page shows. `known`: the metrics, once they are loaded; they do not change. */
export async function loadDay(known?: Metrics): Promise<DayData> {
  const [today, metrics] = await Promise.all([
    answer(api.GET("/v1/me/today")),
    known ?? loadMetrics(),
  ]);
  const date = askedDay() ?? today.day;
  const receipt = await answer(api.GET("/v1/me/days/{date}", { params: { path: { date } } }));
  // After the receipt, whose refusal says what is wrong with a day that is none.
  const entries = await answer(
    api.GET("/v1/me/wallet/entries", {
      params: { query: { day: date, limit: ENTRIES_SHOWN_MAX } },
    }),
  );
  return { today, receipt, entries, metrics };
}

async function loadMetrics(): Promise<Metrics> {
  const { items } = await answer(api.GET("/v1/metrics"));
  return new Map(items.map((metric) => [metric.code as string, metric]));
}

/** Best first, as everybody's order has them. */
const KINDS: readonly string[] = ["watch", "phone", "station"];

const kindOf = (named: string): string => named.split(":")[0] ?? named;

/**
 * Keeps one answer for all that several of these sources of one kind tell of, where their kind is in no order yet:
 * `best` before the others of them, or, null, that it does not matter. What was answered about other kinds stays, and
 * what was not can still be asked.
 */
export async function answerOrder(sources: readonly string[], best: string | null): Promise<void> {
  const { items } = await answer(api.GET("/v1/me/sources"));
  const kind = kindOf(sources[0] ?? "");
  for (const { metric, choice, sources: seen } of items) {
    const told = sources.filter((source) => seen.some((each) => each.source === source));
    if (told.length < 2 || isSettled(kind, choice)) continue;
    const isOrdered = best !== null && told.includes(best);
    const answer = isOrdered ? [best, ...told.filter((source) => source !== best)] : [kind];
    await chooseSources(metric as Metric["code"], withAnswer(choice ?? [], kind, answer));
  }
}

const isSettled = (kind: string, choice: readonly string[] | null): boolean =>
  choice !== null && (choice.length === 0 || choice.some((named) => kindOf(named) === kind));

/** The answer comes last, below every better kind: a phone that comes first among phones is still behind a watch. */
function withAnswer(choice: readonly string[], kind: string, answer: readonly string[]): string[] {
  const better = KINDS.slice(0, KINDS.indexOf(kind)).filter((of) => !choice.includes(of));
  return [...choice, ...better, ...answer];
}

/** The day that is this many days later, or earlier when `days` is below 0. */
export function daysLater(isoDay: string, days: number): string {
  const later = new Date(isoDay);
  later.setUTCDate(later.getUTCDate() + days);
  return later.toISOString().slice(0, 10);
}
