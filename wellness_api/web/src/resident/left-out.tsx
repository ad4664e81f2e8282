import type { Today } from "../client/api";
import { day, list } from "../format";
import { local } from "../language";
import { say } from "./words";

/** What of the week programmes count otherwise for how it was recorded, so that nobody has to wonder where the points are. */
export function LeftOut({ leftOut }: { leftOut: Today["left_out"] }) {
  if (leftOut.length === 0) return null;
  return (
    <section class="card" aria-labelledby="left-out-heading" data-testid="left-out">
      <h2 id="left-out-heading">{say("leftOut")}</h2>
      <ul class="left-out">
        {leftOut.map((of) => (
          <li key={`${of.day} ${of.figure} ${local(of.reason)}`}>
            <strong>{day(of.day)}</strong> {local(of.reason)}
            <small>{list(of.programmes.map(({ name }) => local(name)))}</small>
          </li>
        ))}
      </ul>
      <p class="muted">{say("leftOutIsShown")}</p>
    </section>
  );
}
