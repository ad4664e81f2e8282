"""Which of a day's living samples count.

For a metric that is counted over spans of time: wellness_api.health.days.count_day. For a metric that is measured at
moments, only the samples of the best source count in each minute. wellness_api.health.sources says which source is
better.

A counter that starts at midnight says what lies between two of its readings. That becomes a record like any other.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from wellness_api.health.days.between_readings import Readings, between_readings
from wellness_api.health.days.count_day import (
    CountedDay,
    SourceOfDay,
    counted_alone,
    counted_together,
    parts_of,
    source_of_day,
)
from wellness_api.health.days.each_time import each_time
from wellness_api.health.days.plausible_spans import Most, most_of
from wellness_api.health.days.samples_of_moments import NO_SAMPLES, Samples
from wellness_api.health.days.spans import NO_ID, NO_RECORDS, Int64Array, Records, Span
from wellness_api.health.days.uncountable import check_parts_of_day, check_sources
from wellness_api.health.days.weights import weight_of_records, weight_of_samples
from wellness_api.health.figures.figure import WHOLE_DAY, Hours
from wellness_api.health.metrics.catalogue import DAY_TOTAL_OF, METRICS
from wellness_api.health.metrics.metric import MINUTE_MS, PARTS_PER_MULTIPLE, Metric
from wellness_api.health.samples.living import Living, PlaceOfSegment
from wellness_api.health.samples.local_days import hour_ms, midnight_ms
from wellness_api.health.samples.merging import NO_RECORD
from wellness_api.health.samples.plausibility import BOUNDS
from wellness_api.health.sources.orders import SourceOrder, in_order

MOST: Final = {metric.number: most_of(metric) for metric in METRICS if metric.daily == "sum"}


class LocalDay(NamedTuple):
    """A resident's day: its date, its begin and end, and the time zone of its clocks."""

    day: date
    span: Span
    time_zone: str

    def between(self, hours: Hours) -> Span:
        """The part of the day between two hours of its clocks."""
        if hours == WHOLE_DAY:
            return self.span
        ordinal = self.day.toordinal()
        since, until = (hour_ms(ordinal, hour, self.time_zone) for hour in hours)
        return Span(since, until)


LivingOfDay = Mapping[PlaceOfSegment, Living]
"""Living samples by metric number and source. Some of them may lie outside of the day."""


LOCAL_DAYS_MAX: Final = 4_096
"""Many residents live the same days. If there are more days, the one that was asked for longest ago goes."""


@lru_cache(maxsize=LOCAL_DAYS_MAX)
def local_day(day: date, time_zone: str) -> LocalDay:
    """The day in this time zone."""
    ordinal = day.toordinal()
    span = Span(midnight_ms(ordinal, time_zone), midnight_ms(ordinal + 1, time_zone))
    return LocalDay(day, span, time_zone)


def counted_day(
    metric: Metric, day: LocalDay, living: LivingOfDay, choices: Sequence[SourceOrder]
) -> CountedDay:
    """What the day comes to for a metric that adds up. `choices`: the resident's own orders of sources.

    Raises Uncountable.
    """
    sources = sources_of_day(metric, day, records_by_source(metric, day, living))
    check_parts_of_day(parts_of(sources.values()))
    return counted_in_order(metric, day, sources, choices).counted


def records_by_source(metric: Metric, day: LocalDay, living: LivingOfDay) -> dict[str, Records]:
    """The records of a metric that adds up, those between a counter's readings among them."""
    records = {
        source: records_of(of_source)
        for (number, source), of_source in living.items()
        if number == metric.number
    }
    total = DAY_TOTAL_OF.get(metric.code)
    if total is not None:
        for (number, source), of_source in living.items():
            if number == total.number:
                readings = _between(of_source, total, MOST[metric.number], day.span)
                records[source] = records.get(source, NO_RECORDS).and_these(readings)
    return records


def sources_of_day(
    metric: Metric, day: LocalDay, records: Mapping[str, Records]
) -> dict[str, SourceOfDay]:
    """A look at what each source says of the day. Raises TooTangled."""
    most = MOST[metric.number]
    return {source: source_of_day(of, most, day.span) for source, of in records.items()}


class CountedInOrder(NamedTuple):
    """A day, and its sources in the order in which they counted, the best first."""

    sources: Sequence[str]
    counted: CountedDay


def counted_in_order(
    metric: Metric,
    day: LocalDay,
    sources: Mapping[str, SourceOfDay],
    choices: Sequence[SourceOrder],
) -> CountedInOrder:
    """What sources that were looked at come to. No source is worked out twice, to be weighed and to be counted."""
    alone = {source: counted_alone(of, MOST[metric.number]) for source, of in sources.items()}
    order = in_order(
        alone,
        choices,
        metric=metric.number,
        day=day.day,
        weigh=lambda source: weight_of_records(alone[source], day.span),
    )
    return CountedInOrder(order, counted_together([alone[source] for source in order]))


def measured_samples(
    metric: Metric, day: LocalDay, living: LivingOfDay, choices: Sequence[SourceOrder]
) -> Samples:
    """The samples that count on the day of a metric that is measured at moments. Raises TooManySources."""
    plausible = {
        source: samples
        for (number, source), of_source in living.items()
        if number == metric.number and len((samples := _plausible(metric, day, of_source)).times_ms)
    }
    check_sources(len(plausible))
    if metric.daily == "times":
        return each_time(plausible.values(), day_begins_ms=day.span.start)
    order = in_order(
        plausible,
        choices,
        metric=metric.number,
        day=day.day,
        weigh=lambda source: weight_of_samples(plausible[source]),
    )
    return best_source_by_minute([plausible[source] for source in order])


def best_source_by_minute(columns: Sequence[Samples]) -> Samples:
    """The samples that count. `columns`: the samples of each source, best source first."""
    if not columns:
        return NO_SAMPLES
    if len(columns) == 1:
        return columns[0]
    times = np.concatenate([column.times_ms for column in columns])
    values = np.concatenate([column.values for column in columns])
    rank = np.repeat(np.arange(len(columns)), [len(column.times_ms) for column in columns])
    _, minute = np.unique(times // MINUTE_MS, return_inverse=True)
    best = np.full(minute.max() + 1, len(columns))
    np.minimum.at(best, minute, rank)
    kept = np.flatnonzero(rank == best[minute])
    assert len(kept) >= minute.max() + 1, "every minute that somebody saw has a source"
    kept = kept[np.argsort(times[kept], kind="stable")]
    return Samples(times[kept], values[kept])


def _plausible(metric: Metric, day: LocalDay, living: Living) -> Samples:
    times_ms, values = _inside(_one_a_moment(living), day.span)
    bounds = BOUNDS[metric.number]
    if not len(values) or (
        np.minimum.reduce(values) >= bounds.low and np.maximum.reduce(values) <= bounds.high
    ):
        return Samples(times_ms, values)
    kept = (values >= bounds.low) & (values <= bounds.high)
    return Samples(times_ms[kept], values[kept])


def _one_a_moment(living: Living) -> Living:
    """Keeps one sample for each moment of a source: the one that was changed last, and of equal ones that with the
    greater record mark.

    A device measures once at a moment. An edited sample may come under a record id of its own.
    """
    times_ms = living.times_ms
    if (times_ms[1:] > times_ms[:-1]).all():
        return living
    return living.part(last_of_moments(living))


def last_of_moments(living: Living) -> Int64Array:
    """The places of the samples that are kept, ascending by time."""
    times_ms = living.times_ms
    order = np.lexsort((living.records, living.records != NO_RECORD, living.changed, times_ms))
    last = np.ones(len(order), np.bool_)
    last[:-1] = times_ms[order][1:] != times_ms[order][:-1]
    return order[last]


def _inside(living: Living, span: Span) -> Samples:
    times_ms = living.times_ms
    if not len(times_ms) or (times_ms[0] >= span.start and times_ms[-1] < span.end):
        return Samples(times_ms, living.values)
    first, last = np.searchsorted(times_ms, span)
    return Samples(times_ms[first:last], living.values[first:last])


def records_of(living: Living) -> Records:
    """The records of a metric that adds up.

    A record without a time of change counts as changed at its end. A record without an id comes before those with one.
    """
    ends = living.times_ms + living.lengths
    changed = np.where(living.changed > 0, living.changed, ends)
    ids = np.where(living.records == NO_RECORD, NO_ID, living.records)
    return Records(living.times_ms, ends, living.values, changed, ids)


def _between(living: Living, total: Metric, most: Most, span: Span) -> Records:
    moments, multiples = _inside(living, span)
    return between_readings(Readings(moments, multiples * PARTS_PER_MULTIPLE), total, most, span)
