"""Every column that can be sent is written, is read back as it was, and what was once stored stays readable."""

import base64
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from pcodec import ChunkConfig, DeltaSpec, ModeSpec, standalone

from wellness_api.health.samples import codec
from wellness_api.health.samples.codec import (
    AS_DIFFERENCES,
    AS_THEY_ARE,
    CodecFailed,
    compressed,
    decompressed,
)

LOWEST, HIGHEST = -(2**31), 2**31 - 1
CONFIGS = {"differences": AS_DIFFERENCES, "as they are": AS_THEY_ARE}


def shapes(count: int) -> Iterator[NDArray[np.int32]]:
    """Columns as wearables and as nobody sends them."""
    random = np.random.default_rng(count)
    place = np.arange(count)
    yield (random.normal(0, 2, count).cumsum() + 80).clip(40, 200).astype(np.int32)
    yield ((random.random(count) < 0.1) * random.integers(0, 150, count)).astype(np.int32)
    yield np.full(count, HIGHEST, np.int32)
    yield np.where(place % 2, LOWEST, HIGHEST).astype(np.int32)
    yield random.integers(LOWEST, HIGHEST + 1, count).astype(np.int32)
    yield np.linspace(LOWEST, HIGHEST, count).astype(np.int32)
    # Samples that were taken back among others.
    yield np.where(random.random(count) < 0.3, LOWEST, random.integers(0, 200, count)).astype(
        np.int32
    )


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_a_column_of_every_length_is_written_and_read_back(config: ChunkConfig) -> None:
    whole = next(shapes(5000))
    for count in range(1, 5001):
        column = whole[:count]
        assert np.array_equal(decompressed(compressed(column, config)), column), count


AROUND_THE_CODECS_OWN_SIZES = sorted(
    {
        count
        for size in (*range(256, 2305, 256), 4096, 2**16, 2**18)
        for count in range(size - 2, size + 6)
    }
)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
@pytest.mark.parametrize("counts", [range(1, 40), AROUND_THE_CODECS_OWN_SIZES], ids=["few", "many"])
def test_columns_of_every_shape_are_written_and_read_back(
    config: ChunkConfig, counts: list[int]
) -> None:
    for count in counts:
        for column in shapes(count):
            assert np.array_equal(decompressed(compressed(column, config)), column), count


@pytest.mark.parametrize("count", [2, 513, 514, 1025, 250_000])
def test_a_column_of_64_bits_is_read_back(count: int) -> None:
    times = np.cumsum(np.random.default_rng(count).integers(0, 2**33, count))
    assert np.array_equal(decompressed(compressed(times, AS_DIFFERENCES)), times)


def test_a_panic_of_the_codec_is_an_error_of_that_column() -> None:
    # A configuration that is known to panic for 513 numbers; the library's own exception is no Exception.
    panics = ChunkConfig(
        compression_level=6, mode_spec=ModeSpec.classic(), delta_spec=DeltaSpec.try_conv1(3)
    )
    with pytest.raises(CodecFailed, match="513 numbers cannot be written"):
        compressed(np.arange(513, dtype=np.int32), panics)


def test_a_column_that_is_not_read_back_as_it_was_is_not_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    another = bytes(standalone.simple_compress(np.array([1, 2, 4], np.int32), AS_THEY_ARE))
    monkeypatch.setattr(codec.standalone, "simple_compress", lambda *_: another)
    with pytest.raises(CodecFailed, match="not read back"):
        compressed(np.array([1, 2, 3], np.int32), AS_THEY_ARE)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_whoever_ends_the_process_is_not_taken_for_the_codec(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def end(*_: object) -> bytes:
        raise error

    monkeypatch.setattr(codec.standalone, "simple_compress", end)
    with pytest.raises(error):
        compressed(np.array([1], np.int32), AS_THEY_ARE)


def test_damaged_bytes_are_an_error_of_that_column() -> None:
    whole = compressed(np.arange(40, dtype=np.int32) ** 2, AS_DIFFERENCES)
    for damaged in (b"", b"pco!", whole[:-5], b"\xff" * 64):
        with pytest.raises(CodecFailed):
            decompressed(damaged)


def stored(text: str) -> bytes:
    return base64.b64decode(text)


MINUTE = np.arange(60)
LONG = np.arange(300)
EDGES = [LOWEST, HIGHEST, 0, -1, LOWEST]

GOLDEN_COLUMNS = {
    # Written by released versions; whatever version of the library reads them, years of samples must stay readable.
    "times, as differences": (
        "cGNvIQMABAUEAQMTAAAQAQEA9AEAQAgHAACAAADQB6APcBdAHxAn4C6wNoA+UEYgTvBVwF2QZWBtMHUAfdCEoIwA",  # pragma: allowlist secret
        (np.arange(20) ** 2 * 1000 + 7).tolist(),
    ),
    "counts, as they are": (
        "cGNvIQMABQ8EAQM7AAAAJQBQAAAAgAANAAAAPAB+Xw/fnf9XNQdASoqOoKJnyAlqfpieZUfJSW6QmmPGiCleiJZhRUgJToDSewQA",  # pragma: allowlist secret
        ((MINUTE * 37) % 113 * (MINUTE % 3 > 0)).tolist(),
    ),
    "measurements, as differences": (
        "cGNvIQMABQ8EAQM7AAAQUQIABP///wfYAwAAQAA8AACAyTcA/yrxRM5oAAA=",  # pragma: allowlist secret
        ((MINUTE * 7) % 23 + 60).tolist(),
    ),
    "long columns of measurements, as convolved differences that are written no more": (
        (
            "cGNvIQMACEsEAQMrAQAwHdCCMRb2OR5RTEPhSg4aFOpJJXwDHgFgwf///yd0AQAAAAcFAgAAYKCQAAAAHAA8AACAQwAAgEoAAIAZJ48K"  # pragma: allowlist secret
            "DrwQ0AHiHMBFAYYpL0+fYk7Fr1rqVKE23XM2l9Yz8gWbuXCzJ0tg0i0pIN+USDA5qRS0k25JAfmmlNgg35SCdtJNaUFOviktyLfFRjvp"  # pragma: allowlist secret
            "pthpJ6c/Lci3xUY7y/2x0U5Of1qQ3B8/Lkjuj42WQ39akCX605bsj42WQ7/88qE/bUlmqEi3M/LubfbHLuf7Y5cP/e5kfwAA"  # pragma: allowlist secret
        ),
        ((LONG * 7) % 23 + 60 + LONG // 30).tolist(),
    ),
    "the edges of int32, as they are": (
        "cGNvIQMAQgEEAQMEAAAAMwAQAAAAAKD///+/IP////8AHQlAAA==",  # pragma: allowlist secret
        EDGES,
    ),
    "the edges of int32, as differences": (
        "cGNvIQMAQgEEAQMEAAAQEQIAAQAAAID///8/AAAAAAAFAAA=",  # pragma: allowlist secret
        EDGES,
    ),
}


@pytest.mark.parametrize(("column", "numbers"), GOLDEN_COLUMNS.values(), ids=GOLDEN_COLUMNS)
def test_what_was_once_stored_is_read_as_it_was(column: str, numbers: list[int]) -> None:
    read = decompressed(stored(column))
    assert read.dtype == np.int32
    assert read.tolist() == numbers
