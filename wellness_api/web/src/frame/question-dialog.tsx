import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { mayBeDone } from "../client/api";
import { endedSession } from "../session";
import { say } from "../words";
import "./question-dialog.css";

type Stage = { name: "asking" } | { name: "doing" } | { name: "failed"; error: unknown };

interface QuestionDialogProps {
  /** The first part of the ids and test ids: `redeem` makes `redeem-dialog`, `redeem-yes`. */
  name: string;
  question: string;
  yes: string;
  doing: string;
  no: string;
  /** Whether the answer yes takes something away for good. */
  grave?: boolean;
  /**
   * What the answer yes does; it is fulfilled when that is done and shown. `close` closes the question before that.
   */
  act: (close: () => void) => Promise<void>;
  explain: (error: unknown) => string;
  /** Shown after a lost reply: what may have been done, and can safely be requested again. */
  perhapsDone?: string;
  /** Called when the question is closed. `mayBeDone`: a reply was lost, so what is on show may no longer be true. */
  kept: (mayBeDone: boolean) => void;
  children: ComponentChildren;
}

/** Asks before something that cannot be undone. The browser keeps the focus inside, and gives it back afterwards. */
export function QuestionDialog({
  name,
  question,
  grave,
  act,
  explain,
  perhapsDone,
  kept,
  ...rest
}: QuestionDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const noButton = useRef<HTMLButtonElement>(null);
  const [stage, setStage] = useState<Stage>({ name: "asking" });
  const replyLost = useRef(false); // Stays true: the answer to a later try says nothing about the one before.
  const busy = stage.name === "doing";
  const isUnknown = perhapsDone !== undefined && stage.name === "failed" && mayBeDone(stage.error);

  useEffect(() => {
    dialog.current?.showModal();
    // A hasty press of Enter must do no harm. The reader begins at the top of the question.
    noButton.current?.focus({ preventScroll: true });
    dialog.current?.scrollTo(0, 0);
  }, []);

  const close = () => dialog.current?.close();
  const leave = () => {
    if (!busy) close();
  };
  const agree = () => {
    if (busy) return;
    setStage({ name: "doing" });
    act(close).catch((error) => {
      if (mayBeDone(error)) replyLost.current = true;
      if (endedSession(error)) return;
      setStage({ name: "failed", error });
      // Pressing Escape twice closes a dialog whatever is under way; the reader has to see what went wrong.
      if (!dialog.current?.open) dialog.current?.showModal();
    });
  };

  return (
    <dialog
      ref={dialog}
      class="question"
      aria-labelledby={`${name}-heading`}
      aria-describedby={`${name}-what`}
      data-testid={`${name}-dialog`}
      onCancel={(event) => {
        event.preventDefault(); // Only `leave` closes it, and not while something is under way.
        leave();
      }}
      onClose={() => {
        if (!busy) kept(replyLost.current);
      }}
    >
      <h2 id={`${name}-heading`}>{question}</h2>
      <div id={`${name}-what`}>{rest.children}</div>
      {stage.name === "failed" && (
        <p class="trouble" role="alert">
          {isUnknown ? perhapsDone : explain(stage.error)}
        </p>
      )}
      <div class="answers">
        <button
          ref={noButton}
          type="button"
          class="soft"
          data-testid={`${name}-no`}
          aria-disabled={busy}
          onClick={leave}
        >
          {isUnknown ? say("closeQuestion") : rest.no}
        </button>
        <button
          type="button"
          class={grave ? "primary grave" : "primary"}
          data-testid={`${name}-yes`}
          aria-disabled={busy}
          onClick={agree}
        >
          {busy ? rest.doing : isUnknown ? say("tryAgain") : rest.yes}
        </button>
      </div>
    </dialog>
  );
}
