"""An amount over an interval becomes amounts of its minutes, to the last step."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wellness_api.health.formats.intervals import INTERVAL_MS_MAX, MINUTE_MS, minutes, spread
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRICS
from wellness_api.health.metrics.metric import Metric

STEPS = METRIC_BY_CODE["steps"]
SLEEP = METRIC_BY_CODE["sleep_minutes"]
MINUTE = 1_790_000_040_000
"""The start of a minute."""


def test_an_interval_within_a_minute_is_one_sample_at_its_start() -> None:
    column = spread(MINUTE + 5_000, MINUTE + 50_000, 37, STEPS)
    assert (column.times_ms, column.values) == ([MINUTE + 5_000], [37])


def test_a_moment_is_one_sample() -> None:
    assert spread(MINUTE, MINUTE, 37, STEPS).values == [37]


def test_a_longer_one_is_shared_out_by_the_time_that_each_minute_has_of_it() -> None:
    column = spread(MINUTE + 30_000, MINUTE + 150_000, 100, STEPS)
    assert column.times_ms == [MINUTE + 30_000, MINUTE + 60_000, MINUTE + 120_000]
    assert column.values == [25, 50, 25]


def test_two_records_that_share_a_minute_speak_of_different_moments() -> None:
    first = spread(MINUTE, MINUTE + 90_000, 90, STEPS)
    second = spread(MINUTE + 90_000, MINUTE + 180_000, 90, STEPS)
    assert not set(first.times_ms) & set(second.times_ms)


def test_a_night_is_a_sample_for_each_minute_and_part_of_one() -> None:
    column = minutes(MINUTE + 30_000, MINUTE + 180_000, SLEEP)
    assert column.values == [0.5, 1, 1]


@given(
    st.sampled_from(
        [metric for metric in METRICS if metric.daily == "sum" and metric.unit != "min"]
    ),
    st.integers(0, MINUTE_MS),
    st.integers(0, 3 * 3_600_000),
    st.integers(0, 5_000),
)
def test_nothing_is_lost_or_made_by_sharing_out(
    metric: object, offset_ms: int, length_ms: int, multiples: int
) -> None:
    assert isinstance(metric, type(STEPS))
    amount = multiples / metric.per_unit
    start = MINUTE + offset_ms
    column = spread(start, start + length_ms, amount, metric)
    values = [value for value in column.values if value is not None]
    assert sum(round(value * metric.per_unit) for value in values) == multiples
    assert len({time // MINUTE_MS for time in column.times_ms}) == len(column.times_ms)
    assert column.times_ms[0] == start
    assert column.times_ms[-1] <= start + length_ms
    assert min(values) >= 0


TIMED = [metric for metric in METRICS if metric.daily == "sum" and metric.unit == "min"]


def test_a_night_from_some_second_is_as_long_as_it_was() -> None:
    """7 h 30 from 23:10:21: no minute has more than a minute, which would be flagged and count for nothing."""
    column = minutes(MINUTE + 21_000, MINUTE + 21_000 + 450 * MINUTE_MS, SLEEP)
    assert sum(value or 0 for value in column.values) == pytest.approx(450)
    assert column.values == [0.7, *[1.0] * 449, 0.3]


@given(st.sampled_from(TIMED), st.integers(0, MINUTE_MS - 1), st.integers(0, 9 * 3_600_000))
@example(METRIC_BY_CODE["active_minutes"], 3_531, 231_821)
def test_no_minute_has_more_time_than_the_interval_has_of_it(
    metric: Metric, offset_ms: int, length_ms: int
) -> None:
    start, end = MINUTE + offset_ms, MINUTE + offset_ms + length_ms
    column = minutes(start, end, metric)
    multiples = [round((value or 0) * metric.per_unit) for value in column.values]
    assert sum(multiples) == pytest.approx(length_ms / MINUTE_MS * metric.per_unit, abs=0.5)
    for time_ms, shared in zip(column.times_ms, multiples, strict=True):
        its_own = min(time_ms - time_ms % MINUTE_MS + MINUTE_MS, end) - time_ms
        assert shared < its_own / MINUTE_MS * metric.per_unit + 1, "by less than the resolution"
        assert shared <= metric.per_unit


@given(
    st.sampled_from(
        [metric for metric in METRICS if metric.daily == "sum" and metric.unit != "min"]
    ),
    st.integers(0, MINUTE_MS - 1),
    st.integers(1, INTERVAL_MS_MAX),
    st.floats(-1e9, 1e9),
)
def test_shares_are_those_of_whole_numbers_without_bound(
    metric: Metric, offset_ms: int, length_ms: int, amount: float
) -> None:
    """The same worked with Python's integers, which do not overflow."""
    start, end = MINUTE + offset_ms, MINUTE + offset_ms + length_ms
    column = spread(start, end, amount, metric)
    if len(column.times_ms) == 1:
        assert column.values == [amount]
        return
    total = round(amount * metric.per_unit)
    ends = [*column.times_ms[1:], end]
    so_far = [0, *((2 * total * (to - start) + length_ms) // (2 * length_ms) for to in ends)]
    assert [round((value or 0) * metric.per_unit) for value in column.values] == [
        after - before for before, after in pairwise(so_far)
    ]


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Tokyo", (2026, 11, 3)), ("Europe/Berlin", (2026, 10, 25))]
)
def test_a_night_over_midnight_and_a_change_of_clocks_is_shared_between_its_days(
    zone: str, day: tuple[int, int, int]
) -> None:
    """In Berlin the hour from 2 to 3 comes twice that night, so from 23:10:21 to 6:40:21 are eight hours and a half."""
    home = ZoneInfo(zone)
    start = datetime(*day, 23, 10, 21, tzinfo=home) - timedelta(days=1)
    end = datetime(*day, 6, 40, 21, tzinfo=home)
    start_ms, end_ms = (round(at.timestamp() * 1000) for at in (start, end))
    column = minutes(start_ms, end_ms, SLEEP)
    midnight_ms = round(datetime(*day, tzinfo=home).timestamp() * 1000)
    shares = list(zip(column.times_ms, column.values, strict=True))
    evening = sum(value or 0 for time_ms, value in shares if time_ms < midnight_ms)
    night = sum(value or 0 for time_ms, value in shares if time_ms >= midnight_ms)
    assert evening == pytest.approx(49.7)
    assert evening + night == pytest.approx((end_ms - start_ms) / MINUTE_MS)
    assert (end_ms - start_ms) / MINUTE_MS == (510 if zone == "Europe/Berlin" else 450)


@pytest.mark.parametrize("length_ms", [-1, INTERVAL_MS_MAX + 1, 10**12])
def test_an_interval_that_ends_before_it_starts_or_after_a_day_is_refused(length_ms: int) -> None:
    with pytest.raises(ItemRefused) as refused:
        spread(MINUTE, MINUTE + length_ms, 100, STEPS)
    assert refused.value.field == "end"
