import type { Became, DayReceipt, FigureReceipt, Metric } from "../../client/api";
import { moment } from "../../format";
import { local } from "../../language";
import { Drawing } from "./drawing";
import { amountWords, fateWords, nameOfSource, valueWithParts } from "./fates";
import { Swatch } from "./patterns";
import { SpansTable } from "./spans-table";
import { say } from "./words";

const SLEEP = "sleep_minutes";

interface FigureProps {
  figure: FigureReceipt;
  metric: Metric;
  receipt: DayReceipt;
  today: string;
}

/** A figure of the day, what it is made of, and where the rest went. */
export function Figure({ figure, metric, receipt, today }: FigureProps) {
  const headingId = `figure-${figure.metric}`;
  return (
    <section class="figure-of-day" aria-labelledby={headingId} data-testid={headingId}>
      <h2 id={headingId}>{local(metric.name)}</h2>
      <p class="day-value">
        <span class="figure">{valueWithParts(figure.value, metric)}</span>
      </p>
      {figure.metric === SLEEP && <p class="muted">{say("sleepOfCalendarDay")}</p>}
      {figure.sources.length === 0 ? (
        <p>{say("samplesGone")}</p>
      ) : (
        <>
          <p>{say("ofAllSent", { sent: amountWords(figure.sent, figure, metric) })}</p>
          <ul class="fates">
            {figure.became.map((part) => (
              <Part
                key={keyOf(part)}
                part={part}
                figure={figure}
                metric={metric}
                receipt={receipt}
                today={today}
              />
            ))}
          </ul>
          {!addsUpAsShown(figure, metric) && <p class="muted">{say("roundedParts")}</p>}
          <OfPoints figure={figure} metric={metric} receipt={receipt} today={today} />
          <Untold figure={figure} receipt={receipt} />
          <Drawing figure={figure} receipt={receipt} />
          <SpansTable figure={figure} metric={metric} receipt={receipt} />
        </>
      )}
    </section>
  );
}

const keyOf = (part: Became): string =>
  [part.what, part.by_source, part.limit?.of, part.by].join(" ");

/** Whether the parts come to the whole, and what was counted to the value, with as many decimals as are shown. */
function addsUpAsShown(figure: FigureReceipt, { digits }: Metric): boolean {
  if (figure.counts === "samples") return true;
  const shown = (amount: number): number => Math.round(amount * 10 ** digits);
  const sumOf = (parts: readonly Became[]): number =>
    parts.reduce((sum, { amount }) => sum + shown(amount), 0);
  const counted = figure.became.filter(({ what }) => what === "counted" || what === "late");
  return (
    sumOf(figure.became) === shown(figure.sent) &&
    (figure.value === null || sumOf(counted) === shown(figure.value))
  );
}

interface PartProps extends FigureProps {
  part: Became;
}

function Part({ part, figure, metric, receipt, today }: PartProps) {
  return (
    <li data-testid={`fate-${part.what}`}>
      <Swatch what={part.what} />
      <span class="fate-words">{fateWords(part, figure, receipt, today)}</span>
      <strong class="fate-amount">{amountWords(part.amount, figure, metric)}</strong>
    </li>
  );
}

/** Where points rest on another figure than the one that is shown. */
function OfPoints({ figure, metric, receipt, today }: FigureProps) {
  const other = figure.in_time.find(({ value }) => value !== figure.value);
  if (!other || figure.counts !== "amounts") return null;
  const until = moment(other.late_since, receipt.time_zone, today);
  if (other.left_out.length > 0) {
    return (
      <div class="outcome" data-testid="in-time">
        {other.left_out.map((reason) => (
          <p key={local(reason)}>{local(reason)}</p>
        ))}
        <p>{say("ofPoints", { value: valueWithParts(other.value ?? 0, metric) })}</p>
      </div>
    );
  }
  return (
    <p class="outcome" data-testid="in-time">
      {other.value === null
        ? say("nothingInTime", { until })
        : say("inTime", { until, value: valueWithParts(other.value, metric) })}
    </p>
  );
}

/** Deletions of which it is not known any more what was said. */
function Untold({ figure, receipt }: { figure: FigureReceipt; receipt: DayReceipt }) {
  return (
    <>
      {figure.sources
        .filter(({ untold }) => untold > 0)
        .map(({ source, untold }) => (
          <p key={source} class="muted">
            {say("untold", { source: nameOfSource(receipt, source), count: untold })}
          </p>
        ))}
    </>
  );
}
