import { day } from "../../format";
import { Loaded } from "../../frame/loaded";
import { local } from "../../language";
import { SubPage } from "../sub-page";
import { isShown, valueWords } from "./fates";
import { Figure } from "./figure";
import { Heard } from "./heard";
import { type DayData, daysLater, loadDay } from "./load";
import { Parts } from "./parts";
import { Patterns } from "./patterns";
import { say } from "./words";
import "./day.css";

const FIRST_SHOWN = "steps";

/** Where the day's steps came from, which of them counted, and why others did not. */
export function DayPage() {
  return (
    <SubPage title={say("dayReceipt")}>
      <Loaded from={loadDay}>{(data) => <Receipt data={data} />}</Loaded>
    </SubPage>
  );
}

function Receipt({ data }: { data: DayData }) {
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
      </div>
      <div class="column">
        <Heard receipt={receipt} />
        {others.length > 0 && (
          <section class="card" aria-labelledby="others-heading" data-testid="other-figures">
            <h2 id="others-heading">{say("otherFigures")}</h2>
            {others.map((figure) => (
              <details key={figure.metric} class="other-figure">
                <summary>
                  {local(metrics.get(figure.metric)?.name ?? {})}{" "}
                  <strong>{figure.value === null ? "–" : valueWords(figure.value, figure)}</strong>
                </summary>
                <FigureOf data={data} figure={figure} />
              </details>
            ))}
          </section>
        )}
        <Parts receipt={receipt} />
      </div>
    </>
  );
}

function FigureOf({
  data: { receipt, metrics },
  figure,
}: {
  data: DayData;
  figure: DayData["receipt"]["figures"][number] | undefined;
}) {
  const metric = figure && metrics.get(figure.metric);
  if (!metric) return <p>{say("noStepsOfDay")}</p>;
  return <Figure figure={figure} metric={metric} receipt={receipt} />;
}

/** The day on show, and the way to the days beside it. */
function Days({ data: { receipt, today } }: { data: DayData }) {
  return (
    <nav class="days" aria-label={say("otherDays")}>
      <a href={`/day?date=${daysLater(receipt.day, -1)}`} data-testid="day-before">
        <span aria-hidden="true">← </span>
        {say("dayBefore")}
      </a>
      <strong data-testid="day">{day(receipt.day)}</strong>
      {receipt.day < today.day ? (
        <a href={`/day?date=${daysLater(receipt.day, 1)}`} data-testid="day-after">
          {say("dayAfter")}
          <span aria-hidden="true"> →</span>
        </a>
      ) : (
        <span class="muted">{say("isToday")}</span>
      )}
    </nav>
  );
}
