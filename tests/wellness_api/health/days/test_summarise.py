"""A day's segments become its summary: of each minute the best source, never a sum of two devices."""

from datetime import timedelta

import numpy as np
import pytest

from tests.wellness_api.health.days.day_segments import (
    DAY,
    MIDNIGHT_MS,
    MIDNIGHT_UTC,
    MINUTE_MS,
    segment,
    steps,
    summary,
    value,
)
from tests.wellness_api.health.samples.corrections import deletion
from wellness_api.health.days.summarise import StoredDay, summarise_days
from wellness_api.health.figures.catalogue import OWN, STEPS
from wellness_api.health.samples.segments import TOMBSTONE

MORNING = dict.fromkeys(range(480, 498), 100)
"""A walk of 18 minutes that both devices counted."""

WATCH = MORNING | {498: 65} | dict.fromkeys(range(720, 726), 100) | {726: 41}
PHONE = MORNING | {498: 65} | {1_100: 54}
"""The phone saw no lunch walk; it was carried alone for a minute while the watch was charging."""


@pytest.mark.parametrize("first", ["watch", "phone"])
def test_two_devices_of_2506_and_1919_steps_make_a_day_of_2560(first: str) -> None:
    assert sum(WATCH.values()) == 2_506
    assert sum(PHONE.values()) == 1_919
    watch, phone = steps("watch:w1", WATCH), steps("phone:p1", PHONE)
    both = [watch, phone] if first == "watch" else [phone, watch]
    assert value(*both) == 2_560
    assert value(watch) == 2_506
    assert value(phone) == 1_919


def test_the_watch_counts_before_the_phone_and_the_phone_before_the_station() -> None:
    station = steps("station:s1", {1: 30, 2: 30, 3: 30, 4: 30})
    phone = steps("phone:p1", {2: 20, 3: 20, 4: 20})
    watch = steps("watch:w1", {3: 10})
    for order in ([station, phone, watch], [watch, station, phone], [phone, watch, station]):
        assert value(*order) == 30 + 20 + 10 + 20


def test_a_watch_that_counted_no_steps_outweighs_a_phone_that_was_shaken() -> None:
    assert value(steps("watch:w1", {1: 0}), steps("phone:p1", {1: 90})) == 0


@pytest.mark.parametrize(("a", "b"), [("watch:a", "watch:b"), ("watch:b", "watch:a")])
def test_of_two_watches_the_one_that_tells_of_more_decides_and_no_name(a: str, b: str) -> None:
    one, other = steps(a, {1: 10}), steps(b, {1: 99, 2: 5})
    assert value(one, other) == value(other, one) == 104


@pytest.mark.parametrize(("a", "b"), [("watch:a", "watch:b"), ("watch:b", "watch:a")])
def test_of_two_watches_that_tell_of_as_much_the_lesser_decides(a: str, b: str) -> None:
    assert value(steps(a, {1: 10, 3: 7}), steps(b, {1: 99, 2: 5})) == 10 + 5 + 7


def test_a_minute_is_sixty_seconds_from_its_start() -> None:
    watch = segment("heart_rate", "watch:w1", {59: 60, 120: 60})
    phone = segment("heart_rate", "phone:p1", {0: 90, 60: 90, 119: 90, 179: 90})
    day_figure = summary(watch, phone)
    assert day_figure is not None
    assert (day_figure.sample_count, day_figure.value) == (4, (60 + 90 + 90 + 60) / 4)


def test_samples_before_midnight_utc_are_part_of_a_japanese_day() -> None:
    watch, phone = steps("watch:w1", {-540: 10, -1: 20}), steps("phone:p1", {-1: 99, 0: 1})
    assert value(watch, phone, time_zone="Asia/Tokyo") == 31
    assert value(watch, phone, time_zone="UTC") == 1


@pytest.mark.parametrize(
    ("metric", "samples", "expected"),
    [
        ("steps", {60: 100, 120: 20, 180: 7}, 127),
        ("heart_rate", {60: 60, 61: 80, 180: 100}, 80),
        ("systolic_pressure", {60: 1200, 120: 1201}, 120.05),
        ("body_weight", {60: 12_984, 120: 13_071}, 65.355),
        ("oxygen_saturation", {60: 970, 120: 915, 180: 984}, 91.5),
        ("sleep_minutes", {-3_600: 10, -3_540: 10, -3_480: 4}, 2.4),
    ],
)
def test_a_day_is_the_sum_the_mean_the_last_or_the_least_of_its_samples(
    metric: str, samples: dict[int, int], expected: float
) -> None:
    assert value(segment(metric, "watch:w1", samples), time_zone="Asia/Tokyo") == expected


def test_a_summary_says_of_how_many_samples_it_is_and_when_it_was_last_measured() -> None:
    pressure = {36_000: 1350, 39_600: 1182, 43_200: 1204}
    day_figure = summary(segment("systolic_pressure", "station:s1", pressure))
    assert day_figure is not None
    assert day_figure.sample_count == 3
    assert day_figure.measured_at == MIDNIGHT_UTC + timedelta(hours=12)


def test_the_last_measurement_may_be_a_lesser_sources() -> None:
    scale = segment("body_weight", "station:s1", {72_000: 13_000})
    assert value(segment("body_weight", "watch:w1", {36_000: 12_000}), scale) == 65.0


def test_the_least_is_the_least_that_counts_not_what_a_lesser_source_said() -> None:
    watch = segment("oxygen_saturation", "watch:w1", {60: 960, 120: 950})
    phone = segment("oxygen_saturation", "phone:p1", {61: 800, 180: 940})
    assert value(watch, phone) == 94.0


def test_a_taken_back_sample_makes_room_for_the_next_source() -> None:
    watch = steps("watch:w1", {1: 50, 2: 60})
    taken_back = steps("watch:w1", {2: TOMBSTONE}, sequence=2)
    assert value(watch, taken_back) == 50
    assert value(watch, taken_back, steps("phone:p1", {1: 7, 2: 8})) == 58


def test_when_all_samples_are_taken_back_there_is_no_summary() -> None:
    watch = steps("watch:w1", {1: 50})
    assert summary(watch, steps("watch:w1", {1: TOMBSTONE}, sequence=2)) is None


def test_a_day_without_segments_has_no_summaries() -> None:
    assert summarise_days([StoredDay(DAY, "UTC", [])]) == [{}]


def test_each_metric_has_a_summary_of_its_own() -> None:
    segments = [
        steps("watch:w1", {1: 50}),
        segment("heart_rate", "watch:w1", {60: 70}),
        segment("body_weight", "station:s1", {60: TOMBSTONE}),
    ]
    (figures,) = summarise_days([StoredDay(DAY, "UTC", segments)])
    assert {number: one.value for number, one in figures.items() if number in OWN} == {1: 50, 2: 70}


def test_what_reaches_over_midnight_is_shared_by_its_days_to_the_last_step() -> None:
    """An hour from 23:30 on, of 101 steps; the other day has it as well."""
    evening = segment("steps", "watch:w1", {23 * 3_600 + 1_800: 101}, length_ms=3_600_000)
    spilled = segment("steps", "watch:w1", {-1_800: 101}, length_ms=3_600_000)
    morning = spilled._replace(day=DAY + timedelta(days=1))
    days = summarise_days(
        [StoredDay(DAY, "UTC", [evening]), StoredDay(DAY + timedelta(days=1), "UTC", [morning])]
    )
    assert [day[STEPS.number].value for day in days] == [51, 51]
    assert value(spilled._replace(day=DAY)) == 51, "each is rounded by itself, once"


def test_parts_of_a_step_add_up_and_are_rounded_once() -> None:
    layers = steps("watch:w1", dict.fromkeys(range(480, 484), 0))
    quarters = layers._replace(layer=layers.layer._replace(values=np.full(4, 250)))
    assert value(quarters) == 1


def test_a_days_corrections_are_applied_before_it_is_counted() -> None:
    walked = steps("watch:w1", {480: 100, 540: 20})
    deleted = deletion(5, MIDNIGHT_MS + 480 * MINUTE_MS, MIDNIGHT_MS + 481 * MINUTE_MS)
    (day,) = summarise_days([StoredDay(DAY, "UTC", [walked], [deleted])])
    assert day[STEPS.number].value == 20
    all_of_it = deletion(5, MIDNIGHT_MS, MIDNIGHT_MS + 24 * 60 * MINUTE_MS)
    assert summarise_days([StoredDay(DAY, "UTC", [walked], [all_of_it])]) == [{}]
