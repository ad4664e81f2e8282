"""The days of nearly everybody: a metric has one source, and its samples lie apart, belong to that day alone, and can be
true.

Such a day needs none of the steps of wellness_api.health.days.counting, and comes to the same.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from wellness_api.health.days.samples_of_moments import Samples
from wellness_api.health.days.spans import Pieces, Span
from wellness_api.health.metrics.catalogue import COUNTED_AS, METRIC_BY_NUMBER
from wellness_api.health.metrics.metric import MINUTE_MS, Metric
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.plausibility import BOUNDS
from wellness_api.health.samples.segments import UNSAID, Int32Array, Int64Array


class _Columns(NamedTuple):
    """All samples of one source on a day, ascending by time without repeats. Times count from the day's midnight in UTC."""

    midnight_ms: int
    times: Int32Array
    lengths: Int32Array
    values: Int64Array


class PlainCount(NamedTuple):
    """A plain day of a metric that adds up: all its records count in full. Amounts are thousandths of the resolution.

    `length_ms`: the length of every record; None where lengths differ.
    """

    columns: _Columns
    length_ms: int | None
    thousandths: int

    @property
    def record_count(self) -> int:
        """How many records there are."""
        return len(self.columns.times)

    @property
    def last_ms(self) -> int:
        """When the last record began."""
        return self.columns.midnight_ms + int(self.columns.times[-1])

    def pieces(self) -> Pieces:
        """The records as pieces of time."""
        midnight_ms, times, lengths, values = self.columns
        starts = times + np.int64(midnight_ms)
        ends = starts + (lengths if self.length_ms is None else self.length_ms)
        return Pieces(starts, ends, values, np.arange(len(starts)))


def plain_days(
    segments: Sequence[StoredSegment], day: Span
) -> Iterator[tuple[int, PlainCount | Samples]]:
    """What the day comes to for each metric for which it is plain, by metric number. `segments`: all segments of that day."""
    for number, of_one_source in _of_one_source(segments).items():
        columns = _columns(of_one_source) if of_one_source else None
        metric = METRIC_BY_NUMBER[number]
        if columns is None or metric.daily == "times":
            continue
        plain = _plain_count if metric.daily == "sum" else _plain_samples
        counted = plain(metric, columns, day)
        if counted is not None:
            yield number, counted


def _plain_count(metric: Metric, columns: _Columns, day: Span) -> PlainCount | None:
    midnight_ms, times, lengths, values = columns
    bounds = BOUNDS[metric.number]
    assert bounds.of_day is not None, "it adds up"
    shortest, longest = int(np.minimum.reduce(lengths)), int(np.maximum.reduce(lengths))
    if shortest == UNSAID:
        shortest = longest = MINUTE_MS
    # A minute may hold too many records that are shorter than a minute, and a record without a length ends with the next
    # one.
    if shortest < MINUTE_MS or longest == UNSAID:
        return None
    least, greatest = int(np.minimum.reduce(values)), int(np.maximum.reduce(values))
    # A record that was taken back is below 0 too.
    if least < 0 or greatest > bounds.high * (shortest // MINUTE_MS):
        return None
    alike = shortest == longest
    thousandths = int(np.add.reduce(values))
    if thousandths > bounds.of_day or not np.logical_and.reduce(
        times[1:] - times[:-1] >= (shortest if alike else lengths[:-1])
    ):
        return None
    ends = int(times[-1]) + (shortest if alike else int(lengths[-1]))
    if midnight_ms + int(times[0]) < day.start or midnight_ms + ends > day.end:
        return None
    return PlainCount(columns, shortest if alike else None, thousandths)


def _plain_samples(metric: Metric, columns: _Columns, day: Span) -> Samples | None:
    midnight_ms, times, _, values = columns
    bounds = BOUNDS[metric.number]
    # A sample that was taken back is below every range.
    if np.minimum.reduce(values) < bounds.low or np.maximum.reduce(values) > bounds.high:
        return None
    if midnight_ms + int(times[0]) < day.start or midnight_ms + int(times[-1]) >= day.end:
        return None
    return Samples(times + np.int64(midnight_ms), values)


_MANY_SOURCES: Final[list[StoredSegment]] = []


def _of_one_source(segments: Sequence[StoredSegment]) -> dict[int, list[StoredSegment]]:
    """The segments of each metric that one source alone tells and no counter tells, by metric number. Other metrics have none."""
    of_metrics: dict[int, list[StoredSegment]] = {}
    for segment in segments:
        number = COUNTED_AS[segment.metric]
        of_metric = of_metrics.get(number)
        if number != segment.metric:
            of_metrics[number] = _MANY_SOURCES
        elif of_metric is None:
            of_metrics[number] = [segment]
        elif of_metric and of_metric[0].source == segment.source:
            of_metric.append(segment)
        else:
            of_metrics[number] = _MANY_SOURCES
    return of_metrics


def _columns(segments: list[StoredSegment]) -> _Columns | None:
    """All samples of one source; None where it may have two for one moment."""
    midnight_ms = utc_midnight_ms(segments[0].day)
    if len(segments) == 1:
        layer = segments[0].layer
        times = layer.times
        if len(times) > 1 and not np.logical_and.reduce(times[1:] > times[:-1]):
            return None
        return _Columns(midnight_ms, times, layer.lengths, layer.values)
    # With record marks, a later segment may replace what an earlier one says of a record.
    if any(segment.layer.marks is not None for segment in segments):
        return None
    layers = sorted((segment.layer for segment in segments), key=lambda layer: int(layer.times[0]))
    times = np.concatenate([layer.times for layer in layers])
    if not np.logical_and.reduce(times[1:] > times[:-1]):
        return None
    lengths = np.concatenate([layer.lengths for layer in layers])
    return _Columns(midnight_ms, times, lengths, np.concatenate([layer.values for layer in layers]))
