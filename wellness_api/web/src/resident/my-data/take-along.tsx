import { useState } from "preact/hooks";
import type { Today } from "../../client/api";
import { monthOfYear } from "../../format";
import { explained } from "../../frame/problem";
import { endedSession } from "../../session";
import { MONTHS_OFFERED, monthAsFhir, save, stepsAsCsv } from "./downloads";
import { monthsBack } from "./months";
import { say } from "./words";

/** Two files for two needs: a table that people open, and the form that health systems read. */
export function TakeAlong({ today }: { today: Today }) {
  const months = monthsBack(today.day, MONTHS_OFFERED);
  const [month, setMonth] = useState(months[0] ?? "");
  return (
    <section class="card on-screen" aria-labelledby="take-along-heading" data-testid="take-along">
      <h2 id="take-along-heading">{say("takeAlong")}</h2>
      <p>{say("takeAlongHelp")}</p>
      <div class="download">
        <Download
          label={say("stepsOfYear")}
          help={say("stepsOfYearHelp")}
          testId="download-steps"
          fileName={`steps-${today.day}.csv`}
          fetching={(percent) => say("fetching", { percent })}
          load={(told) => stepsAsCsv(today.day, today.time_zone, told)}
        />
      </div>
      <div class="download">
        <label for="month">{say("month")}</label>
        <select id="month" value={month} onChange={(event) => setMonth(event.currentTarget.value)}>
          {months.map((choice) => (
            <option key={choice} value={choice}>
              {monthOfYear(choice)}
            </option>
          ))}
        </select>
        <Download
          key={month}
          label={say("everythingOfMonth")}
          help={say("everythingOfMonthHelp")}
          testId="download-month"
          fileName={`health-${month}.fhir.json`}
          fetching={(records) => say("fetchingRecords", { count: records })}
          load={(told) => monthAsFhir(month, today.time_zone, told)}
        />
      </div>
    </section>
  );
}

type Stage =
  | { name: "ready" }
  | { name: "fetching"; sofar: number }
  | { name: "saved" }
  | { name: "nothing" }
  | { name: "failed"; error: unknown };

interface DownloadProps {
  label: string;
  help: string;
  testId: string;
  fileName: string;
  fetching: (sofar: number) => string;
  load: (told: (sofar: number) => void) => Promise<Blob | undefined>;
}

/** Not a plain link: several answers of the API become one file. */
function Download({ label, help, testId, fileName, fetching, load }: DownloadProps) {
  const [stage, setStage] = useState<Stage>({ name: "ready" });
  const busy = stage.name === "fetching";

  const start = () => {
    if (busy) return;
    setStage({ name: "fetching", sofar: 0 });
    load((sofar) => setStage({ name: "fetching", sofar })).then(
      (content) => {
        if (content) save(content, fileName);
        setStage(content ? { name: "saved" } : { name: "nothing" });
      },
      (error) => {
        if (!endedSession(error)) setStage({ name: "failed", error });
      },
    );
  };

  return (
    <>
      <button
        type="button"
        class="soft wide"
        data-testid={testId}
        aria-disabled={busy}
        onClick={start}
      >
        {label}
      </button>
      <small>{help}</small>
      {busy && <p>{fetching(stage.sofar)}</p>}
      <p class="outcome" role="status">
        {stage.name === "saved" && say("fetched", { name: fileName })}
        {stage.name === "nothing" && say("nothingToFetch")}
      </p>
      {stage.name === "failed" && (
        <p class="outcome trouble" role="alert">
          {explained(stage.error)}
        </p>
      )}
    </>
  );
}
