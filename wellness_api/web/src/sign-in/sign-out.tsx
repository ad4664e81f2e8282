import { useState } from "preact/hooks";
import { explained } from "../frame/problem";
import { QuestionDialog } from "../frame/question-dialog";
import { endedSession, loadSessions, signOut } from "../session";
import { say } from "../words";

/** The way out; it asks first when the person has no other way in. */
export function SignOut() {
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<unknown>();

  const leave = async (): Promise<void> => {
    setError(undefined);
    const { has_code } = await loadSessions();
    if (has_code) await signOut();
    else setAsked(true);
  };

  return (
    <>
      <button
        type="button"
        class="quiet"
        data-testid="sign-out"
        onClick={() =>
          leave().catch((failure) => {
            if (!endedSession(failure)) setError(failure);
          })
        }
      >
        {say("signOut")}
      </button>
      {error !== undefined && (
        <p class="bar-error" role="alert">
          {explained(error)}
        </p>
      )}
      {asked && (
        <QuestionDialog
          name="sign-out"
          question={say("signOutQuestion")}
          yes={say("signOut")}
          doing={say("signingOut")}
          no={say("signOutNo")}
          grave
          act={signOut}
          explain={explained}
          kept={() => setAsked(false)}
        >
          <p>{say("signOutNoWayBack")}</p>
        </QuestionDialog>
      )}
    </>
  );
}
