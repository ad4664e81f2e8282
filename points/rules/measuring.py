"""Points for measuring oneself, whatever is measured."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

import msgspec
import numpy as np

from points.cohort import Cohort, IntMatrix, RuleAwards
from points.rules.parts import DayFacts, MetricCode, NextAward, Points, RuleCode
from points.words import Text, day_text

MEASURED = "measured"


class Measuring(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="measuring",
    tag_field="kind",
):
    """Pays `points_day` for a day on which all of `metrics` were measured at least once.

    The effort is paid, never the value: a high blood pressure earns what a low one does, so nobody gains by not
    looking. The value is no fact of the award and does not enter the ledger.
    Source: measuring as a point activity in many municipal programmes (blood pressure, weight, body composition).
    """

    code: RuleCode
    name: Text
    metrics: Annotated[list[MetricCode], msgspec.Meta(min_length=1, max_length=10)]
    points_day: Points

    @property
    def metrics_needed(self) -> Sequence[str]:
        """The metrics that the rule looks at."""
        return self.metrics

    def points_by_day(self, cohort: Cohort) -> IntMatrix:
        """Whole points, shape (residents, days)."""
        measured = np.ones(cohort.shape, np.bool_)
        for metric in self.metrics:
            measured &= cohort.has(metric)
        return measured * np.int64(self.points_day)

    def awards(self, cohort: Cohort) -> RuleAwards:
        """An award for each day of measuring."""
        points = self.points_by_day(cohort)
        resident_index, day_index = np.nonzero(points)
        return RuleAwards(
            rule=self.code,
            resident_index=resident_index,
            day_index=day_index,
            points=points[resident_index, day_index],
            facts={MEASURED: np.ones(len(resident_index), np.int64)},
        )

    def facts_of(self, day: DayFacts, /) -> dict[str, int]:
        """The facts of a day that gives nothing."""
        return {MEASURED: int(all(metric in day.values for metric in self.metrics))}

    def next_award(self, _today: DayFacts, /) -> NextAward | None:
        """No steps lead to it."""
        return None

    def text(self) -> Text:
        """The rule in a sentence."""
        return Text(
            ja=f"{self.name.ja}を測った日は{self.points_day}ポイント",
            en=f"{self.points_day} points for a day of measuring {self.name.en}",
        )

    def reason(self, *, day: date, facts: Mapping[str, int]) -> Text:
        """Why the day got what it got."""
        when = day_text(day)
        if facts.get(MEASURED, 0):
            return Text(
                ja=f"{when.ja} {self.name.ja}を測りました", en=f"{when.en}: {self.name.en} measured"
            )
        return Text(
            ja=f"{when.ja} {self.name.ja}の記録がありません",
            en=f"{when.en}: no measurement of {self.name.en}",
        )
