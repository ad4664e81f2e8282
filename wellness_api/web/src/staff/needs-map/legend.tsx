import type { Indicator, IndicatorDescription } from "../../client/api";
import { number } from "../../format";
import { say } from "../../words";
import type { ValueClass } from "./classes";
import { heading } from "./figures";

interface LegendProps {
  description: IndicatorDescription;
  indicator: Indicator;
  classes: ValueClass[];
}

/** What the colours mean, with the borders of the classes in numbers. */
export function Legend({ description, indicator, classes }: LegendProps) {
  return (
    <section class="legend" aria-label={say("legend")}>
      <p>
        {say("needGreatest")}
        <span class="muted">
          {heading(description)}
          {": "}
          {say(indicator.higher_is_better ? "higherIsBetter" : "lowerIsBetter")}
        </span>
      </p>
      <ul>
        {classes.map((value) => (
          <li key={value.from}>
            <span class="swatch" style={{ background: value.colour }} />
            {say("classRange", border(value.from), border(value.to))}
          </li>
        ))}
        <li>
          <span class="swatch hatched" />
          {say("hidden")}
        </li>
      </ul>
    </section>
  );
}

/** Class borders are round, so they are written with no more digits than they need. */
function border(value: number): string {
  const digits = [0, 1, 2].find((count) => Number(value.toFixed(count)) === value) ?? 3;
  return number(value, digits);
}
