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
  // Borders are round, and all are written with the digits that the finest needs: 4.8 to 5.0.
  const digits = Math.max(0, ...classes.map(({ from }) => digitsOf(from)));
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
            {say("classRange", number(value.from, digits), number(value.to, digits))}
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

const digitsOf = (border: number): number =>
  [0, 1, 2].find((count) => Number(border.toFixed(count)) === border) ?? 3;
