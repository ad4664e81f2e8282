import type { DayReceipt, FigureReceipt, ReceiptSpan } from "../../client/api";
import { number } from "../../format";
import { nameOfSource } from "./fates";
import { fillOf } from "./patterns";
import { say } from "./words";

const ROW_HEIGHT = 40;
const NOTHING_HEIGHT = 4; // A line shows that there was nothing.
const NARROWEST_PERCENT = 0.6; // A minute of a day would be narrower than a line.
const HOURS = [0, 6, 12, 18, 24];
const HALF_DAY_HOURS = 12;

/** The day's 24 hours, with a row for each source. The list above and the table below say the same in words. */
export function Drawing({ figure, receipt }: { figure: FigureReceipt; receipt: DayReceipt }) {
  const drawn = figure.sources.filter((source) => source.spans.length > 0);
  return (
    <div class="drawing" data-testid="drawing">
      {drawn.map(({ source, spans }) => (
        <figure key={source}>
          <figcaption>{nameOfSource(receipt, source)}</figcaption>
          <svg
            width="100%"
            height={ROW_HEIGHT}
            role="img"
            aria-label={say("drawingOf", { source: nameOfSource(receipt, source) })}
          >
            {HOURS.slice(1, -1).map((hour) => (
              <line
                key={hour}
                class="hour"
                x1={`${(100 * hour) / 24}%`}
                x2={`${(100 * hour) / 24}%`}
                y1="0"
                y2={ROW_HEIGHT}
              />
            ))}
            {spans.map((span) => (
              <Span key={`${span.from} ${span.to}`} span={span} receipt={receipt} />
            ))}
          </svg>
        </figure>
      ))}
      <p class="hours" aria-hidden="true">
        {HOURS.map((hour) => (
          <span
            key={hour}
            class={hour % HALF_DAY_HOURS === 0 ? "at-hour" : "at-hour where-there-is-room"}
            style={{ left: `${(100 * hour) / 24}%` }}
          >
            {say("hour", { hour: number(hour) })}
          </span>
        ))}
      </p>
    </div>
  );
}

/** A span is as wide as its time. If several things became of it, each is as high as its share. */
function Span({ span, receipt }: { span: ReceiptSpan; receipt: DayReceipt }) {
  const [left, right] = [span.from, span.to].map((moment) => placeOf(moment, receipt)) as [
    number,
    number,
  ];
  const width = Math.max(right - left, NARROWEST_PERCENT);
  const across = { x: `${Math.min(left, 100 - width)}%`, width: `${width}%` };
  const whole = span.became.reduce((sum, { amount }) => sum + Math.abs(amount), 0);
  if (whole === 0)
    return (
      <rect {...across} y={ROW_HEIGHT - NOTHING_HEIGHT} height={NOTHING_HEIGHT} class="nothing" />
    );
  let top = 0;
  return (
    <>
      {span.became.map((part) => {
        const height = (ROW_HEIGHT * Math.abs(part.amount)) / whole;
        const y = top;
        top += height;
        return (
          <rect
            key={[part.what, part.by_source, part.limit?.of, part.by].join(" ")}
            {...across}
            y={y}
            height={height}
            class="part"
            fill={fillOf(part.what)}
          />
        );
      })}
    </>
  );
}

/** The place in percent of the day, which has 23 or 25 hours when clocks change. */
function placeOf(rfc3339: string, receipt: DayReceipt): number {
  const [moment, from, to] = [rfc3339, receipt.from, receipt.to].map((time) => Date.parse(time));
  if (moment === undefined || from === undefined || to === undefined) return 0;
  return Math.min(100, Math.max(0, (100 * (moment - from)) / (to - from)));
}
