import { useState } from "preact/hooks";
import { answer, api, type Consent, type Today } from "../../client/api";
import { day, dayIn } from "../../format";
import { explained } from "../../frame/problem";
import { local } from "../../language";
import { endedSession } from "../../session";
import type { MyData } from "./load";
import { say } from "./words";

/** The resident's consents; each can be withdrawn as easily as it was given. */
export function Consents({ data }: { data: MyData }) {
  const [consents, setConsents] = useState(data.consents);
  const [trouble, setTrouble] = useState<unknown>();

  const sayTo = ({ code, version }: Consent, given: boolean) => {
    setTrouble(undefined);
    answer(
      api.PUT("/v1/me/consents/{purpose}", {
        params: { path: { purpose: code } },
        body: { given, version },
      }),
    ).then(
      ({ items }) => setConsents(items),
      (error) => {
        if (!endedSession(error)) setTrouble(error);
      },
    );
  };

  return (
    <section class="card" aria-labelledby="consents-heading" data-testid="consents">
      <h2 id="consents-heading">{say("consents")}</h2>
      <p>{say("consentsHelp")}</p>
      <ul class="consents">
        {consents.map((consent) => (
          <li key={consent.code} data-testid={`consent-${consent.code}`}>
            <strong>{local(consent.name)}</strong>
            <span>{local(consent.sentence)}</span>
            <small role="status">{stateOf(consent, data.today)}</small>
            <button type="button" class="soft" onClick={() => sayTo(consent, !consent.given)}>
              {say(consent.given ? "withdrawConsent" : "giveConsent")}
              <span class="for-screen-readers"> {local(consent.name)}</span>
            </button>
          </li>
        ))}
      </ul>
      <p class="outcome trouble" role="alert">
        {trouble !== undefined && say("consentNotKept", { why: explained(trouble) })}
      </p>
    </section>
  );
}

function stateOf({ given, at }: Consent, today: Today): string {
  if (at === null) return say("noConsentYet");
  return say(given ? "consentGiven" : "consentWithdrawn", {
    day: day(dayIn(at, today.time_zone), today.day),
  });
}
