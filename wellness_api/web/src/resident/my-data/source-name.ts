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

const DIGEST_AT_THE_END = /-?\b[0-9a-f]{8}$/;
const PACKAGE = /^[a-z]+(\.\w+){2,}$/;

// Parts of an app's package name that do not say which app it is.
const SAYS_NOTHING = new Set(["android", "app", "apps", "mobile", "client", "main", "prod"]);

/**
 * "watch:Watch6.1-1a2b3c4d" as "腕時計 Apple Watch"; only the kind where nothing else can be read. A hall or counter has
 * the name that its staff use.
 */
export function sourceName(source: string, venue?: string | null): string {
  if (venue) return venue;
  const kind = sourceKind(source);
  const name = readable(source.slice(source.indexOf(":") + 1));
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
