"""One turn of the worker: claim, summarise, evaluate, post; all of it in one transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import asyncpg

from points.programme import Programme
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.days.summarise import MetricSummary, summarise_day
from wellness_api.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.rewards.posting import CountedDay, post_points
from wellness_api.rewards.programmes import programmes_kept
from wellness_api.samples.folding import Fold, StoredSegment, folds_of
from wellness_api.samples.local_days import local_date
from wellness_api.samples.merging import stored_layer
from wellness_api.samples.segments import encode_times, encode_values
from wellness_api.sources.orders import SourceOrder

HOLD_DAYS_OPEN: Final = read_sql(__package__, "hold_days_open")
CLAIM_PENDING_DAYS: Final = read_sql(__package__, "claim_pending_days")
SEGMENTS_OF_DAYS: Final = read_sql(__package__, "segments_of_days")
WRITE_SUMMARIES: Final = read_sql(__package__, "write_summaries")
SET_ASIDE: Final = read_sql(__package__, "set_aside")
CHOICES: Final = read_sql("wellness_api.sources", "choices")
FOLD_SEGMENTS: Final = read_sql(__package__, "fold_segments")

WORKER_LOCK: Final = 1
"""The first key of the advisory locks by which workers share residents out among themselves."""

Summary = dict[int, MetricSummary | None]


class DaysFailed(Exception):
    """The claimed days could not be worked out; the cause is an error of ours or a damaged segment."""

    def __init__(self, pending: "Sequence[PendingDay]") -> None:
        super().__init__(f"{len(pending)} days could not be worked out")
        self.pending = pending


class PendingDay(NamedTuple):
    """A resident's day to be worked out anew."""

    resident_id: int
    day: date
    time_zone: str
    birth_year: int


async def work_off_pending_days(connection: Connection, *, days_max: int) -> set[int] | None:
    """Brings up to `days_max` pending days into summaries and the ledger.

    Returns the residents for whom something changed, or None when nothing was pending. Raises DaysFailed, with nothing
    kept, when one of the days cannot be worked out.
    """
    async with connection.transaction():
        await connection.execute(HOLD_DAYS_OPEN)
        rows = await connection.fetch(CLAIM_PENDING_DAYS, days_max, WORKER_LOCK)
        if not rows:
            return None
        pending = [PendingDay(*row) for row in rows]
        try:
            await _work_out(connection, pending)
        except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError):
            raise  # The server is gone, which says nothing about the days.
        except Exception as error:
            raise DaysFailed(pending) from error
    return {day.resident_id for day in pending}


async def set_aside(connection: Connection, day: PendingDay, *, now: datetime) -> None:
    """Takes a day that fails out of the queue, and keeps it for someone to look at."""
    await connection.execute(SET_ASIDE, day.resident_id, day.day, now)


async def _work_out(connection: Connection, pending: Sequence[PendingDay]) -> None:
    segments = await _segments(connection, pending)
    choices = await _choices(connection, pending)
    summaries = [
        summarise_day(day.day, segments[day.resident_id, day.day], choices=choices[day.resident_id])
        for day in pending
    ]
    await _write_summaries(connection, pending, summaries)
    await _fold(
        connection,
        [
            (day, fold)
            for day in pending
            for fold in folds_of(segments[day.resident_id, day.day], time_zone=day.time_zone)
        ],
    )
    for programme in await programmes_kept(connection):
        counted = [
            _counted(programme, day, segments[day.resident_id, day.day], summary, choices)
            for day, summary in zip(pending, summaries, strict=True)
        ]
        await post_points(connection, programme, counted)


async def _choices(
    connection: Connection, pending: Sequence[PendingDay]
) -> defaultdict[int, list[SourceOrder]]:
    rows = await connection.fetch(CHOICES, list({day.resident_id for day in pending}))
    choices: defaultdict[int, list[SourceOrder]] = defaultdict(list)
    for resident_id, metric, from_day, sources in rows:
        choices[resident_id].append(SourceOrder(metric, from_day, sources))
    return choices


async def _fold(connection: Connection, folds: Sequence[tuple[PendingDay, Fold]]) -> None:
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


async def _segments(
    connection: Connection, pending: Sequence[PendingDay]
) -> defaultdict[tuple[int, date], list[StoredSegment]]:
    rows: list[asyncpg.Record] = await connection.fetch(
        SEGMENTS_OF_DAYS, [day.resident_id for day in pending], [day.day for day in pending]
    )
    segments: defaultdict[tuple[int, date], list[StoredSegment]] = defaultdict(list)
    for row in rows:
        segments[row["resident_id"], row["day"]].append(
            StoredSegment(row["metric"], row["source"], row["received_at"], stored_layer(row))
        )
    return segments


def _counted(
    programme: Programme,
    pending: PendingDay,
    segments: list[StoredSegment],
    summary: Summary,
    choices: Mapping[int, Sequence[SourceOrder]],
) -> CountedDay:
    """The day as the programme counts it: without what was received after its late window."""
    last_day = pending.day + timedelta(days=programme.late_window_days)
    in_time = [
        segment
        for segment in segments
        if local_date(segment.received_at, pending.time_zone) <= last_day
    ]
    if len(in_time) != len(segments):
        summary = summarise_day(pending.day, in_time, choices=choices[pending.resident_id])
    values = {of.metric.code: of.value for of in summary.values() if of is not None}
    return CountedDay(pending.resident_id, pending.day, values, pending.birth_year)


async def _write_summaries(
    connection: Connection, pending: Sequence[PendingDay], summaries: Sequence[Summary]
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
