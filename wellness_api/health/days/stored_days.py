"""Residents' days as they are stored: their segments, and the summaries that they come to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

import asyncpg

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.health.days.summarise import SegmentsOfDay, Summary, summarise_days
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.merging import stored_layer
from wellness_api.health.sources.orders import SourceOrder

SEGMENTS_OF_DAYS: Final = read_named_sql(__package__, "segments_of_days")

SegmentsByDay = Mapping[tuple[int, date], Sequence[StoredSegment]]
ChoicesByResident = Mapping[int, Sequence[SourceOrder]]


class ResidentDay(NamedTuple):
    """A resident's day, with what counting it depends on besides its segments."""

    resident_id: int
    day: date
    time_zone: str
    birth_year: int


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
        *SEGMENTS_OF_DAYS(
            resident_ids=[day.resident_id for day in days],
            days=[day.day for day in days],
            metrics=metrics,
            segments_max=limit,
        )
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
            SegmentsOfDay(
                day.day,
                segments[day.resident_id, day.day],
                choices[day.resident_id],
                day.time_zone,
            )
            for day in days
        ]
    )
