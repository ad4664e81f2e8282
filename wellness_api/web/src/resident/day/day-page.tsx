import type { FigureReceipt } from "../../client/api";
import { day, dayOfYear } from "../../format";
import { Loaded } from "../../frame/loaded";
import { local } from "../../language";
import { SubPage } from "../sub-page";
import { isShown, shapeOf, valueWords } from "./fates";
import { Figure } from "./figure";
import { useFresh } from "./fresh";
import { Heard } from "./heard";
import { askedDay, type DayData, daysLater, loadDay } from "./load";
import { OrderQuestions } from "./order-questions";
import { Parts } from "./parts";
import { Patterns } from "./patterns";
import { PointsOfDay } from "./points-of-day";
import { say } from "./words";
import "./day.css";

const FIRST_SHOWN = "steps";

/** Where the day's steps came from, which of them counted, and why others did not. */
export function DayPage() {
  return (
    <SubPage title={say("dayReceipt")} about={askedDayWords()}>
      <Loaded from={loadFirst}>{(first) => <Receipt first={first} />}</Loaded>
    </SubPage>
  );
}

const loadFirst = (): Promise<DayData> => loadDay();

/** The day in the address, in words; undefined where it is none. */
function askedDayWords(): string | undefined {
  const asked = askedDay();
  if (asked === null) return say("isToday");
  return Number.isNaN(Date.parse(asked)) ? undefined : dayOfYear(asked);
}

function Receipt({ first }: { first: DayData }) {
  const { data, connected, lookAgain } = useFresh(first);
  const { receipt, metrics } = data;
  const shown = receipt.figures.filter((figure) => isShown(figure, metrics));
  const steps = shown.find(({ metric }) => metric === FIRST_SHOWN);
  const others = shown.filter((figure) => figure !== steps);
  return (
    <>
      <div class="column">
        <Days data={data} />
        {receipt.state !== "worked_out" && (
          <p class="outcome" role="status" data-testid="day-state">
            {say(receipt.state === "waiting" ? "dayWaits" : "daySetAside")}
          </p>
        )}
        <div class="card" data-testid="steps-of-day">
          <Patterns />
          <FigureOf data={data} figure={steps} />
        </div>
        <OrderQuestions
          figures={steps ? [steps, ...others] : others}
          data={data}
          answered={lookAgain}
        />
        <PointsOfDay data={data} />
      </div>
      <div class="column">
        <Heard receipt={receipt} today={data.today.day} />
        {others.length > 0 && (
          <section class="card" aria-labelledby="others-heading" data-testid="other-figures">
            <h2 id="others-heading">{say("otherFigures")}</h2>
            {others.map((figure) => (
              <details key={figure.metric} class="other-figure">
                <summary>
                  {local(metrics.get(figure.metric)?.name ?? {})}{" "}
                  <strong>{valueWords(figure.value, shapeOf(figure, metrics))}</strong>
                </summary>
                <FigureOf data={data} figure={figure} />
              </details>
            ))}
          </section>
        )}
        <Parts data={data} />
      </div>
      {!connected && (
        <p class="connection" role="status">
          {say("connectionLost")}
        </p>
      )}
    </>
  );
}

function FigureOf({ data, figure }: { data: DayData; figure: FigureReceipt | undefined }) {
  const metric = figure && data.metrics.get(figure.metric);
  if (!metric) return <p>{say("noStepsOfDay")}</p>;
  return <Figure figure={figure} metric={metric} receipt={data.receipt} today={data.today.day} />;
}

/** The day on show, and the way to the days beside it. */
function Days({ data: { receipt, today } }: { data: DayData }) {
  return (
    <nav class="days" aria-label={say("otherDays")}>
      <a href={`/day?date=${daysLater(receipt.day, -1)}`} data-testid="day-before">
        <span aria-hidden="true">←</span>
        {say("dayBefore")}
      </a>
      <strong data-testid="day">
        <span class="on-screen">{day(receipt.day, today.day)}</span>
        <span class="on-paper">{dayOfYear(receipt.day)}</span>
      </strong>
      {receipt.day < today.day ? (
        <a href={`/day?date=${daysLater(receipt.day, 1)}`} data-testid="day-after">
          {say("dayAfter")}
          <span aria-hidden="true">→</span>
        </a>
      ) : (
        <span class="muted">{say("isToday")}</span>
      )}
    </nav>
  );
}
