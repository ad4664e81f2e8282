"""Samples of a large file, gathered into uploads of a bounded size."""

from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Final, NamedTuple

from device_bridge.wire import Batch, SaidOrigin, Upload
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Columns
from wellness_api.health.samples.records import Column

SAMPLES_PER_PIECE: Final = 20_000
"""Enough that a piece holds weeks of one metric, and little enough that other uploads hardly wait for it."""


class _Gathered(NamedTuple):
    """Samples of one metric, source and origin: `wire.Batch` says what the columns are."""

    times_ms: list[int]
    lengths_ms: list[int]
    values: list[float | None]


class Pieces:
    """Takes columns and gives the contents of uploads, in the same pieces for the same columns."""

    def __init__(self, arrival: Arrival) -> None:
        self._arrival = arrival
        self._gathered: defaultdict[tuple[str, str, SaidOrigin], _Gathered]
        self._gathered = defaultdict(lambda: _Gathered([], [], []))
        self._samples = 0
        self._full: deque[Columns] = deque()

    def add(self, source: str, origin: SaidOrigin, columns: Mapping[str, Column]) -> None:
        """Takes a record's samples, by metric code."""
        for code, column in columns.items():
            count = len(column.times_ms)
            of = self._gathered[code, source, origin]
            of.times_ms.extend(column.times_ms)
            of.lengths_ms.extend(
                column.lengths_ms or [METRIC_BY_CODE[code].usual_length_ms] * count
            )
            of.values.extend(column.values)
            self._samples += count
        if self._samples >= SAMPLES_PER_PIECE:
            self.cut()

    def cut(self) -> None:
        """Ends the piece that is being gathered, if there is anything in it."""
        batches = [
            Batch(
                metric=metric,
                source=source,
                times_ms=of.times_ms,
                lengths_ms=of.lengths_ms,
                values=of.values,
                origin=origin,
            )
            for (metric, source, origin), of in self._gathered.items()
            if of.times_ms
        ]
        if batches:
            self._full.append(Columns(Upload(batches=batches), self._arrival))
        self._gathered.clear()
        self._samples = 0

    def next(self) -> Columns | None:
        """A piece that is full, or None."""
        return self._full.popleft() if self._full else None
