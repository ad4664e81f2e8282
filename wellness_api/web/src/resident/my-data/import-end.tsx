import type { OwnImport } from "../../client/api";
import { momentHere } from "../../format";
import type { Stage } from "./import-stage";
import { fileTrouble } from "./import-trouble";
import { say } from "./words";

/** What became of a file. */
export function ImportEnd({ stage }: { stage: Extract<Stage, { name: "over" | "fitTaken" }> }) {
  if (stage.name === "fitTaken") {
    const { receipt, refused_items } = stage.taken;
    return <Taken counts={{ ...receipt, refused: receipt.refused + refused_items, damaged: 0 }} />;
  }
  const { problem, progress, finished_at } = stage.ownImport;
  const { samples, records } = progress;
  return (
    <>
      {problem && (
        <p class="trouble" data-testid="import-problem">
          <strong>{say("importNotDone")}</strong> {fileTrouble(problem)}
        </p>
      )}
      {(!problem || samples.accepted > 0) && (
        <Taken
          counts={{
            ...samples,
            refused: samples.refused + records.refused,
            damaged: records.damaged ?? 0,
          }}
          heading={!problem}
        />
      )}
      {finished_at && <small>{momentHere(finished_at)}</small>}
    </>
  );
}

type Counts = OwnImport["progress"]["samples"] & { damaged: number };

/** Only what happened is listed. */
function Taken({ counts, heading = true }: { counts: Counts; heading?: boolean }) {
  return (
    <div data-testid="import-done">
      {heading && (
        <p>
          <strong>{say("importDone")}</strong>
        </p>
      )}
      <ul class="counts">
        <li>{say("importNew", { count: counts.accepted })}</li>
        {counts.duplicate > 0 && <li>{say("importKnown", { count: counts.duplicate })}</li>}
        {counts.flagged > 0 && <li>{say("importFlagged", { count: counts.flagged })}</li>}
        {counts.refused > 0 && <li>{say("importRefused", { count: counts.refused })}</li>}
        {counts.damaged > 0 && <li>{say("importDamaged", { count: counts.damaged })}</li>}
      </ul>
    </div>
  );
}
