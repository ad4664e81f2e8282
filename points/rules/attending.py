"""Points for taking part in person: a checkup, a class, an event, a stamped card."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
import numpy as np

from points.cohort import IntMatrix
from points.periods import DaySpan, Period, PeriodKind
from points.rules.parts import FactColumns, Facts, FigureCode, PersonalRuleBase, Points, columns
from points.said import Said, Text, amount_said, period_said, said, span_said
from points.view import Integers, Places, View


class Attending(PersonalRuleBase, frozen=True, kw_only=True, tag="attending"):
    """Pays `points_each` for every time in the period that `metric` was recorded, at most `times_max` times.

    `metric`: something that others record, and not the resident: checkup_attended, class_attended, paper_card_days.
    Going to a checkup is paid, never what the checkup finds. Several times on one day are each paid, as far as
    `times_max` and the caps allow.

    Sources: SWC-24000 (a checkup 1,000 points a year, classes up to 200 a month). Kamaishi (a paper card for people
    with no phone: a point a day, full at 55).
    """

    name: Text
    metric: FigureCode
    period: PeriodKind = "day"
    times_max: Annotated[int, msgspec.Meta(ge=1, le=366)] = 1
    points_each: Points

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return (self.metric,)

    @property
    def award_period(self) -> PeriodKind:
        """The period that the rule states."""
        return self.period

    def points(self, view: View, periods: Sequence[Period], /) -> Integers:
        """Whole points, shape (residents, periods)."""
        times = np.minimum(self._times(view, periods), self.times_max)
        points: Integers = times * np.int32(self.points_each)
        return points

    def facts(self, view: View, periods: Sequence[Period], places: Places, /) -> FactColumns:
        """How many times `metric` was recorded in the period."""
        return columns(times=self._times(view, periods)[places.residents, places.periods])

    def text(self) -> Said:
        """The rule."""
        return said(
            "attending.text",
            name=self.name,
            points=self.points_each,
            period=period_said(self.period),
            times=self.times_max,
        )

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the period earned its points."""
        when, times = span_said(span), facts.get("times", 0)
        if not times:
            return said("attending.none", when=when, name=self.name)
        return said(
            "attending.reason",
            when=when,
            name=self.name,
            times=times,
            points=self.points_each,
            period=period_said(self.period),
            most=self.times_max,
        )

    def figure(self, facts: Facts) -> Said:
        """How many times."""
        return amount_said((self.metric,), facts.get("times", 0))

    def _times(self, view: View, periods: Sequence[Period]) -> IntMatrix:
        days = np.maximum(view.amount(self.metric), 0)
        times = np.empty((len(days), len(periods)), np.int32, order="F")
        for place, period in enumerate(periods):
            days[:, period.columns].sum(axis=1, dtype=np.int32, out=times[:, place])
        return times
