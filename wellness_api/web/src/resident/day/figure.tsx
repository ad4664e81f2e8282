import type { Became, DayReceipt, FigureReceipt, InTime, Metric } from "../../client/api";
import { exact, list, moment } from "../../format";
import { local } from "../../language";
import { Drawing } from "./drawing";
import { amountWords, fateWords, nameOfSource, valueWords } from "./fates";
import { OrderQuestion } from "./order-question";
import { Swatch } from "./patterns";
import { SpansTable } from "./spans-table";
import { say } from "./words";

interface FigureProps {
  figure: FigureReceipt;
  metric: Metric;
  receipt: DayReceipt;
}

/** A figure of the day, its parts, and where the rest went. */
export function Figure({ figure, metric, receipt }: FigureProps) {
  const headingId = `figure-${figure.metric}`;
  return (
    <section class="figure-of-day" aria-labelledby={headingId} data-testid={headingId}>
      <h2 id={headingId}>{local(metric.name)}</h2>
      <p class="day-value">
        <span class="figure">{figure.value === null ? "–" : valueWords(figure.value, figure)}</span>
      </p>
      {figure.sources.length === 0 ? (
        <p>{say("samplesGone")}</p>
      ) : (
        <>
          <p>{say("ofAllSent", { sent: amountWords(figure.sent, figure) })}</p>
          <ul class="fates">
            {figure.became.map((part) => (
              <Part key={keyOf(part)} part={part} figure={figure} receipt={receipt} />
            ))}
          </ul>
          {figure.rounded !== 0 && (
            <p class="muted">{say("roundedOnce", { amount: exact(figure.rounded) })}</p>
          )}
          <OfPoints figure={figure} receipt={receipt} />
          <Untold figure={figure} receipt={receipt} />
          <OrderQuestion figure={figure} metric={metric} receipt={receipt} />
          <Drawing figure={figure} receipt={receipt} />
          <SpansTable figure={figure} receipt={receipt} />
        </>
      )}
    </section>
  );
}

const keyOf = (part: Became): string =>
  [part.what, part.by_source, part.limit?.of, part.by].join(" ");

interface PartProps {
  part: Became;
  figure: FigureReceipt;
  receipt: DayReceipt;
}

function Part({ part, figure, receipt }: PartProps) {
  return (
    <li data-testid={`fate-${part.what}`}>
      <Swatch what={part.what} />
      <span class="fate-words">{fateWords(part, figure, receipt)}</span>
      <strong class="fate-amount">{amountWords(part.amount, figure)}</strong>
    </li>
  );
}

/** Where points of a programme rest on another figure than the one that is shown; once for all of which the same is said. */
function OfPoints({ figure, receipt }: { figure: FigureReceipt; receipt: DayReceipt }) {
  const namesByReason = new Map<string, string[]>();
  for (const other of figure.in_time.filter(({ why }) => why.length > 0)) {
    const said = whyOtherwise(other, figure, receipt).join("\n");
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
function whyOtherwise(other: InTime, figure: FigureReceipt, receipt: DayReceipt): string[] {
  const until = moment(other.late_since, receipt.time_zone);
  const value = other.value === null ? null : valueWords(other.value, figure);
  if (!other.why.includes("origin"))
    return [value === null ? say("nothingInTime", { until }) : say("inTime", { until, value })];
  const arrived =
    other.why.includes("late") && other.arrived !== null
      ? [say("arrivedInTime", { until, value: valueWords(other.arrived, figure) })]
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
