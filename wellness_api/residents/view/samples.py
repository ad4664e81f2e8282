"""A resident's own samples, read back: of each minute the best source's, or all of one source."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final, NamedTuple

import asyncpg
import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxLTTBDownsampler

from wellness_api.database.pool import Pool
from wellness_api.health.days.counting import counted_samples
from wellness_api.health.metrics.catalogue import counted_as
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.merging import Layer, stored_layer
from wellness_api.health.samples.own_segments import own_segments
from wellness_api.health.samples.segments import Int32Array
from wellness_api.health.samples.spans import InvalidSpan, TimeSpan, check_span
from wellness_api.health.sources.choices import own_choices
from wellness_api.health.sources.orders import SourceOrder

SAMPLES_READ_MAX: Final = 4_000_000
"""Of all segments that a span touches: a month of seconds of one source, years of minutes of several."""

SAMPLES_AT_ONCE_MAX: Final = 16_384
"""More are read, and thinned out, in a thread, so that they keep nobody else waiting."""

POINTS_MIN: Final = 4
"""Fewer points than these draw no line worth looking at; the library wants an even number."""

_downsampler: Final = MinMaxLTTBDownsampler()


class SampleColumns(NamedTuple):
    """`times_ms`: Unix milliseconds, ascending, each once. `values`: in the metric's unit."""

    times_ms: NDArray[np.int64]
    values: NDArray[np.float64]


async def read_samples(
    pool: Pool,
    resident_id: int,
    *,
    metric: Metric,
    span: TimeSpan,
    source: str | None,
    time_zone: str,
) -> SampleColumns:
    """The samples of the span. Without a source those that count: of each minute the best source's.

    Raises InvalidSpan for a span that is none, and for one in which more than SAMPLES_READ_MAX samples are stored.
    """
    check_span(span)
    rows = await own_segments(
        pool,
        resident_id,
        span,
        time_zone=time_zone,
        metrics=counted_as(metric),
        source=source,
    )
    choices = await own_choices(pool, resident_id)
    read = _Read()
    if read.takes_all(rows, samples_max=SAMPLES_AT_ONCE_MAX):
        return _counted(metric, span, read, choices, time_zone)
    return await asyncio.to_thread(_counted_of_many, metric, span, read, rows, choices, time_zone)


class _Read:
    """Segments, decoded one by one: their rows do not tell how many samples they hold."""

    def __init__(self) -> None:
        self.segments: list[tuple[asyncpg.Record, Layer]] = []
        self._samples = 0

    def takes_all(self, rows: Sequence[asyncpg.Record], *, samples_max: int) -> bool:
        """Goes on with the rows where it stopped; False when it stops with one that brings more samples than these."""
        for row in rows[len(self.segments) :]:
            layer = stored_layer(row)
            self.segments.append((row, layer))
            self._samples += len(layer.times)
            if self._samples > samples_max:
                return False
        return self._samples <= samples_max


def _counted_of_many(
    metric: Metric,
    span: TimeSpan,
    read: _Read,
    rows: Sequence[asyncpg.Record],
    choices: Sequence[SourceOrder],
    time_zone: str,
) -> SampleColumns:
    if not read.takes_all(rows, samples_max=SAMPLES_READ_MAX):
        raise InvalidSpan(
            field="to",
            limit=f"a span in which at most {SAMPLES_READ_MAX} samples are stored",
            detail="Too much was measured in so long a span; ask in parts.",
        )
    return _counted(metric, span, read, choices, time_zone)


def _counted(
    metric: Metric,
    span: TimeSpan,
    read: _Read,
    choices: Sequence[SourceOrder],
    time_zone: str,
) -> SampleColumns:
    days = [
        _day(metric, day, of_day, choices, time_zone)
        for day, of_day in groupby(read.segments, key=lambda segment: segment[0]["day"])
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
    metric: Metric,
    day: date,
    segments: Iterable[tuple[asyncpg.Record, Layer]],
    choices: Sequence[SourceOrder],
    time_zone: str,
) -> tuple[NDArray[np.int64], Int32Array]:
    """A local day's samples as Unix milliseconds and multiples of the metric's resolution."""
    layers: defaultdict[int, defaultdict[str, list[Layer]]] = defaultdict(lambda: defaultdict(list))
    for row, layer in segments:
        layers[row["metric"]][row["source"]].append(layer)
    times, values = counted_samples(metric, day, layers, choices, time_zone=time_zone)
    return utc_midnight_ms(day) + times.astype(np.int64), values


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
