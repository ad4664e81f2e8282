"""Points for the highest tier that a day reaches, the tiers by age if the city wants."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from points.cohort import Cohort, IntMatrix, RuleAwards
from points.rules.parts import STEPS, DayFacts, NextAward, Points, RuleCode
from points.words import Text, day_text

AGE_MAX = 150
UNITS = {
    "steps": Text(ja="歩", en="steps"),
    "active_minutes": Text(ja="分の運動", en="active minutes"),
}


class Tier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From `at_least` of the day's whole steps or minutes on, `points`."""

    at_least: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    points: Points


class AgeBand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tiers of those from `age_from` to `age_to`, both included.

    The age is the one that is reached in the day's calendar year: only the year of birth is kept of anybody.
    """

    tiers: Annotated[list[Tier], msgspec.Meta(min_length=1, max_length=50)]
    age_from: Annotated[int, msgspec.Meta(ge=0, le=AGE_MAX)] = 0
    age_to: Annotated[int, msgspec.Meta(ge=0, le=AGE_MAX)] = AGE_MAX

    def __post_init__(self) -> None:
        """Refuses what would pay in no order."""
        if self.age_to < self.age_from:
            raise ValueError("age_to must not be below age_from")
        for lower, higher in pairwise(self.tiers):
            if not (lower.at_least < higher.at_least and lower.points < higher.points):
                raise ValueError("each tier must ask for more than the one before it, and pay more")

    def reached(self, amount: int) -> Tier | None:
        """The highest tier that the amount reaches."""
        return next((tier for tier in reversed(self.tiers) if tier.at_least <= amount), None)


class DailyTiers(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag="daily_tiers",
    tag_field="kind",
):
    """Pays the points of the highest tier that the day's steps or active minutes reach; tiers do not add up.

    `bands`: one for everybody, or one for each range of ages; who is in none gets nothing.
    Sources: Yamagata SUKSK (4,000 to 8,000 steps), Kamaishi (by age), Singapore's National Steps Challenge 2023.
    """

    code: RuleCode
    metric: Literal["steps", "active_minutes"] = "steps"
    bands: Annotated[list[AgeBand], msgspec.Meta(min_length=1, max_length=20)]

    def __post_init__(self) -> None:
        """Refuses bands of which two hold the same age."""
        for younger, older in pairwise(sorted(self.bands, key=lambda band: band.age_from)):
            if older.age_from <= younger.age_to:
                raise ValueError(f"two bands hold the age of {older.age_from}")

    @property
    def metrics_needed(self) -> Sequence[str]:
        """The metrics that the rule looks at."""
        return (self.metric,)

    def points_by_day(self, cohort: Cohort) -> IntMatrix:
        """Whole points, shape (residents, days)."""
        amounts = cohort.whole(self.metric)
        ages = cohort.ages
        points = np.zeros(cohort.shape, np.int64)
        for band in self.bands:
            # A table look-up: place 0 is no tier, place n the nth.
            thresholds = np.array([tier.at_least for tier in band.tiers])
            pays = np.array([0, *(tier.points for tier in band.tiers)])
            within = (ages >= band.age_from) & (ages <= band.age_to)
            points += within * pays[np.searchsorted(thresholds, amounts, side="right")]
        return points

    def awards(self, cohort: Cohort) -> RuleAwards:
        """The awards above zero, each resting on the day's amount and the resident's age."""
        points = self.points_by_day(cohort)
        resident_index, day_index = np.nonzero(points)
        at: tuple[NDArray[np.intp], NDArray[np.intp]] = resident_index, day_index
        return RuleAwards(
            rule=self.code,
            resident_index=resident_index,
            day_index=day_index,
            points=points[at],
            facts={self.metric: cohort.whole(self.metric)[at], "age": cohort.ages[at]},
        )

    def facts_of(self, day: DayFacts, /) -> dict[str, int]:
        """The facts of a day that gives nothing."""
        return {self.metric: int(day.values.get(self.metric, 0)), "age": day.age}

    def next_award(self, today: DayFacts, /) -> NextAward | None:
        """What is missing to the next tier of steps; None at the last, and where no steps are asked for."""
        steps, band = today.steps, self._band_of(today.age)
        if self.metric != STEPS or band is None:
            return None
        above = next((tier for tier in band.tiers if tier.at_least > steps), None)
        if above is None:
            return None
        reached = band.reached(steps)
        return NextAward(above.at_least - steps, above.points - (reached.points if reached else 0))

    def text(self) -> Text:
        """The rule in a sentence."""
        unit = UNITS[self.metric]
        return Text(
            ja="、".join(
                _ages(band).ja
                + "、".join(
                    f"{tier.at_least:,}{unit.ja}で{tier.points}ポイント" for tier in band.tiers
                )
                for band in self.bands
            )
            + "(1日、いちばん上の段階だけ)",
            en="; ".join(
                _ages(band).en
                + ", ".join(f"{tier.points} for {tier.at_least:,} {unit.en}" for tier in band.tiers)
                for band in self.bands
            )
            + " (a day, the highest only)",
        )

    def reason(self, *, day: date, facts: Mapping[str, int]) -> Text:
        """Why the day got what it got."""
        unit, when = UNITS[self.metric], day_text(day)
        amount, band = facts.get(self.metric, 0), self._band_of(facts.get("age", 0))
        tier = band.reached(amount) if band else None
        if tier is None:
            return Text(
                ja=f"{when.ja} {amount:,}{unit.ja}: どの段階にも届いていません",
                en=f"{when.en}: {amount:,} {unit.en}; no tier is reached",
            )
        return Text(
            ja=f"{when.ja} {amount:,}{unit.ja}: {tier.at_least:,}{unit.ja}以上で{tier.points}ポイント",
            en=f"{when.en}: {amount:,} {unit.en}; {tier.points} points from {tier.at_least:,} on",
        )

    def _band_of(self, age: int) -> AgeBand | None:
        return next((band for band in self.bands if band.age_from <= age <= band.age_to), None)


def _ages(band: AgeBand) -> Text:
    if (band.age_from, band.age_to) == (0, AGE_MAX):
        return Text(ja="", en="")
    if band.age_from == 0:
        return Text(ja=f"{band.age_to}歳まで: ", en=f"to age {band.age_to}: ")
    if band.age_to == AGE_MAX:
        return Text(ja=f"{band.age_from}歳から: ", en=f"from age {band.age_from}: ")
    return Text(
        ja=f"{band.age_from}~{band.age_to}歳: ", en=f"ages {band.age_from} to {band.age_to}: "
    )
