"""From a day's segments to its summary.

Of each minute the samples of the best source count, and no others: never the sum of two devices that counted the
same walk, never the greater of their totals. Which source is the better one: wellness_api.sources.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

import numpy as np

from wellness_api.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.metrics.metric import Metric
from wellness_api.samples.folding import StoredSegment
from wellness_api.samples.local_days import utc_midnight_ms
from wellness_api.samples.merging import Layer, merge, without_tombstones
from wellness_api.samples.segments import Int32Array
from wellness_api.sources.orders import SourceOrder, in_order

MINUTE_MS: Final = 60_000


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
    by_metric: defaultdict[int, defaultdict[str, list[Layer]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for segment in segments:
        by_metric[segment.metric][segment.source].append(segment.layer)
    return {
        number: _summarise_metric(METRIC_BY_NUMBER[number], day, by_source, choices)
        for number, by_source in by_metric.items()
    }


def _summarise_metric(
    metric: Metric, day: date, by_source: dict[str, list[Layer]], choices: Sequence[SourceOrder]
) -> MetricSummary | None:
    columns = []
    for source in in_order(by_source, choices, metric=metric.number, day=day):
        merged = without_tombstones(merge(by_source[source]))
        if len(merged.times):
            columns.append((merged.times, merged.values))
    if not columns:
        return None
    times, values = columns[0] if len(columns) == 1 else best_source_by_minute(columns)
    total = int(values.sum(dtype=np.int64))
    match metric.daily:
        case "sum":
            multiples: float = total
        case "mean":
            multiples = total / len(values)
        case "last":
            multiples = int(values[-1])
        case "min":
            multiples = int(values.min())
    return MetricSummary(
        metric=metric,
        value=in_unit(multiples, metric),
        minimum=in_unit(int(values.min()), metric),
        maximum=in_unit(int(values.max()), metric),
        sample_count=len(values),
        measured_at=datetime.fromtimestamp((utc_midnight_ms(day) + int(times[-1])) / 1000, UTC),
    )


def in_unit(multiples: float, metric: Metric) -> float:
    """Multiples of the metric's resolution in its unit; division keeps 1,307 x 0.05 at 65.35."""
    return multiples / metric.per_unit


def best_source_by_minute(
    columns: list[tuple[Int32Array, Int32Array]],
) -> tuple[Int32Array, Int32Array]:
    """The samples that count, ascending in time, of (times, values) columns of sources given best first."""
    times = np.concatenate([column[0] for column in columns])
    values = np.concatenate([column[1] for column in columns])
    rank = np.repeat(np.arange(len(columns)), [len(column[0]) for column in columns])
    _, minute = np.unique(times // MINUTE_MS, return_inverse=True)
    best = np.full(minute.max() + 1, len(columns))
    np.minimum.at(best, minute, rank)
    kept = np.flatnonzero(rank == best[minute])
    kept = kept[np.argsort(times[kept], kind="stable")]
    return times[kept], values[kept]
