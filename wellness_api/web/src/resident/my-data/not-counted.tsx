import { useState } from "preact/hooks";
import type { FlaggedSample, Metric } from "../../client/api";
import { exact, moment } from "../../format";
import { local } from "../../language";
import type { MyData } from "./load";
import { SourceLabel } from "./source-label";
import type { Told } from "./source-name";
import { unitWord } from "./units";
import { say } from "./words";

const SHOWN_AT_FIRST = 5; // A broken device sends the same nonsense again and again; a few values show it.

interface NotCountedProps {
  data: MyData;
  told: ReadonlyMap<string, Told>;
}

/** Values that count for nothing, each with the reason. */
export function NotCounted({ data, told }: NotCountedProps) {
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  const { items, count } = data.flagged;
  return (
    <section class="card" aria-labelledby="not-counted-heading" data-testid="not-counted">
      <h2 id="not-counted-heading">{say("notCounted")}</h2>
      <p>{say(count > 0 ? "notCountedHelp" : "nothingNotCounted")}</p>
      <ul class="not-counted">
        {items.slice(0, shown).map((sample) => (
          <Value
            key={`${sample.metric} ${sample.source} ${sample.time}`}
            sample={sample}
            metric={data.metrics.get(sample.metric)}
            told={told.get(sample.source)}
            timeZone={data.today.time_zone}
          />
        ))}
      </ul>
      {count > shown && (
        <p class="muted">
          {say("notCountedOfAll", { shown: Math.min(shown, items.length), all: count })}
        </p>
      )}
      {items.length > shown && (
        <button type="button" class="more" onClick={() => setShown(items.length)}>
          {say("showMore")}
        </button>
      )}
    </section>
  );
}

interface ValueProps {
  sample: FlaggedSample;
  metric: Metric | undefined;
  told: Told | undefined;
  timeZone: string;
}

function Value({ sample, metric, told, timeZone }: ValueProps) {
  const unit = unitWord(sample.unit);
  return (
    <li data-testid="flagged">
      <span>
        <strong>{metric ? local(metric.name) : sample.metric}</strong>{" "}
        <span class="figure">{exact(sample.value)}</span>
        <span class="unit"> {unit}</span>
      </span>
      <span>{metric ? reason(metric, unit) : sample.limit}</span>
      <small>{moment(sample.time, timeZone)}</small>
      <SourceLabel source={sample.source} told={told} />
    </li>
  );
}

function reason(metric: Metric, unit: string): string {
  const range = say("range", {
    from: exact(metric.minimum),
    to: exact(metric.maximum),
    unit,
  }).trimEnd(); // Some units have no name of their own.
  return say("outsideOfRange", {
    range: metric.sample_time === "minute" ? say("rangeOfMinute", { range }) : range,
  });
}
