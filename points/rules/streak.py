"""Points for days in a row, with days off that do not break the row."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from points.goals import DayGoal
from points.periods import DaySpan, Period, fiscal_year_start, period_of
from points.rules.parts import (
    FactColumns,
    Facts,
    PersonalRuleBase,
    Points,
    columns,
    day_amount_said,
    recorded,
)
from points.said import Said, amount_said, said
from points.view import Integers, Places, View

DayCounts = NDArray[np.int32]


class _Rows(NamedTuple):
    """For each day: the goal days in the row so far, and the days off taken in the calendar month so far; shape
    (residents, days).
    """

    goal_days: DayCounts
    days_off: DayCounts


class Streak(PersonalRuleBase, frozen=True, kw_only=True, tag="streak"):
    """Pays `points_each` on every `every_days`-th goal day in a row.

    A missed day ends the row, unless one of the month's `days_off_month` is left. Then the row waits, and goes on the
    next day. The row also waits on days that do not count, such as days outside of a season. A new row begins with
    the programme year. The goal of a day that is not over can still be reached, so such a day ends no row.

    Sources: most step programmes have streaks. A day off that saves the row keeps people after a lapse (emergency
    reserves: Sharif and Shu, 2017).
    """

    goal: DayGoal
    every_days: Annotated[int, msgspec.Meta(ge=2, le=100)]
    days_off_month: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    points_each: Points

    @property
    def waits_for_day_end(self) -> bool:
        """It does: a row ends as a missed day ends."""
        return True

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return self.goal.metrics

    def looks_back_to(self, day: date, *, in_force_from: date) -> date:
        """The programme year's first day: the row may have begun then."""
        return min(day, max(fiscal_year_start(day), in_force_from))

    def matters_until(self, day: date) -> date:
        """The fiscal year's last day."""
        return period_of("fiscal_year", day).last

    def points(self, view: View, _periods: Sequence[Period], /) -> Integers:
        """Whole points, shape (residents, days)."""
        rows = self._rows(view)
        ends = self.goal.reached(view) & (rows.goal_days % self.every_days == 0)
        points: Integers = ends * np.int16(self.points_each)
        return points

    def facts(self, view: View, _periods: Sequence[Period], places: Places, /) -> FactColumns:
        """The day's amount, what the goal asked, the goal days in the row up to the day, and the month's days off up to
        the day.
        """
        rows = self._rows(view)
        index = places.residents, places.periods
        return columns(
            amount=recorded(self.goal.amounts(view)[index]),
            goal=self.goal.asked_on(view, places),
            goal_days=rows.goal_days[index],
            days_off=rows.days_off[index],
        )

    def text(self) -> Said:
        """The rule."""
        text = said(
            "streak.text", goal=self.goal.text(), days=self.every_days, points=self.points_each
        )
        if not self.days_off_month:
            return text
        return said("streak.with_days_off", rule=text, days=self.days_off_month)

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the day earned its points."""
        when, in_a_row = span.first, facts.get("goal_days", 0)
        amount = day_amount_said(self.goal.metrics, facts)
        goal = amount_said(self.goal.metrics, facts.get("goal", 0))
        if facts.get("amount", 0) < facts.get("goal", 0):
            return said("streak.missed", when=when, amount=amount, goal=goal, days=in_a_row)
        return said(
            "streak.reason",
            when=when,
            amount=amount,
            goal=goal,
            days=in_a_row,
            every=self.every_days,
            points=self.points_each,
        )

    def figure(self, facts: Facts) -> Said:
        """The day's amount."""
        return day_amount_said(self.goal.metrics, facts)

    def _rows(self, view: View) -> _Rows:
        residents, days = view.cohort.shape
        reached, counts = self.goal.reached(view), view.counts()
        over = view.days_over()
        rows = _Rows(*(np.zeros((residents, days), np.int32, order="F") for _ in range(2)))
        for year in view.years():
            in_a_row, off = np.zeros(residents, np.int32), np.zeros(residents, np.int32)
            for column in range(year.columns.start, year.columns.stop):
                if (view.cohort.first_day + timedelta(days=column)).day == 1:
                    off = np.zeros(residents, np.int32)
                missed = ~reached[:, column] & counts[:, column] & over[:, column]
                # A row that has not begun takes no day off.
                rests = missed & (in_a_row > 0) & (off < self.days_off_month)
                off = off + rests
                in_a_row = np.where(missed & ~rests, 0, in_a_row + reached[:, column])
                rows.goal_days[:, column], rows.days_off[:, column] = in_a_row, off
        return rows
