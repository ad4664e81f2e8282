import { day } from "../../format";
import { type PlainWordKey, say } from "./words";

type Kind = "watch" | "phone" | "station";

const KIND_WORDS: Record<Kind, PlainWordKey> = {
  watch: "kindWatch",
  phone: "kindPhone",
  station: "kindStation",
};

/** Apps and devices: the names that their makers give them in systems, and the names that people know. */
const KNOWN: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^Watch\d/, "Apple Watch"],
  [/^iPhone\d/, "iPhone"],
  [/^iPad\d/, "iPad"],
  [/^com\.apple\.health/i, "Apple Health"],
  [/^com\.google\.android\.apps\.fitness/, "Google Fit"],
  [/^com\.google\.android\.apps\.healthdata/, "Health Connect"],
  [/^com\.sec\.android\.app\.shealth/, "Samsung Health"],
  [/^com\.fitbit/, "Fitbit"],
  [/^(com\.garmin|garmin)/, "Garmin"],
];

/** What people call the models of which there are several in a city: so two watches of one make are told apart. */
const MODELS: readonly (readonly [pattern: RegExp, model: string])[] = [
  [/^Watch3\.[1-4]\b/, "Series 3"],
  [/^Watch4\.[1-4]\b/, "Series 4"],
  [/^Watch5\.[1-4]\b/, "Series 5"],
  [/^Watch5\.(9|1[0-2])\b/, "SE"],
  [/^Watch6\.[1-4]\b/, "Series 6"],
  [/^Watch6\.[6-9]\b/, "Series 7"],
  [/^Watch6\.1[0-3]\b/, "SE 2"],
  [/^Watch6\.1[4-7]\b/, "Series 8"],
  [/^Watch6\.18\b/, "Ultra"],
  [/^Watch7\.[1-4]\b/, "Series 9"],
  [/^Watch7\.5\b/, "Ultra 2"],
  [/^Watch7\.([89]|1[01])\b/, "Series 10"],
];

const BLUETOOTH_ADDRESS = /^([0-9A-F]{2}-){5}[0-9A-F]{2}$/;
const DIGEST_AT_THE_END = /-?\b[0-9a-f]{8}$/;
const PACKAGE = /^[a-z]+(\.\w+){2,}$/;

// Parts of an app's package name that do not say which app it is.
const SAYS_NOTHING = new Set(["android", "app", "apps", "mobile", "client", "main", "prod"]);

/** A source in a list. `lastDay`: the last day that anything of it is known of. */
export interface Listed {
  source: string;
  venue?: string | null;
  lastDay?: string | undefined;
}

/** How a source is told: its name in a list, and whether nothing but its id tells it from another one there. */
export interface Told {
  name: string;
  byId: boolean;
}

/**
 * Each source of a list by a name of its own. Those of one name are told apart by the shortest thing that all of them
 * have and people can recognise: the model, else the last day, else the end of the id.
 */
export function toldApart(list: readonly Listed[]): ReadonlyMap<string, Told> {
  const named = new Map<string, Listed[]>();
  for (const each of list) {
    const name = sourceName(each.source, each.venue);
    named.set(name, [...(named.get(name) ?? []), each]);
  }
  return new Map([...named].flatMap(([name, alike]) => ofOneName(name, alike)));
}

function ofOneName(name: string, alike: readonly Listed[]): [string, Told][] {
  const byModel = alike.map(({ source }) => modelOf(source));
  const byDay = alike.map(({ lastDay }) => lastDay);
  return alike.map(({ source }, at) => {
    const [model, lastDay] = [byModel[at], byDay[at]];
    if (alike.length === 1) return [source, { name, byId: false }];
    if (model && areDifferent(byModel)) return [source, { name: `${name} ${model}`, byId: false }];
    if (lastDay && areDifferent(byDay))
      return [source, { name: say("toldByDay", { name, day: day(lastDay) }), byId: false }];
    const others = alike.map((each) => each.source).filter((other) => other !== source);
    return [source, { name: say("toldByEnd", { name, end: endOf(source, others) }), byId: true }];
  });
}

const areDifferent = (marks: readonly (string | undefined)[]): boolean =>
  !marks.includes(undefined) && new Set(marks).size === marks.length;

const withoutKind = (source: string): string => source.slice(source.indexOf(":") + 1);

function modelOf(source: string): string | undefined {
  return MODELS.find(([pattern]) => pattern.test(withoutKind(source)))?.[1];
}

const END_LENGTH_MIN = 4; // Fewer letters are seen by chance at the end of another one that comes later.

/** As much of the id's end as no other one has. */
function endOf(source: string, others: readonly string[]): string {
  const letters = (id: string): string => withoutKind(id).replace(/[^0-9A-Za-z]/g, "");
  const own = letters(source);
  const ends = Array.from({ length: own.length }, (_, at) => own.slice(-(at + 1)));
  const telling = ends.find(
    (end) => end.length >= END_LENGTH_MIN && others.every((other) => !letters(other).endsWith(end)),
  );
  return telling ?? withoutKind(source);
}

/**
 * "watch:Watch6.1-1a2b3c4d" as "腕時計 Apple Watch"; only the kind where nothing else can be read. A hall or counter has
 * the name that its staff use.
 */
export function sourceName(source: string, venue?: string | null): string {
  if (venue) return venue;
  const kind = sourceKind(source);
  if (BLUETOOTH_ADDRESS.test(withoutKind(source))) return kind;
  const name = readable(withoutKind(source));
  // If the name of a hall or counter is in Japanese, systems have only a digest of it.
  if (name === "" && source.startsWith("station:")) return say("kindVenue");
  const saysItself = name.toLowerCase().includes(kind.toLowerCase());
  return saysItself ? name : `${kind} ${name}`.trim();
}

function sourceKind(source: string): string {
  const kind = source.slice(0, source.indexOf(":"));
  return say(KIND_WORDS[kind as Kind]);
}

function readable(name: string): string {
  const known = KNOWN.find(([pattern]) => pattern.test(name));
  if (known) return known[1];
  const bare = name.replace(DIGEST_AT_THE_END, "");
  const told = PACKAGE.test(bare) ? lastTelling(bare.split(".")) : bare;
  const words = told.replace(/[._-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** In "jp.co.example.walking.android", "walking" is the part that people know. */
function lastTelling(parts: string[]): string {
  const telling = parts.slice(1).filter((part) => !SAYS_NOTHING.has(part));
  return telling.at(-1) ?? parts.join(".");
}
