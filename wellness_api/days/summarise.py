"""From a day's segments to its summary."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

import numpy as np

from wellness_api.days.counting import Samples, counted_samples
from wellness_api.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER
from wellness_api.metrics.metric import Metric
from wellness_api.samples.folding import StoredSegment
from wellness_api.samples.local_days import utc_midnight_ms
from wellness_api.samples.merging import Layer
from wellness_api.sources.orders import SourceOrder


class MetricSummary(NamedTuple):
    """A day's value of one metric in the metric's unit, its extremes, and when it was last measured."""

    metric: Metric
    value: float
    minimum: float
    maximum: float
    sample_count: int
    measured_at: datetime


def summarise_day(
    day: date, segments: Iterable[StoredSegment], *, choices: Sequence[SourceOrder] = ()
) -> dict[int, MetricSummary | None]:
    """The summary of every metric that the segments speak of, by metric number; None where no sample is left.

    `choices`: the resident's own orders of sources.
    """
    layers: defaultdict[int, defaultdict[str, list[Layer]]] = defaultdict(lambda: defaultdict(list))
    for segment in segments:
        layers[segment.metric][segment.source].append(segment.layer)
    return {
        metric.number: _summary(metric, day, counted_samples(metric, day, layers, choices))
        for metric in {_counted_as(METRIC_BY_NUMBER[number]) for number in layers}
    }


def _counted_as(metric: Metric) -> Metric:
    return metric if metric.total_of is None else METRIC_BY_CODE[metric.total_of]


def _summary(metric: Metric, day: date, samples: Samples) -> MetricSummary | None:
    times, values = samples
    if not len(times):
        return None
    # The ufuncs themselves: for an hour's samples, the methods take twice as long.
    minimum, maximum = int(np.minimum.reduce(values)), int(np.maximum.reduce(values))
    match metric.daily:
        case "sum":
            multiples: float = int(np.add.reduce(values, dtype=np.int64))
        case "mean":
            multiples = int(np.add.reduce(values, dtype=np.int64)) / len(values)
        case "last":
            multiples = int(values[-1])
        case "min":
            multiples = minimum
    return MetricSummary(
        metric=metric,
        value=in_unit(multiples, metric),
        minimum=in_unit(minimum, metric),
        maximum=in_unit(maximum, metric),
        sample_count=len(values),
        measured_at=datetime.fromtimestamp((utc_midnight_ms(day) + int(times[-1])) / 1000, UTC),
    )


def in_unit(multiples: float, metric: Metric) -> float:
    """Multiples of the metric's resolution in its unit; division keeps 1,307 x 0.05 at 65.35."""
    return multiples / metric.per_unit
