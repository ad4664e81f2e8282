"""Points for the highest tier that a day reaches. A city can set tiers by age."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
import numpy as np

from points.conditions import ages_of
from points.periods import DaySpan, Period
from points.rules.parts import (
    STEPS,
    FactColumns,
    Facts,
    FigureCode,
    NextAwards,
    PersonalRuleBase,
    columns,
    day_amount_said,
    recorded,
    steps_of_last_day,
)
from points.said import Said, said
from points.tiers import Bands, bands_said, check_bands, reached_said, tier_points
from points.view import Integers, Places, View


class DailyTiers(PersonalRuleBase, frozen=True, kw_only=True, tag="daily_tiers"):
    """Pays the points of the highest tier that the day's steps or active minutes reach. Tiers do not add up.

    - `metrics`: what is counted and added together: steps, or minutes such as active_minutes and
      snow_shovelling_minutes.
    - `bands`: one for everybody, or one for each range of ages. A resident whose age is in no band gets nothing.

    Sources: Yamagata SUKSK (4,000 to 8,000 steps), Kamaishi (by age), Singapore's National Steps Challenge 2023
    (minutes). In Hokkaido's winter, shovelling snow keeps people active (KAKEN 26350841), so it can count.
    """

    metrics: Annotated[tuple[FigureCode, ...], msgspec.Meta(min_length=1, max_length=10)] = (STEPS,)
    bands: Bands

    def __post_init__(self) -> None:
        """Refuses two bands that hold the same age."""
        check_bands(self.bands)

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return self.metrics

    def points(self, view: View, _periods: Sequence[Period], /) -> Integers:
        """Whole points, shape (residents, days)."""
        return tier_points(self.bands, view.sum_of(self.metrics), ages_of(view.cohort))

    def facts(self, view: View, _periods: Sequence[Period], places: Places, /) -> FactColumns:
        """The day's amount and the resident's age."""
        amounts = view.sum_of(self.metrics)[places.residents, places.periods]
        ages = np.broadcast_to(ages_of(view.cohort), view.cohort.shape)
        return columns(amount=recorded(amounts), age=ages[places.residents, places.periods])

    def next_awards(self, view: View, /) -> NextAwards | None:
        """The steps missing to the next tier; none on the last tier, and none for a resident in no band."""
        if self.metrics != (STEPS,):
            return None
        steps, ages = steps_of_last_day(view), ages_of(view.cohort)[:, -1]
        needed, points = np.zeros_like(steps), np.zeros_like(steps)
        for band in self.bands:
            asked = np.array([tier.at_least for tier in band.tiers], np.int64)
            paid = np.array([0, *(tier.points for tier in band.tiers)], np.int64)
            reached = np.searchsorted(asked, steps, side="right")
            above = np.minimum(reached, len(asked) - 1)
            is_open = (ages >= band.age_from) & (ages <= band.age_to) & (reached < len(asked))
            np.copyto(needed, asked[above] - steps, where=is_open)
            np.copyto(points, paid[above + 1] - paid[reached], where=is_open)
        return NextAwards(needed, points)

    def text(self) -> Said:
        """The rule."""
        return said("daily_tiers.text", tiers=bands_said(self.bands, self.metrics))

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the day earned its points."""
        amount, age = facts.get("amount", 0), facts.get("age", 0)
        return said(
            "daily_tiers.reason",
            when=span.first,
            amount=day_amount_said(self.metrics, facts),
            tiers=reached_said(self.bands, self.metrics, amount, age=age),
        )

    def figure(self, facts: Facts) -> Said:
        """The day's amount."""
        return day_amount_said(self.metrics, facts)
