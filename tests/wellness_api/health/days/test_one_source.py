"""Records of one source: each moment is told by one of them, and the outer one is the authority for the amount."""

import numpy as np
import pytest

from tests.wellness_api.health.days.written_records import (
    NEXT_DAY,
    SLEEP,
    amount,
    counted,
    every,
    moment,
    records_of,
    written,
)
from wellness_api.health.days.count_day import in_resolutions
from wellness_api.health.days.uncountable import PARTS_OF_A_SOURCE_MAX, TooTangled

SECOND_MS, MINUTE_MS, HOUR_MS = 1_000, 60_000, 3_600_000

Parts = dict[str, float]

DAYS: dict[str, tuple[str, Parts]] = {
    "records that only touch are added": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 08:30 | 1,500
        phone  | 08:30 | 08:40 |   340
        """,
        {"00:00-24:00": 1_840},
    ),
    "an hour inside of the day's total is told by the hour, and the rest by the other hours": (
        """
        source | from  | to    | steps
        phone  | 00:00 | 24:00 | 3,050
        phone  | 12:00 | 13:00 | 3,000
        """,
        {"00:00-24:00": 3_050, "12:00-13:00": 3_000},
    ),
    "of two totals up to different hours the longer one is the day": (
        """
        source | from  | to    | steps
        phone  | 00:00 | 18:00 | 9,000
        phone  | 00:00 | 12:00 | 5,000
        """,
        {"00:00-24:00": 9_000, "00:00-12:00": 5_000, "12:00-18:00": 4_000},
    ),
    "a walk that was still going on is told by its longer record": (
        """
        source | from  | to    | steps | changed
        phone  | 08:00 | 08:30 | 1,500 | 08:31
        phone  | 08:00 | 08:40 | 1,840 | 08:41
        """,
        {"00:00-24:00": 1_840, "08:00-08:30": 1_500},
    ),
    "of records that cross the one changed last stands on what they share": (
        """
        source | from  | to    | steps | changed
        phone  | 08:00 | 08:30 |   900 | 08:31
        phone  | 08:20 | 08:50 | 1,200 | 08:51
        """,
        {"00:00-24:00": 1_800, "08:00-08:20": 600, "08:20-08:50": 1_200},
    ),
    "also when it is the earlier one that was changed later": (
        """
        source | from  | to    | steps | changed
        phone  | 08:00 | 08:30 |   900 | 09:00
        phone  | 08:20 | 08:50 | 1,200 | 08:51
        """,
        {"00:00-24:00": 1_700, "08:00-08:30": 900, "08:30-08:50": 800},
    ),
    "of records changed at the same moment that cross the shorter one stands": (
        """
        source | from  | to    | steps | changed
        phone  | 08:00 | 09:00 |   600 | 10:00
        phone  | 08:50 | 09:20 | 1,200 | 10:00
        """,
        {"00:00-24:00": 1_700, "08:00-08:50": 500, "08:50-09:20": 1_200},
    ),
    "of equal spans the one changed last stands wholly": (
        """
        source | from  | to    | steps | changed
        phone  | 08:00 | 08:30 | 1,500 | 08:31
        phone  | 08:00 | 08:30 | 1,200 | 08:45
        """,
        {"00:00-24:00": 1_200},
    ),
    "a record between two later ones that cross it keeps its middle": (
        """
        source | from  | to    | steps | changed
        phone  | 08:00 | 09:00 |   600 | 09:00
        phone  | 07:50 | 08:10 |   100 | 10:00
        phone  | 08:30 | 09:10 | 1,000 | 10:00
        """,
        {"00:00-24:00": 1_300, "07:50-08:10": 100, "08:10-08:30": 200, "08:30-09:10": 1_000},
    ),
    "details that say more than the hour are scaled down to it": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 09:00 |   600
        phone  | 08:00 | 08:10 |   800
        phone  | 08:20 | 08:30 |   400
        """,
        {"00:00-24:00": 600, "08:00-08:10": 400, "08:20-08:30": 200, "08:30-09:00": 0},
    ),
    "details without a gap that say less than the hour are scaled up to it": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 09:00 | 1,200
        phone  | 08:00 | 08:30 |   200
        phone  | 08:30 | 09:00 |   400
        """,
        {"00:00-24:00": 1_200, "08:00-08:30": 400, "08:30-09:00": 800},
    ),
    "details without a gap that all say nothing share the hour evenly": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 09:00 | 1,200
        phone  | 08:00 | 08:45 |     0
        phone  | 08:45 | 09:00 |     0
        """,
        {"00:00-24:00": 1_200, "08:00-08:45": 900, "08:45-09:00": 300},
    ),
    "an hour without a step stays one whatever its details say": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 09:00 |     0
        phone  | 08:10 | 08:20 |   500
        """,
        {"00:00-24:00": 0},
    ),
    "three deep, each is the authority for what lies in it": (
        """
        source | from  | to    | steps
        phone  | 00:00 | 24:00 | 5,000
        phone  | 08:00 | 09:00 | 1,000
        phone  | 08:00 | 08:10 |   700
        """,
        {"00:00-24:00": 5_000, "08:00-09:00": 1_000, "08:00-08:10": 700, "08:10-09:00": 300},
    ),
    "a record of no length counts at its moment": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 08:00 |    25
        phone  | 08:10 | 08:20 |   100
        """,
        {"00:00-24:00": 125, "08:00-08:00:01": 25},
    ),
}


@pytest.mark.parametrize(("table", "expected"), DAYS.values(), ids=DAYS.keys())
def test_records_of_one_source(table: str, expected: Parts) -> None:
    day = counted(*written(table))
    assert {clocks: amount(day, clocks) for clocks in expected} == expected


def test_five_minutes_sent_anew_each_minute_are_no_five_walks() -> None:
    walk = every(60, MINUTE_MS, start="08:00:07", length_ms=5 * MINUTE_MS, amount=500)
    assert amount(counted(walk)) == 6_400


def test_a_minute_told_from_six_seconds_on_is_one_minute() -> None:
    begins = [moment(f"08:00:0{second}") for second in range(6)]
    end = moment("08:01")
    minute = records_of([(start, end, 100_000, end, 0) for start in begins])
    assert amount(counted(minute)) == 100


def test_a_phone_and_its_band_under_one_name_are_no_two_people() -> None:
    phone = every(30, MINUTE_MS, start="08:00:05", length_ms=MINUTE_MS, amount=100)
    band = every(30, MINUTE_MS, start="08:00:25", length_ms=MINUTE_MS, amount=95)
    both = amount(counted(phone.and_these(band)))
    assert 30 * 95 <= both <= 3_000


@pytest.mark.parametrize(("count", "steps", "expected"), [(10, 2.5, 25), (40, 0.4, 16)])
def test_parts_of_steps_are_counted_and_the_day_rounded_once(
    count: int, steps: float, expected: int
) -> None:
    records = every(count, MINUTE_MS, start="08:00", length_ms=MINUTE_MS, amount=steps)
    assert in_resolutions(counted(records).thousandths) == expected


def test_half_a_step_is_rounded_up_once_a_day() -> None:
    records = every(3, MINUTE_MS, start="08:00", length_ms=MINUTE_MS, amount=0.5)
    assert in_resolutions(counted(records).thousandths) == 2
    assert [in_resolutions(thousandths) for thousandths in (0, 499, 500, 1_499, 1_500)] == [
        0,
        0,
        1,
        1,
        2,
    ]


def test_ten_minutes_of_sleep_in_quarter_minutes_are_ten() -> None:
    quarters = every(
        40, 15 * SECOND_MS, start="02:00", length_ms=15 * SECOND_MS, amount=0.25, metric=SLEEP
    )
    assert amount(counted(quarters, metric=SLEEP), metric=SLEEP) == 10


def test_a_night_is_cut_at_midnight_and_loses_nothing() -> None:
    night = written("source | from | to | minutes\nwatch | 23:10:21 | 30:40:21 | 450", SLEEP)
    evening = counted(*night, metric=SLEEP)
    morning = counted(*night, metric=SLEEP, day=NEXT_DAY)
    assert amount(evening, metric=SLEEP) == 49.65
    assert evening.thousandths + morning.thousandths == 450 * 10 * 1_000
    for day in (evening, morning):
        first, last = int(day.pieces.starts[0]), int(day.pieces.ends[-1])
        for begin in range(first // MINUTE_MS * MINUTE_MS, last, MINUTE_MS):
            within = min(begin + MINUTE_MS, last) - max(begin, first)
            slept = day.between(type(NEXT_DAY)(begin, begin + MINUTE_MS))
            assert slept * MINUTE_MS <= within * 10_000


def test_a_record_over_three_days_is_there_on_each_with_its_share() -> None:
    long = written("source | from | to | steps\nphone | 12:00 | 60:00 | 1,001")
    assert amount(counted(*long)) == 250.25
    assert amount(counted(*long, day=NEXT_DAY), "24:00-48:00") == 500.5


def test_a_day_without_records_comes_to_nothing() -> None:
    elsewhere = written("source | from | to | steps\nphone | 24:00 | 25:00 | 600")
    assert counted().thousandths == counted(records_of([])).thousandths == 0
    assert counted(*elsewhere).thousandths == 0


def test_records_that_overlap_without_end_are_refused_before_they_cost_anything() -> None:
    """A day of five minutes that begin anew each second, 300 deep."""
    records = every(86_000, SECOND_MS, start="00:00", length_ms=300 * SECOND_MS, amount=1)
    with pytest.raises(TooTangled) as raised:
        counted(records)
    assert raised.value.parts > PARTS_OF_A_SOURCE_MAX


def test_ten_records_on_every_second_are_counted() -> None:
    records = every(86_390, SECOND_MS, start="00:00", length_ms=10 * SECOND_MS, amount=1)
    assert amount(counted(records)) == pytest.approx(86_389 / 10 + 1)


def test_a_thousand_records_one_inside_the_other_come_to_the_outermost() -> None:
    inward = SECOND_MS * np.arange(990)
    begin, end = moment("08:00"), moment("09:00")
    onion = records_of([(begin + far, end - far, 100_000, end, 0) for far in inward.tolist()])
    assert amount(counted(onion)) == 100
