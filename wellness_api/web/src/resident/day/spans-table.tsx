import type {
  DayReceipt,
  FigureReceipt,
  Metric,
  ReceiptSpan,
  SourceReceipt,
} from "../../client/api";
import { timeIn } from "../../format";
import { useOpenOnPaper } from "../../frame/open-on-paper";
import { amountWords, nameOfSource, shortFate } from "./fates";
import { say } from "./words";

interface SpansTableProps {
  figure: FigureReceipt;
  metric: Metric;
  receipt: DayReceipt;
}

/** All spans in words: the content of the drawing, for readers who cannot see it or want the figures. */
export function SpansTable({ figure, metric, receipt }: SpansTableProps) {
  const details = useOpenOnPaper();
  const told = figure.sources.filter((source) => source.spans.length > 0);
  if (told.length === 0) return null;
  return (
    <details ref={details} class="spans" data-testid="spans">
      <summary>{say("allSpans")}</summary>
      {told.map((source) => (
        <OfSource
          key={source.source}
          source={source}
          figure={figure}
          metric={metric}
          receipt={receipt}
        />
      ))}
    </details>
  );
}

interface OfSourceProps extends SpansTableProps {
  source: SourceReceipt;
}

function OfSource({ source, figure, metric, receipt }: OfSourceProps) {
  return (
    <table>
      <caption>{nameOfSource(receipt, source.source)}</caption>
      <thead>
        <tr>
          <th scope="col">{say("when")}</th>
          <th scope="col">{say("sent")}</th>
          <th scope="col">{say("became")}</th>
        </tr>
      </thead>
      <tbody>
        {source.spans.map((span) => (
          <tr key={`${span.from} ${span.to}`}>
            <th scope="row">{timeOf(span, receipt.time_zone)}</th>
            <td>{amountWords(span.sent, figure, metric)}</td>
            <td>{becameWords(span, figure, metric)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function timeOf(span: ReceiptSpan, timeZone: string): string {
  const [from, to] = [timeIn(span.from, timeZone), timeIn(span.to, timeZone)];
  return from === to ? from : say("fromTo", { from, to });
}

/** What became of the span; with amounts if it was several things. */
function becameWords(span: ReceiptSpan, figure: FigureReceipt, metric: Metric): string {
  if (span.became.length === 0) return say("saidNothing");
  const [only] = span.became;
  if (span.became.length === 1 && only) return shortFate(only.what);
  return span.became
    .map((part) => `${shortFate(part.what)} ${amountWords(part.amount, figure, metric)}`)
    .join(say("and"));
}
