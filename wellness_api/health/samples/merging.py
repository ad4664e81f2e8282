"""What a reader sees of several segments: the living samples, and nothing else.

A sample without a record is known by its span: its start and its length, or its start and that no length was said. Of
each span, the greatest revision counts; of equal revisions, the one that was received last. So edits may arrive in any
order, and old copies may be sent again, without undoing newer ones. Of a record, the segment that was received last
counts, with all that it says of the record. Older versions are refused when they come in.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeVar

import asyncpg
import numpy as np
from numpy.typing import NDArray

from device_bridge.wire import EARLIEST_MS
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.samples.segments import (
    Int32Array,
    Int64Array,
    Marks,
    decode_lengths,
    decode_mark,
    decode_times,
    decode_values,
    known_by,
)

Number = TypeVar("Number", np.int32, np.int64)

LENGTH_BITS: Final = 32
"""A length is not negative and below 2^31. So start and length together are one number that sorts as they do."""


class Layer(NamedTuple):
    """One segment's columns as stored: spans ascending without repeats, and one revision for all."""

    sequence: int
    revision: int
    times: Int32Array
    lengths: Int32Array
    values: Int64Array
    marks: Marks | None = None


def stored_layer(row: asyncpg.Record) -> Layer:
    """A segment as a layer, from its row: sequence, metric, revision, time_first, time_last and the columns."""
    metric = METRIC_BY_NUMBER[row["metric"]]
    values = decode_values(row["values"], metric)
    times = decode_times(
        row["times"],
        time_first=row["time_first"],
        time_last=row["time_last"],
        count=len(values),
    )
    lengths = decode_lengths(row["lengths"], metric, count=len(values))
    marks = None
    if row["records"] is not None:
        records, changed = (decode_mark(row[name], count=len(values)) for name in Marks._fields)
        marks = Marks(records, changed)
    return Layer(row["sequence"], row["revision"], times, lengths, values, marks)


class Merged(NamedTuple):
    """Columns ascending by time, then by length, then by record; tombstones included.

    `records`: 0 for a sample without a record. `changed`: Unix milliseconds, 0 where nobody said.
    """

    times: Int32Array
    lengths: Int32Array
    values: Int64Array
    revisions: Int64Array
    sequences: Int64Array
    records: Int64Array
    changed: Int64Array

    def part(self, part: NDArray[np.bool_] | NDArray[np.intp]) -> "Merged":
        """Some of the samples."""
        return Merged._make(column[part] for column in self)

    @property
    def spans(self) -> Int64Array:
        """Each sample's span as one number."""
        return spans_of(self.times, self.lengths)


def spans_of(times: Int32Array, lengths: Int32Array) -> Int64Array:
    """The start of each sample and the length that identifies it, as one number that sorts as they do."""
    return (times.astype(np.int64) << LENGTH_BITS) | known_by(lengths)


NO_RECORD: Final = 0
"""Stands for no record among the marks; no record has this mark (`records.mark_of`)."""

NOTHING: Final = Merged(
    np.empty(0, np.int32), np.empty(0, np.int32), *(np.empty(0, np.int64) for _ in range(5))
)


def merge(layers: Sequence[Layer]) -> Merged:
    """Merges the segments of one (metric, source, day)."""
    if not layers:
        return NOTHING
    of_records = [layer for layer in layers if layer.marks is not None]
    if not of_records:
        return merge_spans(layers)
    merged = merge_records(of_records)
    if len(of_records) == len(layers):
        return merged
    loose = merge_spans([layer for layer in layers if layer.marks is None])
    together = Merged._make(map(np.concatenate, zip(*[loose, merged], strict=True)))
    return together.part(np.lexsort((together.records, together.spans)))


def merge_records(layers: Sequence[Layer]) -> Merged:
    """Merges segments of records: the last segment of each record holds all of it."""
    together = _columns(layers)
    if len(layers) == 1:
        return together
    _, record = np.unique(together.records, return_inverse=True)
    last = np.zeros(int(record.max()) + 1, np.int64)
    np.maximum.at(last, record, together.sequences)
    living = together.part(together.sequences == last[record])
    return living.part(np.lexsort((living.records, living.spans)))


def merge_spans(layers: Sequence[Layer]) -> Merged:
    """Merges segments of samples without records: one sample of each span counts."""
    ordered = sorted(layers, key=lambda layer: (layer.revision, layer.sequence))
    together = _columns(ordered)
    if len(ordered) == 1:
        return together
    spans = together.spans
    if (spans[1:] > spans[:-1]).all():
        return together
    # A stable sort brings equal spans together, and the last of each run wins.
    return _last_of_each(together, spans, np.argsort(spans, kind="stable"))


def _columns(layers: Sequence[Layer]) -> Merged:
    """The columns one after the other. What holds for a whole segment stands beside each of its samples."""
    counts = [len(layer.times) for layer in layers]
    marks = [layer.marks for layer in layers if layer.marks is not None]
    if marks:
        assert len(marks) == len(layers), "samples of records are kept apart"
        records, changed = map(_joined, zip(*marks, strict=True))
    else:
        records = np.full(sum(counts), NO_RECORD, np.int64)
        changed = _beside([changed_at(layer.revision) for layer in layers], counts)
    return Merged(
        _joined([layer.times for layer in layers]),
        _joined([layer.lengths for layer in layers]),
        _joined([layer.values for layer in layers]),
        _beside([layer.revision for layer in layers], counts),
        _beside([layer.sequence for layer in layers], counts),
        records,
        changed,
    )


def _joined(columns: Sequence[NDArray[Number]]) -> NDArray[Number]:
    return columns[0] if len(columns) == 1 else np.concatenate(columns)


def _beside(numbers: Sequence[int], counts: Sequence[int]) -> Int64Array:
    """Repeats a number of each segment for each of its samples."""
    if len(numbers) == 1:
        return np.full(counts[0], numbers[0], np.int64)
    return np.repeat(np.array(numbers, np.int64), counts)


def changed_at(revision: int) -> int:
    """The time of change, if the revision is a time; 0 if it only counts edits."""
    return revision if revision >= EARLIEST_MS else 0


def _last_of_each(
    columns: Merged, keys: NDArray[np.signedinteger], order: NDArray[np.intp]
) -> Merged:
    """The last sample of each key in this order, which brings equal keys together."""
    ordered = keys[order]
    wins = np.ones(len(order), np.bool_)
    wins[:-1] = ordered[1:] != ordered[:-1]
    kept = order[wins]
    assert (ordered[wins][1:] > ordered[wins][:-1]).all(), "each span is there once, ascending"
    return columns.part(kept)
