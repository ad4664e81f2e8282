"""A counter that starts at midnight: what lies between two readings is a record like any other."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.tables import number, read_rows
from tests.wellness_api.health.days.written_records import (
    DAY,
    MIDNIGHT_MS,
    STEPS_MOST,
    amount,
    counted,
    moment,
    written,
)
from wellness_api.health.days.between_readings import Readings, between_readings
from wellness_api.health.days.spans import NO_RECORDS, Records
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE

TOTAL = METRIC_BY_CODE["steps_day_total"]
Parts = dict[str, float]


def readings(table: str) -> Records:
    rows = read_rows("at | steps\n" + table)
    moments = np.array([moment(clock) for clock, _ in rows], np.int64)
    totals = np.array([number(total) * 1_000 for _, total in rows], np.int64)
    return between_readings(Readings(moments, totals), TOTAL, STEPS_MOST, DAY)


def with_heading(rows: str) -> Records:
    (only,) = written("source | from | to | steps\n" + rows.strip())
    return only


DAYS: dict[str, tuple[str, Parts]] = {
    "a later reading takes the place of those before it": (
        "08:00 | 1,000\n12:00 | 3,500\n20:00 | 5,321",
        {"00:00-08:00": 1_000, "08:00-12:00": 2_500, "12:00-20:00": 1_821, "20:00-24:00": 0},
    ),
    "a lower reading takes back what was too much": (
        "08:00 | 1,000\n12:00 | 3,500\n20:00 | 2,900",
        {"00:00-08:00": 1_000, "08:00-12:00": 1_900, "12:00-20:00": 0},
    ),
    "an absurd reading is passed over": (
        "08:00 | 1,000\n12:00 | 3,000,000\n20:00 | 2,900",
        {"00:00-08:00": 1_000, "08:00-20:00": 1_900},
    ),
    "yesterday's reading just after midnight is passed over": (
        "00:01 | 9,000\n08:00 | 1,000",
        {"00:00-24:00": 1_000},
    ),
    "steps that a phone heard of late were walked before": (
        "08:00 | 1,000\n12:00:00 | 1,500\n12:00:30 | 6,300\n13:00 | 6,400",
        {"00:00-24:00": 6_400, "08:00-12:00:30": 5_300, "12:00:30-13:00": 100},
    ),
    "a total of the whole day is of all of it": (
        "23:59:59.999 | 7,500",
        {"00:00-12:00": 3_750, "23:00-24:00": 312.5},
    ),
    "a reading at midnight says how the day began": (
        "00:00 | 0\n12:00 | 2,400",
        {"00:00-24:00": 2_400},
    ),
}


@pytest.mark.parametrize(("table", "expected"), DAYS.values(), ids=DAYS.keys())
def test_readings_of_one_counter(table: str, expected: Parts) -> None:
    day = counted(readings(table))
    amounts = {clocks: amount(day, clocks) for clocks in expected}
    assert amounts == pytest.approx(expected, abs=0.2)
    assert day.thousandths == round(day.thousandths, -3)


def test_a_counter_counts_beside_a_watch_what_the_watch_did_not() -> None:
    watch = with_heading("watch | 08:20 | 08:22 | 170")
    counter = readings("08:00 | 1,000\n12:00 | 1,400\n20:00 | 2,000")
    assert amount(counted(watch, counter)) == 2_000
    assert amount(counted(counter, watch)) == 2_000


def test_a_watch_that_saw_nothing_in_the_time_is_made_up_for() -> None:
    watch = with_heading("watch | 21:40 | 21:41 | 90")
    assert amount(counted(watch, readings("08:00 | 1,000\n12:00 | 1,400"))) == 1_490


def test_of_a_source_that_sends_both_the_minutes_say_when() -> None:
    minutes = with_heading("phone | 07:00 | 07:10 | 900")
    day = counted(minutes.and_these(readings("08:00 | 1,000")))
    assert amount(day) == 1_000
    assert amount(day, "07:00-07:10") == 900


def test_of_two_counters_the_better_one_covers_its_time() -> None:
    better, worse = readings("10:00 | 500"), readings("05:00 | 100\n11:40 | 900\n13:20 | 1,000")
    day = counted(better, worse)
    assert amount(day, "00:00-10:00") == 500
    assert amount(day, "11:40-13:20") == 100
    # From 05:00 to 11:40 the worse one counted 800, and the better one 250 until 10:00.
    assert amount(day, "10:00-11:40") == 550


def test_beside_a_better_ones_total_of_the_day_another_total_gives_nothing() -> None:
    for total in ("7,500", "0"):
        better = readings(f"23:59:59.999 | {total}")
        worse = with_heading("phone | 00:00 | 24:00 | 20,000")
        assert amount(counted(better, worse)) == number(total)


def test_a_counter_that_stood_still_says_that_nobody_walked() -> None:
    station = with_heading("station | 08:20 | 08:21 | 90")
    assert amount(counted(readings("08:00 | 0\n10:00 | 0"), station)) == 0


def test_without_a_reading_that_can_be_there_are_no_records() -> None:
    assert readings("").starts.tolist() == NO_RECORDS.starts.tolist()
    assert readings("00:00:10 | 5,000").starts.tolist() == []


@example({1: 15, 74: 494})
@given(st.dictionaries(st.integers(1, 86_399), st.integers(0, 30_000), max_size=8))
def test_a_counter_alone_makes_a_day_of_its_last_reading_that_can_be(of: dict[int, int]) -> None:
    seconds = sorted(of)
    moments = MIDNIGHT_MS + 1_000 * np.array(seconds, np.int64)
    totals = 1_000 * np.array([of[second] for second in seconds], np.int64)
    records = between_readings(Readings(moments, totals), TOTAL, STEPS_MOST, DAY)
    can_be = [second for second in seconds if of[second] < 400 * max(second, 60) / 60 + 1]
    assert counted(records).thousandths == (1_000 * of[can_be[-1]] if can_be else 0)
