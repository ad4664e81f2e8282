import { useState } from "preact/hooks";
import { newKey } from "../../client/key";
import { fullDay } from "../../format";
import { explained } from "../../frame/problem";
import { QuestionDialog } from "../../frame/question-dialog";
import type { Device } from "./device";
import { deleteSource } from "./load";
import { say } from "./words";

interface DeleteDialogProps {
  device: Device;
  /** As the list has it. */
  name: string;
  kept: () => void;
  deleted: () => Promise<void>;
}

/** Asks before everything from a source is deleted. */
export function DeleteDialog({ device, name, kept, deleted }: DeleteDialogProps) {
  // One key for all tries: a deletion whose answer got lost is not another deletion.
  const [key] = useState(() => newKey());
  return (
    <QuestionDialog
      name="delete"
      question={say("deleteQuestion", { source: name })}
      yes={say("deleteYes")}
      doing={say("deleting")}
      no={say("deleteNo")}
      grave
      act={async (close) => {
        await deleteSource(device.source, key);
        close();
        await deleted();
      }}
      explain={explained}
      kept={kept}
    >
      {device.venue === null ? <OfDevice /> : <OfVenue device={device} />}
    </QuestionDialog>
  );
}

function OfDevice() {
  return (
    <ul>
      <li>{say("deleteDisconnect")}</li>
      <li>{say("deleteGoes")}</li>
      <li>{say("deletePoints")}</li>
    </ul>
  );
}

/** Nobody can measure again what the staff there wrote down. */
function OfVenue({ device: { recorded, firstDay, lastDay } }: { device: Device }) {
  const [from, to] = [fullDay(firstDay), fullDay(lastDay)];
  const when = firstDay === lastDay ? from : say("periodRange", { from, to });
  return (
    <ul>
      <li>{say("deleteVenueWhat", { what: recorded.join(say("and")), when })}</li>
      <li>{say("deleteVenueGoes")}</li>
      <li>{say("deletePoints")}</li>
    </ul>
  );
}
