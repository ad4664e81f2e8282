import type { DayReceipt } from "../../client/api";
import { local } from "../../language";
import { valueWords } from "./fates";
import { say } from "./words";

/** The figures of the day between some of its hours, or in another respect. */
export function Parts({ receipt: { parts } }: { receipt: DayReceipt }) {
  if (parts.length === 0) return null;
  return (
    <section class="card" aria-labelledby="parts-heading" data-testid="parts-of-day">
      <h2 id="parts-heading">{say("partsOfDay")}</h2>
      <dl class="parts">
        {parts.map((part) => (
          <div key={part.figure}>
            <dt>{local(part.name)}</dt>
            <dd>{valueWords(part.value, part)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
