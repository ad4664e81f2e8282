"""From days' segments to their summaries, many days at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.days.counting import Samples, counted_samples
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.merging import Layer
from wellness_api.health.sources.orders import SourceOrder


class MetricSummary(NamedTuple):
    """A day's value of one metric in the metric's unit, its extremes, and when it was last measured."""

    metric: Metric
    value: float
    minimum: float
    maximum: float
    sample_count: int
    measured_at: datetime


class SegmentsOfDay(NamedTuple):
    """All segments of a resident's day, and the resident's own orders of sources. `time_zone`: in which the day began,
    where it is known.
    """

    day: date
    segments: Iterable[StoredSegment]
    choices: Sequence[SourceOrder] = ()
    time_zone: str | None = None


Summary = dict[int, MetricSummary | None]
"""Of every metric that a day's segments speak of, by metric number; None where no sample is left."""


def summarise_days(days: Sequence[SegmentsOfDay]) -> list[Summary]:
    """The summary of each of the days."""
    summaries: list[Summary] = [{} for _ in days]
    by_metric: defaultdict[int, list[_Counted]] = defaultdict(list)
    for place, day in enumerate(days):
        layers: defaultdict[int, defaultdict[str, list[Layer]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for segment in day.segments:
            layers[segment.metric][segment.source].append(segment.layer)
        for number in {_counted_as(METRIC_BY_NUMBER[number]).number for number in layers}:
            metric = METRIC_BY_NUMBER[number]
            samples = counted_samples(metric, day.day, layers, day.choices, time_zone=day.time_zone)
            summaries[place][number] = None
            if len(samples.times):
                by_metric[number].append(_Counted(place, day.day, samples))
    for number, counted in by_metric.items():
        for of_day, summary in zip(
            counted, _summaries(METRIC_BY_NUMBER[number], counted), strict=True
        ):
            summaries[of_day.place][number] = summary
    return summaries


class _Counted(NamedTuple):
    """The samples of a metric that count on a day, one or more, and the day's place among the days."""

    place: int
    day: date
    samples: Samples


def _counted_as(metric: Metric) -> Metric:
    return metric if metric.total_of is None else METRIC_BY_CODE[metric.total_of]


def _summaries(metric: Metric, days: Sequence[_Counted]) -> Iterator[MetricSummary]:
    """All days side by side: calls for each would cost more than their few samples."""
    values = np.concatenate([day.samples.values for day in days])
    counts = np.array([len(day.samples.values) for day in days])
    ends = np.cumsum(counts)
    starts = ends - counts
    minimum, maximum = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    match metric.daily:
        case "sum":
            multiples = np.add.reduceat(values, starts, dtype=np.int64)
        case "mean":
            multiples = np.add.reduceat(values, starts, dtype=np.int64) / counts
        case "last":
            multiples = values[ends - 1]
        case "min":
            multiples = minimum
        case "times":
            multiples = counts
    columns = (in_unit(figure, metric).tolist() for figure in (multiples, minimum, maximum))
    for day, value, least, most in zip(days, *columns, strict=True):
        times = day.samples.times
        yield MetricSummary(
            metric=metric,
            value=value,
            minimum=least,
            maximum=most,
            sample_count=len(times),
            measured_at=datetime.fromtimestamp(
                (utc_midnight_ms(day.day) + int(times[-1])) / 1000, UTC
            ),
        )


def in_unit(multiples: NDArray[np.number[Any]], metric: Metric) -> NDArray[np.float64]:
    """Multiples of the metric's resolution in its unit; division keeps 1,307 x 0.05 at 65.35."""
    return (multiples / metric.per_unit).astype(np.float64)
