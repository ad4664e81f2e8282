"""Goes through residents in batches. Each batch is one transaction, so that a kill leaves each resident done or not
begun.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from wellness_api.database.isolating import isolated
from wellness_api.database.locks import RESIDENT_LOCK
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.rewards.awards.at_fault import ProgrammeAtFault, ProgrammeFailed, at_fault
from wellness_api.work.set_aside.items import Item, mended, set_aside

HOLD_RESIDENTS: Final = read_sql(__package__, "hold_residents")

RESIDENTS_LISTED_MAX: Final = 100_000
"""The number of due residents that one statement returns: a few megabytes, and few looks at the same rows."""

RESIDENTS_PER_BATCH: Final = 250
"""New uploads of a batch's residents wait for the batch, for some tens of milliseconds."""

BEFORE_EVERYBODY: Final = -1

Work = Callable[[Connection, Sequence[int], date], Awaitable[set[int]]]
"""Does what is due since a day for residents whom nobody else works on meanwhile. Returns the residents for whom
something changed.

A resident may no longer be due, or may have been erased, so the work looks again."""

STEPS_AGAIN: Final = ("periods", "spendable", "lapse", "next_awards")
"""Steps that are tried again at any moment for a resident for whom they failed. Groups are tried with the next day."""

IS_OWED: Final = (
    "SELECT EXISTS (SELECT FROM work.set_aside"
    " WHERE kind = 'closing' AND item = ANY ($1::text[]) AND retry_at <= $2)"
    " OR EXISTS (SELECT FROM rewards.open_day WHERE NOT is_turned)"
)
OWED: Final = (
    "SELECT resident_id, coalesce(from_day, $2) AS since, coalesce(retry_at <= $3, false) AS is_due"
    " FROM work.set_aside WHERE kind = 'closing' AND item = $1 AND resident_id <> 0"
)


class Step(NamedTuple):
    """A step of the day turn. `due`: the statement that returns the residents who are due (its arguments: `asked`,
    after whom, how many). `since`: the day since which they are due.

    `asked`: the time zone whose residents are meant; without it the statement gets `today`.
    """

    name: str
    due: str
    since: date
    today: date
    now: datetime
    asked: str | None = None


async def in_batches(
    pool: Pool, step: Step, work: Work, *, only_owed: bool = False
) -> AsyncIterator[set[int]]:
    """Does the work for all residents who are due. Yields the residents for whom something changed.

    A resident for whom the work fails is set aside, and nobody else waits. If a programme fails for a whole batch, no
    resident is set aside, and ProgrammeAtFault is raised. Residents who were set aside earlier are tried one by one,
    from the day on from which their work is owed. `only_owed`: only these are tried.
    """
    owed = await pool.fetch(OWED, step.name, step.since, step.now)
    for resident_id, since, is_due in owed:
        if is_due:
            yield await _try(pool, step._replace(since=min(since, step.since)), work, [resident_id])
    if only_owed:
        return
    apart = {row["resident_id"] for row in owed}
    after = BEFORE_EVERYBODY
    asked = step.asked or step.today
    while rows := await pool.fetch(step.due, asked, after, RESIDENTS_LISTED_MAX):
        after = rows[-1]["resident_id"]
        residents = [row["resident_id"] for row in rows if row["resident_id"] not in apart]
        for start in range(0, len(residents), RESIDENTS_PER_BATCH):
            yield await _try(pool, step, work, residents[start : start + RESIDENTS_PER_BATCH])


async def is_owed(pool: Pool, *, now: datetime) -> bool:
    """Whether it is time to retry a resident whom a step of the turn set aside, or the day has to be turned again for
    everybody.
    """
    owed: bool = await pool.fetchval(IS_OWED, STEPS_AGAIN, now)
    return owed


async def _try(pool: Pool, step: Step, work: Work, residents: Sequence[int]) -> set[int]:
    async def in_one(batch: Sequence[int]) -> set[int]:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(HOLD_RESIDENTS, batch, RESIDENT_LOCK)
            changed = await work(connection, batch, step.since)
            if len(batch) == 1:
                await mended(connection, [_item(step, batch[0])])
            return changed

    outcome = await isolated(residents, in_one)
    if not outcome.results:
        programme_failed = at_fault([error for _, error in outcome.failed])
        if programme_failed is not None:
            raise ProgrammeAtFault(programme_failed) from programme_failed
    for resident_id, error in outcome.failed:
        reason = error.reason if isinstance(error, ProgrammeFailed) else error
        await set_aside(pool, _item(step, resident_id), reason, now=step.now, from_day=step.since)
    return set().union(*outcome.results)


def _item(step: Step, resident_id: int) -> Item:
    return Item("closing", step.name, resident_id)
