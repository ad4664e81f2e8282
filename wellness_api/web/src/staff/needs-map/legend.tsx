import type { Indicator, IndicatorDescription } from "../../client/api";
import { say } from "../words";
import { heading } from "./figures";
import { LOOKS, lookNames, swatchOf } from "./looks";

interface LegendProps {
  description: IndicatorDescription;
  indicator: Indicator;
}

/** What the colours and patterns mean, in words. */
export function Legend({ description, indicator }: LegendProps) {
  return (
    <section class="legend" aria-label={say("legend")}>
      <p>
        {say("besideTheRest")}
        <span class="muted">
          {heading(description)}
          {": "}
          {say(indicator.higher_is_better ? "higherIsBetter" : "lowerIsBetter")}
        </span>
      </p>
      <ul>
        {lookNames.map((look) => (
          <li key={look}>
            <span {...swatchOf(look)} />
            {say(LOOKS[look].word)}
          </li>
        ))}
      </ul>
      <small>{say("colouredByInterval")}</small>
    </section>
  );
}
