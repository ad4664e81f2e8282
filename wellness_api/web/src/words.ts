// The pages' words: one folder in words/ for each language, one file in it for each page. A page loads the file of its
// own in the language on show, beside its code; `frame` is what all of them share.
import { batch, signal } from "@preact/signals";
import { firstLanguage, type Language, language, remember, remembered } from "./language";
import type { Words } from "./words/keys";
import { type Arguments, spoken } from "./words/message";

export type Page = keyof Words;
type Messages = Readonly<Record<string, string>>;

const files = import.meta.glob<Messages>("./words/*/*.json", { import: "default" });

/** The languages there are, the first city's first. */
export const languages: readonly Language[] = [
  ...new Set(Object.keys(files).map((path) => path.split("/")[2] ?? "")),
].sort((a, b) => Number(b === firstLanguage) - Number(a === firstLanguage) || (a < b ? -1 : 1));

const messages = signal<Messages>({});
const pages = new Set<Page>();

const chosen = remembered();
if (chosen !== null && languages.includes(chosen)) language.value = chosen;

async function read(of: Language, page: Page): Promise<Messages> {
  const file = files[`./words/${of}/${page}.json`];
  if (!file) throw new Error(`there is no ./words/${of}/${page}.json`);
  return file();
}

/** Loads a page's words in the language on show, also when that changes meanwhile. */
export async function loadWords(page: Page): Promise<void> {
  pages.add(page);
  let of: Language;
  let loaded: Messages;
  do {
    of = language.value;
    loaded = await read(of, page);
  } while (of !== language.value);
  messages.value = { ...messages.value, ...loaded };
}

/** Loads the words of all that is on show in another language, and shows it. Rejects when they cannot be loaded. */
export async function switchLanguage(to: Language): Promise<void> {
  let loaded: Messages[];
  do {
    loaded = await Promise.all([...pages].map((page) => read(to, page)));
  } while (loaded.length < pages.size);
  batch(() => {
    language.value = to;
    messages.value = Object.assign({}, ...loaded);
  });
  remember(to);
}

type KeyOf<P extends Page> = P extends Page ? keyof Words[P] & string : never;

/** What a message takes: null when it takes nothing. */
type TakenBy<P extends Page, Key> = P extends Page
  ? Key extends keyof Words[P]
    ? Words[P][Key]
    : never
  : never;

/** A key of the pages whose message takes nothing. */
export type PlainKey<P extends Page> = {
  [Key in KeyOf<P>]: TakenBy<P, Key> extends null ? Key : never;
}[KeyOf<P>];

type Say<P extends Page> = <Key extends KeyOf<P>>(
  key: Key,
  ...given: TakenBy<P, Key> extends null ? [] : [TakenBy<P, Key>]
) => string;

/**
 * Says words of those pages in the language on show; reading them in a component redraws that component on a language
 * switch. A module takes the pages that are loaded wherever it is drawn.
 */
export function saying<P extends Page>(): Say<P> {
  return (key, ...given) => {
    const message = messages.value[key];
    if (message === undefined) throw new Error(`the words with ${key} are not loaded`);
    const [taken] = given as [Arguments?];
    return spoken(message, taken ?? {}, messages.value.locale ?? language.value);
  };
}

/** What every page can say. */
export const say = saying<"frame">();
