import { useEffect, useState } from "preact/hooks";
import { answer, api, type Entry, type EntryPage } from "../client/api";
import { number, signed } from "../format";
import { explained } from "../frame/problem";
import { local } from "../language";
import { endedSession } from "../session";
import { say } from "./words";

const ENTRIES_PER_PAGE = 10;

const loadPage = (cursor?: string): Promise<EntryPage> =>
  answer(
    api.GET("/v1/me/wallet/entries", {
      params: { query: { limit: ENTRIES_PER_PAGE, ...(cursor === undefined ? {} : { cursor }) } },
    }),
  );

/** Each movement of the wallet with its reason, newest first. `posted` changes when there may be new entries. */
export function Entries({ posted }: { posted: string }) {
  const [shown, setShown] = useState<EntryPage>();
  const [error, setError] = useState<unknown>();

  const receive = (
    load: Promise<EntryPage>,
    join: (page: EntryPage) => (old?: EntryPage) => EntryPage,
  ) =>
    load.then(
      (page) => {
        setError(undefined);
        setShown(join(page));
      },
      (failure) => {
        if (!endedSession(failure)) setError(failure);
      },
    );

  // `posted` is the signal to look again, not an input.
  useEffect(() => {
    receive(loadPage(), (newest) => (old) => withNewest(newest, old));
  }, [posted]);

  const cursor = shown?.next_cursor;
  return (
    <section class="card" aria-labelledby="entries-heading" data-testid="entries">
      <h2 id="entries-heading">{say("whyThesePoints")}</h2>
      {error !== undefined && <p role="alert">{explained(error)}</p>}
      {shown?.items.length === 0 && <p>{say("noEntriesYet")}</p>}
      <ul class="entries">
        {oneLineEach(shown?.items ?? []).map((entry) => (
          <Reason key={entry.entry_id} entry={entry} />
        ))}
      </ul>
      {cursor && (
        <button
          type="button"
          class="more"
          data-testid="entries-more"
          onClick={() => receive(loadPage(cursor), (older) => (old) => withOlder(older, old))}
        >
          {say("showMore")}
        </button>
      )}
    </section>
  );
}

/** One line for each redemption, although it moves points several times. Its newest entry says how it ended. */
function oneLineEach(entries: readonly Entry[]): Entry[] {
  const told = new Set<number>();
  return entries.filter(({ redemption }) => {
    if (!redemption) return true;
    const isNew = !told.has(redemption.redemption_id);
    told.add(redemption.redemption_id);
    return isNew;
  });
}

/** What the line comes to for the wallet: a redemption takes its points, and one that was undone takes none. */
function pointsOf(entry: Entry): string {
  if (!entry.redemption)
    return isOnlyMoved(entry) ? number(Math.abs(entry.points)) : signed(entry.points);
  const isUndone = entry.kind === "released" || entry.kind === "refunded";
  return isUndone ? number(0) : signed(-Math.abs(entry.points));
}

/** The reason names its day itself. */
function Reason({ entry }: { entry: Entry }) {
  return (
    <li data-testid="entry">
      <span>
        {local(entry.reason)}
        {entry.programme_name && <small>{local(entry.programme_name)}</small>}
        {entry.account === "owed" && <small>{say("owedEntry")}</small>}
        {entry.account === "expired" && <small>{say("lapsedEntry")}</small>}
      </span>
      <span class={entry.points < 0 ? "entry-points taken" : "entry-points"}>
        {pointsOf(entry)}
        <span class="for-screen-readers">{say("pointsUnit")}</span>
      </span>
    </li>
  );
}

/** Whether the points only moved: the resident had them before and has them after, or they were set aside earlier. */
function isOnlyMoved(entry: Entry): boolean {
  return entry.kind === "spendable" || entry.account === "held";
}

/**
 * Entries are never changed, only added. So the entries on show stay, unless so many are new that there would be a
 * gap.
 */
function withNewest(newest: EntryPage, old: EntryPage | undefined): EntryPage {
  const known = new Set(old?.items.map((entry) => entry.entry_id));
  const fresh = newest.items.filter((entry) => !known.has(entry.entry_id));
  if (!old || fresh.length === newest.items.length) return newest;
  return { items: [...fresh, ...old.items], next_cursor: old.next_cursor };
}

function withOlder(older: EntryPage, old: EntryPage | undefined): EntryPage {
  const known = new Set(old?.items.map((entry) => entry.entry_id));
  const fresh = older.items.filter((entry) => !known.has(entry.entry_id));
  return { items: [...(old?.items ?? []), ...fresh], next_cursor: older.next_cursor };
}
