import { useEffect, useRef, useState } from "preact/hooks";
import { explained } from "../../frame/problem";
import { endedSession } from "../../session";
import { say } from "../../words";
import { deleteSource } from "./load";
import { sourceName } from "./source-name";

type Stage = { name: "asking" } | { name: "deleting" } | { name: "failed"; error: unknown };

interface DeleteDialogProps {
  source: string;
  kept: () => void;
  deleted: (samples: number) => Promise<void>;
}

/** Asks before everything of a source is deleted. The browser keeps the focus inside and gives it back after. */
export function DeleteDialog({ source, kept, deleted }: DeleteDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const keepButton = useRef<HTMLButtonElement>(null);
  const [stage, setStage] = useState<Stage>({ name: "asking" });
  // One for all tries: a deletion whose answer got lost is not another one.
  const [key] = useState(() => crypto.randomUUID());
  const busy = stage.name === "deleting";

  useEffect(() => {
    dialog.current?.showModal();
    keepButton.current?.focus(); // What a hasty press of Enter meets must do no harm.
  }, []);

  const deleteAll = () => {
    if (busy) return;
    setStage({ name: "deleting" });
    deleteSource(source, key)
      .then((samples) => {
        dialog.current?.close();
        return deleted(samples);
      })
      .catch((error) => {
        if (endedSession(error)) return;
        setStage({ name: "failed", error });
        // Escape pressed twice closes a dialog whatever is under way; what went wrong is to be seen.
        if (!dialog.current?.open) dialog.current?.showModal();
      });
  };

  return (
    <dialog
      ref={dialog}
      class="question"
      aria-labelledby="delete-heading"
      aria-describedby="delete-what"
      data-testid="delete-dialog"
      onCancel={(event) => {
        event.preventDefault(); // Closed below, and not while the deletion is under way.
        if (!busy) dialog.current?.close();
      }}
      onClose={() => {
        if (!busy) kept();
      }}
    >
      <h2 id="delete-heading">{say("deleteQuestion", sourceName(source))}</h2>
      <small class="technical" translate={false}>
        {source}
      </small>
      <ul id="delete-what">
        <li>{say("deleteDisconnect")}</li>
        <li>{say("deleteGoes")}</li>
        <li>{say("deletePoints")}</li>
      </ul>
      {stage.name === "failed" && (
        <p class="trouble" role="alert">
          {explained(stage.error)}
        </p>
      )}
      <div class="answers">
        <button
          ref={keepButton}
          type="button"
          class="soft"
          data-testid="delete-no"
          aria-disabled={busy}
          onClick={() => {
            if (!busy) dialog.current?.close();
          }}
        >
          {say("deleteNo")}
        </button>
        <button
          type="button"
          class="primary grave"
          data-testid="delete-yes"
          aria-disabled={busy}
          onClick={deleteAll}
        >
          {say(busy ? "deleting" : "deleteYes")}
        </button>
      </div>
    </dialog>
  );
}
