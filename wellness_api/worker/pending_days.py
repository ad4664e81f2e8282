"""One turn of the worker: claim, summarise, evaluate, post; all of it in one transaction."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import asyncpg

from wellness_api.database.locks import RESIDENT_LOCK
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.days.summarise import Summary
from wellness_api.identity.resident_facts import residents_of
from wellness_api.ledger.days import ledger_day
from wellness_api.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.rewards.counted import (
    ResidentDay,
    choices_of,
    counted_days,
    segments_of,
    summaries_of,
)
from wellness_api.rewards.history import keep_days_in_time
from wellness_api.rewards.posting import post_points
from wellness_api.rewards.programmes import programmes_kept
from wellness_api.rewards.scope import scope_of_days
from wellness_api.samples.folding import Fold, folds_of
from wellness_api.samples.segments import encode_times, encode_values

HOLD_DAYS_OPEN: Final = read_sql(__package__, "hold_days_open")
CLAIM_PENDING_DAYS: Final = read_sql(__package__, "claim_pending_days")
WRITE_SUMMARIES: Final = read_sql(__package__, "write_summaries")
SET_ASIDE: Final = read_sql(__package__, "set_aside")
FOLD_SEGMENTS: Final = read_sql(__package__, "fold_segments")


class DaysFailed(Exception):
    """The claimed days could not be worked out; the cause is an error of ours or a damaged segment."""

    def __init__(self, pending: Sequence[ResidentDay]) -> None:
        super().__init__(f"{len(pending)} days could not be worked out")
        self.pending = pending


async def work_off_pending_days(
    connection: Connection, *, days_max: int, now: datetime, city_day: date
) -> set[int] | None:
    """Brings up to `days_max` pending days into summaries and the ledger.

    Returns the residents for whom something changed, or None when nothing was pending. Raises DaysFailed, with nothing
    kept, when one of the days cannot be worked out.
    """
    async with connection.transaction():
        await connection.execute(HOLD_DAYS_OPEN)
        rows = await connection.fetch(CLAIM_PENDING_DAYS, days_max, RESIDENT_LOCK)
        if not rows:
            return None
        pending = [ResidentDay(*row) for row in rows]
        try:
            await _work_out(connection, pending, now=now, city_day=city_day)
        except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError):
            raise  # The server is gone, which says nothing about the days.
        except Exception as error:
            raise DaysFailed(pending) from error
    return {day.resident_id for day in pending}


async def set_aside(connection: Connection, day: ResidentDay, *, now: datetime) -> None:
    """Takes a day that fails out of the queue, and keeps it for someone to look at."""
    await connection.execute(SET_ASIDE, day.resident_id, day.day, now)


async def _work_out(
    connection: Connection, pending: Sequence[ResidentDay], *, now: datetime, city_day: date
) -> None:
    segments = await segments_of(connection, pending)
    choices = await choices_of(connection, pending)
    summaries = summaries_of(pending, segments, choices)
    await _write_summaries(connection, pending, summaries)
    await _fold(
        connection,
        [
            (day, fold)
            for day in pending
            for fold in folds_of(segments[day.resident_id, day.day], time_zone=day.time_zone)
        ],
    )
    today = await ledger_day(connection, city_day)
    people = {
        person.resident_id: person
        for person in await residents_of(connection, list({day.resident_id for day in pending}))
    }
    for programme in await programmes_kept(connection):
        counted = counted_days(programme, pending, segments, summaries, choices)
        if any(day.day + timedelta(days=programme.late_window_days) < city_day for day in pending):
            await keep_days_in_time(connection, programme, counted)
        scope = scope_of_days(
            programme, [(day.resident_id, day.day) for day in pending], today=today
        )
        if scope is not None:
            await post_points(
                connection,
                programme,
                [people[resident_id] for resident_id in scope.residents],
                scope,
                counted=[day for day in counted if day.resident_id in scope.residents],
                now=now,
                today=today,
            )


async def _fold(connection: Connection, folds: Sequence[tuple[ResidentDay, Fold]]) -> None:
    """Writes the folded segments; in the turn's transaction, so a kill leaves all of a day's or none."""
    await connection.executemany(
        FOLD_SEGMENTS,
        [
            (
                *(day.resident_id, day.day, fold.metric, fold.source, fold.sequence),
                int(fold.times[0]),
                int(fold.times[-1]),
                encode_times(fold.times),
                encode_values(fold.values, METRIC_BY_NUMBER[fold.metric]),
                fold.gone,
            )
            for day, fold in folds
        ],
    )


async def _write_summaries(
    connection: Connection, pending: Sequence[ResidentDay], summaries: Sequence[Summary]
) -> None:
    present = [
        (day.resident_id, day.day, number, of)
        for day, summary in zip(pending, summaries, strict=True)
        for number, of in summary.items()
        if of is not None
    ]
    gone = [
        (day.resident_id, day.day, number)
        for day, summary in zip(pending, summaries, strict=True)
        for number, of in summary.items()
        if of is None
    ]
    await connection.execute(
        WRITE_SUMMARIES,
        [resident_id for resident_id, _, _, _ in present],
        [day for _, day, _, _ in present],
        [number for _, _, number, _ in present],
        [of.value for *_, of in present],
        [of.minimum for *_, of in present],
        [of.maximum for *_, of in present],
        [of.sample_count for *_, of in present],
        [of.measured_at for *_, of in present],
        [resident_id for resident_id, _, _ in gone],
        [day for _, day, _ in gone],
        [number for _, _, number in gone],
    )
