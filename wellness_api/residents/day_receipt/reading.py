"""Reads everything that the receipt of a day needs, and makes the receipt."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

import asyncpg
import msgspec

from points.programme import Programme
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql
from wellness_api.health.days.summarise import StoredDay, parts_of_day
from wellness_api.health.days.uncountable import Uncountable
from wellness_api.health.samples.corrected import OwnRows, own_rows
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.local_days import day_bounds, local_date
from wellness_api.health.samples.merging import stored_layer
from wellness_api.health.samples.origins import origin_of
from wellness_api.health.samples.own_segments import OWN_SEGMENTS
from wellness_api.health.sources.orders import SourceOrder
from wellness_api.identity.accounts.resident_facts import ResidentFacts, own_facts
from wellness_api.residents.day_receipt.figures import KeptSummary, figures_of
from wellness_api.residents.day_receipt.heard import Heard, sources_heard
from wellness_api.residents.day_receipt.problems import DayTooLarge
from wellness_api.residents.day_receipt.shapes import DayReceipt
from wellness_api.rewards.awards.programmes import not_frozen_from, programmes_kept
from wellness_api.rewards.awards.taking_part import not_taking_part_told, why_not_taking_part

DAY_FACTS: Final = read_named_sql(__package__, "day_facts")

SAMPLES_OF_A_DAY_MAX: Final = 1_000_000
"""Samples stored for one day, with earlier versions: a dozen sources with a sample each second. A day with more has no
receipt (422 `day_too_large`)."""

HEAVY_AT_ONCE_MAX: Final = 1
"""Receipts of days that are much work, in this process. Further ones wait in turn, as many as there may be requests. Light
receipts do not wait for them."""

PARTS_OF_A_LIGHT_RECEIPT_MAX: Final = 100_000
"""Parts of overlapping records: a tenth of a second of work. A receipt of more is a heavy one."""

SAMPLES_OF_A_LIGHT_RECEIPT_MAX: Final = 50_000
"""Two devices with a sample each second for half a day. A receipt of more is a heavy one."""

SEGMENTS_OF_A_LIGHT_RECEIPT_MAX: Final = 500
"""Each metric of each source costs something by itself, however few samples it has. A receipt of more is a heavy one."""

SAMPLES_LOOKED_AT_MIN: Final = 200
"""Fewer samples cannot have many parts, so their parts are not looked for."""

HEARD_DAYS: Final = 31
"""How far back it looks for a source that sent nothing for the day; nobody waits for a source that was last heard
longer ago."""


_heavy_threads: Final = ThreadPoolExecutor(HEAVY_AT_ONCE_MAX, thread_name_prefix="heavy-receipt")


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
    """`people`: the resident, or nobody where they were erased in between."""

    summaries: Sequence[KeptSummary]
    heard: Sequence[Heard]
    programmes: Sequence[Programme]
    people: Sequence[ResidentFacts]
    points: int
    is_pending: bool
    is_set_aside: bool


async def read_receipt(pool: Pool, asked: Asked) -> DayReceipt:
    """The receipt of the resident's day from everything that is stored now. Raises DayTooLarge."""
    async with pool.acquire() as connection:
        rows = own_rows(
            await connection.fetch(
                *OWN_SEGMENTS(
                    resident_id=asked.resident_id,
                    first_day=asked.day,
                    last_day=asked.day,
                    metrics=None,
                    source=None,
                )
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
        people = await own_facts(connection, asked.resident_id)
    assert facts is not None, "the statement always gives one row"
    # In threads: the receipt may cover everything that any device measured on the day.
    stored = await asyncio.to_thread(_stored, asked, rows, _choices(facts))
    make = partial(_receipt, asked, stored.day, _facts(facts, programmes, people))
    if (
        stored.parts > PARTS_OF_A_LIGHT_RECEIPT_MAX
        or stored.samples > SAMPLES_OF_A_LIGHT_RECEIPT_MAX
        or len(stored.day.segments) > SEGMENTS_OF_A_LIGHT_RECEIPT_MAX
    ):
        return await asyncio.get_running_loop().run_in_executor(_heavy_threads, make)
    return await asyncio.to_thread(make)


def _choices(row: asyncpg.Record) -> list[SourceOrder]:
    return [
        SourceOrder(of.metric, of.from_day, of.sources)
        for of in msgspec.json.decode(row["choices"], type=list[_Choice])
    ]


def _facts(
    row: asyncpg.Record, programmes: Sequence[Programme], people: Sequence[ResidentFacts]
) -> _Facts:
    return _Facts(
        summaries=msgspec.json.decode(row["summaries"], type=list[KeptSummary]),
        heard=msgspec.json.decode(row["heard"], type=list[Heard]),
        programmes=programmes,
        people=people,
        points=row["points"],
        is_pending=row["is_pending"],
        is_set_aside=row["is_set_aside"],
    )


class _Stored(NamedTuple):
    """The day, and how much work it will be to count it: samples, and parts of overlapping records."""

    day: StoredDay
    samples: int
    parts: int


def _stored(asked: Asked, rows: OwnRows, choices: Sequence[SourceOrder]) -> _Stored:
    """Raises DayTooLarge."""
    segments = _segments(rows.segments)
    day = StoredDay(asked.day, asked.time_zone, segments, rows.corrections, choices)
    samples = sum(len(segment.layer.times) for segment in segments)
    # The overlapping records of few samples are few.
    try:
        parts = parts_of_day(day) if samples > SAMPLES_LOOKED_AT_MIN else 0
    except Uncountable:
        parts = 0  # It is not counted.
    return _Stored(day, samples, parts)


def _receipt(asked: Asked, stored: StoredDay, facts: _Facts) -> DayReceipt:
    programmes = [of for of in facts.programmes if of.in_force_on(asked.day)]
    start, end = day_bounds(asked.day, asked.time_zone)
    today = local_date(asked.now, asked.time_zone)
    absent = [
        (programme, why)
        for person in facts.people
        for programme in programmes
        if (why := why_not_taking_part(programme, person, asked.day))
    ]
    figures = figures_of(
        stored,
        programmes,
        facts.summaries,
        not_taking_part=[programme.code for programme, _ in absent],
        city_day=asked.city_day,
        choice_reaches=asked.day >= not_frozen_from(facts.programmes, today),
    )
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
        points=facts.points,
        not_taking_part=[
            told
            for person in facts.people
            for told in not_taking_part_told(absent, joined_on=person.joined_day)
        ],
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
