import { useEffect, useRef, useState } from "preact/hooks";
import type { FigureReceipt } from "../../client/api";
import { explained } from "../../frame/problem";
import { local } from "../../language";
import { endedSession } from "../../session";
import { nameOfSource } from "./fates";
import { answerOrder, type DayData } from "./load";
import { say } from "./words";

interface OrderQuestionsProps {
  /** In the order of the page. */
  figures: readonly FigureReceipt[];
  data: DayData;
  /** Something was answered and is kept. */
  answered: () => void;
}

interface Question {
  sources: readonly string[];
  metrics: readonly string[];
}

/** Devices of one kind that nobody has put in order: asked once for all that they count. */
export function OrderQuestions({ figures, data, answered }: OrderQuestionsProps) {
  const [done, setDone] = useState<readonly string[]>([]);
  const confirmation = useRef<HTMLParagraphElement>(null);
  const open = questionsOf(figures).filter((question) => !done.includes(keyOf(question)));

  // The button that had the focus is gone with its question.
  useEffect(() => {
    if (done.length > 0) confirmation.current?.focus();
  }, [done]);

  return (
    <>
      {done.length > 0 && (
        <p
          ref={confirmation}
          class="outcome on-screen"
          role="status"
          tabIndex={-1}
          data-testid="order-answered"
        >
          {say("orderAnswered")}
        </p>
      )}
      {open.map((question) => (
        <OrderQuestion
          key={keyOf(question)}
          question={question}
          data={data}
          answered={() => {
            setDone([...done, keyOf(question)]);
            answered();
          }}
        />
      ))}
    </>
  );
}

const keyOf = ({ sources }: Question): string => [...sources].sort().join(" ");

/** Each set of sources once. One that is part of another is answered with it. */
function questionsOf(figures: readonly FigureReceipt[]): Question[] {
  const asking = figures.filter(({ asks_order_of }) => asks_order_of.length > 0);
  const largestFirst = [...asking].sort(
    (one, other) => other.asks_order_of.length - one.asks_order_of.length,
  );
  const questions: { sources: readonly string[]; metrics: string[] }[] = [];
  for (const { asks_order_of: sources, metric } of largestFirst) {
    const whole = questions.find((of) => sources.every((source) => of.sources.includes(source)));
    if (whole) whole.metrics.push(metric);
    else questions.push({ sources, metrics: [metric] });
  }
  return questions;
}

type Stage = { name: "asking" } | { name: "saving" } | { name: "failed"; error: unknown };

interface OrderQuestionProps {
  question: Question;
  data: DayData;
  answered: () => void;
}

/** That it does not matter is an answer too. */
function OrderQuestion({ question, data, answered }: OrderQuestionProps) {
  const [stage, setStage] = useState<Stage>({ name: "asking" });
  const { sources, metrics } = question;
  const names = metrics.map((metric) => local(data.metrics.get(metric)?.name ?? {}));

  const keep = (best: string | null) => {
    if (stage.name === "saving") return;
    setStage({ name: "saving" });
    answerOrder(sources, best).then(answered, (error) => {
      if (!endedSession(error)) setStage({ name: "failed", error });
    });
  };
  const headingId = `order-of-${metrics[0]}`;
  const [first = ""] = names;
  return (
    <section
      class="card order-question on-screen"
      aria-labelledby={headingId}
      data-testid="order-question"
    >
      <h2 id={headingId}>
        {names.length === 1
          ? say("orderQuestion", { metric: first })
          : say("orderQuestionOfAll", { metric: first, more: names.length - 1 })}
      </h2>
      <p>{say("orderRule")}</p>
      {names.length > 1 && <p>{say("orderOfAll", { metrics: names.join(say("and")) })}</p>}
      {sources.map((source) => (
        <button key={source} type="button" class="soft" onClick={() => keep(source)}>
          {nameOfSource(data.receipt, source)}
        </button>
      ))}
      <button type="button" class="soft" onClick={() => keep(null)}>
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
