"""Calendar periods over a cohort's days, and the programme year that rules with a memory count from."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple

PeriodKind = Literal["day", "week", "month", "quarter", "half_year", "fiscal_year"]
"""Weeks begin on Monday; quarters, half-years and years are those of the Japanese fiscal year, April to March."""

FISCAL_YEAR_FIRST_MONTH: Final = 4
ONE_DAY: Final = timedelta(days=1)
CALENDARS_KEPT: Final = 256
"""All chunks of a cohort share their calendar, and there are few different ones at a time."""

MONTHS_OF: Final = {"month": 1, "quarter": 3, "half_year": 6, "fiscal_year": 12}

DAYS_AT_MOST: Final[dict[PeriodKind, int]] = {
    "day": 1,
    "week": 7,
    "month": 31,
    "quarter": 92,
    "half_year": 184,
    "fiscal_year": 366,
}
"""How many days the longest of the kind has."""


class DaySpan(NamedTuple):
    """From the first to the last day, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


class Period(NamedTuple):
    """A calendar period: the whole of it, and the columns of a cohort that lie in it."""

    span: DaySpan
    columns: slice


def fiscal_year_start(day: date) -> date:
    """The first of April on or before the day; of the first year of all, which has none before, its first day."""
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
    """The periods that the days lie in, in order; the outermost may be there in part only."""
    return _split(first_day, days, lambda day: period_of(kind, day))


@lru_cache(maxsize=CALENDARS_KEPT)
def programme_years(first_day: date, days: int, *, in_force_from: date) -> Sequence[Period]:
    """The days by fiscal year, the first of which begins no earlier than the programme does.

    What a rule remembers (a baseline, a streak, a first time) begins anew with each. Days before the programme are in
    none. The periods' columns begin with the year only when the cohort reaches back to its start.
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
    """The first of the month that is so many months after the day's."""
    months = day.year * 12 + day.month - 1 + months_later
    return date(months // 12, months % 12 + 1, 1)
