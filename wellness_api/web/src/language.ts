import { effect, signal } from "@preact/signals";

/** A language tag, such as "ja"; the folders in words/ are the languages. */
export type Language = string;

/** A text that the API returns in one language or more. */
export type LocalText = Readonly<Record<Language, string>>;

/**
 * The language for readers who have not chosen another one, and for a text that does not exist in the chosen
 * language.
 */
export const firstLanguage: Language = "ja";

const STORAGE_KEY = "wellness-language";

/** The language that was chosen on this device. */
export function remembered(): Language | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    // The browser's settings can block storage; the pages work without it.
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
