"""Reads everything that the receipt of a day needs, and makes the receipt."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import asyncpg
import msgspec

from points.programme import Programme
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql
from wellness_api.health.days.summarise import StoredDay
from wellness_api.health.samples.corrected import corrections_of
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.local_days import day_bounds
from wellness_api.health.samples.merging import stored_layer
from wellness_api.health.samples.origins import origin_of
from wellness_api.health.samples.own_segments import OWN_SEGMENTS
from wellness_api.health.sources.orders import SourceOrder
from wellness_api.residents.day_receipt.figures import KeptSummary, figures_of
from wellness_api.residents.day_receipt.heard import Heard, sources_heard
from wellness_api.residents.day_receipt.problems import DayTooLarge
from wellness_api.residents.day_receipt.shapes import DayReceipt
from wellness_api.rewards.awards.programmes import programmes_kept

DAY_FACTS: Final = read_named_sql(__package__, "day_facts")

SAMPLES_OF_A_DAY_MAX: Final = 1_000_000
"""Samples stored for one day, with earlier versions: a dozen sources with a sample each second. A day with more has no
receipt (422 `day_too_large`)."""

HEARD_DAYS: Final = 31
"""How far back it looks for a source that sent nothing for the day; nobody waits for a source that was last heard
longer ago."""


class Asked(NamedTuple):
    """Whose day, and the moment of the request; `city_day`: the city's day at that moment."""

    resident_id: int
    day: date
    time_zone: str
    now: datetime
    city_day: date


class _Choice(msgspec.Struct):
    metric: int
    from_day: date
    sources: list[str]


class _Facts(NamedTuple):
    choices: Sequence[SourceOrder]
    summaries: Sequence[KeptSummary]
    heard: Sequence[Heard]
    programmes: Sequence[Programme]
    is_pending: bool
    is_set_aside: bool


async def read_receipt(pool: Pool, asked: Asked) -> DayReceipt:
    """The receipt of the resident's day from everything that is stored now. Raises DayTooLarge."""
    async with pool.acquire() as connection:
        rows = await connection.fetch(
            *OWN_SEGMENTS(
                resident_id=asked.resident_id,
                first_day=asked.day,
                last_day=asked.day,
                metrics=None,
                source=None,
            )
        )
        facts = await connection.fetchrow(
            *DAY_FACTS(
                resident_id=asked.resident_id,
                day=asked.day,
                heard_since=asked.now.date() - timedelta(days=HEARD_DAYS),
            )
        )
        programmes = await programmes_kept(connection)
    assert facts is not None, "the statement always gives one row"
    # In a thread: the receipt may cover everything that any device measured on the day.
    return await asyncio.to_thread(_receipt, asked, rows, _facts(facts, programmes))


def _facts(row: asyncpg.Record, programmes: Sequence[Programme]) -> _Facts:
    return _Facts(
        choices=[
            SourceOrder(choice.metric, choice.from_day, choice.sources)
            for choice in msgspec.json.decode(row["choices"], type=list[_Choice])
        ],
        summaries=msgspec.json.decode(row["summaries"], type=list[KeptSummary]),
        heard=msgspec.json.decode(row["heard"], type=list[Heard]),
        programmes=programmes,
        is_pending=row["is_pending"],
        is_set_aside=row["is_set_aside"],
    )


def _receipt(asked: Asked, rows: Sequence[asyncpg.Record], facts: _Facts) -> DayReceipt:
    stored = StoredDay(
        asked.day, asked.time_zone, _segments(rows), corrections_of(rows), facts.choices
    )
    programmes = [programme for programme in facts.programmes if programme.in_force_on(asked.day)]
    start, end = day_bounds(asked.day, asked.time_zone)
    figures = figures_of(stored, programmes, facts.summaries, city_day=asked.city_day)
    return DayReceipt(
        day=asked.day,
        time_zone=asked.time_zone,
        start=start,
        end=end,
        state="set_aside"
        if facts.is_set_aside
        else "waiting"
        if facts.is_pending
        else "worked_out",
        figures=figures.own,
        parts=figures.parts,
        sources=sources_heard(facts.heard, now=asked.now),
    )


def _segments(rows: Sequence[asyncpg.Record]) -> list[StoredSegment]:
    segments, samples = [], 0
    for row in rows:
        layer = stored_layer(row)
        samples += len(layer.times)
        if samples > SAMPLES_OF_A_DAY_MAX:
            raise DayTooLarge(samples_max=SAMPLES_OF_A_DAY_MAX)
        segments.append(
            StoredSegment(
                row["metric"],
                row["source"],
                row["day"],
                row["received_at"],
                layer,
                origin_of(row["origin"]),
            )
        )
    return segments
