"""A resident's own samples, read back: of each minute the best source's, or all of one source."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

import asyncpg
import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxLTTBDownsampler

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.days.counting import counted_samples
from wellness_api.metrics.catalogue import counted_as
from wellness_api.metrics.metric import Metric
from wellness_api.samples.local_days import local_date, utc_midnight_ms
from wellness_api.samples.merging import Layer, stored_layer
from wellness_api.samples.segments import Int32Array
from wellness_api.sources.orders import SourceOrder

SAMPLES: Final = read_sql(__package__, "samples")
OWN_CHOICES: Final = read_sql("wellness_api.sources", "own_choices")

DAYS_MAX: Final = 366
EARLIEST: Final = datetime(1999, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2999, 1, 1, tzinfo=UTC)
"""Beyond these, days could not be counted any more."""

POINTS_MIN: Final = 4
"""Fewer points than these draw no line worth looking at; the library wants an even number."""

_downsampler: Final = MinMaxLTTBDownsampler()


class InvalidSpan(Exception):
    """What was asked for cannot be read: `field` says where, `limit` what would do."""

    def __init__(self, *, field: str, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.limit = limit


class Span(NamedTuple):
    """From a moment (included) to a moment (not included), both aware."""

    start: datetime
    end: datetime


class SampleColumns(NamedTuple):
    """`times_ms`: Unix milliseconds, ascending, each once. `values`: in the metric's unit."""

    times_ms: NDArray[np.int64]
    values: NDArray[np.float64]


def check_span(span: Span) -> None:
    """Raises InvalidSpan for a span without an offset, without length, or too long."""
    for field, moment in (("from", span.start), ("to", span.end)):
        if moment.tzinfo is None:
            raise InvalidSpan(
                field=field,
                limit="an RFC 3339 time with its offset, as 2026-11-18T00:00:00+09:00",
                detail="A time without an offset could be anywhere.",
            )
        if not EARLIEST <= moment <= LATEST:
            raise InvalidSpan(
                field=field,
                limit=f"from {EARLIEST:%Y} to {LATEST:%Y}",
                detail="There are no samples of that time.",
            )
    if not span.start < span.end <= span.start + timedelta(days=DAYS_MAX):
        raise InvalidSpan(
            field="to",
            limit=f"after `from`, at most {DAYS_MAX} days",
            detail="The span has no length or is too long; ask in parts.",
        )


async def read_samples(
    pool: Pool,
    resident_id: int,
    *,
    metric: Metric,
    span: Span,
    source: str | None,
    time_zone: str,
) -> SampleColumns:
    """The samples of the span. Without a source those that count: of each minute the best source's."""
    check_span(span)
    rows = await pool.fetch(
        SAMPLES,
        resident_id,
        counted_as(metric),
        # A day more on each side: a resident's days may have begun at another zone's midnight once.
        local_date(span.start, time_zone) - timedelta(days=1),
        local_date(span.end, time_zone) + timedelta(days=1),
        source,
    )
    choices = [SourceOrder(*row) for row in await pool.fetch(OWN_CHOICES, resident_id)]
    days = [
        _day(metric, day, list(of_day), choices)
        for day, of_day in groupby(rows, key=itemgetter("day"))
    ]
    times_ms = np.concatenate([times for times, _ in days] or [np.empty(0, np.int64)])
    values = np.concatenate([values for _, values in days] or [np.empty(0, np.int32)])
    order = np.argsort(times_ms, kind="stable")
    times_ms = times_ms[order]
    first, last = np.searchsorted(times_ms, [_ms(span.start), _ms(span.end)])
    return SampleColumns(times_ms[first:last], values[order][first:last] / metric.per_unit)


def at_most(columns: SampleColumns, points: int) -> SampleColumns:
    """At most so many samples that draw the same picture: extremes stay (MinMaxLTTB, Van Der Donckt 2022)."""
    if len(columns.times_ms) <= points:
        return columns
    kept = _downsampler.downsample(columns.times_ms, columns.values, n_out=points - points % 2)
    return SampleColumns(columns.times_ms[kept], columns.values[kept])


def _day(
    metric: Metric, day: date, rows: list[asyncpg.Record], choices: Sequence[SourceOrder]
) -> tuple[NDArray[np.int64], Int32Array]:
    """A local day's samples as Unix milliseconds and multiples of the metric's resolution."""
    layers: defaultdict[int, defaultdict[str, list[Layer]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        layers[row["metric"]][row["source"]].append(stored_layer(row))
    times, values = counted_samples(metric, day, layers, choices)
    return utc_midnight_ms(day) + times.astype(np.int64), values


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
