import { effect, signal } from "@preact/signals";

/** A language tag, such as "ja"; there are those of the folders in words/. */
export type Language = string;

/** A text that the API gives in one language or more. */
export type LocalText = Readonly<Record<Language, string>>;

/** Shown to whoever has not chosen another one, and of a text that is not there in the one that was chosen. */
export const firstLanguage: Language = "ja";

const STORAGE_KEY = "wellness-language";

/** What was chosen on this device. */
export function remembered(): Language | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    // Storage can be blocked by the browser's settings; the pages work without a memory.
    return null;
  }
}

export function remember(chosen: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, chosen);
  } catch {
    // As above: the choice then lasts as long as the page.
  }
}

/** The language on show. */
export const language = signal<Language>(firstLanguage);

/** The API's text in the language on show. */
export function local(text: LocalText): string {
  return text[language.value] ?? text[firstLanguage] ?? Object.values(text)[0] ?? "";
}

/** What a language calls itself: 日本語, English. */
export function nameOf(of: Language): string {
  return new Intl.DisplayNames(of, { type: "language" }).of(of) ?? of;
}

effect(() => {
  document.documentElement.lang = language.value;
});
