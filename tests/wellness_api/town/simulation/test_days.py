from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.town.simulation.days import (
    DAY_MS,
    Day,
    Series,
    day_start_ms,
    sample_day,
    sample_days,
    sample_history,
)
from wellness_api.town.simulation.draws import FloatArray, IntArray
from wellness_api.town.simulation.people import (
    HABIT_STEPS,
    NEVER,
    Devices,
    Habit,
    People,
    draw_people,
    epoch_day,
)
from wellness_api.town.simulation.seasons import winter_depth

TODAY = epoch_day(date(2026, 11, 24))
YEAR = range(TODAY - 365, TODAY)


@pytest.fixture(scope="module")
def people() -> People:
    return draw_people(2_000, seed=5, today=date(2026, 11, 24))


def as_bytes(day: Day) -> bytes:
    return b"|".join(
        one_series.metric.encode()
        + one_series.source.encode()
        + one_series.times_ms.tobytes()
        + one_series.values.tobytes()
        for one_series in day.series
    )


def daily_steps(people: People, resident: int, days: range, device: str) -> FloatArray:
    """Steps a day of one device, nan for a day without."""
    totals = np.full(len(days), np.nan)
    for series in sample_history(people, resident, days):
        if series.metric == "steps" and series.source.startswith(device):
            day = (series.times_ms - day_start_ms(np.array(days.start))) // DAY_MS
            sums = np.bincount(day, weights=series.values, minlength=len(days))
            totals = np.where(sums > 0, sums, np.nan)
    return totals


def with_habit(people: People, habit: Habit, count: int) -> IntArray:
    chosen = (people.habit == habit) & (people.devices == Devices.PHONE)
    return np.flatnonzero(chosen)[:count]


@pytest.fixture(scope="module")
def year_of_steps(people: People) -> dict[Habit, FloatArray]:
    """(residents, days) of those who carry a phone all year, by habit."""
    all_year = replace(
        people,
        joined_day=np.full(len(people), 0),
        stopped_day=np.full(len(people), NEVER),
    )
    return {
        habit: np.stack(
            [
                daily_steps(all_year, resident, YEAR, "phone")
                for resident in with_habit(people, habit, 100).tolist()
            ]
        )
        for habit in Habit
    }


def test_a_day_is_the_same_alone_in_bulk_and_in_any_order(people: People) -> None:
    resident = np.repeat(np.arange(40), 10)
    day = np.tile(np.arange(TODAY - 10, TODAY), 40)
    in_order = {(d.resident, d.day): as_bytes(d) for d in sample_days(people, resident, day)}
    shuffle = np.random.default_rng(3).permutation(len(day))
    shuffled = {
        (d.resident, d.day): as_bytes(d)
        for d in sample_days(people, resident[shuffle], day[shuffle])
    }
    alone = {
        (r, d): as_bytes(sample_day(people, r, d))
        for r, d in zip(resident.tolist(), day.tolist(), strict=True)
    }
    assert in_order == shuffled == alone
    assert len(set(alone.values())) > 200


def test_a_history_is_its_days_one_after_the_other(people: People) -> None:
    resident = int(np.flatnonzero(people.devices == Devices.BOTH)[0])
    days = range(TODAY - 30, TODAY)
    joined: dict[tuple[str, str], list[Series]] = {}
    for day in days:
        for series in sample_day(people, resident, day).series:
            joined.setdefault((series.metric, series.source), []).append(series)
    history = sample_history(people, resident, days)
    assert {(one_series.metric, one_series.source) for one_series in history} == set(joined)
    for series in history:
        parts = joined[series.metric, series.source]
        assert np.array_equal(series.times_ms, np.concatenate([part.times_ms for part in parts]))
        assert np.array_equal(series.values, np.concatenate([part.values for part in parts]))


def test_samples_lie_in_their_day_in_order_and_in_range(people: People) -> None:
    resident = np.arange(len(people))
    for day in sample_days(people, resident, np.full(len(people), TODAY - 1)):
        start_ms = int(day_start_ms(np.array(day.day)))
        for series in day.series:
            metric = METRIC_BY_CODE[series.metric]
            assert series.times_ms.dtype == np.int64
            assert series.values.dtype == np.float64
            assert (np.diff(series.times_ms) > 0).all()
            assert start_ms <= series.times_ms[0] <= series.times_ms[-1] < start_ms + DAY_MS
            assert metric.minimum <= series.values.min() <= series.values.max() <= metric.maximum
            if series.metric == "steps":
                assert series.values.min() >= 1
                assert series.values.max() <= 200
                assert (series.times_ms % 60_000 == 0).all()
                assert (series.values == np.rint(series.values)).all()


@pytest.mark.parametrize("habit", Habit)
def test_each_habit_has_its_mean(year_of_steps: dict[Habit, FloatArray], habit: Habit) -> None:
    assert np.nanmean(year_of_steps[habit]) == pytest.approx(HABIT_STEPS[habit], rel=0.12)


@pytest.mark.parametrize("habit", Habit)
def test_days_have_a_long_tail(year_of_steps: dict[Habit, FloatArray], habit: Habit) -> None:
    median, rare = np.nanpercentile(year_of_steps[habit], [50, 99])
    assert 2.5 < rare / median < 6
    assert np.nanmax(year_of_steps[habit]) < 60_000


def test_winter_lowers_walking_and_the_indifferent_drop_most(
    year_of_steps: dict[Habit, FloatArray],
) -> None:
    depth = winter_depth(np.arange(YEAR.start, YEAR.stop))
    left = {
        habit: np.nanmean(steps[:, depth == 1]) / np.nanmean(steps[:, depth == 0])
        for habit, steps in year_of_steps.items()
    }
    assert left[Habit.INDIFFERENT] < 0.6
    assert left[Habit.INDIFFERENT] == min(left.values())
    assert all(share < 0.85 for share in left.values())


def test_a_day_resembles_the_day_before(year_of_steps: dict[Habit, FloatArray]) -> None:
    logs = np.log(year_of_steps[Habit.REGULAR][:, 160:300])  # Summer, to see the mood alone.
    logs = logs - np.nanmean(logs, axis=1, keepdims=True)
    pairs = logs[:, :-1] * logs[:, 1:]
    assert 0.1 < np.nanmean(pairs) / np.nanmean(logs**2) < 0.8


def test_weather_is_shared_by_a_district(year_of_steps: dict[Habit, FloatArray]) -> None:
    logs = np.log(np.concatenate(list(year_of_steps.values())))
    logs = logs - np.nanmean(logs, axis=1, keepdims=True)
    alone = np.nanvar(logs) / len(logs)
    assert np.var(np.nanmean(logs, axis=0)) > 3 * alone


def test_a_phone_beside_a_watch_counts_less_and_the_same_minutes(people: People) -> None:
    both = np.flatnonzero((people.devices == Devices.BOTH) & (people.joined_day < TODAY - 60))
    days = range(TODAY - 60, TODAY)
    phone_steps = watch_steps = overlap = phone_minutes = 0
    for resident in both[:50].tolist():
        steps = {
            one_series.source.split(":")[0]: one_series
            for one_series in sample_history(people, resident, days)
            if one_series.metric == "steps"
        }
        if len(steps) == 2:
            phone_steps += steps["phone"].values.sum()
            watch_steps += steps["watch"].values.sum()
            overlap += len(np.intersect1d(steps["phone"].times_ms, steps["watch"].times_ms))
            phone_minutes += len(steps["phone"].times_ms)
    assert 0.4 < phone_steps / watch_steps < 0.95
    assert (
        0.7 < overlap / phone_minutes < 1
    )  # Less than 1: the phone also counts without the watch.


def test_heart_rate_comes_from_watches_only_and_rises_with_steps(people: People) -> None:
    resident = int(
        np.flatnonzero((people.devices == Devices.WATCH) & (people.joined_day < TODAY - 60))[0]
    )
    series = {
        one_series.metric: one_series
        for one_series in sample_history(people, resident, range(TODAY - 60, TODAY))
    }
    rate, steps = series["heart_rate"], series["steps"]
    assert rate.source.startswith("watch:")
    assert 38 <= rate.values.min() < rate.values.max() <= 200
    brisk = steps.times_ms[steps.values > 100] // 300_000
    walking = np.isin(rate.times_ms // 300_000, brisk)
    assert rate.values[walking].mean() > rate.values[~walking].mean() + 10
    assert 100 < len(rate.values) / 60 < 288

    for phone in np.flatnonzero(people.devices == Devices.PHONE)[:20].tolist():
        assert "heart_rate" not in {
            one_series.metric for one_series in sample_day(people, phone, TODAY).series
        }


def test_card_holders_measure_at_the_station_on_weekdays(people: People) -> None:
    resident = int(
        np.flatnonzero((people.devices == Devices.CARD_ONLY) & (people.joined_day < TODAY - 300))[0]
    )
    series = {
        one_series.metric: one_series
        for one_series in sample_history(people, resident, range(TODAY - 280, TODAY))
    }
    assert set(series) == {"systolic_pressure", "diastolic_pressure", "body_weight"}
    systolic, diastolic = series["systolic_pressure"], series["diastolic_pressure"]
    assert systolic.source.startswith("station:")
    assert np.array_equal(systolic.times_ms, diastolic.times_ms)
    assert (systolic.values > diastolic.values).all()
    assert 10 < len(systolic.values) < 60
    assert set(((systolic.times_ms + 9 * 3_600_000) // DAY_MS + 3) % 7) <= {0, 1, 2, 3, 4}


def test_devices_are_silent_before_joining_and_after_stopping(people: People) -> None:
    phones = np.flatnonzero(people.devices == Devices.PHONE)[:30].tolist()
    joined, stopped = TODAY - 20, TODAY - 10
    short = replace(
        people,
        joined_day=np.full(len(people), joined),
        stopped_day=np.full(len(people), stopped),
    )
    days = range(TODAY - 30, TODAY)
    steps = np.stack([daily_steps(short, phone, days, "phone") for phone in phones])
    assert np.isnan(steps[:, :10]).all()
    assert np.mean(np.isfinite(steps[:, 10:20])) > 0.85
    assert np.isnan(steps[:, 20:]).all()
