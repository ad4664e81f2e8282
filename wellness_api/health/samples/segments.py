"""Segments: one metric of one source on one day from one upload, as two compressed columns.

Times are int32 milliseconds from the day's midnight UTC, values int32 multiples of the metric's resolution.
"""

from datetime import date
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.codec import (
    AS_DIFFERENCES,
    AS_THEY_ARE,
    CodecFailed,
    compressed,
    decompressed,
)

Int32Array = NDArray[np.int32]

TOMBSTONE: Final = np.iinfo(np.int32).min
"""The value that stands for "there is no sample at this time any more"."""


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """Samples of one (metric, source, day), times ascending and without repeats."""

    metric: Metric
    source: str
    day: date
    revision: int
    times: Int32Array
    values: Int32Array

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
    values: bytes


def encode(segment: Segment) -> EncodedSegment:
    """The segment's row. Raises CodecFailed, as all that writes or reads a column does."""
    return EncodedSegment(
        segment.day,
        segment.metric.number,
        segment.source,
        segment.revision,
        segment.time_first,
        segment.time_last,
        encode_times(segment.times),
        encode_values(segment.values, segment.metric),
    )


def encode_times(times: Int32Array) -> bytes:
    """The compressed column of times; empty where they are evenly spaced, which first and last time tell as well."""
    wide = times.astype(np.int64)
    steps = wide[1:] - wide[:-1]
    if (steps == steps[:1]).all():
        return b""
    return compressed(times, AS_DIFFERENCES)


def encode_values(values: Int32Array, metric: Metric) -> bytes:
    """The compressed column of values: counts as they are, measurements as differences."""
    return compressed(values, AS_THEY_ARE if metric.daily == "sum" else AS_DIFFERENCES)


def decode_times(column: bytes, *, time_first: int, time_last: int, count: int) -> Int32Array:
    """The times as they were before `encode_times`, of so many samples."""
    if column:
        times = decode_column(column)
        if len(times) != count:
            raise CodecFailed(f"{len(times)} times stand beside {count} values")
        return times
    step = (time_last - time_first) // max(count - 1, 1)
    return (time_first + step * np.arange(count, dtype=np.int64)).astype(np.int32)


def decode_column(column: bytes) -> Int32Array:
    """A compressed column as it was."""
    decoded = decompressed(column)
    if decoded.dtype != np.int32:
        raise CodecFailed(f"a segment's column holds {decoded.dtype} and not int32")
    return decoded
