import type { Today } from "../client/api";
import { day, dayOfYear, momentSeenFrom, number } from "../format";
import { Changing } from "./changing";
import { say } from "./words";

// Ten minutes of walking are about 1,000 steps: the "plus ten" rule of thumb of the health ministry's Active Guide.
const STEPS_PER_MINUTE = 100;
const WALK_MINUTES_MAX = 60; // A longer walk would not encourage anybody.

/** The day's steps, large, and one kind sentence about what comes next. */
export function Steps({ today }: { today: Today }) {
  return (
    <section class="card steps" aria-labelledby="steps-heading">
      <h1 id="steps-heading">
        {say("today")} <span class="steps-day on-screen">{day(today.day)}</span>
        <span class="steps-day on-paper">{dayOfYear(today.day)}</span>
      </h1>
      <p class="steps-figure">
        <Changing text={today.steps === null ? "–" : number(today.steps)} testId="steps-today" />
        <span class="unit">{say("stepsUnit")}</span>
      </p>
      <Way today={today} />
      <p class="steps-next">
        <NextPoint today={today} />
      </p>
      {today.updated_at && (
        <p class="muted">
          {say("updatedAt", { when: momentSeenFrom(today.day, today.updated_at, today.time_zone) })}
        </p>
      )}
      <a class="to-day" href="/day" data-testid="to-day">
        {say("whereStepsCameFrom")}
      </a>
    </section>
  );
}

/**
 * How far the resident is on the way to the next point. The sentence below says the same, so this is for the eyes
 * only.
 */
function Way({ today }: { today: Today }) {
  const walked = today.steps ?? 0;
  const goal = walked + (today.next_point?.steps_needed ?? 0);
  const percent = goal === 0 ? 0 : (100 * walked) / goal;
  return (
    <div class="way" aria-hidden="true">
      <div class="way-walked" style={{ width: `${percent}%` }} />
    </div>
  );
}

function NextPoint({ today }: { today: Today }) {
  const next = today.next_point;
  if (!next) return <>{today.points_today > 0 ? say("allPointsEarned") : ""}</>;
  if (today.steps === null) return <>{say("noStepsYet")}</>;
  const minutes = Math.ceil(next.steps_needed / STEPS_PER_MINUTE);
  return (
    <>
      <strong>{say("stepsToNextPoint", { steps: next.steps_needed, points: next.points })}</strong>
      {minutes <= WALK_MINUTES_MAX && <span>{say("walkMinutes", { minutes })}</span>}
    </>
  );
}
