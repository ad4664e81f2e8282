"""A resident's day starts at midnight where the resident lives, also where clocks change."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wellness_api.health.samples.local_days import (
    day_bounds,
    local_date,
    split_by_local_day,
    utc_midnight_ms,
)

MINUTE_MS = 60_000
TOKYO, PARIS = "Asia/Tokyo", "Europe/Paris"


def ms(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def split(times_ms: list[int], time_zone: str) -> dict[date, list[int]]:
    """The samples of each local day; a day that comes twice would be lost, so it fails."""
    parts = split_by_local_day(np.array(times_ms, np.int64), time_zone)
    days = [day for day, _ in parts]
    assert days == sorted(set(days))
    return {day: times_ms[part] for day, part in parts}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-23T14:59:59.999+00:00", date(2026, 11, 23)),
        ("2026-11-23T15:00:00+00:00", date(2026, 11, 24)),
        ("2026-11-24T00:00:00+09:00", date(2026, 11, 24)),
        ("2026-11-24T23:59:59.999+09:00", date(2026, 11, 24)),
        ("2026-12-31T15:00:00+00:00", date(2027, 1, 1)),
        ("2028-02-29T12:00:00+09:00", date(2028, 2, 29)),
    ],
)
def test_a_day_in_furano_starts_at_three_in_the_afternoon_utc(moment: str, day: date) -> None:
    assert split([ms(moment)], TOKYO) == {day: [ms(moment)]}
    assert local_date(datetime.fromisoformat(moment), TOKYO) == day


def test_samples_around_midnight_go_to_their_own_day() -> None:
    midnight = ms("2026-11-24T00:00:00+09:00")
    times = [midnight - 2, midnight - 1, midnight, midnight + 1]
    assert split(times, TOKYO) == {
        date(2026, 11, 23): times[:2],
        date(2026, 11, 24): times[2:],
    }


def test_days_without_samples_are_left_out() -> None:
    times = [ms("2026-11-01T12:00:00+09:00"), ms("2026-11-24T12:00:00+09:00")]
    assert list(split(times, TOKYO)) == [date(2026, 11, 1), date(2026, 11, 24)]


def test_no_samples_are_no_days() -> None:
    assert split([], TOKYO) == {}


@pytest.mark.parametrize(
    ("time_zone", "day", "hours"),
    [
        (TOKYO, date(2026, 3, 29), 24),
        (PARIS, date(2026, 3, 28), 24),
        (PARIS, date(2026, 3, 29), 23),
        (PARIS, date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ],
)
def test_a_day_is_as_long_as_its_clocks_make_it(time_zone: str, day: date, hours: float) -> None:
    first, end = day_bounds(day, time_zone)
    assert end.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=hours)
    minutes = range(
        round(first.timestamp() * 1000) - MINUTE_MS,
        round(end.timestamp() * 1000) + MINUTE_MS,
        MINUTE_MS,
    )
    by_day = split(list(minutes), time_zone)
    assert [len(times) for times in by_day.values()] == [1, hours * 60, 1]
    assert list(by_day)[1] == day


@pytest.mark.parametrize(
    ("day", "milliseconds"),
    [(date(1970, 1, 1), 0), (date(1970, 1, 2), 86_400_000), (date(2000, 1, 1), 946_684_800_000)],
)
def test_a_segment_counts_from_midnight_utc(day: date, milliseconds: int) -> None:
    assert utc_midnight_ms(day) == milliseconds


CLOCK_CHANGES = [
    (TOKYO, "2026-11-24T00:00:00+09:00"),
    (PARIS, "2026-03-29T01:00:00+00:00"),
    (PARIS, "2026-10-25T01:00:00+00:00"),
    ("America/Sao_Paulo", "2018-11-04T03:00:00+00:00"),  # Midnight itself is skipped.
    ("America/Havana", "2026-11-01T05:00:00+00:00"),  # Midnight comes twice.
    ("America/St_Johns", "2010-11-07T02:31:00+00:00"),  # A minute after midnight, an hour back.
    ("Pacific/Apia", "2011-12-30T10:00:00+00:00"),  # A whole day is skipped.
    ("Asia/Kathmandu", "2026-11-24T18:15:00+00:00"),
]


@settings(deadline=None)
@given(
    st.sampled_from(CLOCK_CHANGES),
    st.lists(st.integers(-3 * 1440, 3 * 1440), min_size=1, max_size=20, unique=True),
)
@example(("America/St_Johns", "2010-11-07T02:31:00+00:00"), [-2, -1, 0, 1, 58, 59, 60])
def test_each_sample_is_of_one_day_whatever_the_clocks_do(
    change: tuple[str, str], minutes: list[int]
) -> None:
    time_zone, moment = change
    times = [ms(moment) + minute * MINUTE_MS for minute in sorted(minutes)]
    by_day = split(times, time_zone)
    assert [time for of_day in by_day.values() for time in of_day] == times
    for day, of_day in by_day.items():
        first, end = (bound.timestamp() * 1000 for bound in day_bounds(day, time_zone))
        for time in of_day:
            assert first <= time < end
            assert list(split([time], time_zone)) == [day], "alone as among others"
