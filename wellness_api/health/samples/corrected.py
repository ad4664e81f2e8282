"""How a resident's corrections by hand change stored samples.

A correction is a statement that stands beside the samples (`wellness_api.health.corrections`). It says that what lies in
a span is deleted, or was measured so much later. It concerns what had come when it was made, and what its sender had
written by then and sends later. Besides:

- A deletion does not concern what was written after it, or came after it without a time of change: that counts.
- A shift moves later versions of a record that it concerned too, if they state a time in the same span: the clock was as
  wrong for these. A version that states another time stays where it says.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

import asyncpg
import msgspec
import numpy as np
from numpy.typing import NDArray

from wellness_api.health.samples.merging import NO_RECORD, Layer, Merged, spans_of
from wellness_api.health.samples.segments import Int64Array


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A correction as readers need it. Times are Unix milliseconds, and `until_ms` is not included.

    `source`, `metric` (its code): None for any. `by_ms`: how much later the samples of a shift were measured. `sequence`:
    what has a lower sequence was known when the correction was made, at `asked_ms`.
    """

    kind: Literal["deletion", "shift"]
    source: str | None
    metric: str | None
    from_ms: int
    until_ms: int
    by_ms: int
    asked_ms: int
    sequence: int

    @property
    def asked_at(self) -> datetime:
        """When the resident made the correction."""
        return datetime.fromtimestamp(self.asked_ms / 1000, UTC)

    def concerns(self, metric: str, source: str) -> bool:
        """Whether the correction is about samples of this metric and source."""
        return self.metric in {None, metric} and self.source in {None, source}


NO_CORRECTIONS: Final[Sequence[Correction]] = ()

_corrections: Final = msgspec.json.Decoder(list[Correction])


def corrections_of(row: asyncpg.Record) -> Sequence[Correction] | None:
    """A resident's corrections, of the row in which they stand beside the rows of segments; None of a segment's row."""
    beside = row["corrections"]
    return None if beside is None else _corrections.decode(beside)


class OwnRows(NamedTuple):
    """The rows of a resident's segments, and the corrections that stand beside them."""

    segments: Sequence[asyncpg.Record]
    corrections: Sequence[Correction]


def own_rows(rows: Sequence[asyncpg.Record]) -> OwnRows:
    """What a statement gave of one resident."""
    segments, corrections = rows, NO_CORRECTIONS
    for place, row in enumerate(rows):
        beside = corrections_of(row)
        if beside is not None:
            segments, corrections = [*rows[:place], *rows[place + 1 :]], beside
    return OwnRows(segments, corrections)


class Moved(NamedTuple):
    """Samples after the corrections: their places among the samples before, and by how much each is moved."""

    places: NDArray[np.intp]
    by_ms: Int64Array


def corrected(
    times_ms: Int64Array, merged: Merged, known_since: Int64Array, corrections: Iterable[Correction]
) -> Moved:
    """What the corrections leave of the samples. Corrections apply in the order in which they were made.

    `known_since`: for each sample, the sequence in which something was first said of its record or span.
    """
    living = np.ones(len(times_ms), np.bool_)
    by_ms = np.zeros(len(times_ms), np.int64)
    for correction in sorted(corrections, key=lambda correction: correction.sequence):
        now_ms = times_ms + by_ms
        in_span = (now_ms >= correction.from_ms) & (now_ms < correction.until_ms)
        written = (merged.changed > 0) & (merged.changed <= correction.asked_ms)
        match correction.kind:
            case "shift":
                by_ms[in_span & ((known_since < correction.sequence) | written)] += correction.by_ms
            case "deletion":
                living &= ~(in_span & ((merged.sequences < correction.sequence) | written))
    (places,) = living.nonzero()
    return Moved(places, by_ms[places])


class FirstSaid(NamedTuple):
    """For each key, ascending, the least sequence of the segments that speak of it."""

    keys: Int64Array
    sequences: Int64Array

    def of(self, keys: Int64Array) -> Int64Array:
        """The sequences of some keys; the greatest possible number where no segment speaks of a key."""
        if not len(self.keys):
            return np.full(len(keys), np.iinfo(np.int64).max)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.sequences[place], np.iinfo(np.int64).max)


def first_of_records(layers: Iterable[Layer]) -> FirstSaid:
    """The sequence in which something was first said of each record, by its mark."""
    marked = [(layer.marks.records, layer.sequence) for layer in layers if layer.marks is not None]
    return _first_said(marked)


def known_since(
    layers: Sequence[Layer], merged: Merged, *, of_days_beside: FirstSaid
) -> Int64Array:
    """For each merged sample, the sequence in which something was first said of its record or span.

    `layers`: those of the day, from which `merged` comes. `of_days_beside`: `first_of_records` of the layers of the day and
    of the days beside it. A newer version of a record may reach into another day, and both days have known the record
    since its first version. Days further away do not matter, because not every reader reads them.
    """
    known = merged.sequences.astype(np.int64, copy=True)
    of_records = merged.records != NO_RECORD
    known[of_records] = np.minimum(known[of_records], of_days_beside.of(merged.records[of_records]))
    spans = [
        (spans_of(layer.times, layer.lengths), layer.sequence)
        for layer in layers
        if layer.marks is None
    ]
    loose = ~of_records
    known[loose] = np.minimum(known[loose], _first_said(spans).of(merged.spans[loose]))
    return known


def _first_said(said: Sequence[tuple[Int64Array, int]]) -> FirstSaid:
    if not said:
        return FirstSaid(np.empty(0, np.int64), np.empty(0, np.int64))
    all_keys = np.concatenate([keys for keys, _ in said])
    sequences = np.repeat(
        np.array([sequence for _, sequence in said], np.int64), [len(keys) for keys, _ in said]
    )
    order = np.lexsort((sequences, all_keys))
    keys, first = np.unique(all_keys[order], return_index=True)
    return FirstSaid(keys, sequences[order][first])
