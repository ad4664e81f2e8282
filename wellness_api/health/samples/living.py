"""What a resident's stored segments come to: the living samples, after corrections."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from device_bridge.wire import LENGTH_MS_MAX
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.corrected import (
    Correction,
    NearCorrections,
    Step,
    corrected,
    has_shifts,
    known_since,
    records_moved,
)
from wellness_api.health.samples.lasting import lasting
from wellness_api.health.samples.local_days import (
    midnight_ms,
    split_by_local_day,
    utc_midnight_ms,
)
from wellness_api.health.samples.merging import Layer, Merged, merge
from wellness_api.health.samples.segments import TOMBSTONE, Int32Array, Int64Array, known_by

PlaceOfSegment = tuple[int, str]
"""(metric number, source)."""

LayersByDay = Mapping[date, Sequence[Layer]]


class Living(NamedTuple):
    """Living samples of one metric and source, ascending by time. Times are Unix milliseconds, values are parts (see
    `segments`).

    `changed`: when each sample was last changed, 0 where nobody said. `records`: 0 for a sample without a record.
    """

    times_ms: Int64Array
    lengths: Int32Array
    values: Int64Array
    changed: Int64Array
    records: Int64Array

    def reaching(self, from_ms: int, until_ms: int) -> "Living":
        """The samples that may reach into the time from `from_ms` to `until_ms`, which is not included."""
        first, last = np.searchsorted(self.times_ms, [from_ms - LENGTH_MS_MAX, until_ms]).tolist()
        return self.part(slice(first, last))

    def part(self, part: slice | NDArray[np.bool_] | NDArray[np.intp]) -> "Living":
        """Some of the samples."""
        return Living._make(column[part] for column in self)


NONE: Final = Living(
    np.empty(0, np.int64),
    np.empty(0, np.int32),
    np.empty(0, np.int64),
    np.empty(0, np.int64),
    np.empty(0, np.int64),
)


def living_samples(
    layers: Mapping[PlaceOfSegment, LayersByDay],
    corrections: Sequence[Correction] = (),
    *,
    time_zone: str,
    not_of: Collection[int] = (),
) -> dict[PlaceOfSegment, Living]:
    """The living samples by metric and source.

    `time_zone`: the zone of the days. `not_of`: sequences of segments whose samples are left out. The samples that those
    had replaced do not come back.
    """
    near = near_corrections(
        corrections, ((day, of) for by_day in layers.values() for day, of in by_day.items())
    )
    return {
        (metric, source): _living(
            METRIC_BY_NUMBER[metric],
            by_day,
            near.of(METRIC_BY_NUMBER[metric].code, source) if near is not None else (),
            time_zone,
            not_of,
        )
        for (metric, source), by_day in layers.items()
    }


def near_corrections(
    corrections: Sequence[Correction], layers: Iterable[tuple[date, Sequence[Layer]]]
) -> NearCorrections | None:
    """Those of the corrections that may concern samples of the layers; None if there are no corrections at all."""
    if not corrections:
        return None
    begin_ms = [
        (midnight + int(layer.times[0]), midnight + int(layer.times[-1]))
        for day, of_day in layers
        for midnight in [utc_midnight_ms(day)]
        for layer in of_day
        if len(layer.times)
    ]
    if not begin_ms:
        return None
    return NearCorrections(
        corrections,
        first_ms=min(first for first, _ in begin_ms),
        last_ms=max(last for _, last in begin_ms),
    )


class _OfDay(NamedTuple):
    """A day's living samples.

    `said_ms`: when each began as its sender says, before corrections moved it. `known_by`: the length that identifies it.
    """

    said_ms: Int64Array
    known_by: Int32Array
    living: Living


def _living(
    metric: Metric,
    by_day: LayersByDay,
    steps: Sequence[Step],
    time_zone: str,
    not_of: Collection[int],
) -> Living:
    days = [
        _of_day(metric, day, layers, steps, _moved_beside(day, by_day, steps), time_zone, not_of)
        for day, layers in by_day.items()
    ]
    if len(days) == 1 and not steps:
        return days[0].living
    said_ms = np.concatenate([of_day.said_ms for of_day in days])
    together = Living._make(
        map(np.concatenate, zip(*(of_day.living for of_day in days), strict=True))
    )
    # A sample that reaches over midnight stands in both days. A sample that was moved onto another one is not the same
    # sample.
    lengths = np.concatenate([of_day.known_by for of_day in days])
    keys = (said_ms, together.records, lengths, together.times_ms)
    order = np.lexsort(keys)
    kept = np.zeros(len(order), np.bool_)
    kept[:1] = True
    for key in keys:
        ordered = key[order]
        kept[1:] |= ordered[1:] != ordered[:-1]
    together = together.part(order[kept])
    return _lasting_where_moved(together, metric, time_zone) if has_shifts(steps) else together


def _lasting_where_moved(living: Living, metric: Metric, time_zone: str) -> Living:
    """How long the samples lasted, by those that come next where all of them were moved to."""
    lengths = living.lengths.copy()
    for day, samples in split_by_local_day(living.times_ms, time_zone):
        lengths[samples] = lasting(
            living.times_ms[samples],
            living.lengths[samples],
            living.values[samples],
            metric,
            day_ends=midnight_ms(day.toordinal() + 1, time_zone),
        )
    return living._replace(lengths=lengths)


def _moved_beside(
    day: date, by_day: LayersByDay, steps: Sequence[Step]
) -> Mapping[int, Int64Array]:
    """The records that were moved on the day or on the days beside it.

    A newer version of a record may reach into another day. Days further away do not matter, because not every reader
    reads them.
    """
    beside = (day + timedelta(days=by) for by in (-1, 0, 1))
    return records_moved(((of, by_day.get(of, ())) for of in beside), steps)


def deleted(day: date, layers: Sequence[Layer], merged: Merged, steps: Sequence[Step]) -> Merged:
    """The samples of a day's merged layers that the steps of their metric and source have deleted."""
    exists = merged.part(merged.values != TOMBSTONE)
    times_ms = utc_midnight_ms(day) + exists.times.astype(np.int64)
    left = corrected(
        times_ms,
        exists,
        steps,
        known_since=known_since(layers, exists),
        moved=records_moved([(day, layers)], steps),
    )
    gone = np.ones(len(times_ms), np.bool_)
    gone[left.places] = False
    return exists.part(gone)


def _of_day(
    metric: Metric,
    day: date,
    layers: Sequence[Layer],
    steps: Sequence[Step],
    moved: Mapping[int, Int64Array],
    time_zone: str,
    not_of: Collection[int],
) -> _OfDay:
    merged = merge(layers)
    exists = merged.values != TOMBSTONE
    if not_of:
        exists &= ~np.isin(merged.sequences, list(not_of))
    if not exists.all():
        merged = merged.part(exists)
    said_ms = utc_midnight_ms(day) + merged.times.astype(np.int64)
    times_ms = said_ms
    if steps:
        known = known_since(layers, merged)
        left = corrected(said_ms, merged, steps, known_since=known, moved=moved)
        merged, said_ms = merged.part(left.places), said_ms[left.places]
        times_ms = said_ms + left.by_ms
    lengths = merged.lengths
    if not has_shifts(steps):
        day_ends = midnight_ms(day.toordinal() + 1, time_zone)
        lengths = lasting(said_ms, lengths, merged.values, metric, day_ends=day_ends)
    living = Living(times_ms, lengths, merged.values, merged.changed, merged.records)
    return _OfDay(said_ms, known_by(merged.lengths), living)


def by_place(
    segments: Iterable[tuple[int, str, date, Layer]],
) -> dict[PlaceOfSegment, dict[date, list[Layer]]]:
    """Segments (metric number, source, day, layer) in the form that `living_samples` takes."""
    layers: defaultdict[PlaceOfSegment, defaultdict[date, list[Layer]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for metric, source, day, layer in segments:
        layers[metric, source][day].append(layer)
    return {place: dict(of_place) for place, of_place in layers.items()}
