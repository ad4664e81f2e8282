import { useRef, useState } from "preact/hooks";
import type { OwnSession, OwnSessions } from "../client/api";
import { momentHere } from "../format";
import { Loaded } from "../frame/loaded";
import { explained } from "../frame/problem";
import { QuestionDialog } from "../frame/question-dialog";
import { endSession, loadSessions } from "../session";
import { say } from "../words";
import "./own-sessions.css";

/** Every device on which the person is signed in, and the way to sign out a lost one. */
export function OwnSessionsCard() {
  return <Loaded from={loadSessions}>{(first) => <Listed first={first} />}</Loaded>;
}

function Listed({ first }: { first: OwnSessions }) {
  const [sessions, setSessions] = useState(first.items);
  const [gone, setGone] = useState<OwnSession>();
  const [asked, setAsked] = useState<OwnSession>();
  const heading = useRef<HTMLHeadingElement>(null);

  const end = async (session: OwnSession, close: () => void) => {
    await endSession(session.session_id);
    close();
    setAsked(undefined);
    setSessions(sessions.filter((other) => other !== session));
    setGone(session);
    heading.current?.focus(); // The button that had the focus is gone.
  };

  return (
    <section class="card" aria-labelledby="sessions-heading" data-testid="sessions">
      <h2 id="sessions-heading" ref={heading} tabIndex={-1}>
        {say("sessions")}
      </h2>
      <p>{say("sessionsHelp")}</p>
      <p class="outcome" role="status">
        {gone && say("sessionEnded", { device: deviceName(gone) })}
      </p>
      <ul class="sessions">
        {sessions.map((session) => (
          <li key={session.session_id} data-testid="session">
            <span>
              <strong>{deviceName(session)}</strong>{" "}
              <span class="muted">
                {session.is_this
                  ? say("thisDevice")
                  : say("lastUsed", { moment: momentHere(session.last_used_at) })}
                {session.opened_at && (
                  <>
                    <br />
                    {say("signedInAt", { moment: momentHere(session.opened_at) })}
                  </>
                )}
              </span>
            </span>
            {!session.is_this && (
              <button type="button" class="soft" onClick={() => setAsked(session)}>
                {say("signOut")}
                <span class="for-screen-readers"> {deviceName(session)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {asked && (
        <QuestionDialog
          name="end-session"
          question={say("endSessionQuestion", { device: deviceName(asked) })}
          yes={say("signOut")}
          doing={say("signingOut")}
          no={say("endSessionNo")}
          act={(close) => end(asked, close)}
          explain={explained}
          kept={() => setAsked(undefined)}
        >
          <p>{say("endSessionWhat")}</p>
        </QuestionDialog>
      )}
    </section>
  );
}

const deviceName = (session: OwnSession): string => session.device ?? say("unknownDevice");
