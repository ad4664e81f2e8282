// The pages' words: words/ has one folder for each language, with one file for each page. A page loads its own file
// in the language on show, together with its code; all pages share `frame`.
import { batch, signal } from "@preact/signals";
import { firstLanguage, type Language, language, remember, remembered } from "./language";
import type { Words } from "./words/keys";
import { type Arguments, spoken } from "./words/message";

export type Page = keyof Words;
type Messages = Readonly<Record<string, string>>;

const files = import.meta.glob<Messages>("./words/*/*.json", { import: "default" });

/** The languages of the pages; the city's first language comes first. */
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

/**
 * Loads the words of everything on show in another language, and shows that language. Rejects when they cannot be
 * loaded.
 */
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

/** The arguments of a message: null when it takes none. */
type TakenBy<P extends Page, Key> = P extends Page
  ? Key extends keyof Words[P]
    ? Words[P][Key]
    : never
  : never;

/** A key of the pages whose message takes no arguments. */
export type PlainKey<P extends Page> = {
  [Key in KeyOf<P>]: TakenBy<P, Key> extends null ? Key : never;
}[KeyOf<P>];

type Say<P extends Page> = <Key extends KeyOf<P>>(
  key: Key,
  ...args: TakenBy<P, Key> extends null ? [] : [TakenBy<P, Key>]
) => string;

/**
 * Says words of these pages in the language on show. A component that reads them is drawn again on a language switch.
 * A module names pages that are loaded wherever it is drawn.
 */
export function saying<P extends Page>(): Say<P> {
  return (key, ...args) => {
    const message = messages.value[key];
    if (message === undefined) throw new Error(`the words with ${key} are not loaded`);
    const [taken] = args as [Arguments?];
    return spoken(message, taken ?? {}, messages.value.locale ?? language.value);
  };
}

/** What every page can say. */
export const say = saying<"frame">();
