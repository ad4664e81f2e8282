import type { DayReceipt, FigureReceipt, ReceiptSpan, SourceReceipt } from "../../client/api";
import { timeIn } from "../../format";
import { amountWords, nameOfSource, shortFate } from "./fates";
import { say } from "./words";

/** All spans in words: the content of the drawing, for readers who cannot see it or want the figures. */
export function SpansTable({ figure, receipt }: { figure: FigureReceipt; receipt: DayReceipt }) {
  const told = figure.sources.filter((source) => source.spans.length > 0);
  if (told.length === 0) return null;
  return (
    <details class="spans" data-testid="spans">
      <summary>{say("allSpans")}</summary>
      {told.map((source) => (
        <OfSource key={source.source} source={source} figure={figure} receipt={receipt} />
      ))}
    </details>
  );
}

interface OfSourceProps {
  source: SourceReceipt;
  figure: FigureReceipt;
  receipt: DayReceipt;
}

function OfSource({ source, figure, receipt }: OfSourceProps) {
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
            <td>{amountWords(span.sent, figure)}</td>
            <td>{becameWords(span, figure)}</td>
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
function becameWords(span: ReceiptSpan, figure: FigureReceipt): string {
  if (span.became.length === 0) return say("saidNothing");
  const [only] = span.became;
  if (span.became.length === 1 && only) return shortFate(only.what);
  return span.became
    .map((part) => `${shortFate(part.what)} ${amountWords(part.amount, figure)}`)
    .join(say("and"));
}
