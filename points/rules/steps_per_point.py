"""A point for every so many steps of a day, up to a ceiling."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

import msgspec
import numpy as np

from points.cohort import Cohort, IntMatrix, RuleAwards
from points.rules.parts import STEPS, DayFacts, NextAward, Points, RuleCode
from points.words import Text, day_text


class StepsPerPoint(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="steps_per_point",
    tag_field="kind",
):
    """Pays one point for each full `steps_per_point` steps of a day, at most `points_day_max` a day.

    An unfinished point is not paid and does not carry over to the next day.
    Source: Yokohama walking points (a point per 2,000 steps, at most 5 a day).
    """

    code: RuleCode
    steps_per_point: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    points_day_max: Points

    @property
    def metrics_needed(self) -> Sequence[str]:
        """The metrics that the rule looks at."""
        return (STEPS,)

    def points_by_day(self, cohort: Cohort) -> IntMatrix:
        """Whole points, shape (residents, days)."""
        return np.minimum(cohort.whole(STEPS) // self.steps_per_point, self.points_day_max)

    def awards(self, cohort: Cohort) -> RuleAwards:
        """The awards above zero, each resting on the day's steps."""
        points = self.points_by_day(cohort)
        resident_index, day_index = np.nonzero(points)
        return RuleAwards(
            rule=self.code,
            resident_index=resident_index,
            day_index=day_index,
            points=points[resident_index, day_index],
            facts={STEPS: cohort.whole(STEPS)[resident_index, day_index]},
        )

    def facts_of(self, day: DayFacts, /) -> dict[str, int]:
        """The facts of a day that gives nothing."""
        return {STEPS: day.steps}

    def next_award(self, today: DayFacts, /) -> NextAward | None:
        """Steps still missing today for one more point; None when the day's ceiling is reached."""
        steps = today.steps
        if steps // self.steps_per_point >= self.points_day_max:
            return None
        return NextAward(self.steps_per_point - steps % self.steps_per_point, 1)

    def text(self) -> Text:
        """The rule in a sentence."""
        return Text(
            ja=f"{self.steps_per_point:,}歩ごとに1ポイント、1日{self.points_day_max}ポイントまで",
            en=f"1 point for every {self.steps_per_point:,} steps, at most {self.points_day_max} a day",
        )

    def reason(self, *, day: date, facts: Mapping[str, int]) -> Text:
        """Why the day got what it got."""
        steps, when = facts.get(STEPS, 0), day_text(day)
        return Text(
            ja=f"{when.ja} {steps:,}歩: {self.text().ja}",
            en=f"{when.en}: {steps:,} steps; {self.text().en}",
        )
