"""One turn of the worker: claim, summarise, evaluate, post; all of it in one transaction."""

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from points.programme import Programme
from wellness_api.database.errors import server_is_gone
from wellness_api.database.limits import TIME_LIMITS
from wellness_api.database.pool import Connection
from wellness_api.health.days.folds import fold_days
from wellness_api.health.days.pending import (
    NOTHING_CLAIMED,
    Round,
    Share,
    claim_days,
    take_out_day,
    write_summaries,
)
from wellness_api.health.days.stored_days import (
    DaysUncountable,
    ResidentDay,
    stored_days,
    summaries_of,
)
from wellness_api.health.sources.choices import choices_of
from wellness_api.identity.accounts.resident_facts import residents_of
from wellness_api.process.panics import panics_as_errors
from wellness_api.rewards.awards.at_fault import (
    ProgrammeFailed,
    item_of,
    note_days,
    of_programme,
    programmes_at_work,
)
from wellness_api.rewards.awards.counted import counted_days
from wellness_api.rewards.awards.history import figures_worked_out, keep_days_in_time
from wellness_api.rewards.awards.next_awards import keep_next_awards
from wellness_api.rewards.awards.posting import post_points
from wellness_api.rewards.awards.scope import scope_of_days
from wellness_api.rewards.ledger.days import ledger_days
from wellness_api.work.set_aside.items import Item, mended, set_aside

SEGMENTS_AT_ONCE_MAX: Final = 20_000
"""For several days together. A phone that syncs each quarter of an hour leaves some hundred segments a day, until they
are folded."""

SEGMENTS_OF_A_DAY_MAX: Final = 100_000
"""No device's day has as many. A day with more is not worked out, so that it does not take the worker's memory."""

PARTS_AT_ONCE_MAX: Final = 4_000_000
"""Parts of overlapping records of several days (`uncountable`): a second or two of work. If there are more, each day is worked
out in a turn of its own, so that the other days of the turn do not wait for it."""


class DayTooLarge(Exception):
    """The day has more than SEGMENTS_OF_A_DAY_MAX segments."""

    def __init__(self) -> None:
        super().__init__(f"more than {SEGMENTS_OF_A_DAY_MAX} segments speak of the day")


class TookTooLong(Exception):
    """Working the days out took so long that the database no longer waited for it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"it took {seconds:.0f} s; within a transaction the database waits for {_waits_seconds():g} s"
        )


def _waits_seconds() -> float:
    return TIME_LIMITS["wellness_worker"].idle_in_transaction


class DaysFailed(Exception):
    """The claimed days could not be worked out. The cause is an error in our code, in a library or in a damaged
    segment.
    """

    def __init__(self, pending: Sequence[ResidentDay], sequences: Sequence[Sequence[int]]) -> None:
        super().__init__(f"{len(pending)} days could not be worked out")
        self.pending = pending
        self.sequences = sequences

    def of_days_at_fault(self) -> list["DaysFailed"]:
        """The failure of each day that is known to be at fault; none where that has still to be found out."""
        if len(self.pending) == 1:
            return [self]
        if not isinstance(self.__cause__, DaysUncountable):
            return []
        alone = []
        for day, error in self.__cause__.by_day.items():
            failed = DaysFailed([day], [self.sequences[self.pending.index(day)]])
            failed.__cause__ = error
            alone.append(failed)
        return alone

    @property
    def of_programme(self) -> ProgrammeFailed | None:
        """The failure of a programme, if a programme caused this."""
        return self.__cause__ if isinstance(self.__cause__, ProgrammeFailed) else None


async def work_off_pending_days(
    connection: Connection,
    *,
    share: Share,
    now: datetime,
    city_day: date,
    backlog: Round | None = None,
    evaluated: set[str] | None = None,
) -> set[int] | None:
    """Brings a share of the pending days into summaries and the ledger.

    `evaluated`: gets the names of the programmes that could be worked out for one of the residents. Returns the residents
    for whom something changed, or None when nothing was pending. Raises DaysFailed, with nothing kept, when one of the
    days cannot be worked out, or they take too long together.
    """
    after = 0 if backlog is None else backlog.after
    claim = NOTHING_CLAIMED
    began = time.monotonic()
    try:
        async with connection.transaction():
            claim = await claim_days(connection, share, after=after)
            if not claim.days:
                if backlog is not None:
                    backlog.after = 0
                # The residents before the round's place are still to be looked at.
                return set() if after else None
            with panics_as_errors():
                programmes = await _work_out(connection, claim.days, now=now, city_day=city_day)
    except Exception as error:
        if not claim.days:
            raise
        took_seconds = time.monotonic() - began
        cause = error
        if server_is_gone(error):
            if took_seconds < _waits_seconds():
                raise  # Which says nothing about the days.
            # The server may be there: it ends a transaction that makes it wait for so long.
            cause = TookTooLong(took_seconds)
            cause.__cause__ = error
        raise DaysFailed(claim.days, claim.sequences) from cause
    if evaluated is not None:
        evaluated |= programmes
    if backlog is not None:
        backlog.after = claim.backlog_until
    return {day.resident_id for day in claim.days}


async def set_day_aside(connection: Connection, failed: DaysFailed, *, now: datetime) -> None:
    """Takes the day that failed alone out of the queue, and stores it for somebody to look at.

    A new upload of the day lets it be tried again. A day that took too long is tried again by itself, because the machine
    may have been slow.
    """
    (day,), (sequences,) = failed.pending, failed.sequences
    error = failed.__cause__ if failed.of_programme is None else failed.of_programme.reason
    assert error is not None, "it is raised from what went wrong"
    async with connection.transaction():
        await take_out_day(connection, day, sequences)
        item = Item("day", day.day.isoformat(), day.resident_id)
        again = True if isinstance(error, TookTooLong) else None
        await set_aside(connection, item, error, now=now, again=again)


async def _work_out(
    connection: Connection, pending: Sequence[ResidentDay], *, now: datetime, city_day: date
) -> set[str]:
    """Returns the names of the programmes that gave or could have given points.

    It works days with very many segments out in parts, so that a turn's memory has a bound. Raises DayTooLarge.
    """
    choices = await choices_of(connection, [day.resident_id for day in pending])
    stored = await stored_days(
        connection,
        pending,
        choices,
        at_most=SEGMENTS_AT_ONCE_MAX if len(pending) > 1 else SEGMENTS_OF_A_DAY_MAX,
    )
    if stored is None:
        if len(pending) == 1:
            raise DayTooLarge
        middle = len(pending) // 2
        evaluated = await _work_out(connection, pending[:middle], now=now, city_day=city_day)
        return evaluated | await _work_out(connection, pending[middle:], now=now, city_day=city_day)
    at_work = await programmes_at_work(connection)
    figures = figures_worked_out(at_work.kept)
    summaries = await summaries_of(pending, stored, figures, parts_max=PARTS_AT_ONCE_MAX)
    await write_summaries(connection, pending, summaries)
    await fold_days(connection, pending, stored, now=now)
    days = await ledger_days(connection, city_day)
    latest = max(city_day, days.latest)
    people = {
        person.resident_id: person
        for person in await residents_of(connection, list({day.resident_id for day in pending}))
    }
    evaluated = set()

    async def give(programme: Programme) -> bool:
        counted = await counted_days(
            programme, pending, stored, summaries, figures, city_day=days.city
        )
        # A resident's day may be ahead of the city's, and end its late window before.
        may_be_otherwise = [
            counted_day
            for counted_day in counted
            if counted_day.is_looked_into
            or counted_day.day + timedelta(days=programme.late_window_days) <= city_day
        ]
        if may_be_otherwise:
            await keep_days_in_time(connection, programme, may_be_otherwise)
        scope = scope_of_days(
            programme, [(day.resident_id, day.day) for day in pending], latest=latest
        )
        if scope is None:
            return False
        await post_points(
            connection,
            programme,
            [people[resident_id] for resident_id in scope.residents],
            scope,
            counted=[day for day in counted if day.resident_id in scope.residents],
            now=now,
            days=days,
        )
        return True

    for programme in at_work.programmes:
        if await of_programme(programme, give(programme)):
            evaluated.add(item_of(programme).name)
    await note_days(connection, at_work.aside, [(day.resident_id, day.day) for day in pending])
    await mended(
        connection, [Item("programme", name) for name in at_work.tried if name in evaluated]
    )
    await keep_next_awards(connection, at_work.kept, people.values(), now=now)
    return evaluated
