"""Segments: one metric of one source on one day from one upload, as compressed columns.

Times are int32 milliseconds from the day's midnight UTC. Lengths are int32 milliseconds, or UNSAID where nobody said how
long a count lasted (`lasting`). Values are whole parts. For what is counted, a part is a thousandth of the metric's
resolution, so that amounts below the resolution add up. For what is measured, a part is the resolution.

Samples of records that have ids stand in segments of their own, with two more columns (`marks`): the record of each
sample, and when that record was last changed. Such a segment says all that its records say of its day. What earlier
segments say of these records no longer counts.
"""

from datetime import date
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from device_bridge.wire import LENGTH_MS_MAX
from wellness_api.health.metrics.metric import MINUTE_MS, PARTS_PER_MULTIPLE, Metric
from wellness_api.health.samples.codec import (
    AS_DIFFERENCES,
    AS_THEY_ARE,
    CodecFailed,
    compressed,
    decompressed,
)
from wellness_api.health.samples.origins import Origin, number_of

Int32Array = NDArray[np.int32]
Int64Array = NDArray[np.int64]

TOMBSTONE: Final = int(np.iinfo(np.int64).min)
"""The value that stands for "there is no such sample any more"."""

STORED_TOMBSTONE: Final = int(np.iinfo(np.int32).min)
"""TOMBSTONE as it stands in a column of int32."""

UNSAID: Final = int(np.iinfo(np.int32).max)
"""The length of a count whose length nobody said. It is longer than any length that a sender may say."""

UNSAID_LENGTHS: Final = None
"""The stored column of lengths where nobody said any, as in segments from before lengths were kept."""

USUAL_LENGTHS: Final = b""
"""The stored column of lengths where every sample has the metric's usual length."""

ONE_LENGTH_BYTES: Final = 4
"""A stored column of this size is the one length that all samples have, as a little-endian int32."""

ONE_MARK_BYTES: Final = 8
"""A stored column of this size is the one mark that all samples have, as a little-endian int64."""


def known_by(lengths: Int32Array) -> Int32Array:
    """The lengths that identify samples. A length that nobody said differs from all others."""
    unsaid = lengths == UNSAID
    return np.where(unsaid, np.int32(LENGTH_MS_MAX + 1), lengths) if unsaid.any() else lengths


class Marks(NamedTuple):
    """Whose samples they are. `records`: the first 64 bits of the records' keys. `changed`: Unix milliseconds, 0 where nobody said."""

    records: Int64Array
    changed: Int64Array

    def part(self, part: slice | NDArray[np.bool_] | NDArray[np.intp]) -> "Marks":
        """The marks of some of the samples."""
        return Marks(self.records[part], self.changed[part])


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """Samples of one (metric, source, day), ascending by time, then by length, then by record, and without repeats.

    `marks`: None where the samples have no records; each sample is known by its span then. `spilled`: how many samples,
    the first ones, began on an earlier day and reach into this one. They stand in that day too. `origin`: of all its
    samples, None where nobody said. `is_exported`: they come back under ids of our own export.
    """

    metric: Metric
    source: str
    day: date
    revision: int
    times: Int32Array
    lengths: Int32Array
    values: Int64Array
    marks: Marks | None = None
    spilled: int = 0
    origin: Origin | None = None
    is_exported: bool = False

    @property
    def time_first(self) -> int:
        """The time of the first sample."""
        return int(self.times[0])

    @property
    def time_last(self) -> int:
        """The time of the last sample."""
        return int(self.times[-1])


class EncodedSegment(NamedTuple):
    """A segment as its row holds it."""

    day: date
    metric: int
    source: str
    revision: int
    time_first: int
    time_last: int
    times: bytes
    lengths: bytes | None
    values: bytes
    records: bytes | None
    changed: bytes | None
    origin: int | None


def encode(segment: Segment) -> EncodedSegment:
    """The segment's row. Raises CodecFailed, as everything does that writes or reads a column."""
    return EncodedSegment(
        segment.day,
        segment.metric.number,
        segment.source,
        segment.revision,
        segment.time_first,
        segment.time_last,
        encode_times(segment.times),
        encode_lengths(segment.lengths, segment.metric),
        encode_values(segment.values, segment.metric),
        None if segment.marks is None else encode_mark(segment.marks.records),
        None if segment.marks is None else encode_mark(segment.marks.changed),
        number_of(segment.origin),
    )


def encode_times(times: Int32Array) -> bytes:
    """The compressed column of times. It is empty where times are evenly spaced: the first and the last time say as much."""
    wide = times.astype(np.int64)
    steps = wide[1:] - wide[:-1]
    if (steps == steps[:1]).all():
        return b""
    return compressed(times, AS_DIFFERENCES)


def encode_lengths(lengths: Int32Array, metric: Metric) -> bytes | None:
    """The column of lengths. One length that all samples have is stored once. The metric's usual length and UNSAID take no room."""
    first = int(lengths[0])
    if not (lengths == first).all():
        column = compressed(lengths, AS_THEY_ARE)
        assert len(column) > ONE_LENGTH_BYTES, "a compressed column is longer than a number"
        return column
    if first == metric.usual_length_ms:
        return USUAL_LENGTHS
    if first == UNSAID:
        return UNSAID_LENGTHS
    return first.to_bytes(ONE_LENGTH_BYTES, "little")


def encode_mark(column: Int64Array) -> bytes:
    """A column of marks. One mark that all samples have is stored once."""
    first = int(column[0])
    if (column == first).all():
        return first.to_bytes(ONE_MARK_BYTES, "little", signed=True)
    written = compressed(column, AS_DIFFERENCES)
    assert len(written) > ONE_MARK_BYTES, "a compressed column is longer than a number"
    return written


def encode_values(values: Int64Array, metric: Metric) -> bytes:
    """The compressed column of values: counts as they are, measurements as differences.

    Where all values are whole multiples of the resolution, the column holds these multiples and takes half the room.
    """
    config = AS_THEY_ARE if metric.daily == "sum" else AS_DIFFERENCES
    gone = values == TOMBSTONE if np.minimum.reduce(values) == TOMBSTONE else None
    multiples = values
    if metric.parts_per_multiple > 1:
        multiples = values // PARTS_PER_MULTIPLE
        broken = multiples * PARTS_PER_MULTIPLE != values
        if (broken if gone is None else broken & ~gone).any():
            return compressed(values, config)
    column = multiples.astype(np.int32)
    if gone is not None:
        column[gone] = STORED_TOMBSTONE
    return compressed(column, config)


def decode_times(column: bytes, *, time_first: int, time_last: int, count: int) -> Int32Array:
    """The times as they were before `encode_times`. `count`: how many there are."""
    if column:
        times = _int32(column)
        if len(times) != count:
            raise CodecFailed(f"{len(times)} times stand beside {count} values")
        return times
    if count == 1:
        return np.array((time_first,), np.int32)
    step = (time_last - time_first) // (count - 1)
    if step <= 0:
        return np.full(count, time_first, np.int32)
    return np.arange(time_first, time_first + step * (count - 1) + 1, step, dtype=np.int32)


def decode_lengths(column: bytes | None, metric: Metric, *, count: int) -> Int32Array:
    """The lengths as they were before `encode_lengths`. `count`: how many there are."""
    if column is UNSAID_LENGTHS:
        return all_of_one_length(UNSAID if metric.usual_length_ms else 0, count)
    if column == USUAL_LENGTHS:
        return all_of_one_length(metric.usual_length_ms, count)
    if len(column) <= ONE_LENGTH_BYTES:
        length = int.from_bytes(column, "little", signed=True)
        if len(column) < ONE_LENGTH_BYTES or length < 0:
            raise CodecFailed(f"a column of {len(column)} bytes holds no length")
        return all_of_one_length(length, count)
    lengths = _int32(column)
    if len(lengths) != count:
        raise CodecFailed(f"{len(lengths)} lengths stand beside {count} values")
    return lengths


def decode_mark(column: bytes, *, count: int) -> Int64Array:
    """The marks as they were before `encode_mark`. `count`: how many there are."""
    if len(column) == ONE_MARK_BYTES:
        mark = int.from_bytes(column, "little", signed=True)
        return np.full(count, mark, np.int64)
    marks = decompressed(column)
    if marks.dtype != np.int64 or len(marks) != count:
        raise CodecFailed(f"{len(marks)} marks of {marks.dtype} stand beside {count} values")
    return marks


def decode_values(column: bytes, metric: Metric) -> Int64Array:
    """The values as they were before `encode_values`."""
    decoded = decompressed(column)
    if decoded.dtype == np.int64 and metric.parts_per_multiple > 1:
        return decoded
    if decoded.dtype != np.int32:
        raise CodecFailed(f"a segment's column of {metric.code} holds {decoded.dtype}")
    values = decoded * (_PARTS if metric.parts_per_multiple > 1 else _ONE)
    if np.minimum.reduce(decoded) == STORED_TOMBSTONE:
        values[decoded == STORED_TOMBSTONE] = TOMBSTONE
    return values


_ONE: Final = np.int64(1)
_PARTS: Final = np.int64(PARTS_PER_MULTIPLE)

_ALIKE_MAX: Final = 1_440
_alike_columns: Final[dict[int, Int32Array]] = {}


def all_of_one_length(length: int, count: int) -> Int32Array:
    """A column in which all lengths are the same. Nobody may write to it; a small segment's column takes no time to make."""
    if count > _ALIKE_MAX or length not in {UNSAID, MINUTE_MS, 0}:
        return np.full(count, length, np.int32)
    column = _alike_columns.get(length)
    if column is None:
        column = _alike_columns[length] = np.full(_ALIKE_MAX, length, np.int32)
        column.flags.writeable = False
    return column[:count]


def _int32(column: bytes) -> Int32Array:
    decoded = decompressed(column)
    if decoded.dtype != np.int32:
        raise CodecFailed(f"a segment's column holds {decoded.dtype} and not int32")
    return decoded
