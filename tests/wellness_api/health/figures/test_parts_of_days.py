"""Figures of days, worked by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.wellness_api.health.days.day_segments import (
    DAY,
    MINUTE_MS,
    figure,
    segment,
    steps,
)
from tests.wellness_api.health.days.test_summarised_plainly import (
    counted_plainly,
    days_of_segments,
)
from wellness_api.health.days.counting import LivingOfDay, counted_day, local_day
from wellness_api.health.days.figures_of_counted import figure_of_counted
from wellness_api.health.figures.catalogue import FIGURE_BY_CODE
from wellness_api.health.figures.figure import Hours
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.folding import StoredSegment
from wellness_api.health.samples.living import by_place, living_samples
from wellness_api.health.samples.segments import TOMBSTONE

HOUR = 60
"""Of minutes."""


def second(clock: str) -> int:
    hours, minutes = clock.split(":")
    return (int(hours) * 60 + int(minutes)) * 60


def pressures(
    readings: dict[str, float], *, source: str = "phone:cuff", metric: str = "systolic_pressure"
) -> StoredSegment:
    """Readings by clock, in mmHg."""
    return segment(
        metric, source, {second(clock): round(10 * value) for clock, value in readings.items()}
    )


def living_of(segments: Sequence[StoredSegment]) -> LivingOfDay:
    layers = by_place((of.metric, of.source, of.day, of.layer) for of in segments)
    return living_samples(layers, time_zone="UTC")


# steps of parts of the day


def test_steps_before_eight_and_after_eighteen_are_those_of_these_hours() -> None:
    day = steps("watch:w", {7 * HOUR + 59: 100, 8 * HOUR: 30, 17 * HOUR + 59: 7, 18 * HOUR: 50})
    assert figure("steps_before_8", day) == 100
    assert figure("steps_after_18", day) == 50
    assert figure("steps", day) == 187


def test_a_walk_over_eight_o_clock_is_shared_by_its_time() -> None:
    """1,000 steps from 7:45 to 8:25: 15 of 40 minutes lie before 8."""
    walk = segment("steps", "watch:w", {second("7:45"): 1_000}, length_ms=40 * 60_000)
    assert figure("steps_before_8", walk) == 375


def test_a_part_is_rounded_once_as_the_day_is() -> None:
    """A step over three minutes, of which one and a half lie before 8: half a step is a whole one."""
    step = segment("steps", "watch:w", {second("7:58") + 30: 1}, length_ms=3 * 60_000)
    assert figure("steps_before_8", step) == 1
    assert figure("steps", step) == 1


def test_of_hours_of_which_nobody_tells_there_is_no_figure_and_0_is_one() -> None:
    day = steps("watch:w", {9 * HOUR: 100, 19 * HOUR: 0})
    assert figure("steps_before_8", day) is None
    assert figure("steps_after_18", day) == 0


def test_hours_are_those_of_the_residents_clocks() -> None:
    walked = steps("watch:w", {-2 * HOUR: 40, 10 * HOUR: 5})
    assert figure("steps_before_8", walked, time_zone="Asia/Tokyo") == 40
    assert figure("steps_after_18", walked, time_zone="Asia/Tokyo") == 5


def test_on_days_on_which_clocks_change_hours_are_what_the_clocks_say() -> None:
    for day, before_8 in ((DAY.replace(month=3, day=29), 7), (DAY.replace(month=10, day=25), 9)):
        since, until = local_day(day, "Europe/Berlin").between(Hours(0, 8))
        assert until - since == before_8 * 3_600_000
    since, until = local_day(DAY, "Asia/Tokyo").between(Hours(18, 24))
    assert datetime.fromtimestamp(since / 1000, UTC).hour == 9
    assert until - since == 6 * 3_600_000


def test_the_better_sources_steps_count_in_each_part() -> None:
    watch = steps("watch:w", {7 * HOUR: 10})
    phone = steps("phone:p", {7 * HOUR: 99, 20 * HOUR: 20})
    assert figure("steps_before_8", watch, phone) == 10
    assert figure("steps_after_18", watch, phone) == 20


def test_a_counters_readings_tell_of_parts_as_well() -> None:
    total = segment("steps_day_total", "phone:p", {second("8:00"): 1_000, second("20:00"): 3_000})
    assert figure("steps_before_8", total) == 1_000
    assert figure("steps_after_18", total) == pytest.approx(333)


# walking indoors


def test_steps_indoors_are_those_in_the_time_of_indoor_exercise() -> None:
    walked = steps("watch:w", {600: 100, 601: 90, 602: 80, 700: 50})
    indoors = segment(
        "indoor_exercise_minutes", "phone:p", {601 * 60: 10, 602 * 60: 10, 700 * 60: 0}
    )
    assert figure("steps_indoors", walked, indoors) == 170
    assert figure("steps_indoors", walked) is None, "nobody said what was indoors"
    assert figure("steps_indoors", indoors) is None


# sleep


def test_the_two_parts_of_sleep_are_a_night_of_two_days() -> None:
    slept = [
        segment(
            "sleep_minutes",
            "watch:w",
            {second(clock): minutes * 10},
            length_ms=minutes * 60_000,
            sequence=sequence,
        )
        for sequence, (clock, minutes) in enumerate(
            (("0:00", 390), ("13:00", 20), ("23:30", 30)), start=1
        )
    ]
    assert figure("sleep_minutes_before_18", *slept) == 410
    assert figure("sleep_minutes_after_18", *slept) == 30
    assert figure("sleep_minutes_before_18", slept[2]) is None


# pressures


def test_the_highest_and_the_lowest_pressure_of_the_day() -> None:
    day = pressures({"7:00": 135, "12:00": 118.2, "21:00": 120.4})
    assert figure("systolic_highest", day) == 135
    assert figure("systolic_lowest", day) == 118.2
    assert figure("diastolic_highest", day) is None
    below = pressures({"7:00": 85, "21:00": 71}, metric="diastolic_pressure")
    assert (figure("diastolic_highest", below), figure("diastolic_lowest", below)) == (85, 71)


@pytest.mark.parametrize(
    ("readings", "morning", "evening"),
    [
        ({"6:30": 138, "6:32": 130, "6:34": 122}, 134, None),
        ({"6:30": 138}, 138, None),
        ({"3:59": 150, "4:00": 120, "9:59": 130, "10:00": 190}, 125, None),
        ({"18:00": 150, "22:00": 128, "22:02": 121}, None, 124.5),
        ({"22:00": 128}, None, 128),
        ({"6:30": 130, "12:00": 150, "22:00": 120}, 130, 120),
        ({"12:00": 150, "17:59": 110}, None, None),
    ],
)
def test_home_pressure_is_the_mean_of_two_readings_after_rising_and_before_bed(
    readings: dict[str, float], morning: float | None, evening: float | None
) -> None:
    for metric, code in (("systolic_pressure", "systolic"), ("diastolic_pressure", "diastolic")):
        of_metric = pressures(readings, metric=metric)
        assert figure(f"{code}_morning", of_metric) == morning
        assert figure(f"{code}_evening", of_metric) == evening


def test_what_a_station_measured_is_no_home_pressure() -> None:
    at_home = pressures({"7:00": 130})
    at_the_centre = pressures({"9:00": 150, "19:00": 160}, source="station:centre")
    assert figure("systolic_morning", at_home, at_the_centre) == 130
    assert figure("systolic_evening", at_home, at_the_centre) is None
    assert figure("systolic_highest", at_home, at_the_centre) == 160


def test_a_reading_that_was_taken_back_is_none() -> None:
    taken_back = segment("systolic_pressure", "phone:cuff", {second("6:30"): TOMBSTONE}, sequence=2)
    assert figure("systolic_morning", pressures({"6:30": 138, "6:32": 130}), taken_back) == 130


# glucose


def glucose(by_minute: dict[int, int]) -> StoredSegment:
    return segment(
        "blood_glucose",
        "watch:sensor",
        {minute * 60: 10 * value for minute, value in by_minute.items()},
    )


def test_the_share_of_glucose_in_range_is_of_the_time_that_is_known() -> None:
    """A sensor of 15 minutes that missed the night's last three hours: 84 of 96 quarters, of which 21 were above."""
    quarters = {quarter * 15: 181 if quarter < 21 else 100 for quarter in range(84)}
    assert figure("glucose_in_range", glucose(quarters)) == 75


@pytest.mark.parametrize(("value", "share"), [(69, 0), (70, 100), (180, 100), (181, 0)])
def test_both_ends_are_in_range(value: int, share: int) -> None:
    day = dict.fromkeys(range(0, 1_440, 5), value)
    assert figure("glucose_in_range", glucose(day)) == share


def test_a_few_readings_say_nothing_of_the_share() -> None:
    assert figure("glucose_in_range", glucose({420: 110, 720: 150, 1_140: 140})) is None
    most = dict.fromkeys(range(0, 1_005, 15), 100)
    assert figure("glucose_in_range", glucose(most)) is None, "1,005 of 1,440 minutes are 69.8%"
    assert figure("glucose_in_range", glucose(most | {1_005: 100})) == 100


# what was worn


def test_wear_minutes_are_those_of_which_anything_worn_tells() -> None:
    walked = steps("watch:w", {10: 50, 11: 0, 12: 0})
    pulse = segment("heart_rate", "watch:w", {11 * 60 + 5: 70, 11 * 60 + 35: 72, 30 * 60: 65})
    assert figure("wear_minutes", walked, pulse) == 4


def test_several_sources_and_records_over_hours_are_worn_once() -> None:
    watch = steps("watch:w", dict.fromkeys(range(480, 500), 10))
    hour = segment("steps", "phone:p", {second("8:00"): 600}, length_ms=3_600_000)
    assert figure("wear_minutes", watch, hour) == 60


def test_weight_and_pressure_are_no_sign_of_wearing_anything() -> None:
    weight = segment("body_weight", "phone:scale", {second("7:00"): 12_000})
    assert figure("wear_minutes", weight, pressures({"7:00": 130})) is None


def test_a_day_of_no_steps_is_worn_and_a_day_of_no_data_is_not() -> None:
    worn = steps("watch:w", dict.fromkeys(range(1_440), 0))
    assert (figure("steps", worn), figure("wear_minutes", worn)) == (0, 1_440)
    assert (figure("steps"), figure("wear_minutes")) == (None, None)


def test_a_record_over_midnight_is_worn_as_far_as_the_day_goes() -> None:
    asleep = segment("sleep_minutes", "watch:w", {-1_800: 600}, length_ms=3_600_000)
    assert figure("wear_minutes", asleep) == 30


@settings(deadline=None, max_examples=60)
@given(days_of_segments(["steps", "sleep_minutes"]), st.integers(1, 4))
def test_parts_and_wear_are_what_a_pencil_comes_to(
    day: tuple[Metric, list[StoredSegment]], until: int
) -> None:
    metric, segments = day
    pieces = counted_plainly(metric, segments)
    minutes = {
        minute
        for start, end, _, _ in pieces
        for minute in range(start // MINUTE_MS, -(-end // MINUTE_MS))
    }
    assert figure("wear_minutes", *segments) == (len(minutes) or None)
    before = until * HOUR * MINUTE_MS
    inside = [
        (amount * (min(end, before) - start) * 2 + (end - start)) // (2 * (end - start))
        for start, end, amount, _ in pieces
        if start < before
    ]
    part = replace(FIGURE_BY_CODE[metric.code], hours=Hours(0, until))
    utc = local_day(DAY, "UTC")
    of_day = counted_day(metric, utc, living_of(segments), [])
    worked_out = figure_of_counted(part, of_day.pieces, utc, {})
    expected = (2 * sum(inside) + 1_000) // 2_000 / metric.per_unit if inside else None
    assert (None if worked_out is None else worked_out.value) == expected
