import { local } from "../../language";
import { shapeOf, valueWords } from "./fates";
import type { DayData } from "./load";
import { say } from "./words";

/** The figures of the day between some of its hours, or in another respect. */
export function Parts({ data: { receipt, metrics } }: { data: DayData }) {
  const { parts } = receipt;
  if (parts.length === 0) return null;
  return (
    <section class="card" aria-labelledby="parts-heading" data-testid="parts-of-day">
      <h2 id="parts-heading">{say("partsOfDay")}</h2>
      <dl class="parts">
        {parts.map((part) => (
          <div key={part.figure}>
            <dt>{local(part.name)}</dt>
            <dd>{valueWords(part.value, shapeOf(part, metrics))}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
