"""A part of what is to be exported, as short as it has to be: samples of seconds fill a page within minutes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Final, NamedTuple

import asyncpg
import numpy as np

from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER, METRICS
from wellness_api.health.samples.merging import Layer, merge, stored_layer
from wellness_api.health.samples.segments import TOMBSTONE

SAMPLES_PER_WINDOW_MAX: Final = 65_536
"""A window that would hold more ends earlier; beyond it goes only what is of one millisecond."""

PRESSURE_GROUP: Final = tuple(
    METRIC_BY_CODE[code]
    for code in (
        "systolic_pressure",
        "diastolic_pressure",
        "blood_pressure_posture",
        "blood_pressure_site",
    )
)
"""What a cuff says at once: of one source and time it is one measurement."""

GROUP_OF: Final = {metric.number: metric.number for metric in METRICS} | {
    metric.number: PRESSURE_GROUP[0].number for metric in PRESSURE_GROUP
}


class Key(NamedTuple):
    """Which measurement: no two have the same, and they come in this order."""

    time_ms: int
    source: str
    group: int


class Measurement(NamedTuple):
    """What one source measured at one time: usually one value, a blood pressure's up to four."""

    key: Key
    values: dict[str, float]


Part = tuple[int, str, int]
"""(metric number, source, midnight in Unix milliseconds) of a segment."""


class Window:
    """The samples from one moment (included) to another (not included), Unix milliseconds.

    When it is offered more than it may hold, it ends earlier (`end_ms`), and holds all that is before its end.
    """

    def __init__(self, start_ms: int, end_ms: int) -> None:
        self.start_ms = start_ms
        self.end_ms = end_ms
        self._layers: defaultdict[Part, list[Layer]] = defaultdict(list)
        self._samples = 0

    def reaches(self, row: asyncpg.Record) -> bool:
        """Whether the segment begins before the window's end."""
        return int(row["midnight_ms"]) + int(row["time_first"]) < self.end_ms

    def take(self, rows: Sequence[asyncpg.Record]) -> None:
        """What the segments hold of the window. Raises CodecFailed."""
        for row in filter(self.reaches, rows):
            part = row["metric"], row["source"], row["midnight_ms"]
            layer = self._inside(stored_layer(row), part)
            self._layers[part].append(layer)
            self._samples += len(layer.times)
            if self._samples > SAMPLES_PER_WINDOW_MAX:
                self._end_earlier()

    def measurements(self, after: Key | None, at_most: int) -> list[Measurement]:
        """The first that there are behind `after`, ascending."""
        measured = (
            Measurement(key, {METRIC_BY_NUMBER[number].code: value for _, number, value in of_key})
            for key, of_key in groupby(self._existing(), key=lambda sample: sample[0])
        )
        behind = (
            measurement for measurement in measured if after is None or measurement.key > after
        )
        return list(islice(behind, at_most))

    def _inside(self, layer: Layer, part: Part) -> Layer:
        first, last = np.searchsorted(
            layer.times, [self.start_ms - part[2], self.end_ms - part[2]]
        ).tolist()
        # Copied, so that the rest of the segment is let go.
        return layer._replace(
            times=layer.times[first:last].copy(), values=layer.values[first:last].copy()
        )

    def _end_earlier(self) -> None:
        """Keeps the earlier half of what may be held."""
        times_ms = np.concatenate(
            [
                part[2] + layer.times.astype(np.int64)
                for part, of in self._layers.items()
                for layer in of
            ]
        )
        middle = SAMPLES_PER_WINDOW_MAX // 2
        self.end_ms = max(int(np.partition(times_ms, middle)[middle]), self.start_ms + 1)
        for part, of in self._layers.items():
            of[:] = [self._inside(layer, part) for layer in of]
        self._samples = sum(len(layer.times) for of in self._layers.values() for layer in of)

    def _existing(self) -> Iterator[tuple[Key, int, float]]:
        """(key, metric number, value in the metric's unit) of what was not taken back, ascending."""
        parts = sorted(self._layers)
        if not parts:
            return
        merged = [merge(self._layers[part]) for part in parts]
        times = np.concatenate(
            [part[2] + of.times.astype(np.int64) for part, of in zip(parts, merged, strict=True)]
        )
        values = np.concatenate([of.values for of in merged])
        part_of = np.repeat(np.arange(len(parts)), [len(of.times) for of in merged])
        kept = values != TOMBSTONE
        times, values, part_of = times[kept], values[kept], part_of[kept]
        places = {source: place for place, source in enumerate(sorted({part[1] for part in parts}))}
        sources = np.array([places[source] for _, source, _ in parts])[part_of]
        groups = np.array([GROUP_OF[number] for number, _, _ in parts])[part_of]
        for place in np.lexsort((part_of, groups, sources, times)):
            number, source, _ = parts[part_of[place]]
            yield (
                Key(int(times[place]), source, GROUP_OF[number]),
                number,
                int(values[place]) / METRIC_BY_NUMBER[number].per_unit,
            )
