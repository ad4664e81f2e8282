"""Gathers the samples of a large file into uploads of a bounded size."""

from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Final, NamedTuple

from device_bridge.wire import Batch, SaidOrigin, Upload
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Columns
from wellness_api.health.samples.records import Column

SAMPLES_PER_PIECE: Final = 20_000
"""Enough for a piece to hold weeks of one metric, and few enough that other uploads hardly wait for it."""


class _Place(NamedTuple):
    """What samples of one batch share: all say how long they lasted, or none does."""

    metric: str
    source: str
    says_lengths: bool
    origin: SaidOrigin


class _Gathered(NamedTuple):
    """Samples of one place. `wire.Batch` says what the columns are."""

    times_ms: list[int]
    lengths_ms: list[int]
    values: list[float | None]


class Pieces:
    """Takes columns and gives the contents of uploads. The same columns always give the same pieces."""

    def __init__(self, arrival: Arrival) -> None:
        self._arrival = arrival
        self._gathered: defaultdict[_Place, _Gathered]
        self._gathered = defaultdict(lambda: _Gathered([], [], []))
        self._samples = 0
        self._full: deque[Columns] = deque()

    def add(self, source: str, origin: SaidOrigin, columns: Mapping[str, Column]) -> None:
        """Takes a record's samples, by metric code."""
        for code, column in columns.items():
            samples = self._gathered[_Place(code, source, bool(column.lengths_ms), origin)]
            samples.times_ms.extend(column.times_ms)
            samples.lengths_ms.extend(column.lengths_ms)
            samples.values.extend(column.values)
            self._samples += len(column.times_ms)
        if self._samples >= SAMPLES_PER_PIECE:
            self.cut()

    def cut(self) -> None:
        """Ends the piece that is being gathered, if there is anything in it."""
        batches = [
            Batch(
                metric=place.metric,
                source=place.source,
                times_ms=samples.times_ms,
                lengths_ms=samples.lengths_ms or None,
                values=samples.values,
                origin=place.origin,
            )
            for place, samples in self._gathered.items()
            if samples.times_ms
        ]
        if batches:
            self._full.append(Columns(Upload(batches=batches), self._arrival))
        self._gathered.clear()
        self._samples = 0

    def next(self) -> Columns | None:
        """A piece that is full, or None."""
        return self._full.popleft() if self._full else None
