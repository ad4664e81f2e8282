"""From days' segments to their summaries, many days at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.days.count_day import in_resolutions
from wellness_api.health.days.counting import LocalDay, counted_day, local_day, measured_samples
from wellness_api.health.days.plain_days import PlainCount, plain_days
from wellness_api.health.days.samples_of_moments import Samples
from wellness_api.health.days.spans import Pieces
from wellness_api.health.metrics.catalogue import COUNTED_AS, METRIC_BY_NUMBER
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
        summary = summaries[place]
        for number, counted in _plain(stored, day):
            summary[number] = None
            if isinstance(counted, PlainCount):
                summary[number] = _of_plain_count(METRIC_BY_NUMBER[number], counted)
            else:
                measured[number].append(_Measured(place, counted))
        left = [of for of in stored.segments if COUNTED_AS[of.metric] not in summary]
        if not left:
            continue
        segments = ((of.metric, of.source, of.day, of.layer) for of in left)
        living = living_samples(
            by_place(segments),
            stored.corrections,
            time_zone=stored.time_zone,
            not_of=stored.not_of,
        )
        for number in {COUNTED_AS[number] for number, _ in living}:
            metric = METRIC_BY_NUMBER[number]
            summary[number] = None
            if metric.daily == "sum":
                pieces = counted_day(metric, day, living, stored.choices).pieces
                summary[number] = _of_pieces(metric, pieces)
                continue
            samples = measured_samples(metric, day, living, stored.choices)
            if len(samples.times_ms):
                measured[number].append(_Measured(place, samples))
    for number, of_metric in measured.items():
        of_days = _summaries(METRIC_BY_NUMBER[number], of_metric)
        for of_day, of_its_samples in zip(of_metric, of_days, strict=True):
            summaries[of_day.place][number] = of_its_samples
    return summaries


class _Measured(NamedTuple):
    """The samples of a metric that count on a day, one or more, and the day's place among the days."""

    place: int
    samples: Samples


def _plain(stored: StoredDay, day: LocalDay) -> Iterable[tuple[int, PlainCount | Samples]]:
    """What is corrected, has been moved into the day, or is left out is for those who look closer."""
    if stored.corrections or stored.not_of:
        return ()
    return plain_days(stored.segments, day.span)


def _of_plain_count(metric: Metric, counted: PlainCount) -> MetricSummary:
    in_all = counted.thousandths, counted.least, counted.greatest
    return _of_amounts(metric, in_all, counted.record_count, counted.last_ms)


def figure_of(metric: Metric) -> Metric:
    """The metric whose figure its samples are for."""
    return METRIC_BY_NUMBER[COUNTED_AS[metric.number]]


def _of_pieces(metric: Metric, pieces: Pieces) -> MetricSummary | None:
    if not len(pieces.starts):
        return None
    amounts = pieces.amounts
    in_all = int(amounts.sum()), int(amounts.min()), int(amounts.max())
    return _of_amounts(metric, in_all, len(amounts), int(pieces.starts[-1]))


def _of_amounts(
    metric: Metric, in_all: tuple[int, int, int], count: int, last_ms: int
) -> MetricSummary:
    """The day of a metric that adds up: its sum, least and greatest in thousandths, rounded here and nowhere before."""
    value, least, greatest = (in_resolutions(amount) / metric.per_unit for amount in in_all)
    return MetricSummary(metric, value, least, greatest, count, _moment(last_ms))


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
