"""Compresses columns of whole numbers with pcodec, and reads them back before anybody relies on them.

We tell the codec what to expect, so that it does not try everything. Its convolving differences, which earlier versions
wrote for long columns, panic for some lengths whatever the values are. Nothing writes them any more, and columns that
were written so are still read.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pcodec import ChunkConfig, DeltaSpec, ModeSpec, standalone

LEVEL: Final = 6
"""For a day's heart rate, higher levels are no smaller and take longer; level 4 takes a hundredth more room."""

AS_DIFFERENCES: Final = ChunkConfig(
    compression_level=LEVEL,
    mode_spec=ModeSpec.classic(),
    delta_spec=DeltaSpec.try_consecutive(1),
)
"""For values that continue from the last one: times and measurements."""

AS_THEY_ARE: Final = ChunkConfig(
    compression_level=LEVEL, mode_spec=ModeSpec.classic(), delta_spec=DeltaSpec.no_op()
)
"""For counts, where one value says nothing about the next."""

WholeNumbers = NDArray[np.int32] | NDArray[np.int64]


class CodecFailed(Exception):
    """The codec cannot write a column so that it reads back the same, or cannot read it. Only the column is at fault."""


def compressed(column: WholeNumbers, config: ChunkConfig) -> bytes:
    """The column's bytes, after `decompressed` gave the column back from them.

    Raises CodecFailed when it did not, and when the codec panics.
    """
    try:
        written = bytes(standalone.simple_compress(column, config))
    except BaseException as error:
        raise _as_failure(error, f"{len(column)} numbers cannot be written") from error
    read = decompressed(written)
    if read.dtype != column.dtype or read.tobytes() != column.tobytes():
        raise CodecFailed(f"{len(column)} numbers are not read back as they were written")
    return written


def decompressed(written: bytes) -> NDArray[Any]:
    """The column as it was before it was compressed. Raises CodecFailed for bytes that hold no column."""
    try:
        column = standalone.simple_decompress(written)
    except BaseException as error:
        raise _as_failure(error, f"a column of {len(written)} bytes cannot be read") from error
    if not isinstance(column, np.ndarray):
        raise CodecFailed(f"a column of {len(written)} bytes holds no numbers")
    return column


def _as_failure(error: BaseException, what: str) -> BaseException:
    """Turns the codec's own error or panic into CodecFailed, and leaves any other error as it is.

    A panic of a library written in Rust is not an Exception, so it would end the process. Its class cannot be imported.
    """
    if isinstance(error, Exception) or type(error).__module__ == "pyo3_runtime":
        return CodecFailed(f"{what}: {type(error).__name__}: {error}")
    return error
