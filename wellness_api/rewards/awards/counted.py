"""A resident's day as a programme counts it, from its segments: what the worker posts and the proof recomputes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

import asyncpg

from points.programme import Programme
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.health.days.summarise import SegmentsOfDay, Summary, summarise_days
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.merging import stored_layer
from wellness_api.health.sources.orders import SourceOrder

SEGMENTS_OF_DAYS: Final = read_sql(__package__, "segments_of_days")

SegmentsByDay = Mapping[tuple[int, date], Sequence[StoredSegment]]
ChoicesByResident = Mapping[int, Sequence[SourceOrder]]


class ResidentDay(NamedTuple):
    """A resident's day, with what counting it depends on besides its segments."""

    resident_id: int
    day: date
    time_zone: str
    birth_year: int


class CountedDay(NamedTuple):
    """A resident's day as a programme counts it: the day's value by metric number, in the metric's unit.

    `not_in_time`: what the day's summary says of metrics that the programme counts otherwise, since samples came after
    its late window: their values in time, None where nothing was.
    """

    resident_id: int
    day: date
    values: Mapping[int, float]
    not_in_time: Mapping[int, float | None]


async def segments_of(
    connection: Connection, days: Sequence[ResidentDay], *, at_most: int
) -> defaultdict[tuple[int, date], list[StoredSegment]] | None:
    """All segments of the days; None when there are more than `at_most`, of which none is decoded then."""
    rows = await _rows_of(connection, days, metrics=None, limit=at_most + 1)
    return _decoded(rows) if len(rows) <= at_most else None


async def segments_of_metrics(
    connection: Connection, days: Sequence[ResidentDay], metrics: Sequence[int]
) -> defaultdict[tuple[int, date], list[StoredSegment]]:
    """All segments of the days and of some metrics, by their numbers."""
    return _decoded(await _rows_of(connection, days, metrics=metrics, limit=None))


async def _rows_of(
    connection: Connection,
    days: Sequence[ResidentDay],
    *,
    metrics: Sequence[int] | None,
    limit: int | None,
) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await connection.fetch(
        SEGMENTS_OF_DAYS,
        [day.resident_id for day in days],
        [day.day for day in days],
        metrics,
        limit,
    )
    return rows


def _decoded(
    rows: Sequence[asyncpg.Record],
) -> defaultdict[tuple[int, date], list[StoredSegment]]:
    segments: defaultdict[tuple[int, date], list[StoredSegment]] = defaultdict(list)
    for row in rows:
        segments[row["resident_id"], row["day"]].append(
            StoredSegment(row["metric"], row["source"], row["received_at"], stored_layer(row))
        )
    return segments


def summaries_of(
    days: Sequence[ResidentDay], segments: SegmentsByDay, choices: ChoicesByResident
) -> list[Summary]:
    """The summary of each day, of all its segments."""
    return summarise_days(
        [
            SegmentsOfDay(day.day, segments[day.resident_id, day.day], choices[day.resident_id])
            for day in days
        ]
    )


def counted_days(
    programme: Programme,
    days: Sequence[ResidentDay],
    segments: SegmentsByDay,
    summaries: Sequence[Summary],
    choices: ChoicesByResident,
) -> list[CountedDay]:
    """The days as this version of the programme counts them: without what was received after its late window."""
    return [
        _counted_day(
            day,
            segments[day.resident_id, day.day],
            summary,
            choices[day.resident_id],
            late_window_days=programme.late_window_days,
        )
        for day, summary in zip(days, summaries, strict=True)
    ]


def _counted_day(
    day: ResidentDay,
    segments: Sequence[StoredSegment],
    summary: Summary,
    choices: Sequence[SourceOrder],
    *,
    late_window_days: int,
) -> CountedDay:
    """`summary` is that of all the day's segments."""
    values = _values(summary)
    last_day = day.day + timedelta(days=late_window_days)
    in_time = [
        segment
        for segment in segments
        # No zone is a day ahead of UTC, so that most need no look at their zone.
        if segment.received_at.date() < last_day
        or local_date(segment.received_at, day.time_zone) <= last_day
    ]
    if len(in_time) == len(segments):
        return CountedDay(day.resident_id, day.day, values, {})
    (of_in_time,) = summarise_days([SegmentsOfDay(day.day, in_time, choices)])
    counted = _values(of_in_time)
    not_in_time = {
        number: counted.get(number)
        for number in values.keys() | counted.keys()
        if counted.get(number) != values.get(number)
    }
    return CountedDay(day.resident_id, day.day, counted, not_in_time)


def _values(summary: Summary) -> dict[int, float]:
    return {number: of.value for number, of in summary.items() if of is not None}
