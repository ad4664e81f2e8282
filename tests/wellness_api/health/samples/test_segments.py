"""What is stored of a day's samples comes back as it was, and is small."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRICS
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.segments import (
    TOMBSTONE,
    decode_column,
    decode_times,
    encode_times,
    encode_values,
)

MINUTE_MS = 60_000
NOON_MS = 12 * 60 * MINUTE_MS
INT32 = st.integers(-(2**31), 2**31 - 1)


@settings(deadline=None)
@given(st.sets(INT32, min_size=1, max_size=50))
@example(set(range(0, 1440 * MINUTE_MS, MINUTE_MS)))
@example({-(2**31), 2**31 - 1})
@example({-(2**31), -1, 2**31 - 2})
def test_times_come_back_as_they_were(times: set[int]) -> None:
    column = np.array(sorted(times), np.int32)
    decoded = decode_times(
        encode_times(column),
        time_first=min(times),
        time_last=max(times),
        count=len(times),
    )
    assert decoded.dtype == np.int32
    assert decoded.tolist() == sorted(times)


def test_evenly_spaced_times_take_no_room() -> None:
    assert encode_times(np.arange(0, 60_000_000, MINUTE_MS, dtype=np.int32)) == b""
    assert encode_times(np.array([7], np.int32)) == b""
    assert encode_times(np.array([7, 8, 10], np.int32)) != b""


@settings(deadline=None)
@given(st.lists(INT32, min_size=1, max_size=50), st.sampled_from(METRICS))
@example([TOMBSTONE], METRICS[0])
@example([0, TOMBSTONE, 2**31 - 1, TOMBSTONE], METRICS[1])
def test_values_come_back_as_they_were(values: list[int], metric: Metric) -> None:
    column = np.array(values, np.int32)
    assert decode_column(encode_values(column, metric)).tolist() == values


def stored_bytes(code: str, values: list[int]) -> int:
    """The size of a segment with a sample each minute from noon."""
    times = np.arange(len(values), dtype=np.int32) * MINUTE_MS + NOON_MS
    return len(encode_times(times)) + len(
        encode_values(np.array(values, np.int32), METRIC_BY_CODE[code])
    )


FIFTEEN_MINUTES = [
    # metric, multiples of its resolution, bytes at most
    ("steps", [0] * 15, 64),
    ("steps", [104, 108, 101, 106, 110, 103, 107, 105, 102, 109, 104, 106, 108, 103, 105], 64),
    ("heart_rate", [71, 72, 72, 73, 75, 74, 74, 76, 77, 76, 75, 75, 74, 73, 73], 64),
    ("body_weight", [12_984] * 15, 64),
    # Nothing repeats and no value resembles the one before.
    ("steps", [0, 12, 96, 104, 110, 99, 1, 33, 7, 101, 118, 122, 87, 15, 3], 72),
    ("heart_rate", [71, 114, 88, 57, 103, 68, 101, 192, 84, 99, 130, 64, 109, 76, 95], 72),
]


@pytest.mark.parametrize(("code", "values", "bytes_max"), FIFTEEN_MINUTES)
def test_fifteen_samples_stay_small(code: str, values: list[int], bytes_max: int) -> None:
    assert len(values) == 15
    assert stored_bytes(code, values) <= bytes_max


def test_a_day_of_restless_heart_rate_takes_less_than_a_byte_a_sample() -> None:
    noise = np.random.default_rng(1).normal(0, 3, 1440)
    rate = 75 + 20 * np.sin(np.linspace(0, 12, 1440)) + noise
    assert stored_bytes("heart_rate", np.rint(rate).astype(int).tolist()) < 1440
