import { useCallback, useState } from "preact/hooks";
import { answer, api, type Draw, everyRow, type PublishedDraw } from "../client/api";
import { day, dayIn } from "../format";
import { Loaded } from "../frame/loaded";
import { local } from "../language";
import { Recompute } from "./recompute";
import { valueForm, WaitsForValue, waitsForValue } from "./waiting";
import { say } from "./words";

/** One draw: what there is to win, how far it is, and the figures by which it is checked. */
export function DrawCard({ draw, draws }: { draw: Draw; draws: readonly Draw[] }) {
  const [opened, setOpened] = useState(false);
  return (
    <article class="card draw" data-testid="draw">
      <h2>{local(draw.name)}</h2>
      <p class="draw-state">{stateOf(draw)}</p>
      {isClosed(draw) && waitsForValue(draw) && (
        <p class="draw-waits">
          <WaitsForValue draw={draw} />
        </p>
      )}
      <Replaced draw={draw} draws={draws} />
      <ul class="draw-prizes">
        {draw.prizes.map((prize, index) => (
          <li key={local(prize.name)}>
            {say("prizeOfDraw", { place: index + 1, prize: local(prize.name), count: prize.count })}
          </li>
        ))}
      </ul>
      {draw.points_per_entry !== null && (
        <p>
          {say("entriesByPoints", {
            from: day(draw.entries_from),
            to: day(draw.entries_to),
            points: draw.points_per_entry,
          })}
        </p>
      )}
      <dl class="draw-figures">
        <Figure name={say("codeOfDraw")} value={draw.code} />
        <Figure name={say("purposeOfDraw")} value={draw.purpose} />
        <Figure name={say("commitment")} value={draw.commitment} />
        {draw.list_digest && <Figure name={say("listDigest")} value={draw.list_digest} />}
        {draw.public_value_source && (
          <Figure
            name={say("publicValue", { source: local(draw.public_value_source) })}
            value={draw.public_value ?? say("notEntered")}
          />
        )}
        {draw.public_value_terms && (
          <>
            <Figure
              name={say("publicValueForm")}
              value={valueForm(draw.public_value_terms, draw.public_value_round)}
            />
            <Figure name={say("publicValueKnown")} value={day(draw.public_value_terms.known_on)} />
            <Figure name={say("publicValueUntil")} value={day(draw.public_value_terms.last_day)} />
          </>
        )}
        {draw.seed && <Figure name={say("seedOfDraw")} value={draw.seed} />}
      </dl>
      {draw.list_digest && (
        // What was not opened is not loaded, and would be an empty heading on paper.
        <details
          class={opened ? undefined : "on-screen"}
          onToggle={(event) => setOpened(event.currentTarget.open)}
        >
          <summary data-testid="open-draw">
            {say(draw.seed ? "winnersAndList" : "listOfEntries")}
          </summary>
          {opened && <Published code={draw.code} />}
        </details>
      )}
    </article>
  );
}

/** Which void draw this one takes the place of, and which takes its own. */
function Replaced({ draw, draws }: { draw: Draw; draws: readonly Draw[] }) {
  const nameOf = (code: string): string => {
    const other = draws.find((of) => of.code === code);
    return other ? say("drawOfCode", { name: local(other.name), code }) : code;
  };
  const next = draws.find((other) => other.in_place_of === draw.code);
  return (
    <>
      {draw.in_place_of && <p>{say("inPlaceOf", { draw: nameOf(draw.in_place_of) })}</p>}
      {next && <p>{say("replacedBy", { draw: nameOf(next.code) })}</p>}
    </>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <code>{value}</code>
      </dd>
    </div>
  );
}

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

function stateOf(draw: Draw): string {
  if (draw.drawn_at)
    return say("drawDrawn", { draws: day(dayIn(draw.drawn_at, here)), entries: entriesOf(draw) });
  if (draw.void_reason)
    return say(
      draw.void_reason === "no_value_in_time" ? "drawVoidWithoutValue" : "drawVoidListTooLate",
    );
  if (isClosed(draw)) {
    const entries = entriesOf(draw);
    return waitsForValue(draw)
      ? say("drawClosedWaits", { entries })
      : say("drawClosed", { draws: day(draw.draws_on), entries });
  }
  return say("drawOpen", { closes: day(draw.closes_on), draws: day(draw.draws_on) });
}

/** Its list is fixed, and nothing came of it yet. */
const isClosed = (draw: Draw): boolean =>
  draw.list_digest !== null && draw.drawn_at === null && draw.void_reason === null;

const entriesOf = (draw: Draw): string =>
  say("entriesOfPersons", { entries: draw.entries_count ?? 0, persons: draw.entrants_count ?? 0 });

/** A long list continues on further pages. */
async function withWholeList(draw: PublishedDraw): Promise<PublishedDraw> {
  const { code, entrants_cursor } = draw;
  if (!entrants_cursor) return draw;
  const rest = await everyRow(
    (cursor) =>
      answer(
        api.GET("/v1/draws/{code}/entrants", { params: { path: { code }, query: { cursor } } }),
      ),
    entrants_cursor,
  );
  return { ...draw, entrants: [...draw.entrants, ...rest], entrants_cursor: null };
}

function Published({ code }: { code: string }) {
  const load = useCallback(
    async (): Promise<PublishedDraw> =>
      withWholeList(await answer(api.GET("/v1/draws/{code}", { params: { path: { code } } }))),
    [code],
  );
  return (
    <Loaded from={load}>
      {(draw) => (
        <>
          {draw.seed && <Winners draw={draw} />}
          {draw.seed && <Recompute draw={draw} />}
          <p>
            <a href={`/v1/draws/${code}`} data-testid="draw-document">
              {say("wholeDocument")}
            </a>
          </p>
        </>
      )}
    </Loaded>
  );
}

function Winners({ draw }: { draw: PublishedDraw }) {
  if (draw.winners.length === 0) return <p>{say("noWinners")}</p>;
  return (
    <ol class="winners">
      {draw.winners.map((winner) => {
        const prize = draw.prizes[winner.prize - 1];
        return (
          <li key={winner.entry} data-testid="winner">
            <span>{prize && local(prize.name)}</span>
            <code>{winner.entry}</code>
          </li>
        );
      })}
    </ol>
  );
}
