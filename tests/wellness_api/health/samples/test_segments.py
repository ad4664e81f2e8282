"""What is stored of a day's samples comes back as it was, and is small."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from device_bridge.wire import LENGTH_MS_MAX
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRICS, STEPS
from wellness_api.health.metrics.metric import PARTS_PER_MULTIPLE, Metric
from wellness_api.health.samples.codec import AS_DIFFERENCES, AS_THEY_ARE, CodecFailed, compressed
from wellness_api.health.samples.plausibility import MULTIPLE_MAX
from wellness_api.health.samples.segments import (
    TOMBSTONE,
    decode_lengths,
    decode_mark,
    decode_times,
    decode_values,
    encode_lengths,
    encode_mark,
    encode_times,
    encode_values,
)

MINUTE_MS = 60_000
NOON_MS = 12 * 60 * MINUTE_MS
INT32 = st.integers(-(2**31), 2**31 - 1)
INT64 = st.integers(-(2**63), 2**63 - 1)
HEART_RATE = METRIC_BY_CODE["heart_rate"]


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


def test_samples_of_one_moment_that_last_differently_are_evenly_spaced_too() -> None:
    assert encode_times(np.array([7, 7, 7], np.int32)) == b""
    assert decode_times(b"", time_first=7, time_last=7, count=3).tolist() == [7, 7, 7]


@settings(deadline=None)
@given(
    st.lists(st.integers(0, LENGTH_MS_MAX), min_size=1, max_size=50)
    | st.builds(lambda one, count: [one] * count, st.integers(0, LENGTH_MS_MAX), st.integers(1, 9)),
    st.sampled_from(METRICS),
)
@example([MINUTE_MS], STEPS)
@example([0, 0], STEPS)
@example([0], HEART_RATE)
@example([LENGTH_MS_MAX] * 3, STEPS)
def test_lengths_come_back_as_they_were(lengths: list[int], metric: Metric) -> None:
    column = np.array(lengths, np.int32)
    decoded = decode_lengths(encode_lengths(column, metric), metric, count=len(lengths))
    assert decoded.dtype == np.int32
    assert decoded.tolist() == lengths


def test_lengths_that_are_alike_take_four_bytes_and_the_usual_ones_none() -> None:
    def stored(lengths: list[int], metric: Metric) -> int:
        return len(encode_lengths(np.array(lengths, np.int32), metric))

    assert stored([MINUTE_MS] * 1440, STEPS) == 0
    assert stored([0] * 1440, HEART_RATE) == 0
    assert stored([0] * 1440, STEPS) == 4
    assert stored([900_000] * 96, STEPS) == 4
    assert stored([900_000] * 95 + [899_999], STEPS) > 4


@settings(deadline=None)
@given(st.lists(INT64, min_size=1, max_size=50))
@example([0])
@example([-(2**63)] * 3)
@example([2**63 - 1, -(2**63), 0])
def test_marks_come_back_as_they_were(marks: list[int]) -> None:
    decoded = decode_mark(encode_mark(np.array(marks, np.int64)), count=len(marks))
    assert decoded.dtype == np.int64
    assert decoded.tolist() == marks


def test_samples_of_one_record_name_it_once() -> None:
    assert len(encode_mark(np.full(480, -7, np.int64))) == 8


def in_parts_of(metric: Metric) -> st.SearchStrategy[int]:
    most = MULTIPLE_MAX * metric.parts_per_multiple
    whole = st.integers(-MULTIPLE_MAX, MULTIPLE_MAX).map(lambda n: n * metric.parts_per_multiple)
    return whole | st.integers(-most, most) | st.just(TOMBSTONE)


@settings(deadline=None)
@given(st.sampled_from(METRICS), st.data())
def test_values_come_back_as_they_were(metric: Metric, data: st.DataObject) -> None:
    values = data.draw(st.lists(in_parts_of(metric), min_size=1, max_size=50))
    check_values(values, metric)


MOST = MULTIPLE_MAX * PARTS_PER_MULTIPLE


@pytest.mark.parametrize(
    "values",
    [
        [TOMBSTONE],
        [0, TOMBSTONE, MOST, TOMBSTONE, -MOST],
        [TOMBSTONE, 1],
        [MOST, MOST - 1, TOMBSTONE, -MOST, 1 - MOST],
    ],
)
def test_the_edges_of_what_adds_up_come_back_as_they_were(values: list[int]) -> None:
    check_values(values, STEPS)


@pytest.mark.parametrize("values", [[TOMBSTONE], [0, TOMBSTONE, MULTIPLE_MAX, -MULTIPLE_MAX]])
def test_the_edges_of_what_is_measured_come_back_as_they_were(values: list[int]) -> None:
    check_values(values, HEART_RATE)


def check_values(values: Sequence[int], metric: Metric) -> None:
    decoded = decode_values(encode_values(np.array(values, np.int64), metric), metric)
    assert decoded.dtype == np.int64
    assert decoded.tolist() == values


def damaged(column: bytes) -> list[bytes]:
    return [b"pco!", column[:-5], b"\xff" * 64]


def test_a_damaged_column_is_an_error_of_that_column() -> None:
    odd = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5], np.int32)
    times = encode_times(np.cumsum(odd, dtype=np.int32))
    for column in damaged(times):
        with pytest.raises(CodecFailed):
            decode_times(column, time_first=3, time_last=36, count=9)
    for column in damaged(encode_lengths(odd, STEPS))[1:]:
        with pytest.raises(CodecFailed):
            decode_lengths(column, STEPS, count=9)
    for column in [b"", b"\x00", *damaged(encode_mark(odd.astype(np.int64)))]:
        with pytest.raises(CodecFailed):
            decode_mark(column, count=9)
    for column in [b"", *damaged(encode_values(odd.astype(np.int64), STEPS))]:
        with pytest.raises(CodecFailed):
            decode_values(column, STEPS)


@pytest.mark.parametrize("column", [b"\x00", b"\x01\x02", b"\x01\x02\x03", b"\xff" * 4])
def test_a_length_that_is_none_is_an_error_of_that_column(column: bytes) -> None:
    with pytest.raises(CodecFailed, match="length"):
        decode_lengths(column, STEPS, count=9)


def test_a_column_of_another_kind_of_number_is_refused() -> None:
    wide = compressed(np.arange(3, dtype=np.int64) ** 2, AS_DIFFERENCES)
    narrow = compressed(np.arange(3, dtype=np.int32) ** 2, AS_THEY_ARE)
    single = compressed(np.arange(3, dtype=np.uint32) ** 2, AS_THEY_ARE)  # type: ignore[arg-type]
    with pytest.raises(CodecFailed, match="int64"):
        decode_times(wide, time_first=0, time_last=4, count=3)
    with pytest.raises(CodecFailed, match="int64"):
        decode_lengths(wide, STEPS, count=3)
    with pytest.raises(CodecFailed, match="int32"):
        decode_mark(narrow, count=3)
    with pytest.raises(CodecFailed, match="heart_rate holds int64"):
        decode_values(wide, HEART_RATE)
    with pytest.raises(CodecFailed, match="steps holds uint32"):
        decode_values(single, STEPS)


def test_columns_of_unequal_length_are_refused() -> None:
    column = np.array([1, 2, 4], np.int32)
    with pytest.raises(CodecFailed, match="3 times stand beside 4 values"):
        decode_times(encode_times(column), time_first=1, time_last=4, count=4)
    with pytest.raises(CodecFailed, match="3 lengths stand beside 4 values"):
        decode_lengths(encode_lengths(column, STEPS), STEPS, count=4)
    with pytest.raises(CodecFailed, match="3 marks of int64 stand beside 4 values"):
        decode_mark(encode_mark(column.astype(np.int64)), count=4)


def stored_bytes(code: str, multiples: list[int]) -> int:
    """The size of a segment with a sample each minute from noon."""
    metric = METRIC_BY_CODE[code]
    times = np.arange(len(multiples), dtype=np.int32) * MINUTE_MS + NOON_MS
    lengths = np.full(len(multiples), metric.usual_length_ms, np.int32)
    values = np.array(multiples, np.int64) * metric.parts_per_multiple
    return (
        len(encode_times(times))
        + len(encode_lengths(lengths, metric))
        + len(encode_values(values, metric))
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


def test_whole_steps_take_no_more_room_than_before_thousandths_were_kept() -> None:
    walked = np.random.default_rng(2).integers(0, 130, 1440)
    as_multiples = compressed(walked.astype(np.int32), AS_THEY_ARE)
    assert stored_bytes("steps", walked.tolist()) == len(as_multiples)
