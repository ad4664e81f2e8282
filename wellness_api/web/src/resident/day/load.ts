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

/**
 * Keeps one answer for all that several of these sources tell of and that nobody has put in order: `best` before the
 * others of them, or, null, that it does not matter. Sources that the question was not about keep their places.
 */
export async function answerOrder(sources: readonly string[], best: string | null): Promise<void> {
  const { items } = await answer(api.GET("/v1/me/sources"));
  for (const { metric, chosen, sources: seen } of items) {
    const told = sources.filter((source) => seen.some((each) => each.source === source));
    if (chosen || told.length < 2) continue;
    const answered = best !== null && told.includes(best);
    const asked = answered ? [best, ...told.filter((source) => source !== best)] : [];
    const order = seen.map(({ source }) => (told.includes(source) ? asked.shift() : source));
    await chooseSources(metric as Metric["code"], answered ? (order as string[]) : []);
  }
}

/** The day that is this many days later, or earlier when `days` is below 0. */
export function daysLater(isoDay: string, days: number): string {
  const later = new Date(isoDay);
  later.setUTCDate(later.getUTCDate() + days);
  return later.toISOString().slice(0, 10);
}
