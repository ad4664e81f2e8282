"""What cannot be true of a record, of a minute and of a day counts for nothing, and the next source counts there."""

import pytest

from tests.wellness_api.health.days.written_records import (
    DAY,
    HOUR_MS,
    MIDNIGHT_MS,
    SLEEP,
    STEPS_MOST,
    amount,
    counted,
    every,
    moment,
    records_of,
    written,
)
from wellness_api.health.days.plausible_spans import ROUNDED_PIECES_MAX, plausible_records

SECOND_MS, MINUTE_MS = 1_000, 60_000

Parts = dict[str, float]

DAYS: dict[str, tuple[str, Parts]] = {
    "an hour of 24,000 steps can be walked, and one of a whole step more cannot": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 09:00 | 24,000
        phone  | 10:00 | 11:00 | 24,000.999
        phone  | 12:00 | 13:00 | 24,001
        """,
        {"08:00-09:00": 24_000, "10:00-11:00": 24_000.999, "12:00-13:00": 0},
    ),
    "within a few seconds there may be as much as in a minute": (
        """
        source | from     | to       | steps
        phone  | 08:00:00 | 08:00:10 |   400
        phone  | 08:01:00 | 08:01:10 |   401
        """,
        {"08:00-08:01": 400, "08:01-08:02": 0},
    ),
    "less than nothing is nothing": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 08:10 |   -10
        phone  | 08:00 | 09:00 |   300
        """,
        {"00:00-24:00": 300, "08:00-08:10": 50},
    ),
    "where one source is out of its mind the next one counts": (
        """
        source | from  | to    | steps
        watch  | 08:00 | 08:10 | 50,000
        phone  | 08:00 | 08:10 |    700
        """,
        {"00:00-24:00": 700},
    ),
    "a minute of which all records together are too much counts for nothing, and no other": (
        """
        source | from     | to       | steps
        watch  | 08:00:00 | 08:00:20 |   390
        watch  | 08:00:20 | 08:00:40 |   390
        watch  | 08:01:00 | 08:02:00 |   100
        phone  | 08:00:00 | 08:02:00 |   150
        """,
        {"00:00-24:00": 150, "08:00-08:01": 50, "08:01-08:02": 100},
    ),
    "the rest of an hour that no time is left for counts for nothing": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 09:00 | 12,000
        phone  | 08:00 | 08:59 |      0
        """,
        {"00:00-24:00": 0},
    ),
    "of a record that reaches into a minute that is too much the rest counts": (
        """
        source | from     | to       | steps
        phone  | 08:00:30 | 08:10:30 | 1,000
        phone  | 08:00:00 | 08:00:30 |   390
        """,
        {"00:00-24:00": 950, "08:00-08:01": 0},
    ),
}


@pytest.mark.parametrize(("table", "expected"), DAYS.values(), ids=DAYS.keys())
def test_what_can_be_true(table: str, expected: Parts) -> None:
    day = counted(*written(table))
    assert {clocks: amount(day, clocks) for clocks in expected} == expected


def test_a_day_that_is_too_much_counts_for_nothing_and_the_next_source_does() -> None:
    shaken = every(300, MINUTE_MS, start="08:00", length_ms=MINUTE_MS, amount=390)
    worn = written("source | from | to | steps\nphone | 08:00 | 20:00 | 8,000")
    assert amount(counted(shaken)) == 0
    assert amount(counted(shaken, *worn)) == 8_000
    as_far_as_feet_go = every(250, MINUTE_MS, start="08:00", length_ms=MINUTE_MS, amount=400)
    assert amount(counted(as_far_as_feet_go)) == 100_000


@pytest.mark.parametrize("length", [1, 7_001, 60_000, 95_123, 3_600_000, 90_000_000])
def test_who_slept_all_the_time_slept_plausibly_however_it_is_cut(length: int) -> None:
    """The time itself is the most that may be said, and a thousandth is not more than it."""
    slept = -(-length * 10_000 // MINUTE_MS)
    start = moment("00:00:07")
    whole = records_of([(start, start + length, slept, start, 0)])
    half = length // 2
    cut = [
        (start, start + half, slept // 2, 0, 0),
        (start + half, start + length, slept - slept // 2, 0, 0),
    ]
    expected = counted(whole, metric=SLEEP).thousandths
    assert expected > 0
    assert counted(records_of(cut[not half :]), metric=SLEEP).thousandths == pytest.approx(
        expected, abs=1
    )


def test_crumbs_of_a_step_do_not_add_up_to_a_minute_that_nobody_walks() -> None:
    crumbs = [
        (MIDNIGHT_MS + offset_ms, MIDNIGHT_MS + offset_ms + 1, 1_000, 0, 0)
        for offset_ms in range(0, MINUTE_MS, 100)
    ]
    most = 400 + ROUNDED_PIECES_MAX - 1
    assert counted(records_of(crumbs)).thousandths == 0
    assert counted(records_of(crumbs[:most])).thousandths == most * 1_000


def test_a_record_is_judged_whole_whatever_day_asks() -> None:
    """So both days agree about it."""
    over_midnight = records_of([(DAY.end - SECOND_MS, DAY.end + 10 * MINUTE_MS, 5_000_000, 0, 0)])
    assert plausible_records(over_midnight, STEPS_MOST).tolist() == [False]
    assert counted(over_midnight).thousandths == 0


def test_amounts_of_any_size_are_refused_and_do_not_overflow() -> None:
    greatest = 2**31 * 1_000
    huge = records_of(
        [
            (MIDNIGHT_MS - HOUR_MS, MIDNIGHT_MS + 20 * HOUR_MS, greatest, 0, 0),
            (MIDNIGHT_MS + 5, MIDNIGHT_MS + 6, greatest, 0, 1),
            (MIDNIGHT_MS, MIDNIGHT_MS + HOUR_MS, -greatest, 0, 2),
            (MIDNIGHT_MS, MIDNIGHT_MS + HOUR_MS, 600_000, 0, 3),
        ]
    )
    assert counted(huge).thousandths == 600_000
