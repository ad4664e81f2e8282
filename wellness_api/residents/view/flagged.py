"""A resident's implausible samples: they are stored and counted nowhere. The list says why."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import nlargest
from operator import attrgetter
from typing import Final

import msgspec
import numpy as np

from wellness_api.database.pool import Pool
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.corrected import OwnRows
from wellness_api.health.samples.living import Living
from wellness_api.health.samples.local_days import split_by_local_day, utc_midnight_ms
from wellness_api.health.samples.own_living import living_in
from wellness_api.health.samples.own_segments import own_segments
from wellness_api.health.samples.plausibility import NO_FLAW, flaws_of, limit_of
from wellness_api.health.samples.spans import TimeSpan

DAYS_SHOWN: Final = 14
"""How far back the list goes; nobody remembers what a device did before that."""

FLAGGED_LISTED_MAX: Final = 200
"""The newest samples; a broken device may send thousands."""


class FlaggedSample(msgspec.Struct, kw_only=True):
    """A sample that counts for nothing. `limit`: what would be plausible, in `unit`, for the value itself, or for
    everything that the source says about that minute or day.
    """

    metric: str
    source: str
    time: datetime
    value: float
    unit: str
    limit: str


class FlaggedSamples(msgspec.Struct, kw_only=True):
    """The newest implausible samples, newest first; `count`: the number of all in the days shown."""

    count: int
    items: list[FlaggedSample]


async def flagged_samples_of(
    pool: Pool, resident_id: int, *, now: datetime, time_zone: str
) -> FlaggedSamples:
    """The implausible samples of the last days."""
    span = TimeSpan(now - timedelta(days=DAYS_SHOWN), now)
    rows = await own_segments(pool, resident_id, span, time_zone=time_zone)
    # In a thread: it covers everything that any device measured in these days.
    return await asyncio.to_thread(_flagged, rows, span, time_zone)


def _flagged(rows: OwnRows, span: TimeSpan, time_zone: str) -> FlaggedSamples:
    count = 0
    newest: list[FlaggedSample] = []
    for (number, source), living in living_in(rows, span, time_zone).items():
        flagged = list(_flagged_of(METRIC_BY_NUMBER[number], source, living, time_zone))
        count += len(flagged)
        newest = nlargest(FLAGGED_LISTED_MAX, [*newest, *flagged], key=attrgetter("time"))
    return FlaggedSamples(count=count, items=newest)


def _flagged_of(
    metric: Metric, source: str, living: Living, time_zone: str
) -> Iterator[FlaggedSample]:
    for day, part in split_by_local_day(living.times_ms, time_zone):
        of_day = living.part(part)
        times = (of_day.times_ms - utc_midnight_ms(day)).astype(np.int32)
        flaws = flaws_of(times, of_day.lengths, of_day.values, metric)
        flagged = np.flatnonzero(flaws != NO_FLAW)
        for time_ms, value, flaw in zip(
            *(column[flagged].tolist() for column in (of_day.times_ms, of_day.values, flaws)),
            strict=True,
        ):
            yield FlaggedSample(
                metric=metric.code,
                source=source,
                time=datetime.fromtimestamp(time_ms / 1000, UTC),
                value=value / metric.parts_per_unit,
                unit=metric.unit,
                limit=limit_of(flaw, metric),
            )
