"""What is kept of an upload: every sample, once; implausible ones are flagged; none is lost."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_bridge.wire import Batch, Upload
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.columns import Arrival, ReadBatch, read_upload
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.segments import TOMBSTONE

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NOON_MS = round(NOON.timestamp() * 1000)
MINUTE_MS = 60_000

Samples = Sequence[tuple[int, float | None]]
"""(minute before noon, value); None takes a sample back."""


class Kept(NamedTuple):
    """The samples of a batch's segments, by minute before noon, and what became of the others."""

    samples: dict[int, float | None]
    repeated: int
    flagged: int


def read(samples: Samples, metric: str = "steps") -> ReadBatch:
    batch = Batch(
        metric=metric,
        source="watch:w1",
        times_ms=[NOON_MS - minute * MINUTE_MS for minute, _ in samples],
        values=[value for _, value in samples],
    )
    (only,) = read_upload(Upload(batches=[batch]), Arrival(NOON, "Asia/Tokyo", date.min))
    return only


def kept(batch: ReadBatch) -> Kept:
    samples: dict[int, float | None] = {}
    for segment in batch.segments:
        times = segment.times.tolist()
        assert times == sorted(set(times)), "ascending, without repeats"
        for time, value in zip(times, segment.values.tolist(), strict=True):
            minute = (NOON_MS - utc_midnight_ms(segment.day) - time) // MINUTE_MS
            samples[minute] = None if value == TOMBSTONE else value / segment.metric.parts_per_unit
    return Kept(samples, batch.repeated, batch.flagged)


KEPT = {
    "samples in order": ([(3, 10), (2, 20), (1, 30)], Kept({3: 10, 2: 20, 1: 30}, 0, 0)),
    "samples in no order": ([(2, 20), (1, 30), (3, 10)], Kept({3: 10, 2: 20, 1: 30}, 0, 0)),
    "a sample sent twice": ([(2, 20), (2, 20), (1, 30)], Kept({2: 20, 1: 30}, 1, 0)),
    "of a time given twice the later": ([(2, 20), (1, 30), (2, 25)], Kept({2: 25, 1: 30}, 1, 0)),
    "a sample given and taken back": ([(2, 20), (2, None)], Kept({2: None}, 1, 0)),
    "a sample taken back and given": ([(2, None), (2, 20)], Kept({2: 20}, 1, 0)),
    "only a sample taken back": ([(2, None)], Kept({2: None}, 0, 0)),
    "the least and the greatest": ([(2, 0), (1, 400)], Kept({2: 0, 1: 400}, 0, 0)),
    "a value below the range": ([(2, -1), (1, 30)], Kept({2: -1, 1: 30}, 0, 1)),
    "a value above the range": ([(2, 401), (1, 30)], Kept({2: 401, 1: 30}, 0, 1)),
    "an impossible correction": ([(2, 20), (2, 9_999)], Kept({2: 9_999}, 1, 1)),
    "an impossible value, unordered": (
        [(1, 30), (2, 1e300), (3, 10)],
        Kept({3: 10, 2: 2**31 - 1, 1: 30}, 0, 1),
    ),
    "nothing possible": ([(2, -1e300), (1, 401)], Kept({2: 1 - 2**31, 1: 401}, 0, 2)),
}


@pytest.mark.parametrize(("sent", "expected"), KEPT.values(), ids=KEPT.keys())
def test_every_sample_is_kept_or_a_repetition(sent: Samples, expected: Kept) -> None:
    assert kept(read(sent)) == expected


def test_a_flag_names_the_sample_its_value_and_the_plausible_range() -> None:
    (flag,) = read([(3, 62.5), (2, 400.1), (1, 62.4)], "body_weight").flags
    assert flag.time_ms == NOON_MS - 2 * MINUTE_MS
    assert (flag.value, flag.reason, flag.limit) == (400.1, "out_of_range", "1 to 400 kg")


def test_twenty_flags_are_spelled_out_and_all_are_counted() -> None:
    batch = read([(minute, 401) for minute in range(50, 0, -1)] + [(0, 7)])
    assert batch.flagged == 50
    assert [flag.time_ms for flag in batch.flags] == [
        NOON_MS - minute * MINUTE_MS for minute in range(50, 30, -1)
    ]
    assert kept(batch).samples[0] == 7


@pytest.mark.parametrize(
    ("metric", "sent", "stored"),
    [
        ("body_weight", 64.92, 64.92),
        ("body_weight", 64.922, 64.92),
        ("body_weight", 64.923, 64.925),
        ("systolic_pressure", 120.01, 120.0),
        ("heart_rate", 71.6, 72),
    ],
)
def test_a_value_is_kept_to_the_metrics_resolution(metric: str, sent: float, stored: float) -> None:
    assert kept(read([(1, sent)], metric)).samples == {1: stored}


def test_a_batch_across_midnight_becomes_a_segment_for_each_local_day() -> None:
    before_midnight, midnight = 12 * 60 + 1, 12 * 60
    segments = read([(midnight, 20), (before_midnight, 10)]).segments
    assert [segment.day for segment in segments] == [date(2026, 11, 23), date(2026, 11, 24)]
    # From the day's midnight UTC, so the first nine hours of a day in Japan lie before zero.
    assert segments[0].times.tolist() == [(15 * 60 - 1) * MINUTE_MS]
    assert segments[1].times.tolist() == [-9 * 60 * MINUTE_MS]


def pencil(samples: Samples) -> Kept:
    """The same, one sample at a time."""
    steps = METRIC_BY_CODE["steps"]
    values: dict[int, float | None] = {}
    repeated = 0
    for minute, value in samples:
        repeated += minute in values
        values[minute] = value
    flagged = sum(
        value is not None and not steps.minimum <= value <= steps.maximum
        for value in values.values()
    )
    return Kept(values, repeated, flagged)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 15) | st.integers(0, 3000),
            st.none() | st.integers(-20, 420).map(float),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_the_fast_reader_keeps_what_a_pencil_keeps(samples: Samples) -> None:
    batch = read(samples)
    assert kept(batch) == pencil(samples)
    accepted = sum(len(segment.times) for segment in batch.segments)
    assert accepted + batch.repeated == batch.length == len(samples)
