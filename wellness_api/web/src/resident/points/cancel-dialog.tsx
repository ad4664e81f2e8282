import { useRef } from "preact/hooks";
import type { Redemption } from "../../client/api";
import { QuestionDialog } from "../../frame/question-dialog";
import { local } from "../../language";
import { cancel } from "./load";
import { refusalWords } from "./obstacles";
import { say } from "./words";

interface CancelDialogProps {
  redemption: Redemption;
  /** `mayBeOld`: cancelling was tried, so what is on show may no longer be true. */
  kept: (mayBeOld: boolean) => void;
  cancelled: (redemption: Redemption) => Promise<void>;
}

/** Asks before a redemption is cancelled: an item that is sold out cannot be had a second time. */
export function CancelDialog({ redemption, kept, cancelled }: CancelDialogProps) {
  const wasTried = useRef(false);
  return (
    <QuestionDialog
      name="cancel"
      question={say("cancelQuestion", { name: local(redemption.name) })}
      yes={say("cancelYes")}
      doing={say("cancelling")}
      no={say("cancelNo")}
      act={async (close) => {
        wasTried.current = true;
        const now = await cancel(redemption.redemption_id);
        close();
        await cancelled(now);
      }}
      explain={refusalWords}
      perhapsDone={say("perhapsCancelled")}
      kept={() => kept(wasTried.current)}
    >
      <ul>
        <li>{say("cancelGivesBack", { points: redemption.points })}</li>
        <li>{say("cancelLetsGo")}</li>
      </ul>
    </QuestionDialog>
  );
}
