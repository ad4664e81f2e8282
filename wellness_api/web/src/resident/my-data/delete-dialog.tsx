import { useState } from "preact/hooks";
import { explained } from "../../frame/problem";
import { QuestionDialog } from "../../frame/question-dialog";
import { say } from "../../words";
import { deleteSource } from "./load";
import { sourceName } from "./source-name";

interface DeleteDialogProps {
  source: string;
  kept: () => void;
  deleted: (samples: number) => Promise<void>;
}

/** Asks before everything of a source is deleted. */
export function DeleteDialog({ source, kept, deleted }: DeleteDialogProps) {
  // One for all tries: a deletion whose answer got lost is not another one.
  const [key] = useState(() => crypto.randomUUID());
  return (
    <QuestionDialog
      name="delete"
      question={say("deleteQuestion", sourceName(source))}
      yes={say("deleteYes")}
      doing={say("deleting")}
      no={say("deleteNo")}
      grave
      act={async (close) => {
        const samples = await deleteSource(source, key);
        close();
        await deleted(samples);
      }}
      explain={explained}
      kept={kept}
    >
      <small class="technical" translate={false}>
        {source}
      </small>
      <ul>
        <li>{say("deleteDisconnect")}</li>
        <li>{say("deleteGoes")}</li>
        <li>{say("deletePoints")}</li>
      </ul>
    </QuestionDialog>
  );
}
