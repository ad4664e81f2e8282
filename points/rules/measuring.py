"""Points for measuring oneself, whatever is measured."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
import numpy as np

from points.cohort import NONE, BoolMatrix
from points.periods import DAYS_AT_MOST, Period, PeriodKind, Span
from points.rules.parts import FactColumns, Facts, MetricCode, PersonalRuleBase, Points, columns
from points.view import Integers, Places, View
from points.words import PERIODS, Text, counted, span_text

MEASURED = "measured_days"


class Measuring(PersonalRuleBase, frozen=True, kw_only=True, tag="measuring"):
    """Pays `points_each` for a day, week, month, quarter or longer in which all of `metrics` were measured on one day.

    `days_min`: on how many days of the period, where once is not enough. Answers to a questionnaire are measured too.
    The effort is paid, never the value: a high blood pressure earns what a low one does, so nobody gains by not
    looking. The value is no fact of the award and does not enter the ledger.
    Sources: measuring as a point activity in many municipal programmes (blood pressure, weight); SWC-24000 (1,000 points
    for body composition each quarter).
    """

    name: Text
    metrics: Annotated[list[MetricCode], msgspec.Meta(min_length=1, max_length=30)]
    period: PeriodKind = "day"
    days_min: Annotated[int, msgspec.Meta(ge=1, le=366)] = 1
    points_each: Points

    def __post_init__(self) -> None:
        """Refuses more days than the period has."""
        if self.days_min > DAYS_AT_MOST[self.period]:
            raise ValueError("days_min must not exceed the days of the period")

    @property
    def metrics_needed(self) -> Sequence[str]:
        """The metrics that the rule looks at."""
        return self.metrics

    @property
    def award_period(self) -> PeriodKind:
        """As the rule says."""
        return self.period

    def points(self, view: View, periods: Sequence[Period], /) -> Integers:
        """Whole points, shape (residents, periods)."""
        enough = self._measured_days(view, periods) >= self.days_min
        return enough * np.int16(self.points_each)

    def facts(self, view: View, periods: Sequence[Period], at: Places, /) -> FactColumns:
        """On how many days of the period everything was measured."""
        return columns(measured_days=self._measured_days(view, periods)[at.residents, at.periods])

    def text(self) -> Text:
        """The rule in a sentence."""
        each, times = PERIODS[self.period], self._times()
        return Text(
            ja=f"{self.name.ja}を{times.ja}測ると{self.points_each:,}ポイント({each.ja}に1回)",
            en=f"{counted(self.points_each, 'point')} for measuring {self.name.en}{times.en}, once a {each.en}",
        )

    def reason(self, span: Span, facts: Facts) -> Text:
        """Why the period got what it got."""
        when, days = span_text(span), facts.get(MEASURED, 0)
        if days >= self.days_min:
            return Text(
                ja=f"{when.ja} {self.name.ja}を測りました", en=f"{when.en}: {self.name.en} measured"
            )
        if days == 0:
            return Text(
                ja=f"{when.ja} {self.name.ja}の記録がありません",
                en=f"{when.en}: no measurement of {self.name.en}",
            )
        return Text(
            ja=f"{when.ja} {self.name.ja}の記録が{days}日あります({self.days_min}日で1回分)",
            en=f"{when.en}: {self.name.en} measured on {days} of {self.days_min} days",
        )

    def _times(self) -> Text:
        if self.days_min == 1:
            return Text(ja="", en="")
        return Text(ja=f"{self.days_min}日", en=f" on {self.days_min} days")

    def _measured_days(self, view: View, periods: Sequence[Period]) -> Integers:
        measured: BoolMatrix = view.amount(self.metrics[0]) != NONE
        for metric in self.metrics[1:]:
            measured &= view.amount(metric) != NONE
        return days_in(measured, periods)


def days_in(days: BoolMatrix, periods: Sequence[Period]) -> Integers:
    """How many of the days are in each period, shape (residents, periods)."""
    counts = np.empty((len(days), len(periods)), np.int16, order="F")
    for place, period in enumerate(periods):
        days[:, period.columns].sum(axis=1, dtype=np.int16, out=counts[:, place])
    return counts
