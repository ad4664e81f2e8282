import { signed } from "../../format";
import { local } from "../../language";
import { NotTakingPart } from "../not-taking-part";
import type { DayData } from "./load";
import { say } from "./words";

/** How many points the day gave, and why; what a week or a month gave is on the first page. */
export function PointsOfDay({ data: { today, receipt, entries } }: { data: DayData }) {
  return (
    <section class="card" aria-labelledby="points-heading" data-testid="points-of-day">
      <h2 id="points-heading">{say("pointsOfDay")}</h2>
      <p class="day-value">
        <span class="figure">{say("pointsShort", { points: receipt.points })}</span>
      </p>
      {entries.items.length === 0 && receipt.not_taking_part.length === 0 && (
        <p>{say(receipt.day < today.day ? "noPointsOfDay" : "noPointsYet")}</p>
      )}
      <NotTakingPart programmes={receipt.not_taking_part} />
      <ul class="entries">
        {inReadingOrder(entries.items).map((entry) => (
          <li key={entry.entry_id} data-testid="reason-of-day">
            <span>{local(entry.reason)}</span>
            <span class={entry.points < 0 ? "entry-points taken" : "entry-points"}>
              {signed(entry.points)}
              <span class="for-screen-readers">{say("pointsUnit")}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Entry = DayData["entries"]["items"][number];

/** By programme and rule, the oldest first: what came to a rule's points later stands below them. */
function inReadingOrder(entries: readonly Entry[]): Entry[] {
  const place = ({ programme, rule }: Entry): string => `${programme ?? ""} ${rule ?? ""}`;
  return [...entries].sort(
    (one, other) => place(one).localeCompare(place(other)) || one.entry_id - other.entry_id,
  );
}
