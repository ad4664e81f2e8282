"""Points that are there in the morning, and gone at midnight unless the resident reached the goal."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

import msgspec
import numpy as np

from points.cohort import NONE, BoolMatrix
from points.goals import DayGoal
from points.periods import DaySpan, Period
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


class LossFramed(PersonalRuleBase, frozen=True, kw_only=True, tag="loss_framed"):
    """Grants `points_day` as a day begins, and takes them back as the day ends if the goal was not reached.

    The rule is for residents who were active lately: on at least one of the `active_days` days before, there is data
    of the goal's metrics. Other residents would only see points come and go that they never asked for.

    Source: Patel et al., 2016. Of gain, lottery and loss framing of the same sum, only loss framing raised the days
    on which the goal was reached (0.45 against 0.30).
    """

    goal: DayGoal
    active_days: Annotated[int, msgspec.Meta(ge=1, le=56)] = 14
    points_day: Points

    @property
    def waits_for_day_end(self) -> bool:
        """It does: a day grants as it begins and takes back as it ends."""
        return True

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return self.goal.metrics

    def looks_back_to(self, day: date, *, in_force_from: date) -> date:
        """`active_days` before the day."""
        _ = in_force_from
        return day - timedelta(days=self.active_days)

    def matters_until(self, day: date) -> date:
        """`active_days` after the day."""
        return day + timedelta(days=self.active_days)

    def points(self, view: View, _periods: Sequence[Period], /) -> Integers:
        """Whole points, shape (residents, days): today's are granted; those of days that are over stay if the goal was
        reached.
        """
        kept = self._is_granted(view) & view.days_begun()
        kept &= self.goal.reached(view) | ~view.days_over()
        return kept * np.int16(self.points_day)

    def facts(self, view: View, _periods: Sequence[Period], places: Places, /) -> FactColumns:
        """The day's amount, what the goal asked, whether the day was over, and whether the rule granted it."""
        index = places.residents, places.periods
        return columns(
            amount=recorded(self.goal.amounts(view)[index]),
            goal=self.goal.asked_on(view, places),
            is_over=view.days_over()[index],
            was_granted=self._is_granted(view)[index],
        )

    def text(self) -> Said:
        """The rule."""
        return said("loss_framed.text", points=self.points_day, goal=self.goal.text())

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the day earned its points."""
        when, goal = span.first, amount_said(self.goal.metrics, facts.get("goal", 0))
        amount = day_amount_said(self.goal.metrics, facts)
        if not facts.get("was_granted", 0):
            return said("loss_framed.not_granted", when=when, days=self.active_days)
        points = self.points_day
        if not facts.get("is_over", 0):
            return said("loss_framed.today", when=when, goal=goal, points=points)
        if facts.get("amount", 0) >= facts.get("goal", 0):
            return said("loss_framed.kept", when=when, amount=amount, goal=goal, points=points)
        return said("loss_framed.lost", when=when, amount=amount, goal=goal, lost=points)

    def figure(self, facts: Facts) -> Said | None:
        """The amount of a day that is over."""
        return day_amount_said(self.goal.metrics, facts) if facts.get("is_over") else None

    def _is_granted(self, view: View) -> BoolMatrix:
        """On which days the rule grants points to each resident: days with data on one of the days before."""
        has_data = np.zeros(view.cohort.shape, np.int32)
        for metric in self.goal.metrics:
            has_data |= view.cohort.amount(metric) != NONE
        # Sums up to each day, so that the difference of two sums is the number of days with data between them.
        sums = np.cumsum(has_data, axis=1, dtype=np.int32)
        before = np.zeros_like(sums)
        before[:, 1:] = sums[:, :-1]
        earlier = np.zeros_like(sums)
        earlier[:, self.active_days + 1 :] = sums[:, : -self.active_days - 1]
        return (before > earlier) & view.counts()
