import { dayIn } from "../../format";

export interface Span {
  from: string;
  to: string;
}

/** The month of `day` and the months before it, as "2026-11", newest first. */
export function monthsBack(day: string, count: number): string[] {
  const [year = 0, month = 0] = day.split("-").map(Number);
  return Array.from({ length: count }, (_, back) =>
    new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7),
  );
}

/** A month in the zone, from its first midnight to the next month's: the API takes moments. */
export function spanOf(month: string, timeZone: string): Span {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return {
    from: midnight(Date.UTC(year, number - 1, 1), timeZone),
    to: midnight(Date.UTC(year, number, 1), timeZone),
  };
}

const HOUR = 3_600_000;
const FURTHEST_HOURS = 14; // No zone's day begins more than this before or after the day of UTC.

/** The first full hour of the day in the zone; `day` is the day's midnight in UTC. */
function midnight(day: number, timeZone: string): string {
  const wanted = new Date(day).toISOString().slice(0, 10);
  const last = day + FURTHEST_HOURS * HOUR;
  for (let time = day - FURTHEST_HOURS * HOUR; time < last; time += HOUR / 4) {
    const moment = new Date(time).toISOString();
    if (dayIn(moment, timeZone) === wanted) return moment;
  }
  return new Date(last).toISOString();
}
