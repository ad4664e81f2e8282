import { effect, signal } from "@preact/signals";

export const languages = ["ja", "en"] as const;
export type Language = (typeof languages)[number];

/** A text that the API gives in every language of the pages. */
export type LocalText = Record<Language, string>;

const STORAGE_KEY = "wellness-language";

/** Japanese is the first language; another one is shown only to those who chose it on this device. */
function remembered(): Language {
  try {
    return localStorage.getItem(STORAGE_KEY) === "en" ? "en" : "ja";
  } catch {
    // Storage can be blocked by the browser's settings; the pages work without a memory.
    return "ja";
  }
}

export const language = signal<Language>(remembered());

export function switchLanguage(): void {
  language.value = otherLanguage();
  try {
    localStorage.setItem(STORAGE_KEY, language.value);
  } catch {
    // As above: the choice then lasts as long as the page.
  }
}

export function otherLanguage(): Language {
  return language.value === "ja" ? "en" : "ja";
}

/** The API's text in the language on show. */
export function local(text: LocalText): string {
  return text[language.value];
}

effect(() => {
  document.documentElement.lang = language.value;
});
