"""Which of a day's samples count.

Of each minute the samples of the best source count, and no others: never the sum of two devices that counted the same
walk, never the greater of their totals. Which source is the better one: wellness_api.health.sources.

A counter that starts at midnight says less. Of its readings a later one takes the place of those before it, also when
it is lower, as after a reset; what lies between two readings counts at the later one, and only if no better source has
anything in that time, for nobody can tell which of its minutes the two saw together. Of a source that sends both, the
minutes count.

Who came to a class or a checkup is counted by the time, and places add up: a place sees a person come once an hour, and
what it says of the day alone is nothing new beside a time.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.metrics.catalogue import DAY_TOTAL_OF
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.local_days import midnight_ms, utc_midnight_ms
from wellness_api.health.samples.merging import Layer, merge
from wellness_api.health.samples.plausibility import counted
from wellness_api.health.samples.segments import Int32Array
from wellness_api.health.sources.orders import SourceOrder, in_order

MINUTE_MS: Final = 60_000
SAME_TIME_MS: Final = 60 * MINUTE_MS
"""A place that sees somebody again within the hour sees the same visit: a card shown twice, a list beside a code."""

DAY_BEGINS: Final = np.iinfo(np.int32).min
"""Before any sample of a day, in every zone."""

BoolArray = NDArray[np.bool_]
LayersBySource = Mapping[str, Sequence[Layer]]


class Samples(NamedTuple):
    """Times in milliseconds from the day's midnight UTC, ascending; values in multiples of the resolution."""

    times: Int32Array
    values: Int32Array


NONE: Final = Samples(np.empty(0, np.int32), np.empty(0, np.int32))


def counted_samples(
    metric: Metric,
    day: date,
    layers: Mapping[int, LayersBySource],
    choices: Sequence[SourceOrder],
    *,
    time_zone: str | None = None,
) -> Samples:
    """The samples of the metric that count on the day.

    `layers`: of all its segments, by metric number and source. `choices`: the resident's own orders of sources.
    `time_zone`: in which the day began, where it is known.
    """
    by_source = _plausible(metric, layers)
    if metric.daily == "times":
        return _each_time(by_source.values(), day_begins=_first_moment(day, time_zone))
    total = DAY_TOTAL_OF.get(metric.code)
    totals = {} if total is None else _plausible(total, layers)
    order = in_order({*by_source, *totals}, choices, metric=metric.number, day=day)
    if not totals:
        return best_source_by_minute([by_source[source] for source in order])
    return _with_totals(
        [(by_source.get(source), totals.get(source, NONE)) for source in order],
    )


def best_source_by_minute(columns: Sequence[Samples]) -> Samples:
    """The samples that count of sources given best first."""
    if not columns:
        return NONE
    if len(columns) == 1:
        return columns[0]
    times = np.concatenate([column.times for column in columns])
    values = np.concatenate([column.values for column in columns])
    rank = np.repeat(np.arange(len(columns)), [len(column.times) for column in columns])
    _, minute = np.unique(times // MINUTE_MS, return_inverse=True)
    best = np.full(minute.max() + 1, len(columns))
    np.minimum.at(best, minute, rank)
    kept = np.flatnonzero(rank == best[minute])
    assert len(kept) >= minute.max() + 1, "every minute that somebody saw has a source"
    kept = kept[np.argsort(times[kept], kind="stable")]
    return Samples(times[kept], values[kept])


def _plausible(metric: Metric, layers: Mapping[int, LayersBySource]) -> dict[str, Samples]:
    found = {}
    for source, of_source in layers.get(metric.number, {}).items():
        # A single segment is as a reader sees it.
        columns = of_source[0] if len(of_source) == 1 else merge(of_source)
        samples = Samples(*counted(columns.times, columns.values, metric))
        if len(samples.times):
            found[source] = samples
    return found


def _first_moment(day: date, time_zone: str | None) -> int:
    """In milliseconds from the day's midnight UTC."""
    if time_zone is None:
        return DAY_BEGINS
    return midnight_ms(day.toordinal(), time_zone) - utc_midnight_ms(day)


def _each_time(places: Iterable[Samples], *, day_begins: int) -> Samples:
    """What each place saw, added up; what it says for the day alone stands at the day's first moment."""
    times: list[int] = []
    for place in places:
        seen = place.times[place.values > 0].tolist()
        timed = [time for time in seen if time > day_begins]
        times += _visits(timed or seen)
    return Samples(np.array(sorted(times), np.int32), np.ones(len(times), np.int32))


def _visits(times: Iterable[int]) -> list[int]:
    """Those of the times, ascending, that are an hour or more after the last visit."""
    visits: list[int] = []
    for time in times:
        if not visits or time - visits[-1] >= SAME_TIME_MS:
            visits.append(time)
    return visits


class _Spans(NamedTuple):
    """Stretches of time that a counter's readings cover, each after `starts` until `ends`; apart, ascending."""

    starts: Int32Array
    ends: Int32Array

    def hold(self, times: Int32Array) -> BoolArray:
        """Which times lie in one of them."""
        return self.meet(times - 1, times)

    def meet(self, since: Int32Array, until: Int32Array) -> BoolArray:
        """Which stretches after `since` until `until` share a moment with one of them."""
        next_one = np.searchsorted(self.ends, since, side="right")
        starts = np.append(self.starts, np.iinfo(np.int32).max)
        met: BoolArray = starts[next_one] < until
        return met

    def with_these(self, since: Int32Array, until: Int32Array) -> "_Spans":
        """And these, which meet none of them."""
        ends = np.concatenate([self.ends, until])
        order = np.argsort(ends)
        return _Spans(np.concatenate([self.starts, since])[order], ends[order])


def _with_totals(sources: Sequence[tuple[Samples | None, Samples]]) -> Samples:
    """As `best_source_by_minute`, of sources that have minutes or else readings of a counter."""
    taken: list[Samples] = []
    minutes = NONE.times
    spans = _Spans(NONE.times, NONE.times)
    for by_minute, readings in sources:
        if by_minute is not None:
            of_source = by_minute.times // MINUTE_MS
            free = ~np.isin(of_source, minutes) & ~spans.hold(by_minute.times)
            taken.append(Samples(by_minute.times[free], by_minute.values[free]))
            minutes = np.union1d(minutes, of_source[free])
            continue
        since = np.concatenate([[DAY_BEGINS], readings.times[:-1]]).astype(np.int32)
        free = ~_any_between(minutes, since, readings.times) & ~spans.meet(since, readings.times)
        taken.append(Samples(readings.times[free], _added(readings.values)[free]))
        spans = spans.with_these(since[free], readings.times[free])
    times = np.concatenate([samples.times for samples in taken])
    values = np.concatenate([samples.values for samples in taken])
    assert len(times) == len(values), "every sample has a time"
    order = np.argsort(times, kind="stable")
    return Samples(times[order], values[order])


def _added(readings: Int32Array) -> Int32Array:
    """What was added before each reading, so that the sum is the last one."""
    settled = np.minimum.accumulate(readings[::-1])[::-1]
    added = np.diff(settled, prepend=np.int32(0))
    assert added[1:].min(initial=0) >= 0, "a counter that settled does not fall"
    assert not len(readings) or added.sum() == readings[-1], "the sum is the last reading"
    return added


def _any_between(minutes: Int32Array, since: Int32Array, until: Int32Array) -> BoolArray:
    """For which stretches a minute is taken that they reach into."""
    first, last = np.searchsorted(minutes, [since // MINUTE_MS, until // MINUTE_MS + 1])
    any_taken: BoolArray = last > first
    return any_taken
