"""How a resident's corrections by hand change stored samples.

A correction is a statement that stands beside the samples (`wellness_api.health.corrections`). It says that what lies in
a span is deleted, or was measured so much later. It concerns what had come when it was made, and what its sender had
written by then and sends later. Besides:

- A deletion does not concern what was written after it, or came after it without a time of change: that counts.
- A shift moves later versions of a record that it concerned too, if they state a time in the same span: the clock was as
  wrong for these. A version that states another time stays where it says.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final, Literal, NamedTuple

import asyncpg
import msgspec
import numpy as np
from numpy.typing import NDArray

from wellness_api.health.samples.local_days import utc_midnight_ms
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


class Deletions(NamedTuple):
    """Deletions as steps over time: what the latest of those says that hold from one edge to the next.

    `edges`: n Unix milliseconds, ascending. `sequences`, `asked_ms`: n + 1, of the times before, between and after the
    edges; 0 where none holds.
    """

    edges: Int64Array
    sequences: Int64Array
    asked_ms: Int64Array

    def end(
        self, now_ms: Int64Array, sequences: Int64Array, changed: Int64Array
    ) -> NDArray[np.bool_]:
        """Which samples they end: those that had come, or were written, before one that holds where they begin."""
        place = np.searchsorted(self.edges, now_ms, side="right")
        return (sequences < self.sequences[place]) | (
            (changed > 0) & (changed <= self.asked_ms[place])
        )


def _as_steps(deletions: Sequence[Correction]) -> Deletions:
    spans_ms = [(deletion.from_ms, deletion.until_ms) for deletion in deletions]
    edges = np.unique(np.array(spans_ms, np.int64))
    latest = Deletions(
        edges, np.zeros(len(edges) + 1, np.int64), np.zeros(len(edges) + 1, np.int64)
    )
    places = np.searchsorted(edges, np.array(spans_ms, np.int64), side="right").tolist()
    for deletion, (first, end) in zip(deletions, places, strict=True):
        holds = slice(first, end)
        np.maximum(latest.sequences[holds], deletion.sequence, out=latest.sequences[holds])
        np.maximum(latest.asked_ms[holds], deletion.asked_ms, out=latest.asked_ms[holds])
    return latest


Step = Correction | Deletions
"""A shift, or deletions between two shifts: their order among each other makes no difference."""


def has_shifts(steps: Sequence[Step]) -> bool:
    """Whether some of the steps move samples."""
    return any(isinstance(step, Correction) for step in steps)


class NearCorrections:
    """The corrections of a resident that may concern samples of a time, ready for whatever metrics and sources there are.

    What costs time is done once for all of them: a resident may have a thousand corrections, and a day two thousand
    metrics and sources.
    """

    def __init__(self, corrections: Iterable[Correction], *, first_ms: int, last_ms: int) -> None:
        """`first_ms`, `last_ms`: when the first and the last of the samples begin, as their senders say."""
        self._shifts: defaultdict[str | None, list[Correction]] = defaultdict(list)
        self._deletions: defaultdict[_Of, list[Correction]] = defaultdict(list)
        self._steps: dict[tuple[_Of, int, int], Deletions | None] = {}
        for correction in sorted(corrections, key=lambda correction: correction.sequence):
            if correction.from_ms > last_ms or correction.until_ms <= first_ms:
                continue
            if correction.kind == "shift":
                self._shifts[correction.source].append(correction)
                first_ms = min(first_ms, first_ms + correction.by_ms)
                last_ms = max(last_ms, last_ms + correction.by_ms)
            else:
                self._deletions[correction.metric, correction.source].append(correction)

    def of(self, metric: str, source: str) -> Sequence[Step]:
        """Those that may concern samples of the metric (its code) and source, in the order in which they were made."""
        shifts = [
            shift
            for of in (self._shifts.get(source, ()), self._shifts.get(None, ()))
            for shift in of
            if shift.concerns(metric, source)
        ]
        shifts.sort(key=lambda shift: shift.sequence)
        steps: list[Step] = []
        after = 0
        for shift in shifts:
            steps += [*self._between(metric, source, after, shift.sequence), shift]
            after = shift.sequence
        steps += self._between(metric, source, after, sys.maxsize)
        return steps

    def _between(self, metric: str, source: str, after: int, before: int) -> Iterator[Deletions]:
        for of in ((None, None), (metric, None), (None, source), (metric, source)):
            if of not in self._deletions:
                continue
            if (of, after, before) not in self._steps:
                between = [
                    deletion
                    for deletion in self._deletions[of]
                    if after < deletion.sequence < before
                ]
                self._steps[of, after, before] = _as_steps(between) if between else None
            steps = self._steps[of, after, before]
            if steps is not None:
                yield steps


_Of = tuple[str | None, str | None]
"""The metric's code and the source that deletions name; None: any."""


class Moved(NamedTuple):
    """Samples after the corrections: their places among the samples before, and by how much each is moved."""

    places: NDArray[np.intp]
    by_ms: Int64Array


def corrected(
    times_ms: Int64Array,
    merged: Merged,
    steps: Sequence[Step],
    *,
    known_since: Int64Array,
    moved: Mapping[int, Int64Array],
) -> Moved:
    """What the corrections leave of the samples.

    `steps`: of the samples' metric and source, in the order in which they were made (`NearCorrections.of`). `known_since`:
    see there. `moved`: `records_moved` by the shifts among the steps.
    """
    living = np.ones(len(times_ms), np.bool_)
    by_ms = np.zeros(len(times_ms), np.int64)
    for step in steps:
        now_ms = times_ms + by_ms
        if isinstance(step, Deletions):
            living &= ~step.end(now_ms, merged.sequences, merged.changed)
        else:
            concerned = _had_come_or_was_written(step, known_since, merged.changed)
            concerned |= np.isin(merged.records, moved[step.sequence])
            by_ms[concerned & _in_span(step, now_ms)] += step.by_ms
    (places,) = living.nonzero()
    return Moved(places, by_ms[places])


def records_moved(
    by_day: Iterable[tuple[date, Iterable[Layer]]], steps: Sequence[Step]
) -> dict[int, Int64Array]:
    """By the sequence of each shift among the steps, the marks of the records of which it moves some version.

    `by_day`: the layers in which the versions stand, the older ones included.
    """
    shifts = [step for step in steps if isinstance(step, Correction)]
    if not shifts:
        return {}
    versions = [
        (utc_midnight_ms(day) + layer.times.astype(np.int64), layer.sequence, layer.marks)
        for day, layers in by_day
        for layer in layers
        if layer.marks is not None
    ]
    if not versions:
        return {shift.sequence: np.empty(0, np.int64) for shift in shifts}
    times_ms = np.concatenate([times for times, _, _ in versions])
    sequences = np.repeat(
        [sequence for _, sequence, _ in versions], [len(of) for of, _, _ in versions]
    )
    records = np.concatenate([marks.records for _, _, marks in versions])
    changed = np.concatenate([marks.changed for _, _, marks in versions])
    by_ms = np.zeros(len(times_ms), np.int64)
    moved = {}
    for shift in shifts:
        in_span = _in_span(shift, times_ms + by_ms)
        concerned = in_span & _had_come_or_was_written(shift, sequences, changed)
        of_shift = np.unique(records[concerned & (records != NO_RECORD)])
        moved[shift.sequence] = of_shift
        by_ms[concerned | (in_span & np.isin(records, of_shift))] += shift.by_ms
    return moved


def _in_span(shift: Correction, now_ms: Int64Array) -> NDArray[np.bool_]:
    return (now_ms >= shift.from_ms) & (now_ms < shift.until_ms)


def _had_come_or_was_written(
    shift: Correction, sequences: Int64Array, changed: Int64Array
) -> NDArray[np.bool_]:
    return (sequences < shift.sequence) | ((changed > 0) & (changed <= shift.asked_ms))


class FirstSaid(NamedTuple):
    """For each span, ascending, the least sequence of the segments that speak of it."""

    keys: Int64Array
    sequences: Int64Array

    def of(self, keys: Int64Array) -> Int64Array:
        """The sequences of some spans; the greatest possible number where no segment speaks of a span."""
        if not len(self.keys):
            return np.full(len(keys), np.iinfo(np.int64).max)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, self.sequences[place], np.iinfo(np.int64).max)


def known_since(layers: Sequence[Layer], merged: Merged) -> Int64Array:
    """For each merged sample the sequence in which it came; for one without a record the first in which something was said
    of its span. `layers`: those of the day, from which `merged` comes.
    """
    known = merged.sequences.astype(np.int64, copy=True)
    spans = [
        (spans_of(layer.times, layer.lengths), layer.sequence)
        for layer in layers
        if layer.marks is None
    ]
    loose = merged.records == NO_RECORD
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
