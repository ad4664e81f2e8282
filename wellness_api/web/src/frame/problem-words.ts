import type { ProblemError } from "../client/api";
import { language } from "../language";
import { say } from "../words";

const PREFIX = "urn:wellness:";

/**
 * What went wrong, in the language on show. The API says it in the language of the call. After a language switch, and
 * for the answer of a proxy or a busy server, there are only the page's own words; the code helps whoever is asked. A
 * page that knows more says more.
 */
export function problemWords({ type, status, said }: ProblemError): string {
  if (said?.language === language.value) return said.words;
  if (status === 500) return say("problemOurs");
  if (status > 500) return say("problemBusy");
  const code = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : "";
  return say("problemOther", { code: [status, code].filter(Boolean).join(" ") });
}
