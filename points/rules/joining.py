"""Points for taking part at all: for joining, once the resident proved to mean it, and for doing something for the
first time.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

import msgspec
import numpy as np

from points.cohort import NONE, BoolMatrix, IntMatrix
from points.goals import DayGoal
from points.periods import DaySpan, Period, fiscal_year_start, period_of
from points.rules.parts import (
    STEPS,
    FactColumns,
    Facts,
    FigureCode,
    PersonalRuleBase,
    Points,
    columns,
    day_amount_said,
    recorded,
)
from points.said import Said, amount_said, said
from points.view import Integers, Places, View


class Joining(PersonalRuleBase, frozen=True, kw_only=True, tag="joining"):
    """Pays `points_once` `after_days` days after joining, if at least `active_days_min` days since then had data.

    So nobody is paid for signing up and going away. The day on which it is paid must be one
    that counts in the programme.

    Source: SWC-24000 (1,000 or 3,000 points for joining a programme, confirmed after a month).
    """

    metrics: Annotated[tuple[FigureCode, ...], msgspec.Meta(min_length=1, max_length=10)] = (STEPS,)
    after_days: Annotated[int, msgspec.Meta(ge=1, le=183)] = 30
    active_days_min: Annotated[int, msgspec.Meta(ge=1, le=183)]
    points_once: Points

    def __post_init__(self) -> None:
        """Refuses more active days than there are days after joining."""
        if self.active_days_min > self.after_days:
            raise ValueError("active_days_min must not exceed after_days")

    @property
    def waits_for_day_end(self) -> bool:
        """It does: the day of payment comes without new data."""
        return True

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return self.metrics

    def looks_back_to(self, day: date, *, in_force_from: date) -> date:
        """The day of joining."""
        _ = in_force_from
        return day - timedelta(days=self.after_days)

    def matters_until(self, day: date) -> date:
        """`after_days` later."""
        return day + timedelta(days=self.after_days)

    def points(self, view: View, _periods: Sequence[Period], /) -> Integers:
        """Whole points, shape (residents, days)."""
        enough = self._active_days(view) >= self.active_days_min
        points: Integers = (enough & self._is_due(view)) * np.int16(self.points_once)
        return points

    def facts(self, view: View, _periods: Sequence[Period], places: Places, /) -> FactColumns:
        """How many days ago the resident had joined, 0 on days that do not count; and how many of these days had data."""
        index = places.residents, places.periods
        today = view.cohort.first_day.toordinal() + places.periods
        since = np.maximum(today - view.cohort.residents.joined[places.residents], 0)
        return columns(
            days_since=since * view.counts()[index], active_days=self._active_days(view)[index]
        )

    def text(self) -> Said:
        """The rule."""
        return said(
            "joining.text",
            after=self.after_days,
            days=self.active_days_min,
            points=self.points_once,
        )

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the day earned its points."""
        return said(
            "joining.reason",
            when=span.first,
            since=facts.get("days_since", self.after_days),
            after=self.after_days,
            days=facts.get("active_days", 0),
            needed=self.active_days_min,
            points=self.points_once,
        )

    def _is_due(self, view: View) -> BoolMatrix:
        first = view.cohort.first_day.toordinal()
        days = np.arange(first, first + view.cohort.shape[1], dtype=np.int32)
        due: BoolMatrix = view.cohort.residents.joined[:, None] + self.after_days == days[None, :]
        return due & view.counts() & view.days_begun()

    def _active_days(self, view: View) -> IntMatrix:
        """The number of days with data among the `after_days` days before each day, shape (residents, days)."""
        active = np.zeros(view.cohort.shape, np.int32)
        for metric in self.metrics:
            active |= view.cohort.amount(metric) != NONE
        sums = np.zeros((active.shape[0], active.shape[1] + 1), np.int32)
        np.cumsum(active, axis=1, dtype=np.int32, out=sums[:, 1:])
        until, since = sums[:, :-1], np.zeros_like(active)
        since[:, self.after_days :] = sums[:, : max(0, active.shape[1] - self.after_days)]
        return until - since


class FirstTime(PersonalRuleBase, frozen=True, kw_only=True, tag="first_time"):
    """Pays `points_once` for the first goal day of a resident's programme year.

    Source: many municipal programmes have a bonus for the first time. To begin is the hardest step for those who do
    not care yet.
    """

    goal: DayGoal
    points_once: Points

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return self.goal.metrics

    def looks_back_to(self, day: date, *, in_force_from: date) -> date:
        """The programme year's first day."""
        return min(day, max(fiscal_year_start(day), in_force_from))

    def matters_until(self, day: date) -> date:
        """The fiscal year's last day."""
        return period_of("fiscal_year", day).last

    def points(self, view: View, _periods: Sequence[Period], /) -> Integers:
        """Whole points, shape (residents, days)."""
        reached = self.goal.reached(view)
        points = np.zeros(reached.shape, np.int16)
        for year in view.years():
            of_year = reached[:, year.columns]
            rows = np.flatnonzero(of_year.any(axis=1))
            points[rows, year.columns.start + of_year[rows].argmax(axis=1)] = self.points_once
        return points

    def facts(self, view: View, _periods: Sequence[Period], places: Places, /) -> FactColumns:
        """The day's amount, what the goal asked, and how many earlier days of the year reached the goal."""
        index = places.residents, places.periods
        return columns(
            amount=recorded(self.goal.amounts(view)[index]),
            goal=self.goal.asked_on(view, places),
            goal_days_before=self._goal_days_before(view)[index],
        )

    def text(self) -> Said:
        """The rule."""
        return said("first_time.text", goal=self.goal.text(), points=self.points_once)

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the day got what it got."""
        when, amount = span.first, day_amount_said(self.goal.metrics, facts)
        goal = amount_said(self.goal.metrics, facts.get("goal", 0))
        if facts.get("amount", 0) < facts.get("goal", 0):
            return said("goal.missed", when=when, amount=amount, goal=goal)
        if days := facts.get("goal_days_before", 0):
            return said("first_time.not_first", when=when, amount=amount, goal=goal, days=days)
        return said(
            "first_time.reason", when=when, amount=amount, goal=goal, points=self.points_once
        )

    def figure(self, facts: Facts) -> Said:
        """The day's amount."""
        return day_amount_said(self.goal.metrics, facts)

    def _goal_days_before(self, view: View) -> IntMatrix:
        """The number of goal days of the programme year before each day, shape (residents, days)."""
        reached = self.goal.reached(view)
        before = np.zeros(reached.shape, np.int32)
        for year in view.years():
            of_year = reached[:, year.columns]
            np.cumsum(of_year[:, :-1], axis=1, out=before[:, year.columns][:, 1:])
        return before
