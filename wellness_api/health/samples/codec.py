"""Columns of whole numbers, compressed by pcodec, and read back before anybody relies on them.

The codec is told what to expect instead of trying everything. Its convolving differences, which earlier versions wrote
for long columns, panic for some lengths whatever the values are; nothing writes them any more, and what was written is
read as before.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pcodec import ChunkConfig, DeltaSpec, ModeSpec, standalone

LEVEL: Final = 6
"""Of a day's heart rate higher levels are no smaller and take longer; 4 takes a hundredth more room."""

AS_DIFFERENCES: Final = ChunkConfig(
    compression_level=LEVEL,
    mode_spec=ModeSpec.classic(),
    delta_spec=DeltaSpec.try_consecutive(1),
)
"""For what goes on from where it was: times, measurements."""

AS_THEY_ARE: Final = ChunkConfig(
    compression_level=LEVEL, mode_spec=ModeSpec.classic(), delta_spec=DeltaSpec.no_op()
)
"""For counts, of which one says nothing about the next."""

WholeNumbers = NDArray[np.int32] | NDArray[np.int64]


class CodecFailed(Exception):
    """A column that the codec cannot write so that it is read as it was, or cannot read. The column alone is at fault."""


def compressed(column: WholeNumbers, config: ChunkConfig) -> bytes:
    """The column's bytes, which `decompressed` was seen to give back.

    Raises CodecFailed when it was not, and when the codec panics.
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
    """A compressed column as it was. Raises CodecFailed for bytes that hold none."""
    try:
        column = standalone.simple_decompress(written)
    except BaseException as error:
        raise _as_failure(error, f"a column of {len(written)} bytes cannot be read") from error
    if not isinstance(column, np.ndarray):
        raise CodecFailed(f"a column of {len(written)} bytes holds no numbers")
    return column


def _as_failure(error: BaseException, what: str) -> BaseException:
    """The codec's own error or panic as CodecFailed, anything else as it is.

    A panic of a library written in Rust is no Exception, so that it would end the process; its class cannot be imported.
    """
    if isinstance(error, Exception) or type(error).__module__ == "pyo3_runtime":
        return CodecFailed(f"{what}: {type(error).__name__}: {error}")
    return error
