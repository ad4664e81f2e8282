"""Residents' days as they are stored, with segments and corrections, and the summaries of these days."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

import asyncpg

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.health.days.summarise import StoredDay, Summary, summarise_days
from wellness_api.health.samples.corrected import NO_CORRECTIONS, Correction, corrections_of
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.merging import stored_layer
from wellness_api.health.samples.origins import origin_of
from wellness_api.health.sources.orders import SourceOrder

SEGMENTS_OF_DAYS: Final = read_named_sql(__package__, "segments_of_days")

ChoicesByResident = Mapping[int, Sequence[SourceOrder]]


class ResidentDay(NamedTuple):
    """A resident's day, with what its count depends on besides its segments."""

    resident_id: int
    day: date
    time_zone: str
    birth_year: int


StoredDays = Mapping[ResidentDay, StoredDay]


async def stored_days(
    connection: Connection,
    days: Sequence[ResidentDay],
    choices: ChoicesByResident,
    *,
    at_most: int,
) -> StoredDays | None:
    """The days with all their segments. If there are more than `at_most` segments, none is decoded, and the answer is None."""
    rows = await _rows_of(connection, days, metrics=None, limit=at_most + 1)
    # The rows of corrections are no segments.
    if sum(row["day"] is not None for row in rows) > at_most:
        return None
    # In a thread: segments may hold all that any device measured on a day.
    return await asyncio.to_thread(_decoded, days, rows, choices)


async def stored_days_of_metrics(
    connection: Connection,
    days: Sequence[ResidentDay],
    choices: ChoicesByResident,
    metrics: Sequence[int],
) -> StoredDays:
    """The days with all their segments of some metrics. `metrics`: by number."""
    rows = await _rows_of(connection, days, metrics=metrics, limit=None)
    return await asyncio.to_thread(_decoded, days, rows, choices)


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
    days: Sequence[ResidentDay], rows: Sequence[asyncpg.Record], choices: ChoicesByResident
) -> StoredDays:
    of_days: defaultdict[tuple[int, date], list[asyncpg.Record]] = defaultdict(list)
    of_residents: dict[int, Sequence[Correction]] = {}
    for row in rows:
        corrections = corrections_of(row)
        if corrections is None:
            of_days[row["resident_id"], row["pair_day"]].append(row)
        else:
            of_residents[row["resident_id"]] = corrections
    return {
        day: StoredDay(
            day.day,
            day.time_zone,
            [_segment(row) for row in of_days[day.resident_id, day.day]],
            of_residents.get(day.resident_id, NO_CORRECTIONS),
            choices[day.resident_id],
        )
        for day in days
    }


def _segment(row: asyncpg.Record) -> StoredSegment:
    return StoredSegment(
        row["metric"],
        row["source"],
        row["day"],
        row["received_at"],
        stored_layer(row),
        origin_of(row["origin"]),
    )


async def summaries_of(
    days: Sequence[ResidentDay],
    stored: StoredDays,
    figures: frozenset[int],
    *,
    parts_max: int,
) -> list[Summary]:
    """The summary of each day, of all its segments; of these figures by their numbers.

    In a thread, so that the loop's other work goes on meanwhile. `parts_max`: as `summarise_days` has it. Raises Uncountable,
    TooMuchAtOnce.
    """
    return await asyncio.to_thread(
        summarise_days, [stored[day] for day in days], figures, parts_max=parts_max
    )
