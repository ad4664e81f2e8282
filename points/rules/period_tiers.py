"""Points for what a week, month or longer adds up to: its total, its daily mean, or how many of its days reached a
goal.
"""

from collections.abc import Sequence
from typing import Annotated, Final, Literal, assert_never

import msgspec
import numpy as np

from points.cohort import IntMatrix
from points.goals import DayGoal
from points.periods import DAYS_AT_MOST, DaySpan, Period, PeriodKind
from points.rules.parts import STEPS, FactColumns, Facts, FigureCode, PersonalRuleBase, columns
from points.said import Said, amount_said, period_said, said, span_said
from points.tiers import Bands, bands_said, check_bands, reached_said, tier_points
from points.view import Integers, Places, View

DAY_MAX: Final = np.iinfo(np.int32).max // DAYS_AT_MOST["fiscal_year"]
"""The most of one day that counts. It is far above what anybody can do, and no period's total overflows."""


class PeriodTiers(PersonalRuleBase, frozen=True, kw_only=True, tag="period_tiers"):
    """Pays the points of the highest tier that the period reaches, as soon as it is reached. Tiers do not add up.

    - `of`: what is compared with the tiers. `total` is the period's total of the metrics. `daily_mean` is that total
      divided by all of the period's days, also those without data. `days` is the number of the period's days that
      reached `day_goal`.
    - `bands`: one for everybody, or one for each range of ages. The age on the period's first day decides.

    Sources: SWC-24000, Okayama's variant (a monthly mean of 12,000 steps, 9,000 from age 75). Saitama 2017 (a bonus
    for 20 days of 10,000 in a month). Weekly active minutes as the WHO's guidelines of 2020 count them.
    """

    period: Literal["week", "month", "quarter", "half_year", "fiscal_year"]
    of: Literal["total", "daily_mean", "days"]
    metrics: Annotated[tuple[FigureCode, ...], msgspec.Meta(min_length=1, max_length=10)] = (STEPS,)
    day_goal: DayGoal | None = None
    bands: Bands

    def __post_init__(self) -> None:
        """Refuses fields that contradict each other."""
        check_bands(self.bands)
        if (self.of == "days") != (self.day_goal is not None):
            raise ValueError("day_goal is stated with of = 'days', and only then")
        if self.day_goal is not None:
            if self.metrics != (STEPS,):
                raise ValueError("with of = 'days' the metrics are those of the day_goal")
            if max(band.tiers[-1].at_least for band in self.bands) > DAYS_AT_MOST[self.period]:
                raise ValueError("no tier may ask for more days than the period has")

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return self.day_goal.metrics if self.day_goal else self.metrics

    @property
    def award_period(self) -> PeriodKind:
        """A week, month, quarter, half-year or fiscal year."""
        return self.period

    def points(self, view: View, periods: Sequence[Period]) -> Integers:
        """Whole points, shape (residents, periods)."""
        return tier_points(self.bands, self._amounts(view, periods), _ages(view, periods))

    def facts(self, view: View, periods: Sequence[Period], places: Places) -> FactColumns:
        """The period's amount, the total that a mean was made from, and the resident's age."""
        index = places.residents, places.periods
        ages = _ages(view, periods)[index]
        facts = columns(amount=self._amounts(view, periods)[index], age=ages)
        if self.of == "daily_mean":
            facts |= columns(total=self._totals(view, periods)[index])
        return facts

    def text(self) -> Said:
        """The rule."""
        tiers, period = bands_said(self.bands, self._unit()), period_said(self.period)
        if self.day_goal is not None:
            goal = self.day_goal.text()
            return said("period_tiers.text_days", period=period, goal=goal, tiers=tiers)
        if self.of == "daily_mean":
            return said("period_tiers.text_mean", period=period, tiers=tiers)
        return said("period_tiers.text_total", period=period, tiers=tiers)

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the period earned its points."""
        figure = self.figure(facts)
        if self.of == "daily_mean" and "total" in facts:
            total = amount_said(self.metrics, facts["total"])
            figure = said("period_tiers.mean_of", total=total, days=span.days, what=figure)
        tiers = reached_said(
            self.bands, self._unit(), facts.get("amount", 0), age=facts.get("age", 0)
        )
        return said("period_tiers.reason", when=span_said(span), what=figure, tiers=tiers)

    def figure(self, facts: Facts) -> Said:
        """The period's total or daily mean, or its goal days."""
        return self._what(amount_said(self._unit(), facts.get("amount", 0)))

    def _amounts(self, view: View, periods: Sequence[Period]) -> IntMatrix:
        """What is compared with the tiers, shape (residents, periods)."""
        amounts = self._totals(view, periods)
        if self.of == "daily_mean":
            amounts //= np.array([period.span.days for period in periods], np.int32)
        return amounts

    def _totals(self, view: View, periods: Sequence[Period]) -> IntMatrix:
        """The periods' totals, or how many of their days reached the goal, shape (residents, periods)."""
        residents, _ = view.cohort.shape
        amounts = np.empty((residents, len(periods)), np.int32, order="F")
        days = (
            self.day_goal.reached(view)
            if self.day_goal
            else np.clip(view.sum_of(self.metrics), 0, DAY_MAX)
        )
        for place, period in enumerate(periods):
            days[:, period.columns].sum(axis=1, dtype=np.int32, out=amounts[:, place])
        return amounts

    def _unit(self) -> Sequence[str]:
        return ("days",) if self.of == "days" else self.metrics

    def _what(self, amount: Said) -> Said:
        match self.of:
            case "total":
                return said("period_tiers.total", amount=amount)
            case "daily_mean":
                return said("period_tiers.mean", amount=amount)
            case "days":
                assert self.day_goal is not None, "days are those of a goal"
                return said("period_tiers.days", goal=self.day_goal.text(), amount=amount)
            case _ as never:
                assert_never(never)


def _ages(view: View, periods: Sequence[Period]) -> IntMatrix:
    """The age that each resident reaches in the calendar year of each period's first day, shape (residents, periods)."""
    years = np.array([period.span.first.year for period in periods], np.int32)
    ages: IntMatrix = years[None, :] - view.cohort.residents.birth_years[:, None]
    return ages
