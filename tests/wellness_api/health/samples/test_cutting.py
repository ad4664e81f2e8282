"""A sample is kept whole and stands in every local day that it speaks of, also where clocks change."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_bridge.wire import LENGTH_MS_MAX
from wellness_api.health.samples.cutting import (
    CutDays,
    DaySamples,
    Samples,
    by_local_day,
    in_order,
)
from wellness_api.health.samples.local_days import midnight_ms, utc_midnight_ms
from wellness_api.health.samples.segments import Marks

TOKYO, BERLIN = "Asia/Tokyo", "Europe/Berlin"
HOUR_MS = 3_600_000
LONG_AGO = date(2000, 1, 1)

Sample = tuple[int, int, int]
"""Unix milliseconds, length and value."""


def ms(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def samples_of(told: list[Sample], records: list[int] | None = None) -> Samples:
    times_ms, lengths, values = np.array(told, np.int64).reshape(-1, 3).T
    marks = None
    if records is not None:
        marks = Marks(np.array(records, np.int64), np.array(records, np.int64) * 10)
    return Samples(times_ms, lengths.astype(np.int32), values, marks)


def told_of(samples: Samples) -> list[Sample]:
    columns = samples.times_ms, samples.lengths, samples.values
    return list(zip(*(column.tolist() for column in columns), strict=True))


def said_of(day: DaySamples) -> list[Sample]:
    """What is said of the day, in Unix milliseconds."""
    times_ms = (utc_midnight_ms(day.day) + day.times.astype(np.int64)).tolist()
    return list(zip(times_ms, day.lengths.tolist(), day.values.tolist(), strict=True))


def cut(told: list[Sample], time_zone: str, first_day: date = LONG_AGO) -> CutDays:
    return by_local_day(samples_of(told), time_zone, first_day=first_day)


def days_of(told: list[Sample], time_zone: str) -> dict[date, int]:
    """By day that something is said of, how much of it began on an earlier one."""
    days = cut(told, time_zone).kept
    assert [day.day for day in days] == sorted({day.day for day in days})
    return {day.day: day.spilled for day in days}


def test_a_night_stands_in_both_its_days() -> None:
    night = (ms("2026-11-23T23:10:00+09:00"), 8 * HOUR_MS, 480_000)
    evening, morning = cut([night], TOKYO).kept
    assert (evening.day, evening.spilled) == (date(2026, 11, 23), 0)
    assert (morning.day, morning.spilled) == (date(2026, 11, 24), 1)
    assert said_of(evening) == said_of(morning) == [night], "whole, in each"


@pytest.mark.parametrize(("length_ms", "days"), [(0, 1), (HOUR_MS, 1), (HOUR_MS + 1, 2)])
def test_what_ends_at_midnight_says_nothing_of_the_next_day(length_ms: int, days: int) -> None:
    assert len(days_of([(ms("2026-11-23T23:00:00+09:00"), length_ms, 1)], TOKYO)) == days


def test_what_is_longer_than_a_day_reaches_over_two_midnights() -> None:
    longest = (ms("2026-11-23T23:30:00+09:00"), LENGTH_MS_MAX, 9)
    assert days_of([longest], TOKYO) == {
        date(2026, 11, 23): 0,
        date(2026, 11, 24): 1,
        date(2026, 11, 25): 1,
    }


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 6, 1), 24), (date(2026, 10, 25), 25)],
)
def test_a_whole_day_is_its_own_however_long_its_clocks_make_it(day: date, hours: int) -> None:
    first_ms = midnight_ms(day.toordinal(), BERLIN)
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    assert days_of([(first_ms, hours * HOUR_MS, 1)], BERLIN) == {day: 0}
    assert days_of([(first_ms, hours * HOUR_MS + 1, 1)], BERLIN) == {day: 0, after: 1}
    assert days_of([(first_ms - 1, hours * HOUR_MS, 1)], BERLIN) == {before: 0, day: 1}
    over = {before: 0, day: 1, after: 1}
    assert days_of([(first_ms - 1, hours * HOUR_MS + 2, 1)], BERLIN) == over


def test_what_began_before_comes_first_and_what_a_day_says_itself_after_it() -> None:
    early = (ms("2026-11-22T23:30:00+09:00"), LENGTH_MS_MAX, 1)
    late = (ms("2026-11-23T23:59:00+09:00"), 2 * HOUR_MS, 2)
    own = (ms("2026-11-24T00:00:00+09:00"), 60_000, 3)
    days = {day.day: day for day in cut([early, late, own], TOKYO).kept}
    last = days[date(2026, 11, 24)]
    assert said_of(last) == [early, late, own]
    assert last.spilled == 2


def test_a_day_before_the_kept_ones_is_left_out_with_all_that_began_on_it() -> None:
    first_day = date(2026, 11, 24)
    night = (ms("2026-11-23T23:10:00+09:00"), 8 * HOUR_MS, 1)
    morning = (ms("2026-11-24T06:00:00+09:00"), 60_000, 2)
    cut_days = cut([night, morning], TOKYO, first_day)
    assert cut_days.too_old == 1
    assert [(day.day, said_of(day), day.spilled) for day in cut_days.kept] == [
        (first_day, [morning], 0)
    ]
    assert cut([night], TOKYO, first_day) == ([], 1)


def test_records_stand_beside_their_samples_in_every_day() -> None:
    night = (ms("2026-11-23T23:10:00+09:00"), 8 * HOUR_MS, 1)
    own = (ms("2026-11-24T06:00:00+09:00"), 60_000, 2)
    days = by_local_day(samples_of([night, own], [7, 8]), TOKYO, first_day=LONG_AGO).kept
    marks = [day.marks for day in days]
    assert [of.records.tolist() for of in marks if of is not None] == [[7], [7, 8]]
    assert [of.changed.tolist() for of in marks if of is not None] == [[70], [70, 80]]


ORDERED: list[tuple[str, list[Sample], list[int] | None, list[Sample]]] = [
    ("in order as they are", [(1, 5, 10), (2, 5, 20)], None, [(1, 5, 10), (2, 5, 20)]),
    ("by time", [(2, 5, 20), (1, 5, 10)], None, [(1, 5, 10), (2, 5, 20)]),
    ("then by length", [(1, 6, 20), (1, 5, 10)], None, [(1, 5, 10), (1, 6, 20)]),
    ("of a span the later one", [(1, 5, 10), (1, 5, 20)], None, [(1, 5, 20)]),
    ("then by record", [(1, 5, 10), (1, 5, 20)], [8, 7], [(1, 5, 20), (1, 5, 10)]),
    ("of a record's span the later one", [(1, 5, 10), (1, 5, 20)], [7, 7], [(1, 5, 20)]),
]


@pytest.mark.parametrize(
    ("told", "records", "expected"),
    [row[1:] for row in ORDERED],
    ids=[row[0] for row in ORDERED],
)
def test_samples_are_put_in_order(
    told: list[Sample], records: list[int] | None, expected: list[Sample]
) -> None:
    assert told_of(in_order(samples_of(told, records))) == expected


AROUND = {
    TOKYO: ms("2026-11-24T00:00:00+09:00"),
    BERLIN: ms("2026-10-25T00:00:00+02:00"),
    "America/New_York": ms("2026-03-08T00:00:00-05:00"),
    # Clocks go back over midnight, so that a day has two of them.
    "America/Havana": ms("2026-11-01T00:00:00-04:00"),
}


def plainly(told: list[Sample], time_zone: str) -> dict[date, tuple[list[Sample], int]]:
    """By day what is said of it and how much of that began earlier, sample by sample."""
    said: dict[date, tuple[list[Sample], int]] = {}
    for sample in told:
        time_ms, length_ms, _ = sample
        ordinal = date(2026, 1, 1).toordinal()
        while midnight_ms(ordinal + 1, time_zone) <= time_ms:
            ordinal += 1
        own = ordinal
        while ordinal == own or midnight_ms(ordinal, time_zone) < time_ms + length_ms:
            of_day, spilled = said.get(date.fromordinal(ordinal), ([], 0))
            said[date.fromordinal(ordinal)] = [*of_day, sample], spilled + (ordinal > own)
            ordinal += 1
    return said


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(AROUND)), st.data())
def test_days_are_cut_as_a_plain_loop_cuts_them(time_zone: str, data: st.DataObject) -> None:
    hours = st.integers(-30, 30).map(lambda hours: hours * HOUR_MS)
    off = st.integers(-1, 1) | st.integers(-HOUR_MS, HOUR_MS)
    lengths = st.sampled_from([0, 1, 60_000, HOUR_MS, 23 * HOUR_MS, LENGTH_MS_MAX])
    told = data.draw(
        st.lists(
            st.tuples(
                st.builds(lambda far, near: AROUND[time_zone] + far + near, hours, off), lengths
            ),
            min_size=1,
            max_size=8,
            unique=True,
        )
    )
    samples = [(*span, place) for place, span in enumerate(sorted(told))]
    days = cut(samples, time_zone).kept
    assert {day.day: (said_of(day), day.spilled) for day in days} == plainly(samples, time_zone)
    assert [day.day for day in days] == sorted(plainly(samples, time_zone))
