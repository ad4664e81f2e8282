import type { Became, DayReceipt, FigureReceipt, Metric } from "../../client/api";
import { exact, moment } from "../../format";
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

/** The figure that points rest on, where it differs from the figure on show. */
function OfPoints({ figure, receipt }: { figure: FigureReceipt; receipt: DayReceipt }) {
  const other = figure.in_time.find(({ value }) => value !== figure.value);
  if (!other || figure.counts !== "amounts") return null;
  const until = moment(other.late_since, receipt.time_zone);
  if (other.left_out.length > 0) {
    return (
      <div class="outcome" data-testid="in-time">
        {other.left_out.map((reason) => (
          <p key={local(reason)}>{local(reason)}</p>
        ))}
        <p>{say("ofPoints", { value: valueWords(other.value ?? 0, figure) })}</p>
      </div>
    );
  }
  return (
    <p class="outcome" data-testid="in-time">
      {other.value === null
        ? say("nothingInTime", { until })
        : say("inTime", { until, value: valueWords(other.value, figure) })}
    </p>
  );
}

/** Deleted records whose content is no longer known. */
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
