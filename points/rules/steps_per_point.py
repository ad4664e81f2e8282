"""A point for a fixed number of steps, up to a daily ceiling."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
import numpy as np

from points.periods import DaySpan, Period
from points.rules.parts import (
    STEPS,
    FactColumns,
    Facts,
    NextAwards,
    PersonalRuleBase,
    Points,
    columns,
    day_amount_said,
    next_awards_where,
    recorded,
    steps_of_last_day,
)
from points.said import Said, said
from points.view import Integers, Places, View


class StepsPerPoint(PersonalRuleBase, frozen=True, kw_only=True, tag="steps_per_point"):
    """Pays one point for each full `steps_per_point` steps of a day, at most `points_day_max` points a day.

    An unfinished point is not paid, and it does not carry over to the next day. A day of fewer than `steps_day_min`
    steps does not count.

    Sources: Yokohama walking points (a point per 2,000 steps, at most 5 a day). Saitama 2017 (a point per 10 steps;
    days of fewer than 3,000 do not count). Nagasaki (10,000 steps a day count for points; further steps do not).
    """

    steps_per_point: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    points_day_max: Points
    steps_day_min: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return (STEPS,)

    def points(self, view: View, _periods: Sequence[Period], /) -> Integers:
        """Whole points, shape (residents, days)."""
        steps = view.amount(STEPS)
        points = steps // self.steps_per_point
        np.clip(points, 0, self.points_day_max, out=points)
        if self.steps_day_min:
            points *= steps >= self.steps_day_min
        return points

    def facts(self, view: View, _periods: Sequence[Period], places: Places, /) -> FactColumns:
        """The day's steps."""
        return columns(steps=recorded(view.amount(STEPS)[places.residents, places.periods]))

    def next_awards(self, view: View, /) -> NextAwards:
        """The steps missing for one more point; none when the day's ceiling is reached."""
        steps = steps_of_last_day(view)
        full = np.where(steps >= self.steps_day_min, steps // self.steps_per_point, 0)
        next_at = np.maximum((full + 1) * self.steps_per_point, self.steps_day_min)
        gained = np.minimum(next_at // self.steps_per_point, self.points_day_max) - full
        return next_awards_where(full < self.points_day_max, next_at - steps, gained)

    def text(self) -> Said:
        """The rule."""
        steps, points = self.steps_per_point, self.points_day_max
        if not self.steps_day_min:
            return said("steps_per_point.text", steps=steps, points=points)
        return said(
            "steps_per_point.text_from", steps=steps, points=points, least=self.steps_day_min
        )

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the day earned its points."""
        return said(
            "steps_per_point.reason",
            when=span.first,
            walked=day_amount_said((STEPS,), facts, STEPS),
            rule=self.text(),
        )

    def figure(self, facts: Facts) -> Said:
        """The day's steps."""
        return day_amount_said((STEPS,), facts, STEPS)
