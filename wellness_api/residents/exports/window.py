"""The measurements of a part of an export, in order."""

from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from typing import Final, NamedTuple

import numpy as np

from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER, METRICS
from wellness_api.health.samples.living import Living, PlaceOfSegment

PRESSURE_GROUP: Final = tuple(
    METRIC_BY_CODE[code]
    for code in (
        "systolic_pressure",
        "diastolic_pressure",
        "blood_pressure_posture",
        "blood_pressure_site",
    )
)
"""What a blood pressure cuff reports at once: values of one source and time are one measurement."""

GROUP_OF: Final = {metric.number: metric.number for metric in METRICS} | {
    metric.number: PRESSURE_GROUP[0].number for metric in PRESSURE_GROUP
}


class Key(NamedTuple):
    """The key of a measurement. Keys are unique, and measurements are in the order of their keys.

    `record`: the record that holds it, as segments name it; 0 where no record does.
    """

    time_ms: int
    source: str
    group: int
    length_ms: int
    record: int


class Measurement(NamedTuple):
    """What one source measured at one time: usually one value, up to four for a blood pressure."""

    key: Key
    values: dict[str, float]


def measurements(
    living: Mapping[PlaceOfSegment, Living], after: Key | None, at_most: int
) -> list[Measurement]:
    """The first measurements after the key `after`, ascending."""
    measured = (
        Measurement(key, {METRIC_BY_NUMBER[number].code: value for _, number, value in of_key})
        for key, of_key in groupby(_in_order(living, after), key=lambda sample: sample[0])
    )
    behind = (measurement for measurement in measured if after is None or measurement.key > after)
    return list(islice(behind, at_most))


def _in_order(
    living: Mapping[PlaceOfSegment, Living], after: Key | None
) -> Iterator[tuple[Key, int, float]]:
    """(key, metric number, value in the metric's unit), ascending."""
    places = sorted(living)
    if not places:
        return
    together = Living._make(
        np.concatenate(columns)
        for columns in zip(*(living[place] for place in places), strict=True)
    )
    place_of = np.repeat(np.arange(len(places)), [len(living[place].times_ms) for place in places])
    if after is not None:
        behind = together.times_ms >= after.time_ms
        together, place_of = together.part(behind), place_of[behind]
    names = {source: place for place, source in enumerate(sorted({name for _, name in places}))}
    sources = np.array([names[source] for _, source in places])[place_of]
    groups = np.array([GROUP_OF[number] for number, _ in places])[place_of]
    order = np.lexsort(
        (place_of, together.records, together.lengths, groups, sources, together.times_ms)
    )
    for index in order:
        number, source = places[place_of[index]]
        key = Key(
            int(together.times_ms[index]),
            source,
            GROUP_OF[number],
            int(together.lengths[index]),
            int(together.records[index]),
        )
        yield key, number, int(together.values[index]) / METRIC_BY_NUMBER[number].parts_per_unit
