"""What is stored of a day's samples comes back as it was, and is small."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wellness_api.metrics.catalogue import METRIC_BY_CODE, METRICS, Metric
from wellness_api.samples.segments import TOMBSTONE, decode_column, encode_times, encode_values

MINUTE_MS = 60_000
NOON_MS = 12 * 60 * MINUTE_MS
INT32 = st.integers(-(2**31), 2**31 - 1)


@settings(deadline=None)
@given(st.sets(INT32, min_size=1, max_size=50))
@example(set(range(0, 1440 * MINUTE_MS, MINUTE_MS)))
@example({-(2**31), 2**31 - 1})
def test_times_come_back_as_they_were(times: set[int]) -> None:
    column = np.array(sorted(times), np.int32)
    assert decode_column(encode_times(column)).tolist() == column.tolist()


@settings(deadline=None)
@given(st.lists(INT32, min_size=1, max_size=50), st.sampled_from(METRICS))
@example([TOMBSTONE], METRICS[0])
@example([0, TOMBSTONE, 2**31 - 1, TOMBSTONE], METRICS[1])
def test_values_come_back_as_they_were(values: list[int], metric: Metric) -> None:
    column = np.array(values, np.int32)
    assert decode_column(encode_values(column, metric)).tolist() == values


FIFTEEN_MINUTES = [
    ("steps", [0, 12, 96, 104, 110, 99, 0, 0, 7, 101, 118, 122, 87, 15, 3]),
    ("heart_rate", [71, 74, 88, 97, 103, 108, 101, 92, 84, 99, 110, 114, 109, 96, 85]),
    ("systolic_pressure", [1204, 1198, 1187, 1211, 1192, 1206, 1189, 1195] + [1200] * 7),
    ("body_weight", [12_984] * 15),
]


@pytest.mark.parametrize(("code", "values"), FIFTEEN_MINUTES)
def test_fifteen_minutes_of_samples_take_at_most_sixty_four_bytes(
    code: str, values: list[int]
) -> None:
    times = np.arange(NOON_MS, NOON_MS + 15 * MINUTE_MS, MINUTE_MS, dtype=np.int32)
    column = np.array(values, np.int32)
    assert len(times) == len(column) == 15
    stored = encode_times(times) + encode_values(column, METRIC_BY_CODE[code])
    assert len(stored) <= 64
