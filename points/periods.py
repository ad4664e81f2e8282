"""Calendar periods over a cohort's days, and the programme year, with which rules that remember begin anew."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple

PeriodKind = Literal["day", "week", "month", "quarter", "half_year", "fiscal_year"]
"""Weeks begin on Monday. Quarters, half-years and years are those of the Japanese fiscal year, April to March."""

FISCAL_YEAR_FIRST_MONTH: Final = 4
ONE_DAY: Final = timedelta(days=1)
CALENDARS_KEPT: Final = 256
"""All chunks of a cohort share their calendar, and few different calendars are in use at a time."""

MONTHS_OF: Final = {"month": 1, "quarter": 3, "half_year": 6, "fiscal_year": 12}

DAYS_AT_MOST: Final[dict[PeriodKind, int]] = {
    "day": 1,
    "week": 7,
    "month": 31,
    "quarter": 92,
    "half_year": 184,
    "fiscal_year": 366,
}
"""The number of days in the longest period of each kind."""


class DaySpan(NamedTuple):
    """A stretch of days from the first to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """The number of days in it."""
        return (self.last - self.first).days + 1


class Period(NamedTuple):
    """A calendar period: its whole span, and the columns of a cohort that lie in it."""

    span: DaySpan
    columns: slice


def fiscal_year_start(day: date) -> date:
    """The first of April on or before the day. The year 1 has none before its own April: its first day then."""
    year = day.year - (day.month < FISCAL_YEAR_FIRST_MONTH)
    return date(year, FISCAL_YEAR_FIRST_MONTH, 1) if year else date.min


def period_of(kind: PeriodKind, day: date) -> DaySpan:
    """The period that holds the day."""
    if kind == "day":
        return DaySpan(day, day)
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return DaySpan(monday, monday + timedelta(days=6))
    months = MONTHS_OF[kind]
    since_april = (day.month - FISCAL_YEAR_FIRST_MONTH) % 12
    first = _month_start(day, -(since_april % months))
    return DaySpan(first, _month_start(first, months) - ONE_DAY)


@lru_cache(maxsize=CALENDARS_KEPT)
def periods_of(kind: PeriodKind, first_day: date, days: int) -> Sequence[Period]:
    """The periods that the days lie in, in order. The first and the last may lie only partly within the days."""
    return _split(first_day, days, lambda day: period_of(kind, day))


@lru_cache(maxsize=CALENDARS_KEPT)
def programme_years(first_day: date, days: int, *, in_force_from: date) -> Sequence[Period]:
    """The days by fiscal year; the first year begins no earlier than the programme.

    What a rule remembers (a baseline, a streak, a first time) begins anew with each year. A day before the programme is
    in no year. The columns of a year begin at its start only when the cohort reaches back to it.
    """
    skipped = max(0, min(days, (in_force_from - first_day).days))
    years = _split(
        first_day + timedelta(days=skipped),
        days - skipped,
        lambda day: period_of("fiscal_year", day),
    )
    return tuple(
        Period(
            DaySpan(max(year.span.first, in_force_from), year.span.last),
            slice(year.columns.start + skipped, year.columns.stop + skipped),
        )
        for year in years
    )


def _split(first_day: date, days: int, span_of: Callable[[date], DaySpan]) -> tuple[Period, ...]:
    periods = []
    column = 0
    while column < days:
        span = span_of(first_day + timedelta(days=column))
        end = min(days, (span.last - first_day).days + 1)
        periods.append(Period(span, slice(column, end)))
        column = end
    return tuple(periods)


def _month_start(day: date, months_later: int) -> date:
    """The first day of the month that is this many months after the month of `day`."""
    months = day.year * 12 + day.month - 1 + months_later
    return date(months // 12, months % 12 + 1, 1)
