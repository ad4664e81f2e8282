import { answer, api, type DayReceipt, type Metric, type Today } from "../../client/api";

export interface DayData {
  today: Today;
  receipt: DayReceipt;
  metrics: ReadonlyMap<string, Metric>;
}

/** The day in the address; without one, today at home. */
export async function loadDay(): Promise<DayData> {
  const asked = new URLSearchParams(location.search).get("date");
  const [today, metrics] = await Promise.all([
    answer(api.GET("/v1/me/today")),
    answer(api.GET("/v1/metrics")),
  ]);
  const receipt = await answer(
    api.GET("/v1/me/days/{date}", { params: { path: { date: asked ?? today.day } } }),
  );
  return {
    today,
    receipt,
    metrics: new Map(metrics.items.map((metric) => [metric.code as string, metric])),
  };
}

/** The day that is this many days later, or earlier when `days` is below 0. */
export function daysLater(isoDay: string, days: number): string {
  const later = new Date(isoDay);
  later.setUTCDate(later.getUTCDate() + days);
  return later.toISOString().slice(0, 10);
}
