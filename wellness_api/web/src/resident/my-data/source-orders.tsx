import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { MetricSources } from "../../client/api";
import { number } from "../../format";
import { useOpenOnPaper } from "../../frame/open-on-paper";
import { explained } from "../../frame/problem";
import { local } from "../../language";
import { endedSession } from "../../session";
import { chooseSources, type MyData } from "./load";
import { SourceLabel } from "./source-label";
import type { Told } from "./source-name";
import { say } from "./words";

interface SourceOrdersProps {
  data: MyData;
  told: ReadonlyMap<string, Told>;
}

/**
 * Which source counts first, for each metric with more than one source. Steps come first, since points rest on them.
 */
export function SourceOrders({ data, told }: SourceOrdersProps) {
  const [steps, others] = orderable(data);
  const more = useOpenOnPaper();
  return (
    <section class="card" aria-labelledby="orders-heading" data-testid="source-orders">
      <h2 id="orders-heading">{say("whatCounts")}</h2>
      <p>{say(steps || others.length > 0 ? "whatCountsHelp" : "oneSourceEach")}</p>
      {steps && <Order key={keyOf(steps)} of={steps} name={nameOf(data, steps)} told={told} />}
      {others.length > 0 && (
        <details ref={more} class="more-orders" data-testid="more-orders">
          <summary>{say("otherMetricsToo", { count: others.length })}</summary>
          {others.map((metric) => (
            <Order key={keyOf(metric)} of={metric} name={nameOf(data, metric)} told={told} />
          ))}
        </details>
      )}
    </section>
  );
}

/** An order that is loaded again with other sources starts anew. */
const keyOf = ({ metric, sources }: MetricSources): string =>
  [metric, ...sources.map((seen) => seen.source)].join(" ");

/**
 * Answers and a counter's readings are left out: their order follows the metric that they belong to. Records of halls
 * and counters are left out too: a day has one of each, whoever reports it.
 */
function orderable(data: MyData): [MetricSources | undefined, MetricSources[]] {
  const several = data.sources.filter(({ metric, sources }) => {
    const about = data.metrics.get(metric);
    const ofVenues = sources.some(({ venue }) => venue);
    return sources.length > 1 && about && !about.total_of && about.codes.length === 0 && !ofVenues;
  });
  return [
    several.find(({ metric }) => metric === "steps"),
    several.filter(({ metric }) => metric !== "steps"),
  ];
}

function nameOf(data: MyData, { metric }: MetricSources): string {
  const about = data.metrics.get(metric);
  return about ? local(about.name) : metric;
}

/** Whether several sources are of one kind. Until they are ordered, each day decides between them by itself. */
function severalOfOneKind(sources: readonly string[]): boolean {
  const kinds = sources.map((source) => source.slice(0, source.indexOf(":")));
  return new Set(kinds).size < kinds.length;
}

type Outcome =
  | { name: "none" }
  | { name: "saving" }
  | { name: "saved" }
  | { name: "failed"; error: unknown };

type Move = { source: string; by: -1 | 1 };

interface OrderProps {
  of: MetricSources;
  name: string;
  told: ReadonlyMap<string, Told>;
}

function Order({ of, name, told }: OrderProps) {
  const [order, setOrder] = useState(() => of.sources.map((seen) => seen.source));
  const [outcome, setOutcome] = useState<Outcome>({ name: "none" });
  const list = useRef<HTMLOListElement>(null);
  const moved = useRef<Move | null>(null);

  // The browser takes the focus from a button whose line has moved; a reader with a keyboard goes on from that
  // button.
  useLayoutEffect(() => {
    if (!moved.current) return;
    const { source, by } = moved.current;
    list.current
      ?.querySelector<HTMLButtonElement>(`[data-move="${by}"][data-source="${source}"]`)
      ?.focus();
    moved.current = null;
  }, [order]);

  const move = (source: string, by: -1 | 1) => {
    const from = order.indexOf(source);
    if (order[from + by] === undefined || outcome.name === "saving") return;
    const next = order.filter((other) => other !== source);
    next.splice(from + by, 0, source);
    moved.current = { source, by };
    setOrder(next);
    setOutcome({ name: "saving" });
    chooseSources(of.metric, next).then(
      () => setOutcome({ name: "saved" }),
      (error) => {
        if (endedSession(error)) return;
        moved.current = { source, by };
        setOrder(order);
        setOutcome({ name: "failed", error });
      },
    );
  };

  const best = order[0] ?? "";
  const sourceNameOf = (source: string): string => told.get(source)?.name ?? source;
  return (
    <div class="order" data-testid={`order-${of.metric}`}>
      <h3>{say("sourcesOf", { metric: name })}</h3>
      <ol ref={list}>
        {order.map((source, place) => (
          <li key={source}>
            <span class="place" aria-hidden="true">
              {number(place + 1)}
            </span>
            <SourceLabel source={source} told={told.get(source)} />
            <span class="moves">
              <MoveButton
                source={source}
                name={sourceNameOf(source)}
                by={-1}
                possible={place > 0}
                move={move}
              />
              <MoveButton
                source={source}
                name={sourceNameOf(source)}
                by={1}
                possible={place < order.length - 1}
                move={move}
              />
            </span>
          </li>
        ))}
      </ol>
      {outcome.name === "none" && !of.chosen && severalOfOneKind(order) && (
        <p class="muted">{say("orderOfOneKind")}</p>
      )}
      <p class="outcome" role="status">
        {outcome.name === "saved" && say("orderSaved", { source: sourceNameOf(best) })}
      </p>
      {outcome.name === "failed" && (
        <p class="outcome trouble" role="alert">
          {say("orderNotSaved", { why: explained(outcome.error) })}
        </p>
      )}
    </div>
  );
}

interface MoveButtonProps extends Move {
  name: string;
  possible: boolean;
  move: (source: string, by: -1 | 1) => void;
}

function MoveButton({ source, name, by, possible, move }: MoveButtonProps) {
  // Not `disabled`: that would take the focus from a reader who has just moved a source to the end.
  return (
    <button
      type="button"
      class="soft"
      data-move={by}
      data-source={source}
      aria-disabled={!possible}
      onClick={() => move(source, by)}
    >
      <span aria-hidden="true">{by < 0 ? "▲ " : "▼ "}</span>
      {say(by < 0 ? "moveUp" : "moveDown")}
      <span class="for-screen-readers"> {name}</span>
    </button>
  );
}
