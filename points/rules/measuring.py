"""Points for measuring oneself, whatever the measurement shows."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
import numpy as np

from points.cohort import NONE, BoolMatrix
from points.periods import DAYS_AT_MOST, DaySpan, Period, PeriodKind
from points.rules.parts import FactColumns, Facts, FigureCode, PersonalRuleBase, Points, columns
from points.said import Said, Text, amount_said, period_said, said, span_said
from points.view import Integers, Places, View

MEASURED = "measured_days"


class Measuring(PersonalRuleBase, frozen=True, kw_only=True, tag="measuring"):
    """Pays `points_each` for a day, week, month, quarter or longer in which all of `metrics` were measured on one
    day.

    `days_min`: on how many days of the period they must be measured, if once is not enough. An answer to a
    questionnaire is a measurement too. The rule pays the effort, never the value: a high blood pressure earns as much
    as a low one, so nobody gains by not looking. The value is no fact of the award and does not enter the ledger.

    Sources: in many municipal programmes measuring (blood pressure, weight) earns points. SWC-24000 (1,000 points for
    body composition each quarter).
    """

    name: Text
    metrics: Annotated[list[FigureCode], msgspec.Meta(min_length=1, max_length=30)]
    period: PeriodKind = "day"
    days_min: Annotated[int, msgspec.Meta(ge=1, le=366)] = 1
    points_each: Points

    def __post_init__(self) -> None:
        """Refuses more days than the period has."""
        if self.days_min > DAYS_AT_MOST[self.period]:
            raise ValueError("days_min must not exceed the days of the period")

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return self.metrics

    @property
    def award_period(self) -> PeriodKind:
        """The period that the rule states."""
        return self.period

    def points(self, view: View, periods: Sequence[Period], /) -> Integers:
        """Whole points, shape (residents, periods)."""
        enough = self._measured_days(view, periods) >= self.days_min
        return enough * np.int16(self.points_each)

    def facts(self, view: View, periods: Sequence[Period], places: Places, /) -> FactColumns:
        """On how many days of the period everything was measured."""
        return columns(
            measured_days=self._measured_days(view, periods)[places.residents, places.periods]
        )

    def text(self) -> Said:
        """The rule."""
        name, points, period = self.name, self.points_each, period_said(self.period)
        if self.days_min == 1:
            return said("measuring.text", name=name, points=points, period=period)
        return said(
            "measuring.text_days", name=name, points=points, period=period, days=self.days_min
        )

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the period earned its points."""
        when, days = span_said(span), facts.get(MEASURED, 0)
        if days == 0:
            return said("measuring.none", when=when, name=self.name)
        if days < self.days_min:
            return said(
                "measuring.too_few", when=when, name=self.name, days=days, needed=self.days_min
            )
        points = self.points_each
        if self.period == "day":
            return said("measuring.reason", when=when, name=self.name, points=points)
        return said(
            "measuring.reason_days",
            when=when,
            name=self.name,
            days=days,
            needed=self.days_min,
            points=points,
        )

    def figure(self, facts: Facts) -> Said | None:
        """The number of days of a longer period on which everything was measured."""
        return None if self.period == "day" else amount_said(("days",), facts.get(MEASURED, 0))

    def _measured_days(self, view: View, periods: Sequence[Period]) -> Integers:
        measured: BoolMatrix = view.amount(self.metrics[0]) != NONE
        for metric in self.metrics[1:]:
            measured &= view.amount(metric) != NONE
        return days_in(measured, periods)


def days_in(days: BoolMatrix, periods: Sequence[Period]) -> Integers:
    """How many of the days lie in each period, shape (residents, periods)."""
    counts = np.empty((len(days), len(periods)), np.int16, order="F")
    for place, period in enumerate(periods):
        days[:, period.columns].sum(axis=1, dtype=np.int16, out=counts[:, place])
    return counts
