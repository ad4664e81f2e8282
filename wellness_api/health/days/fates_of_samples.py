"""What became of each sample of a metric that is measured at moments, or that says that somebody came. Each sample is one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from wellness_api.health.days.counting import LivingOfDay, LocalDay, last_of_moments
from wellness_api.health.days.each_time import visits
from wellness_api.health.days.samples_of_moments import Samples
from wellness_api.health.days.sent import (
    Deleter,
    Fate,
    Parts,
    Sent,
    TellingOfDay,
    by_better_source,
    only,
)
from wellness_api.health.days.spans import BoolArray, Int64Array
from wellness_api.health.days.weights import weight_of_samples
from wellness_api.health.metrics.metric import MINUTE_MS, Metric
from wellness_api.health.samples.living import NONE, Living
from wellness_api.health.samples.plausibility import BOUNDS
from wellness_api.health.samples.rows import rows_missing
from wellness_api.health.sources.orders import SourceOrder, Weight, in_order

COUNTED: Final = 0
LATE: Final = 1
"""Places in `_fates`. The places of the better sources follow."""


class _Of(NamedTuple):
    """A source's samples on the day.

    `standing`: which samples stand, one for each moment. `plausible`: which of these can be true.
    """

    living: Living
    standing: BoolArray
    plausible: BoolArray


def samples_sent(
    metric: Metric,
    day: LocalDay,
    told: TellingOfDay,
    choices: Sequence[SourceOrder],
    *,
    is_countable: bool = True,
) -> list[Sent]:
    """What became of each source's samples, best source first. Sources without samples of the day are left out.

    `is_countable`: whether the whole day can be counted. If it cannot, all living samples are uncounted.
    """
    of_sources = {
        source: _of(metric, samples) for source, samples in _of_day(metric, day, told.living)
    }
    order = in_order(
        of_sources,
        choices,
        metric=metric.number,
        day=day.day,
        weigh=lambda source: _weight(of_sources[source]),
    )
    in_time = dict(_of_day(metric, day, told.living if told.in_time is None else told.in_time))
    fates = _fates(order)
    sent: dict[str, Sent] = {}
    for source, fate in _each_fate(metric, day, {source: of_sources[source] for source in order}):
        living = of_sources[source].living
        ones = np.ones(len(fate), np.int64)
        if is_countable:
            fate[(fate == COUNTED) & _is_late(living, in_time.get(source, NONE))] = LATE
            parts = Parts(np.arange(len(fate)), fate, ones)
            sent[source] = Sent(source, living.times_ms, living.times_ms, fates, parts)
        else:
            sent[source] = only(source, living.times_ms, living.times_ms, Fate("uncounted"), ones)
    for deleted in _deleted(metric, day, told):
        known = sent.get(deleted.source)
        sent[deleted.source] = deleted if known is None else known.and_these(deleted)
    return list(sent.values())


def _weight(of_source: _Of) -> Weight:
    plausible = of_source.living.part(of_source.plausible)
    return weight_of_samples(Samples(plausible.times_ms, plausible.values))


def _fates(sources: Sequence[str]) -> list[Fate]:
    return [
        Fate("counted"),
        Fate("late"),
        *by_better_source(sources),
        Fate("superseded"),
        Fate("repeated"),
        Fate("implausible", flaw="sample"),
    ]


def _each_fate(
    metric: Metric, day: LocalDay, found: Mapping[str, _Of]
) -> Iterator[tuple[str, Int64Array]]:
    """Of each sample the place of its fate in `_fates`, without a look at what was late."""
    superseded = LATE + 1 + len(found)
    repeated, implausible = superseded + 1, superseded + 2
    best = _best_of_minutes(list(found.values()))
    for place, (source, of) in enumerate(found.items()):
        if metric.daily == "times":
            fate = np.where(_are_visits(of, day), COUNTED, repeated)
        else:
            fate = np.where(best[place] == place, COUNTED, LATE + 1 + best[place])
        fate = np.where(of.plausible, fate, implausible)
        yield source, np.where(of.standing, fate, superseded)


def _of_day(metric: Metric, day: LocalDay, living: LivingOfDay) -> Iterator[tuple[str, Living]]:
    for (number, source), of_source in living.items():
        if number == metric.number:
            first, last = np.searchsorted(of_source.times_ms, day.span).tolist()
            if first < last:
                yield source, of_source.part(slice(first, last))


def _of(metric: Metric, living: Living) -> _Of:
    bounds = BOUNDS[metric.number]
    standing = np.zeros(len(living.times_ms), np.bool_)
    standing[last_of_moments(living)] = True
    can_be = (living.values >= bounds.low) & (living.values <= bounds.high)
    return _Of(living, standing, standing & can_be)


def _best_of_minutes(columns: Sequence[_Of]) -> list[Int64Array]:
    """For each source's samples: the place of the best source that measured something plausible in the same minute."""
    if not columns:
        return []
    counts = [len(column.living.times_ms) for column in columns]
    minutes = np.concatenate([column.living.times_ms for column in columns]) // MINUTE_MS
    plausible = np.concatenate([column.plausible for column in columns])
    places = np.repeat(np.arange(len(columns)), counts)
    _, minute = np.unique(minutes, return_inverse=True)
    best = np.full(minute.max() + 1, len(columns))
    np.minimum.at(best, minute[plausible], places[plausible])
    return np.split(best[minute], np.cumsum(counts)[:-1])


def _are_visits(of_source: _Of, day: LocalDay) -> BoolArray:
    seen = of_source.living.part(of_source.plausible)
    times = visits(Samples(seen.times_ms, seen.values), day_begins_ms=day.span.start)
    are_visits: BoolArray = of_source.plausible & np.isin(of_source.living.times_ms, times)
    return are_visits


def _is_late(living: Living, in_time: Living) -> BoolArray:
    """Which of the samples were not there in time, or had other content then."""
    if living is in_time:
        return np.zeros(len(living.times_ms), np.bool_)
    return rows_missing(
        *((samples.times_ms, samples.values, samples.records) for samples in (living, in_time))
    )


def _deleted(metric: Metric, day: LocalDay, told: TellingOfDay) -> Iterator[Sent]:
    deleters: Sequence[tuple[Deleter, LivingOfDay]] = (
        ("hand", told.by_hand),
        ("sender", told.by_sender),
    )
    for deleter, living in deleters:
        for source, samples in _of_day(metric, day, living):
            ones = np.ones(len(samples.times_ms), np.int64)
            yield only(
                source, samples.times_ms, samples.times_ms, Fate("deleted", by=deleter), ones
            )
