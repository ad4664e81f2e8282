import type { ProblemError } from "../client/api";
import { language } from "../language";
import { say } from "../words";

const PREFIX = "urn:wellness:";

/**
 * What went wrong, in the language on show. The API says it in the language of the call; after a language switch, and of
 * what a proxy or a busy server answers, there are no words but ours, and the code is for whoever is asked. A page that
 * knows more says it better.
 */
export function problemWords({ type, status, said }: ProblemError): string {
  if (said?.language === language.value) return said.words;
  if (status === 500) return say("problemOurs");
  if (status > 500) return say("problemBusy");
  const code = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : "";
  return say("problemOther", { code: [status, code].filter(Boolean).join(" ") });
}
