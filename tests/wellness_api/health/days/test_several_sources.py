"""Of several sources: on each moment the best one that says anything of it, and of a worse one's hour only the rest."""

import numpy as np
import pytest

from tests.wellness_api.health.days.written_records import (
    HOUR_MS,
    amount,
    counted,
    every,
    moment,
    records_of,
    written,
)
from wellness_api.health.days.spans import Records

MINUTE_MS = 60_000

Parts = dict[str, float]

DAYS: dict[str, tuple[str, Parts]] = {
    "where the watch says something the phone does not count": (
        """
        source | from  | to    | steps
        watch  | 08:00 | 08:30 | 2,000
        phone  | 08:00 | 08:30 | 2,400
        phone  | 12:00 | 12:30 |   300
        """,
        {"00:00-24:00": 2_300, "08:00-08:30": 2_000, "12:00-12:30": 300},
    ),
    "a watch that counted nothing says that nobody walked": (
        """
        source | from  | to    | steps
        watch  | 08:00 | 08:30 |     0
        phone  | 08:00 | 08:30 |   900
        """,
        {"00:00-24:00": 0},
    ),
    "six minutes of the watch inside of the phone's hour are no second walk": (
        """
        source | from  | to    | steps
        watch  | 08:00 | 08:06 |   600
        phone  | 08:00 | 09:00 |   600
        """,
        {"00:00-24:00": 600, "08:00-08:06": 600},
    ),
    "nor if the phone counts first": (
        """
        source | from  | to    | steps
        phone  | 08:00 | 09:00 |   600
        watch  | 08:00 | 08:06 |   600
        """,
        {"00:00-24:00": 600, "08:00-08:06": 60},
    ),
    "what the phone's hour has more than the watch lies outside of the watch's time": (
        """
        source | from  | to    | steps
        watch  | 08:00 | 08:06 |   100
        phone  | 08:00 | 09:00 | 1,180
        """,
        {"00:00-24:00": 1_180, "08:00-08:06": 100, "08:06-09:00": 1_080, "08:06-08:33": 540},
    ),
    "a phone's hour that has less than the watch's minutes gives nothing": (
        """
        source | from  | to    | steps
        watch  | 08:00 | 08:20 | 2,000
        phone  | 08:00 | 09:00 | 1,500
        """,
        {"00:00-24:00": 2_000, "08:20-09:00": 0},
    ),
    "beside a day's total minutes are part of it": (
        """
        source | from  | to    | steps
        watch  | 09:00 | 09:50 | 7,500
        phone  | 00:00 | 24:00 | 8,000
        """,
        {"00:00-24:00": 8_000, "09:00-09:50": 7_500},
    ),
    "and the total of the better source is the day": (
        """
        source | from  | to    | steps
        watch  | 00:00 | 24:00 | 8,000
        phone  | 09:00 | 09:50 | 7,500
        """,
        {"00:00-24:00": 8_000},
    ),
    "of a record that begins in the watch's time its amount less the watch's share is left": (
        """
        source | from  | to    | steps
        watch  | 08:00 | 08:30 |   900
        phone  | 08:20 | 08:40 | 1,000
        """,
        {"00:00-24:00": 1_600, "08:30-08:40": 700},
    ),
    "an hour that says no more than its minutes changes nothing": (
        """
        source | from  | to    | steps
        watch  | 08:00 | 08:30 | 3,000
        phone  | 08:00 | 08:30 | 2,000
        phone  | 08:30 | 09:00 | 2,500
        phone  | 08:00 | 09:00 | 4,500
        """,
        {"00:00-24:00": 5_500, "08:30-09:00": 2_500},
    ),
    "an evening that the phone tells in detail is not made less by what it missed in the day": (
        """
        source | from  | to    | steps
        watch  | 08:00 | 18:00 | 7,500
        phone  | 00:00 | 24:00 | 8,000
        phone  | 19:00 | 20:00 | 4,000
        """,
        {"00:00-24:00": 11_500, "19:00-20:00": 4_000},
    ),
    "what the day's total does not tell in detail is compared with what others counted in that time": (
        """
        source | from  | to    | steps
        watch  | 08:00 | 18:00 | 3,500
        phone  | 00:00 | 24:00 | 8,000
        phone  | 19:00 | 20:00 | 4,000
        """,
        {"00:00-24:00": 8_000, "08:00-18:00": 3_500, "19:00-20:00": 4_000},
    ),
    "what a second source said of a moment holds before a third, also if it gave nothing": (
        """
        source  | from  | to    | steps
        watch   | 08:00 | 08:30 |   900
        phone   | 08:00 | 09:00 |   600
        station | 08:30 | 09:00 |   300
        """,
        {"00:00-24:00": 900},
    ),
    "a gap of the watch is filled by the phone's minutes of that gap": (
        """
        source | from     | to       | steps
        watch  | 08:00    | 08:10    | 1,000
        watch  | 08:12    | 08:30    | 1,800
        phone  | 08:00    | 08:11    | 1,050
        phone  | 08:11    | 08:12    |    80
        phone  | 08:12    | 08:30    | 1,500
        """,
        {"00:00-24:00": 2_930, "08:10-08:11": 50, "08:11-08:12": 80},
    ),
}


@pytest.mark.parametrize(("table", "expected"), DAYS.values(), ids=DAYS.keys())
def test_records_of_several_sources(table: str, expected: Parts) -> None:
    day = counted(*written(table))
    assert {clocks: amount(day, clocks) for clocks in expected} == expected


def test_twelve_hours_of_the_same_walks_are_walked_once() -> None:
    watch = every(12, HOUR_MS, start="08:00", length_ms=6 * MINUTE_MS, amount=600)
    phone = every(12, HOUR_MS, start="08:00", length_ms=HOUR_MS, amount=600)
    assert amount(counted(watch, phone)) == amount(counted(phone, watch)) == 7_200


def _minutes(by_minute: dict[int, int]) -> Records:
    first = moment("00:00")
    return records_of(
        [
            (first + MINUTE_MS * minute, first + MINUTE_MS * (minute + 1), 1_000 * steps, first, 0)
            for minute, steps in by_minute.items()
        ]
    )


def test_two_devices_of_2506_and_1919_steps_make_a_day_of_2560() -> None:
    morning = dict.fromkeys(range(480, 498), 100) | {498: 65}
    watch = _minutes(morning | dict.fromkeys(range(720, 726), 100) | {726: 41})
    phone = _minutes(morning | {1_100: 54})
    assert amount(counted(watch)) == 2_506
    assert amount(counted(phone)) == 1_919
    assert amount(counted(watch, phone)) == amount(counted(phone, watch)) == 2_560


def test_each_piece_says_whose_it_is() -> None:
    day = counted(
        *written("""
        source | from  | to    | steps
        watch  | 08:00 | 08:06 |   100
        phone  | 07:54 | 08:12 |   340
        """)
    )
    assert day.sources.tolist() == [1, 0, 1]
    assert (day.pieces.amounts // 1_000).tolist() == [120, 100, 120]
    assert (np.diff(day.pieces.starts) == 6 * MINUTE_MS).all()
