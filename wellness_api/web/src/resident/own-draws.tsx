import { useEffect, useState } from "preact/hooks";
import { answer, api, type OwnDraw } from "../client/api";
import { WaitsForValue, waitsForValue } from "../draws/waiting";
import { day } from "../format";
import { explained } from "../frame/problem";
import { local } from "../language";
import { endedSession } from "../session";
import { say } from "./words";

/** The resident's entries in draws, and their results. `posted` changes when there may be more entries. */
export function OwnDraws({ posted }: { posted: string }) {
  const [draws, setDraws] = useState<OwnDraw[]>([]);
  const [error, setError] = useState<unknown>();

  // `posted` is the signal to look again, not an input.
  useEffect(() => {
    answer(api.GET("/v1/me/draws")).then(
      ({ items }) => {
        setError(undefined);
        setDraws(items);
      },
      (failure) => {
        if (!endedSession(failure)) setError(failure);
      },
    );
  }, [posted]);

  if (draws.length === 0 && error === undefined) return null;
  return (
    <section class="card" aria-labelledby="own-draws-heading" data-testid="own-draws">
      <h2 id="own-draws-heading">{say("draws")}</h2>
      {error !== undefined && <p role="alert">{explained(error)}</p>}
      <ul class="own-draws">
        {draws.map((draw) => (
          <li key={draw.code} data-testid="own-draw">
            <strong>{local(draw.name)}</strong>
            <Part draw={draw} />
          </li>
        ))}
      </ul>
      <a class="to-draws" href="/draws" data-testid="to-draws">
        {say("toDraws")}
      </a>
    </section>
  );
}

function Part({ draw }: { draw: OwnDraw }) {
  switch (draw.state) {
    case "open":
      return (
        <>
          <span>{say("entriesSoFar", { entries: draw.entries })}</span>
          {draw.points_to_next_entry !== null && (
            <span>{say("pointsToNextEntry", { points: draw.points_to_next_entry })}</span>
          )}
          <small>
            {say("drawOpen", { closes: day(draw.closes_on), draws: day(draw.draws_on) })}
          </small>
        </>
      );
    case "closed":
      return (
        <>
          <span>{say("entriesFinal", { entries: draw.entries })}</span>
          {waitsForValue(draw) ? (
            <WaitsForValue draw={draw} />
          ) : (
            <span>{say("dayOfDraw", { draws: day(draw.draws_on) })}</span>
          )}
          <NameInList draw={draw} />
        </>
      );
    case "void":
      return <span>{say("drawVoid")}</span>;
    case "drawn":
      return (
        <>
          <Result draw={draw} />
          <NameInList draw={draw} />
        </>
      );
  }
}

function Result({ draw }: { draw: OwnDraw }) {
  const won = draw.prizes_won ?? [];
  if (won.length === 0) return <span>{say(draw.entries > 0 ? "wonNothing" : "tookNoPart")}</span>;
  return (
    <>
      {won.map((prize) => (
        <strong key={prize.entry} class="won">
          {say(prize.handed_out_at ? "prizeReceived" : "prizeWon", { prize: local(prize.prize) })}
        </strong>
      ))}
      {won.some((prize) => !prize.handed_out_at) && <span>{local(draw.claim)}</span>}
    </>
  );
}

/** With this name residents find their own line in the published list. */
function NameInList({ draw }: { draw: OwnDraw }) {
  if (draw.person === null) return null;
  return (
    <small>
      {say("nameInList")} <code>{draw.person}</code>
    </small>
  );
}
