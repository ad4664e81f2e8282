"""Segments: one metric of one source on one day from one upload, as two compressed columns.

Times are int32 milliseconds from the day's midnight UTC, values int32 multiples of the metric's resolution.
The codec is told what to expect instead of trying everything: times and measurements are coded as differences,
counts as they are. That is a third of the automatic mode's time, at the same size or less.
"""

from datetime import date
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from pcodec import ChunkConfig, DeltaSpec, ModeSpec, standalone

from wellness_api.metrics.metric import Metric

Int32Array = NDArray[np.int32]

TOMBSTONE: Final = np.iinfo(np.int32).min
"""The value that stands for "there is no sample at this time any more"."""

LEVEL: Final = 6
"""Of a day's heart rate higher levels are no smaller and take longer; 4 takes a hundredth more room."""

AS_DIFFERENCES: Final = ChunkConfig(
    compression_level=LEVEL,
    mode_spec=ModeSpec.classic(),
    delta_spec=DeltaSpec.try_consecutive(1),
)
AS_CURVE: Final = ChunkConfig(
    compression_level=LEVEL, mode_spec=ModeSpec.classic(), delta_spec=DeltaSpec.try_conv1(3)
)
"""Each value as its difference to what the three before it foretell: 3% smaller where there is enough to learn from."""

CURVE_SAMPLES_MIN: Final = 256

AS_THEY_ARE: Final = ChunkConfig(
    compression_level=LEVEL, mode_spec=ModeSpec.classic(), delta_spec=DeltaSpec.no_op()
)


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


def encode_times(times: Int32Array) -> bytes:
    """The compressed column of times; empty where they are evenly spaced, which first and last time tell as well."""
    steps = np.diff(times.astype(np.int64))
    if (steps == steps[:1]).all():
        return b""
    return bytes(standalone.simple_compress(times, AS_DIFFERENCES))


def encode_values(values: Int32Array, metric: Metric) -> bytes:
    """The compressed column of values."""
    if metric.daily == "sum":
        config = AS_THEY_ARE
    elif len(values) < CURVE_SAMPLES_MIN:
        config = AS_DIFFERENCES
    else:
        config = AS_CURVE
    return bytes(standalone.simple_compress(values, config))


def decode_times(column: bytes, *, time_first: int, time_last: int, count: int) -> Int32Array:
    """The times as they were before `encode_times`, of so many samples."""
    if column:
        return decode_column(column)
    step = (time_last - time_first) // max(count - 1, 1)
    return (time_first + step * np.arange(count, dtype=np.int64)).astype(np.int32)


def decode_column(column: bytes) -> Int32Array:
    """A compressed column as it was."""
    decoded = standalone.simple_decompress(column)
    assert isinstance(decoded, np.ndarray), "a stored column is never empty"
    assert decoded.dtype == np.int32, "a stored column is int32"
    return decoded
