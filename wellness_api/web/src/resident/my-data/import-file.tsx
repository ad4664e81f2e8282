import { useRef } from "preact/hooks";
import type { OwnImport } from "../../client/api";
import { ImportEnd } from "./import-end";
import type { Stage } from "./import-stage";
import { useImport } from "./use-import";
import { say } from "./words";

interface ImportFileProps {
  imports: readonly OwnImport[];
  imported: () => void;
}

/** Imports the export of a phone's health app, or a FIT file. */
export function ImportFile({ imports, imported }: ImportFileProps) {
  const { stage, choose, goOn, stop } = useImport(imports, imported);
  const busy = ["opening", "sending", "stalled", "following"].includes(stage.name);
  return (
    <section class="card on-screen" aria-labelledby="import-heading" data-testid="import">
      <h2 id="import-heading">{say("importFile")}</h2>
      <p>{say("importHelp")}</p>
      <HowToExport />
      <div class="import-state">
        <p class="for-screen-readers" role="status">
          {announced(stage)}
        </p>
        <Now stage={stage} />
      </div>
      <div class="answers">
        {stage.name === "stalled" && (
          <button type="button" class="primary" data-testid="send-on" onClick={goOn}>
            {say("sendOn")}
          </button>
        )}
        {!busy && <ChooseFile choose={choose} />}
        {["unfinished", "sending", "stalled", "following"].includes(stage.name) && (
          <button type="button" class="soft" data-testid="stop-import" onClick={stop}>
            {say("stopImport")}
          </button>
        )}
      </div>
    </section>
  );
}

function HowToExport() {
  return (
    <details>
      <summary>{say("importHow")}</summary>
      <ol class="how">
        <li>{say("importStepOpen")}</li>
        <li>{say("importStepExport")}</li>
        <li>{say("importStepKeep")}</li>
      </ol>
    </details>
  );
}

function ChooseFile({ choose }: { choose: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="primary" onClick={() => input.current?.click()}>
        {say("chooseFile")}
      </button>
      {/* Without `accept`: phones do not know .fit, and would offer no file at all. */}
      <input
        ref={input}
        type="file"
        hidden
        data-testid="import-input"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) choose(file);
          currentTarget.value = ""; // So that the same file can be chosen again.
        }}
      />
    </>
  );
}

function Now({ stage }: { stage: Stage }) {
  switch (stage.name) {
    case "idle":
      return <Troubled stage={stage} />;
    case "opening":
      return <p>{say("sending", { percent: 0 })}</p>;
    case "unfinished":
      return (
        <>
          <p data-testid="unfinished">
            {say("openImportWaits", { sent: sentPercent(stage.ownImport) })}
          </p>
          <Troubled stage={stage} />
        </>
      );
    case "sending":
    case "stalled":
      return (
        <>
          <Bar
            label={say("sendingLabel")}
            percent={sentPercent(stage.ownImport)}
            text={say("sending", { percent: sentPercent(stage.ownImport) })}
          />
          {stage.name === "sending" && <p class="muted">{say("sendingStaysOpen")}</p>}
          {stage.name === "stalled" && <Troubled stage={stage} />}
        </>
      );
    case "following":
      return <Reading ownImport={stage.ownImport} />;
    case "over":
    case "fitTaken":
      return <ImportEnd stage={stage} />;
    case "stopped":
      return <p>{say("importStopped")}</p>;
  }
}

function Troubled({ stage }: { stage: Extract<Stage, { trouble?: unknown }> }) {
  return (
    <p class="trouble" role="alert">
      {stage.trouble?.()}
    </p>
  );
}

function Reading({ ownImport }: { ownImport: OwnImport }) {
  const { bytes_read, bytes_total } = ownImport.progress;
  const percent = bytes_total ? wholePercent(bytes_read, bytes_total) : 0;
  return (
    <>
      <Bar
        label={say("readingLabel")}
        percent={percent}
        text={
          ownImport.state === "waiting" ? say("waitingToBeRead") : say("readingFile", { percent })
        }
      />
      <p class="muted">{say("mayBeClosed")}</p>
    </>
  );
}

function Bar({ label, percent, text }: { label: string; percent: number; text: string }) {
  return (
    <>
      <p>{text}</p>
      <progress aria-label={label} max={100} value={percent} />
    </>
  );
}

const wholePercent = (part: number, whole: number): number => Math.floor((100 * part) / whole);

const sentPercent = ({ bytes, bytes_received }: OwnImport): number =>
  wholePercent(bytes_received, bytes);

/** A screen reader announces only what changes rarely: a percentage each second would be a torment. */
function announced({ name }: Stage): string {
  switch (name) {
    case "sending":
      return say("sendingStaysOpen");
    case "following":
      return say("mayBeClosed");
    case "over":
    case "fitTaken":
    case "stopped":
      return say(name === "stopped" ? "importStopped" : "importOver");
    default:
      return "";
  }
}
