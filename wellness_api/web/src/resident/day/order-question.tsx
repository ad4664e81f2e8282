import { useState } from "preact/hooks";
import type { DayReceipt, FigureReceipt, Metric } from "../../client/api";
import { explained } from "../../frame/problem";
import { local } from "../../language";
import { endedSession } from "../../session";
import { chooseSources } from "../my-data/load";
import { nameOfSource } from "./fates";
import { say } from "./words";

interface OrderQuestionProps {
  figure: FigureReceipt;
  metric: Metric;
  receipt: DayReceipt;
}

type Stage =
  | { name: "asking" }
  | { name: "saving" }
  | { name: "answered" }
  | { name: "failed"; error: unknown };

/**
 * A question about two apps of one kind that nobody has ordered. It is asked once. "It does not matter" is an answer
 * too.
 */
export function OrderQuestion({ figure, metric, receipt }: OrderQuestionProps) {
  const [stage, setStage] = useState<Stage>({ name: "asking" });
  const sources = figure.asks_order_of;
  if (sources.length === 0) return null;
  if (stage.name === "answered")
    return (
      <p class="outcome" role="status">
        {say("orderAnswered")}
      </p>
    );

  const answer = (best: string | null) => {
    if (stage.name === "saving") return;
    setStage({ name: "saving" });
    const order = best === null ? [] : [best, ...sources.filter((source) => source !== best)];
    chooseSources(figure.metric, order).then(
      () => setStage({ name: "answered" }),
      (error) => {
        if (!endedSession(error)) setStage({ name: "failed", error });
      },
    );
  };
  const headingId = `order-of-${figure.metric}`;
  return (
    <section class="order-question" aria-labelledby={headingId} data-testid="order-question">
      <h3 id={headingId}>{say("orderQuestion", { metric: local(metric.name) })}</h3>
      <p>{say("orderRule")}</p>
      {sources.map((source) => (
        <button key={source} type="button" class="soft" onClick={() => answer(source)}>
          {nameOfSource(receipt, source)}
        </button>
      ))}
      <button type="button" class="soft" onClick={() => answer(null)}>
        {say("orderNoMatter")}
      </button>
      {stage.name === "failed" && (
        <p class="outcome trouble" role="alert">
          {say("orderNotSaved", { why: explained(stage.error) })}
        </p>
      )}
    </section>
  );
}
