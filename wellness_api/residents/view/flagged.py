"""A resident's implausible samples: kept, counted nowhere, and here is why."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from heapq import nlargest
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Final

import asyncpg
import msgspec
import numpy as np

from wellness_api.database.pool import Pool
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.merging import Layer, merge, stored_layer
from wellness_api.health.samples.own_segments import own_segments
from wellness_api.health.samples.plausibility import NO_FLAW, flaws_of, limit_of
from wellness_api.health.samples.spans import TimeSpan

DAYS_SHOWN: Final = 14
"""How far back the list goes; longer ago nobody remembers what a device did."""

FLAGGED_LISTED_MAX: Final = 200
"""The newest; a broken device may send thousands."""


class FlaggedSample(msgspec.Struct, kw_only=True):
    """A sample that counts for nothing: `limit` is what would be plausible, in `unit`: of the value itself, or of
    what the source says of that minute or day.
    """

    metric: str
    source: str
    time: datetime
    value: float
    unit: str
    limit: str


class FlaggedSamples(msgspec.Struct, kw_only=True):
    """The newest implausible samples, newest first; `count`: of all in the days shown."""

    count: int
    items: list[FlaggedSample]


async def flagged_samples_of(
    pool: Pool, resident_id: int, *, now: datetime, time_zone: str
) -> FlaggedSamples:
    """The implausible samples of the last days."""
    span = TimeSpan(now - timedelta(days=DAYS_SHOWN), now)
    rows = await own_segments(pool, resident_id, span, time_zone=time_zone)
    # In a thread: it is about all that any device measured in these days.
    return await asyncio.to_thread(_flagged, rows, span)


def _flagged(rows: Sequence[asyncpg.Record], span: TimeSpan) -> FlaggedSamples:
    count = 0
    newest: list[FlaggedSample] = []
    for day, of_day in groupby(rows, key=itemgetter("day")):
        flagged = [sample for sample in _flagged_of(day, of_day) if sample.time >= span.start]
        count += len(flagged)
        newest = nlargest(FLAGGED_LISTED_MAX, [*newest, *flagged], key=attrgetter("time"))
    return FlaggedSamples(count=count, items=newest)


def _flagged_of(day: date, rows: Iterable[asyncpg.Record]) -> Iterator[FlaggedSample]:
    layers: defaultdict[tuple[int, str], list[Layer]] = defaultdict(list)
    for row in rows:
        layers[row["metric"], row["source"]].append(stored_layer(row))
    for (number, source), of_part in layers.items():
        metric = METRIC_BY_NUMBER[number]
        times, values, _ = merge(of_part)
        flaws = flaws_of(times, values, metric)
        flagged = np.flatnonzero(flaws != NO_FLAW)
        for time, value, flaw in zip(
            *(column[flagged].tolist() for column in (times, values, flaws)), strict=True
        ):
            yield FlaggedSample(
                metric=metric.code,
                source=source,
                time=datetime.fromtimestamp((utc_midnight_ms(day) + time) / 1000, UTC),
                value=value / metric.per_unit,
                unit=metric.unit,
                limit=limit_of(flaw, metric),
            )
