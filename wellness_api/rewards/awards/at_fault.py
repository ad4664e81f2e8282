"""A programme that cannot be evaluated for anybody is set aside itself, so that nobody's days are.

While it is, its points wait: days are worked out without it and kept in `work.programme_day`, and what it gives at days' ends
is owed since `from_day` of its row. It is tried again when it is released, and by itself; its row without a time to try it
again says that it is on trial.
"""

from collections.abc import Awaitable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple, TypeVar

from points.programme import Programme
from wellness_api.database.errors import may_pass, server_is_gone
from wellness_api.database.pool import Connection, Database, Pool
from wellness_api.database.sql import read_sql
from wellness_api.process.panics import panics_as_errors
from wellness_api.rewards.awards.programmes import programmes_kept
from wellness_api.work.set_aside.items import Item

FAILED_FOR_MIN: Final = 5
"""For so many people, one after the other and for nobody in between: then it is the programme, and not the people."""

SET_ASIDE: Final = (
    "SELECT item, retry_at IS NULL AS is_tried FROM work.set_aside WHERE kind = 'programme'"
)
NOTE_DAYS: Final = read_sql(__package__, "note_programme_days")
NOTE_OWED: Final = (
    "UPDATE work.set_aside SET from_day = least(from_day, $1)"
    " WHERE kind = 'programme' AND retry_at IS NOT NULL RETURNING item"
)
TRY_AGAIN: Final = read_sql(__package__, "try_programmes_again")
BRING_BACK_DAYS: Final = read_sql(__package__, "bring_back_programme_days")
TURN_AGAIN: Final = "SELECT rewards.turn_again_from($1)"

Result = TypeVar("Result")


class ProgrammeFailed(Exception):
    """Something of a programme could not be worked out, for that reason."""

    def __init__(self, programme: Programme, reason: Exception) -> None:
        super().__init__(item_of(programme).name)
        self.programme = programme
        self.reason = reason


class ProgrammeAtFault(Exception):
    """A programme failed for everybody; the reason is that of the last one."""

    def __init__(self, failed: ProgrammeFailed) -> None:
        super().__init__(item_of(failed.programme).name)
        self.programme = failed.programme
        self.reason = failed.reason


class AtWork(NamedTuple):
    """The programmes that are worked out; the names of those that are set aside, and of those on trial; and all there are."""

    programmes: list[Programme]
    aside: list[str]
    tried: list[str]
    kept: list[Programme]


def item_of(programme: Programme) -> Item:
    """As it is set aside."""
    return Item("programme", f"{programme.code} version {programme.version}")


async def of_programme(programme: Programme, work: Awaitable[Result]) -> Result:
    """Does `work`, which is about this programme; raises ProgrammeFailed, and what says that the server is gone."""
    try:
        with panics_as_errors():
            return await work
    except Exception as error:
        if server_is_gone(error):
            raise
        raise ProgrammeFailed(programme, error) from error


def at_fault(errors: Sequence[Exception]) -> ProgrammeFailed | None:
    """Of the errors of different people, for none of whom it went well: the last one, if all are of one programme.

    Who waited too long for a lock says nothing about any.
    """
    failed = [
        error
        for error in errors
        if isinstance(error, ProgrammeFailed) and not may_pass(error.reason)
    ]
    names = {item_of(failure.programme) for failure in failed}
    is_one = len(names) == 1 and len(failed) == len(errors) >= FAILED_FOR_MIN
    return failed[-1] if is_one else None


async def programmes_at_work(connection: Connection) -> AtWork:
    """All versions of all programmes but those that are set aside."""
    rows = await connection.fetch(SET_ASIDE)
    aside = [row["item"] for row in rows if not row["is_tried"]]
    kept = await programmes_kept(connection)
    return AtWork(
        [programme for programme in kept if item_of(programme).name not in aside],
        aside,
        [row["item"] for row in rows if row["is_tried"]],
        kept,
    )


async def programmes_at_days_end(pool: Pool, *, since: date) -> list[Programme]:
    """All but those that are set aside, to which days' ends are owed `since` then."""
    async with pool.acquire() as connection:
        aside = {row["item"] for row in await connection.fetch(NOTE_OWED, since)}
        kept = await programmes_kept(connection)
    return [programme for programme in kept if item_of(programme).name not in aside]


async def note_days(
    connection: Connection, aside: Sequence[str], days: Sequence[tuple[int, date]]
) -> None:
    """That these residents' days were worked out without the programmes that are set aside."""
    if aside:
        await connection.execute(
            NOTE_DAYS, [who for who, _ in days], [day for _, day in days], aside
        )


async def bring_back_programmes(database: Database, *, now: datetime) -> None:
    """Puts programmes on trial that were released or whose time has come, and queues the days that they missed."""
    from_day = await database.fetchval(TRY_AGAIN, now)
    if from_day is not None:
        await database.execute(TURN_AGAIN, from_day)
    await database.execute(BRING_BACK_DAYS, now)
