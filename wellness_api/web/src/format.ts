import { say } from "./words";

const locale = (): string => say("locale");

/** How this language writes months within a line. */
const monthStyle = (): "long" | "short" => (say("monthStyle") === "long" ? "long" : "short");

/** 5231 as "5,231". */
export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** 36.54 as "36.54", 900 as "900": with as many decimals as the value has, up to three. */
export function exact(value: number): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 3 }).format(value);
}

/** 380 minutes as "6時間20分" or "6 h 20 min". */
export function duration(minutes: number): string {
  const whole = Math.round(minutes);
  const rest = number(whole % 60);
  return whole < 60
    ? say("minutesLong", { minutes: rest })
    : say("hoursLong", { hours: (whole - (whole % 60)) / 60, minutes: rest });
}

const METRES_OF_A_KILOMETRE = 1000;

/** 1234.6 metres as "1.2": people know how far they walked in kilometres. */
export const kilometres = (metres: number): string => number(metres / METRES_OF_A_KILOMETRE, 1);

/** 2 as "+2", -1 as "−1": points of an entry always show their direction. */
export function signed(value: number): string {
  return new Intl.NumberFormat(locale(), { signDisplay: "exceptZero" })
    .format(value)
    .replace("-", "−");
}

/**
 * "2026-11-24" as "11月24日(火)" or "Tue 24 Nov", with its year where that is not `today`'s. A calendar day has no zone, so
 * it is read and shown in UTC.
 */
export function day(isoDay: string, today: string = isoDay): string {
  return isoDay.slice(0, 4) === today.slice(0, 4) ? dayWith(isoDay, {}) : dayOfYear(isoDay);
}

/** "2026-11-24" as "2026年11月24日(火)" or "Tue 24 Nov 2026". */
export const dayOfYear = (isoDay: string): string => dayWith(isoDay, { year: "numeric" });

function dayWith(isoDay: string, more: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), {
    ...more,
    month: monthStyle(),
    day: "numeric",
    weekday: "short",
    timeZone: "UTC",
  })
    .format(new Date(isoDay))
    .replace(",", "");
}

/** "2026-11-24" as "24日(火)" or "Tue 24", for a list whose month is clear. */
export function dayOfMonth(isoDay: string): string {
  return new Intl.DateTimeFormat(locale(), {
    day: "numeric",
    weekday: "short",
    timeZone: "UTC",
  }).format(new Date(isoDay));
}

/** "2026-11-24" as "2026年11月24日" or "24 November 2026", for staff who compare years. */
export function fullDay(isoDay: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: "UTC" }).format(
    new Date(isoDay),
  );
}

/** "2026-11" as "2026年11月" or "November 2026". */
export function monthOfYear(isoMonth: string): string {
  return new Intl.DateTimeFormat(locale(), {
    year: "numeric",
    month: "long",
    timeZone: "UTC",
  }).format(new Date(isoMonth));
}

/** Names in a row: "A、B" or "A and B". */
export function list(names: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(names);
}

/** A moment as day and time in the resident's zone, with the day's year where that is not `today`'s. */
export function moment(rfc3339: string, timeZone: string, today?: string): string {
  return `${day(dayIn(rfc3339, timeZone), today)} ${timeIn(rfc3339, timeZone)}`;
}

/** A moment as time in the resident's zone; with the day when that is not `today`. */
export function momentSeenFrom(today: string, rfc3339: string, timeZone: string): string {
  return dayIn(rfc3339, timeZone) === today
    ? timeIn(rfc3339, timeZone)
    : moment(rfc3339, timeZone, today);
}

/** A moment in the zone of the viewer's computer, with the year and the zone's name. */
export function momentHere(rfc3339: string): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const parts = new Intl.DateTimeFormat(locale(), { timeZone, timeZoneName: "short" });
  const zone = parts.formatToParts(new Date(rfc3339)).find(({ type }) => type === "timeZoneName");
  return `${dayOfYear(dayIn(rfc3339, timeZone))} ${timeIn(rfc3339, timeZone)} ${zone?.value}`;
}

/** A moment as time in a zone. */
export function timeIn(rfc3339: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale(), {
    hour: "numeric",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  }).format(new Date(rfc3339));
}

/** The calendar day of a moment in a zone, as "2026-11-24". */
export function dayIn(rfc3339: string, timeZone: string): string {
  // Swedish dates have the form of ISO 8601.
  return new Intl.DateTimeFormat("sv-SE", { timeZone }).format(new Date(rfc3339));
}
