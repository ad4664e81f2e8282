import type { Became, DayReceipt, FigureReceipt, InTime, Metric } from "../../client/api";
import { list, moment } from "../../format";
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

/** A figure of the day, its parts, and where the rest went. */
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

/**
 * Where points of a programme rest on another figure than the one that is shown; once for all of which the same is said.
 * In which programmes the resident takes no part is said with the points of the day.
 */
function OfPoints({ figure, metric, receipt, today }: FigureProps) {
  const namesByReason = new Map<string, string[]>();
  for (const other of figure.in_time.filter(
    ({ why }) => why.length > 0 && !why.includes("not_taking_part"),
  )) {
    const said = whyOtherwise(other, { figure, metric, receipt, today }).join("\n");
    namesByReason.set(said, [...(namesByReason.get(said) ?? []), local(other.name)]);
  }
  return (
    <>
      {[...namesByReason].map(([said, names]) => (
        <div key={said} class="outcome" data-testid="in-time">
          <p>
            <strong>{list(names)}</strong>
          </p>
          {said.split("\n").map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </div>
      ))}
    </>
  );
}

/** Why a programme counts another figure, and what it comes to, in sentences. */
function whyOtherwise(other: InTime, { metric, receipt, today }: FigureProps): string[] {
  const until = moment(other.late_since, receipt.time_zone, today);
  const value = other.value === null ? null : valueWithParts(other.value, metric);
  if (!other.why.includes("origin"))
    return [value === null ? say("nothingInTime", { until }) : say("inTime", { until, value })];
  const arrived =
    other.why.includes("late") && other.arrived !== null
      ? [say("arrivedInTime", { until, value: valueWithParts(other.arrived, metric) })]
      : [];
  return [
    ...arrived,
    ...other.left_out.map(local),
    value === null ? say("nothingForPoints") : say("ofPoints", { value }),
  ];
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
