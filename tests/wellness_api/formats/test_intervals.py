"""An amount over an interval becomes amounts of its minutes, to the last step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellness_api.formats.intervals import INTERVAL_MS_MAX, MINUTE_MS, minutes, spread
from wellness_api.formats.items import ItemRefused
from wellness_api.metrics.catalogue import METRIC_BY_CODE, METRICS

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
    st.sampled_from([metric for metric in METRICS if metric.daily == "sum"]),
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


@pytest.mark.parametrize("length_ms", [-1, INTERVAL_MS_MAX + 1, 10**12])
def test_an_interval_that_ends_before_it_starts_or_after_a_day_is_refused(length_ms: int) -> None:
    with pytest.raises(ItemRefused) as refused:
        spread(MINUTE, MINUTE + length_ms, 100, STEPS)
    assert refused.value.field == "end"
