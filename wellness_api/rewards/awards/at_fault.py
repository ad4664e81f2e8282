"""Sets a programme aside that cannot be evaluated for anybody, so that no resident's days are set aside because of it.

While a programme is set aside, its points wait: the worker works days out without it and notes them in
`work.programme_day`. What the programme gives at days' ends is owed since `from_day` of its row. The worker tries the
programme again when staff release it, and from time to time by itself. A row without `retry_at` says that the programme
is on trial.
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
"""When a programme fails for this many people, one after the other and with no success in between, the programme is at
fault and not the people."""

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
    """A part of the programme could not be worked out, for this reason."""

    def __init__(self, programme: Programme, reason: Exception) -> None:
        super().__init__(item_of(programme).name)
        self.programme = programme
        self.reason = reason


class ProgrammeAtFault(Exception):
    """A programme failed for everybody. The reason is that of the last failure."""

    def __init__(self, failed: ProgrammeFailed) -> None:
        super().__init__(item_of(failed.programme).name)
        self.programme = failed.programme
        self.reason = failed.reason


class AtWork(NamedTuple):
    """All programmes that exist (`kept`), those that are worked out (`programmes`), and the names of those that are set
    aside (`aside`) or on trial (`tried`).
    """

    programmes: list[Programme]
    aside: list[str]
    tried: list[str]
    kept: list[Programme]


def item_of(programme: Programme) -> Item:
    """The item under which the programme is set aside."""
    return Item("programme", f"{programme.code} version {programme.version}")


async def of_programme(programme: Programme, work: Awaitable[Result]) -> Result:
    """Does `work`, which is about this programme. An error becomes ProgrammeFailed, unless it says that the server is
    gone.
    """
    try:
        with panics_as_errors():
            return await work
    except Exception as error:
        if server_is_gone(error):
            raise
        raise ProgrammeFailed(programme, error) from error


def at_fault(errors: Sequence[Exception]) -> ProgrammeFailed | None:
    """The last of these errors, if all are failures of one programme and there are enough of them. Each error is of
    another person, and the work succeeded for nobody.

    An error of somebody who waited too long for a lock says nothing about a programme.
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
    """All versions of all programmes except those that are set aside."""
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
    """All programmes except those that are set aside. For these it notes that days' ends are owed from `since` on."""
    async with pool.acquire() as connection:
        aside = {row["item"] for row in await connection.fetch(NOTE_OWED, since)}
        kept = await programmes_kept(connection)
    return [programme for programme in kept if item_of(programme).name not in aside]


async def note_days(
    connection: Connection, aside: Sequence[str], days: Sequence[tuple[int, date]]
) -> None:
    """Notes that these residents' days were worked out without the programmes that are set aside."""
    if aside:
        await connection.execute(
            NOTE_DAYS, [resident_id for resident_id, _ in days], [day for _, day in days], aside
        )


async def bring_back_programmes(database: Database, *, now: datetime) -> None:
    """Puts programmes on trial that staff released or whose time to retry has come, and queues the days that they
    missed.
    """
    from_day = await database.fetchval(TRY_AGAIN, now)
    if from_day is not None:
        await database.execute(TURN_AGAIN, from_day)
    await database.execute(BRING_BACK_DAYS, now)
