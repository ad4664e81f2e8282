"""Residents' days as they are stored, with segments and corrections, and the summaries of these days."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import inf
from typing import Final, NamedTuple

import asyncpg

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql
from wellness_api.health.days.summarise import (
    StoredDay,
    Summary,
    count_days,
    look_at_days,
    summarise_days,
)
from wellness_api.health.days.uncountable import Uncountable, UncountableDays
from wellness_api.health.samples.corrected import NO_CORRECTIONS, Correction, corrections_of
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.merging import stored_layer
from wellness_api.health.samples.origins import origin_of
from wellness_api.health.sources.orders import SourceOrder

SEGMENTS_OF_DAYS: Final = read_named_sql(__package__, "segments_of_days")
SEGMENTS_MOVED_TO_DAYS: Final = read_named_sql(__package__, "segments_moved_to_days")

ChoicesByResident = Mapping[int, Sequence[SourceOrder]]

SAMPLES_OF_A_MOMENT_MAX: Final = 100_000
"""Samples of a turn's days, in all their segments: some milliseconds of work. What is more is decoded and looked at in a thread:
always to use one costs a third of the worker's rate."""

SEGMENTS_OF_A_MOMENT_MAX: Final = 5_000
"""Segments of a turn's days. If there are more, the days are looked at in a thread: a look costs something for each metric and
source."""

CORRECTED_SEGMENTS_OF_A_MOMENT_MAX: Final = 300
"""The same for segments of days with corrections by hand, which cost more to look at."""

PARTS_OF_A_MOMENT_MAX: Final = 20_000
"""Parts of overlapping records: some milliseconds of work. Days of more are counted in a thread."""


class ResidentDay(NamedTuple):
    """A resident's day, with what its count depends on besides its segments."""

    resident_id: int
    day: date
    time_zone: str
    birth_year: int


StoredDays = Mapping[ResidentDay, StoredDay]


class DaysUncountable(Uncountable):
    """Some of several days are not counted. `by_day`: why."""

    def __init__(self, by_day: Mapping[ResidentDay, Uncountable]) -> None:
        super().__init__(f"{len(by_day)} of the days are not counted")
        self.by_day = by_day


async def stored_days(
    connection: Connection,
    days: Sequence[ResidentDay],
    choices: ChoicesByResident,
    *,
    at_most: int,
) -> StoredDays | None:
    """The days with all their segments. If there are more than `at_most` segments, none is decoded, and the answer is None."""
    rows = await _rows_of(connection, days, metrics=None, limit=at_most + 1)
    if len(rows.segments) > at_most:
        return None
    return await _decoded(days, rows, choices)


async def stored_days_of_metrics(
    connection: Connection,
    days: Sequence[ResidentDay],
    choices: ChoicesByResident,
    metrics: Sequence[int],
) -> StoredDays:
    """The days with all their segments of some metrics. `metrics`: by number."""
    rows = await _rows_of(connection, days, metrics=metrics, limit=None)
    return await _decoded(days, rows, choices)


class _Rows(NamedTuple):
    """What is stored: segments, each with the day that it is read for, and corrections by resident."""

    segments: list[tuple[date, asyncpg.Record]]
    corrections: Mapping[int, Sequence[Correction]]


async def _rows_of(
    connection: Connection,
    days: Sequence[ResidentDay],
    *,
    metrics: Sequence[int] | None,
    limit: int | None,
) -> _Rows:
    segments: list[tuple[date, asyncpg.Record]] = []
    corrections: dict[int, Sequence[Correction]] = {}
    for row in await connection.fetch(*SEGMENTS_OF_DAYS(**_asked(days, metrics, limit))):
        own = corrections_of(row)
        if own is None:
            segments.append((row["day"], row))
        else:
            corrections[row["resident_id"]] = own
    shifted = {
        resident_id
        for resident_id, own in corrections.items()
        if any(correction.kind == "shift" for correction in own)
    }
    if shifted:
        their_days = [day for day in days if day.resident_id in shifted]
        moved = await connection.fetch(
            *SEGMENTS_MOVED_TO_DAYS(**_asked(their_days, metrics, limit))
        )
        segments += [(row["pair_day"], row) for row in moved]
    return _Rows(segments, corrections)


def _asked(
    days: Sequence[ResidentDay], metrics: Sequence[int] | None, limit: int | None
) -> dict[str, object]:
    return {
        "resident_ids": [day.resident_id for day in days],
        "days": [day.day for day in days],
        "metrics": metrics,
        "segments_max": limit,
    }


async def _decoded(
    days: Sequence[ResidentDay], rows: _Rows, choices: ChoicesByResident
) -> StoredDays:
    """Decodes more than a moment's samples in a thread: segments may hold all that any device measured on a day."""
    segments: defaultdict[tuple[int, date], list[StoredSegment]] = defaultdict(list)

    def decode(rows: Iterator[tuple[date, asyncpg.Record]], samples_max: float) -> bool:
        """Decodes rows until there are more samples than that. Whether all are decoded."""
        held = 0
        for day, row in rows:
            segment = _segment(row)
            segments[row["resident_id"], day].append(segment)
            held += len(segment.layer.times)
            if held > samples_max:
                return False
        return True

    to_decode = iter(rows.segments)
    if not decode(to_decode, SAMPLES_OF_A_MOMENT_MAX):
        await asyncio.to_thread(decode, to_decode, inf)
    return {
        day: StoredDay(
            day.day,
            day.time_zone,
            segments[day.resident_id, day.day],
            rows.corrections.get(day.resident_id, NO_CORRECTIONS),
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

    Much work goes into a thread, so that the loop's other work goes on meanwhile. `parts_max`: as `summarise_days` has it.
    Raises Uncountable for one day, DaysUncountable for several, TooMuchAtOnce.
    """
    of_days = [stored[day] for day in days]
    try:
        if not _are_looked_at_in_a_moment(of_days):
            return await asyncio.to_thread(summarise_days, of_days, figures, parts_max=parts_max)
        looked_at = look_at_days(of_days, figures, parts_max=parts_max)
        if looked_at.parts > PARTS_OF_A_MOMENT_MAX:
            return await asyncio.to_thread(count_days, looked_at)
        return count_days(looked_at)
    except UncountableDays as error:
        raise DaysUncountable({days[place]: of for place, of in error.by_place.items()}) from error


def _are_looked_at_in_a_moment(days: Sequence[StoredDay]) -> bool:
    samples = sum(len(segment.layer.times) for day in days for segment in day.segments)
    segments = sum(len(day.segments) for day in days)
    corrected = sum(len(day.segments) for day in days if day.corrections)
    return (
        samples <= SAMPLES_OF_A_MOMENT_MAX
        and segments <= SEGMENTS_OF_A_MOMENT_MAX
        and corrected <= CORRECTED_SEGMENTS_OF_A_MOMENT_MAX
    )
