"""From days' segments to their summaries, many days at once."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.days.count_day import CountedDay, in_resolutions
from wellness_api.health.days.counting import counted_day, local_day, measured_samples
from wellness_api.health.days.samples_of_moments import Samples
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.corrected import Correction
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.living import by_place, living_samples
from wellness_api.health.sources.orders import SourceOrder


class MetricSummary(NamedTuple):
    """A day's value of one metric in the metric's unit, its extremes, and when it was last measured."""

    metric: Metric
    value: float
    minimum: float
    maximum: float
    sample_count: int
    measured_at: datetime


class StoredDay(NamedTuple):
    """A resident's day as it is stored: all its segments, those from which something was moved into it, and what it depends on.

    `corrections`: all that the resident made. `choices`: the resident's own orders of sources.
    `not_of`: sequences of segments whose living samples are left out, for whoever does not count them.
    """

    day: date
    time_zone: str
    segments: Sequence[StoredSegment]
    corrections: Sequence[Correction] = ()
    choices: Sequence[SourceOrder] = ()
    not_of: Collection[int] = ()


Summary = dict[int, MetricSummary | None]
"""Of every metric that a day's segments speak of, by metric number; None where no sample is left."""


def summarise_days(days: Sequence[StoredDay]) -> list[Summary]:
    """The summary of each of the days. Raises TooTangled."""
    summaries: list[Summary] = [{} for _ in days]
    measured: defaultdict[int, list[_Measured]] = defaultdict(list)
    for place, stored in enumerate(days):
        day = local_day(stored.day, stored.time_zone)
        segments = ((of.metric, of.source, of.day, of.layer) for of in stored.segments)
        living = living_samples(by_place(segments), stored.corrections, not_of=stored.not_of)
        for number in {_counted_as(METRIC_BY_NUMBER[number]).number for number, _ in living}:
            metric = METRIC_BY_NUMBER[number]
            summaries[place][number] = None
            if metric.daily == "sum":
                counted = counted_day(metric, day, living, stored.choices)
                summaries[place][number] = _of_counted(metric, counted)
                continue
            samples = measured_samples(metric, day, living, stored.choices)
            if len(samples.times_ms):
                measured[number].append(_Measured(place, samples))
    for number, of_metric in measured.items():
        for of_day, summary in zip(
            of_metric, _summaries(METRIC_BY_NUMBER[number], of_metric), strict=True
        ):
            summaries[of_day.place][number] = summary
    return summaries


class _Measured(NamedTuple):
    """The samples of a metric that count on a day, one or more, and the day's place among the days."""

    place: int
    samples: Samples


def _counted_as(metric: Metric) -> Metric:
    return metric if metric.total_of is None else METRIC_BY_CODE[metric.total_of]


def _of_counted(metric: Metric, counted: CountedDay) -> MetricSummary | None:
    """The day of a metric that adds up, rounded here and nowhere before."""
    pieces = counted.pieces
    if not len(pieces.starts):
        return None
    least, most = int(pieces.amounts.min()), int(pieces.amounts.max())
    return MetricSummary(
        metric=metric,
        value=in_resolutions(counted.thousandths) / metric.per_unit,
        minimum=in_resolutions(least) / metric.per_unit,
        maximum=in_resolutions(most) / metric.per_unit,
        sample_count=len(pieces.starts),
        measured_at=_moment(int(pieces.starts[-1])),
    )


def _summaries(metric: Metric, days: Sequence[_Measured]) -> Iterator[MetricSummary]:
    """All days side by side: calls for each would cost more than their few samples."""
    values = np.concatenate([day.samples.values for day in days])
    counts = np.array([len(day.samples.values) for day in days])
    ends = np.cumsum(counts)
    starts = ends - counts
    minimum, maximum = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    match metric.daily:
        case "sum":
            raise AssertionError("what adds up is counted over spans")
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
        times_ms = day.samples.times_ms
        yield MetricSummary(
            metric=metric,
            value=value,
            minimum=least,
            maximum=most,
            sample_count=len(times_ms),
            measured_at=_moment(int(times_ms[-1])),
        )


def _moment(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)


def in_unit(multiples: NDArray[np.number[Any]], metric: Metric) -> NDArray[np.float64]:
    """Multiples of the metric's resolution in its unit; division keeps 1,307 x 0.05 at 65.35."""
    return (multiples / metric.per_unit).astype(np.float64)
