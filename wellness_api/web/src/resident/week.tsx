import type { Today } from "../client/api";
import { day, dayOfMonth, number } from "../format";
import { NotTakingPart } from "./not-taking-part";
import { say } from "./words";

/** Seven days as horizontal bars, which leave room for a date and a number that can be read without glasses. */
export function Week({ week, not_taking_part }: Pick<Today, "week" | "not_taking_part">) {
  const most = Math.max(1, ...week.map((past) => past.steps ?? 0));
  return (
    <section class="card" aria-labelledby="week-heading">
      <h2 id="week-heading">{say("week")}</h2>
      <ol class="week">
        {[...week].reverse().map((past) => (
          <li key={past.day}>
            <a class="week-day" href={`/day?date=${past.day}`}>
              <span class="for-screen-readers">
                {past.steps === null
                  ? say("weekDayWithoutSteps", { day: day(past.day), points: past.points })
                  : say("weekDay", { day: day(past.day), steps: past.steps, points: past.points })}
              </span>
              <span aria-hidden="true">{dayOfMonth(past.day)}</span>
            </a>
            <span class="week-steps" aria-hidden="true">
              <span class="figure">{past.steps === null ? "–" : number(past.steps)}</span>
              {past.steps !== null && say("stepsShort")}
            </span>
            <span class="week-points" aria-hidden="true">
              {past.points > 0 ? say("pointsShort", { points: past.points }) : ""}
            </span>
            <span class="week-track" aria-hidden="true">
              <span class="week-bar" style={{ width: `${(100 * (past.steps ?? 0)) / most}%` }} />
            </span>
          </li>
        ))}
      </ol>
      <NotTakingPart programmes={not_taking_part} />
    </section>
  );
}
