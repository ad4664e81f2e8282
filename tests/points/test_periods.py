"""Weeks from Monday, and the quarters and years of the Japanese fiscal year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.periods import (
    DAYS_AT_MOST,
    DaySpan,
    PeriodKind,
    fiscal_year_start,
    period_of,
    periods_of,
    programme_years,
)

KINDS = st.sampled_from(list(DAYS_AT_MOST))
DAYS = st.dates(date(2020, 1, 1), date(2033, 12, 31))


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        ("day", date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29)),
        ("week", date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 3)),
        ("week", date(2028, 2, 29), date(2028, 2, 28), date(2028, 3, 5)),
        ("month", date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        ("quarter", date(2027, 3, 31), date(2027, 1, 1), date(2027, 3, 31)),
        ("quarter", date(2027, 4, 1), date(2027, 4, 1), date(2027, 6, 30)),
        ("half_year", date(2027, 1, 15), date(2026, 10, 1), date(2027, 3, 31)),
        ("half_year", date(2026, 9, 30), date(2026, 4, 1), date(2026, 9, 30)),
        ("fiscal_year", date(2027, 3, 31), date(2026, 4, 1), date(2027, 3, 31)),
        ("fiscal_year", date(2027, 4, 1), date(2027, 4, 1), date(2028, 3, 31)),
    ],
)
def test_the_period_of_a_day(kind: PeriodKind, day: date, first: date, last: date) -> None:
    assert period_of(kind, day) == DaySpan(first, last)


@given(KINDS, DAYS)
def test_a_period_holds_its_day_and_has_no_more_days_than_the_longest(
    kind: PeriodKind, day: date
) -> None:
    span = period_of(kind, day)
    assert span.first <= day <= span.last
    assert span.days <= DAYS_AT_MOST[kind]
    assert period_of(kind, span.first) == period_of(kind, span.last) == span
    assert period_of(kind, span.last + timedelta(days=1)).first == span.last + timedelta(days=1)


@given(KINDS, DAYS, st.integers(1, 500))
def test_the_periods_of_some_days_hold_each_of_them_once(
    kind: PeriodKind, first_day: date, days: int
) -> None:
    periods = periods_of(kind, first_day, days)
    held = [column for period in periods for column in range(*period.columns.indices(days))]
    assert held == list(range(days))
    for period in periods:
        for column in (period.columns.start, period.columns.stop - 1):
            assert period_of(kind, first_day + timedelta(days=column)) == period.span


def test_a_programmes_first_year_begins_with_it() -> None:
    years = programme_years(date(2026, 3, 1), 800, in_force_from=date(2026, 10, 1))
    assert [(year.span, year.columns) for year in years] == [
        (DaySpan(date(2026, 10, 1), date(2027, 3, 31)), slice(214, 396)),
        (DaySpan(date(2027, 4, 1), date(2028, 3, 31)), slice(396, 762)),
        (DaySpan(date(2028, 4, 1), date(2029, 3, 31)), slice(762, 800)),
    ]


def test_before_a_programme_there_is_no_year() -> None:
    assert programme_years(date(2026, 3, 1), 10, in_force_from=date(2027, 4, 1)) == ()


def test_the_first_fiscal_year_of_all_begins_with_the_first_day() -> None:
    """A programme that was always in force is asked of it when weeks and months are capped together."""
    assert fiscal_year_start(date.min) == date.min
    assert fiscal_year_start(date(1, 4, 1)) == date(1, 4, 1)
