import { useRef, useState } from "preact/hooks";
import type { OwnSession, OwnSessions } from "../client/api";
import { dayIn, fullDay } from "../format";
import { Loaded } from "../frame/loaded";
import { explained } from "../frame/problem";
import { endedSession, endSession, loadSessions } from "../session";
import { say } from "../words";
import "./own-sessions.css";

/** Every device on which one is signed in, and the way to sign a lost one out. */
export function OwnSessionsCard() {
  return <Loaded from={loadSessions}>{(first) => <Listed first={first} />}</Loaded>;
}

function Listed({ first }: { first: OwnSessions }) {
  const [sessions, setSessions] = useState(first.items);
  const [gone, setGone] = useState<OwnSession>();
  const [error, setError] = useState<unknown>();
  const heading = useRef<HTMLHeadingElement>(null);

  const end = (session: OwnSession) => {
    setError(undefined);
    endSession(session.session_id).then(
      () => {
        setSessions(sessions.filter((other) => other !== session));
        setGone(session);
        heading.current?.focus(); // The button that had the focus is gone.
      },
      (failure) => {
        if (!endedSession(failure)) setError(failure);
      },
    );
  };

  return (
    <section class="card" aria-labelledby="sessions-heading" data-testid="sessions">
      <h2 id="sessions-heading" ref={heading} tabIndex={-1}>
        {say("sessions")}
      </h2>
      <p>{say("sessionsHelp")}</p>
      <p class="outcome" role="status">
        {gone && say("sessionEnded", deviceName(gone))}
      </p>
      {error !== undefined && (
        <p class="trouble" role="alert">
          {explained(error)}
        </p>
      )}
      <ul class="sessions">
        {sessions.map((session) => (
          <li key={session.session_id} data-testid="session">
            <span>
              <strong>{deviceName(session)}</strong>{" "}
              <span class="muted">{session.is_this ? say("thisDevice") : lastUse(session)}</span>
            </span>
            {!session.is_this && (
              <button type="button" class="soft" onClick={() => end(session)}>
                {say("signOut")}
                <span class="for-screen-readers"> {deviceName(session)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const deviceName = (session: OwnSession): string => session.device ?? say("unknownDevice");

function lastUse(session: OwnSession): string {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return say("lastUsed", fullDay(dayIn(session.last_used_at, here)));
}
