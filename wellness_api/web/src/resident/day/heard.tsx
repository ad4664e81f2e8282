import type { DayReceipt } from "../../client/api";
import { moment } from "../../format";
import { local } from "../../language";
import { SourceLabel } from "../my-data/source-label";
import { toldOfDay } from "./fates";
import { say } from "./words";

/** When each device was last heard, and what to do about a quiet one. */
export function Heard({ receipt, today }: { receipt: DayReceipt; today: string }) {
  const told = toldOfDay(receipt);
  return (
    <section class="card" aria-labelledby="heard-heading" data-testid="heard">
      <h2 id="heard-heading">{say("heard")}</h2>
      <p>{say(receipt.sources.length > 0 ? "heardHelp" : "noneHeard")}</p>
      <ul class="heard">
        {receipt.sources.map(({ source, last_heard, what_to_do }) => (
          <li key={source} data-testid="source-heard">
            <SourceLabel
              source={source}
              told={told.get(source)}
              note={
                last_heard
                  ? say("lastHeard", { when: moment(last_heard, receipt.time_zone, today) })
                  : say("notHeard")
              }
            />
            {what_to_do && <p class="trouble">{local(what_to_do)}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
