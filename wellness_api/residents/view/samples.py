"""Reads a resident's own samples back: the best source's samples of each minute, or all samples of one source."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

import asyncpg
import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxLTTBDownsampler

from points.said import said
from wellness_api.database.pool import Pool
from wellness_api.health.days.counting import (
    LocalDay,
    counted_day,
    local_day,
    measured_samples,
)
from wellness_api.health.days.plain_days import PlainCount, plain_days
from wellness_api.health.days.samples_of_moments import NO_SAMPLES, Samples
from wellness_api.health.days.uncountable import Uncountable
from wellness_api.health.metrics.catalogue import counted_as
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.corrected import Correction, OwnRows
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.living import Living, PlaceOfSegment, by_place, living_samples
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.merging import Layer, stored_layer
from wellness_api.health.samples.own_segments import own_segments
from wellness_api.health.samples.spans import InvalidSpan, TimeSpan, check_span
from wellness_api.health.sources.choices import own_choices
from wellness_api.health.sources.orders import SourceOrder

SAMPLES_READ_MAX: Final = 4_000_000
"""In all segments that a span touches: a month of one source with a sample each second, or years of several sources
with a sample each minute."""

SAMPLES_AT_ONCE_MAX: Final = 16_384
"""More samples are read, and thinned out, in a thread, so that nobody else waits for them."""

PARTS_READ_MAX: Final = 8_000_000
"""Parts of overlapping records in a span: some seconds of work. A span of more is refused with 422 and this limit."""

POINTS_MIN: Final = 4
"""Fewer points draw no useful line; the library needs an even number."""

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
    """The samples of the span. Without a source, those that count: the best source's samples of each minute.

    Raises InvalidSpan for a span that is none, for one in which more than SAMPLES_READ_MAX samples are stored, and for one with
    days that cannot be counted.
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
    # Of one source nobody asks which comes first: a round trip less for nearly everybody.
    has_several_sources = len({row["source"] for row in rows.segments}) > 1
    choices = await own_choices(pool, resident_id) if has_several_sources else ()
    read = _Read()
    wanted = _Wanted(metric, span, time_zone, choices)
    if read.takes_all(rows.segments, samples_max=SAMPLES_AT_ONCE_MAX):
        days = None if rows.corrections else _plain(wanted, read)
        if days is not None:
            return _of_span(wanted, days)
    # In a thread: few records may overlap so much that it takes long to count them.
    return await asyncio.to_thread(_counted_of_many, wanted, read, rows)


class _Wanted(NamedTuple):
    metric: Metric
    span: TimeSpan
    time_zone: str
    choices: Sequence[SourceOrder]


class _Read:
    """Segments, decoded one by one, since their rows do not say how many samples they hold."""

    def __init__(self) -> None:
        self.segments: list[tuple[asyncpg.Record, Layer]] = []
        self._samples = 0

    def takes_all(self, rows: Sequence[asyncpg.Record], *, samples_max: int) -> bool:
        """Goes on with the rows from where it stopped. Returns False when it stops at a row that brings the samples
        above the limit.
        """
        for row in rows[len(self.segments) :]:
            layer = stored_layer(row)
            self.segments.append((row, layer))
            self._samples += len(layer.times)
            if self._samples > samples_max:
                return False
        return self._samples <= samples_max


def _counted_of_many(wanted: _Wanted, read: _Read, rows: OwnRows) -> SampleColumns:
    if not read.takes_all(rows.segments, samples_max=SAMPLES_READ_MAX):
        raise InvalidSpan(
            field="to",
            limit=f"a span in which at most {SAMPLES_READ_MAX} samples are stored",
            detail=said("span_problem.too_much"),
        )
    return _counted(wanted, read, rows.corrections)


def _counted(wanted: _Wanted, read: _Read, corrections: Sequence[Correction]) -> SampleColumns:
    days = None if corrections else _plain(wanted, read)
    if days is None:
        days = _looked_at_closely(wanted, read, corrections)
    return _of_span(wanted, days)


def _of_span(wanted: _Wanted, days: Sequence[Samples]) -> SampleColumns:
    times_ms = np.concatenate([day.times_ms for day in days])
    values = np.concatenate([day.values for day in days])
    first, last = np.searchsorted(times_ms, [_ms(wanted.span.start), _ms(wanted.span.end)])
    return SampleColumns(times_ms[first:last], values[first:last] / wanted.metric.parts_per_unit)


def _plain(wanted: _Wanted, read: _Read) -> list[Samples] | None:
    """The samples of each day that count; None if one of the days is not plain."""
    segments: dict[date, list[StoredSegment]] = {}
    for row, layer in read.segments:
        segment = StoredSegment(row["metric"], row["source"], row["day"], row["received_at"], layer)
        segments.setdefault(segment.day, []).append(segment)
    days = []
    for day in sorted(segments):
        span = local_day(day, wanted.time_zone).span
        counted = dict(plain_days(segments[day], span)).get(wanted.metric.number)
        if counted is None:
            return None
        if isinstance(counted, PlainCount):
            pieces = counted.pieces()
            counted = Samples(pieces.starts, pieces.amounts)
        days.append(counted)
    return days or [NO_SAMPLES]


def _looked_at_closely(
    wanted: _Wanted, read: _Read, corrections: Sequence[Correction]
) -> list[Samples]:
    """The samples of each day that count."""
    segments = ((row["metric"], row["source"], row["day"], layer) for row, layer in read.segments)
    living = living_samples(by_place(segments), corrections, time_zone=wanted.time_zone)
    days, parts = [], 0
    for day in _days(wanted):
        try:
            samples, parts_of_day = _day(wanted, living, day)
        except Uncountable as error:
            raise InvalidSpan(
                field="source",
                limit="days that can be counted; see docs/counting.md",
                detail=said("span_problem.uncountable", day=str(day.day), why=str(error)),
            ) from error
        parts += parts_of_day
        if parts > PARTS_READ_MAX:
            raise InvalidSpan(
                field="to",
                limit=f"a span in which overlapping records have at most {PARTS_READ_MAX} parts",
                detail=said("span_problem.too_many_parts"),
            )
        days.append(samples)
    return days


def _days(wanted: _Wanted) -> Iterator[LocalDay]:
    first, last = (local_date(moment, wanted.time_zone) for moment in wanted.span)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield local_day(date.fromordinal(ordinal), wanted.time_zone)


def _day(
    wanted: _Wanted, living: Mapping[PlaceOfSegment, Living], day: LocalDay
) -> tuple[Samples, int]:
    """What counts of a local day, of what adds up one sample for each stretch of time; and how many parts were counted for it."""
    of_day = {
        place: reaching
        for place, of_place in living.items()
        if len((reaching := of_place.reaching(*day.span)).times_ms)
    }
    if not of_day:
        return NO_SAMPLES, 0
    if wanted.metric.daily != "sum":
        return measured_samples(wanted.metric, day, of_day, wanted.choices), 0
    counted = counted_day(wanted.metric, day, of_day, wanted.choices)
    samples = Samples(counted.pieces.starts, counted.pieces.amounts)
    return samples, sum(source.parts for source in counted.how)


def at_most(columns: SampleColumns, points: int) -> SampleColumns:
    """At most so many samples that draw the same picture: extremes stay (MinMaxLTTB, Van Der Donckt 2022)."""
    if len(columns.times_ms) <= points:
        return columns
    places = _downsampler.downsample(columns.times_ms, columns.values, n_out=points - points % 2)
    return SampleColumns(columns.times_ms[places], columns.values[places])


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
