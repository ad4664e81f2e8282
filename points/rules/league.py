"""A league of similar walkers: residents with about the same baseline compete for a week."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from points.periods import DaySpan, Period, PeriodKind
from points.rules.parts import (
    STEPS,
    Contribution,
    FactColumns,
    Facts,
    GroupRuleBase,
    Points,
    Shares,
)
from points.said import Argument, Said, Several, period_said, said, span_said
from points.view import Integers, View

NAMES: Final = ("baseline", "steps")


class League(GroupRuleBase, frozen=True, kw_only=True, tag="league"):
    """Pays the first places of each league, once the period is over. `points_by_place` begins with the first place.

    Every resident with at least `valid_days_min` days of data in the `baseline_days` before the period takes part.
    Participants are put in order of their steps in those days, the fewest first. If two have equal steps, the one
    with the lower resident number is first. Then the order is cut into leagues.

    There are as many leagues as `size` goes into the number of participants, but at least one. All leagues have the
    same size. If participants are left over, the first leagues, which walk least, get one more each. So a league has
    `size` to twice `size` less one participants, or fewer if there are fewer in all.

    Within a league the period's steps decide the places. Participants with equal steps share a place. On each day, in
    the period and before it, at most `steps_day_max` steps count.

    Source: Saitama 2017 (leagues of like walkers). Among people who walk about as much, everybody can win. In one
    list of all residents, those win who walk much already, or who shake a phone. A machine gives some 4,000 steps an
    hour, so a day has a ceiling.
    """

    period: Literal["week", "month"] = "week"
    size: Annotated[int, msgspec.Meta(ge=3, le=1000)] = 20
    baseline_days: Annotated[int, msgspec.Meta(ge=7, le=56)] = 14
    valid_days_min: Annotated[int, msgspec.Meta(ge=1, le=56)] = 5
    steps_day_max: Annotated[int, msgspec.Meta(ge=1_000, le=100_000)] = 20_000
    points_by_place: Annotated[list[Points], msgspec.Meta(min_length=1, max_length=100)]

    def __post_init__(self) -> None:
        """Refuses a place that pays more than the one before it, more places than people, and more valid days than
        baseline days.
        """
        if any(higher < lower for higher, lower in pairwise(self.points_by_place)):
            raise ValueError("no place pays more than the one before it")
        if len(self.points_by_place) > self.size:
            raise ValueError("points_by_place must not be longer than size")
        if self.valid_days_min > self.baseline_days:
            raise ValueError("valid_days_min must not exceed baseline_days")

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return (STEPS,)

    @property
    def award_period(self) -> PeriodKind:
        """A week or a month."""
        return self.period

    def contributions(
        self, view: View, periods: Sequence[Period], _personal: Mapping[str, Integers], /
    ) -> Contribution:
        """Each participant's steps before and in the period. The cohort reaches back to `group_looks_back_to`."""
        counted = np.minimum(view.amount(STEPS), self.steps_day_max)
        known = np.minimum(view.cohort.amount(STEPS), self.steps_day_max)
        by_period = []
        for place, period in enumerate(periods):
            start = view.cohort.column(period.span.first)
            before = known[:, max(start - self.baseline_days, 0) : max(start, 0)]
            within = counted[:, period.columns]
            takes_part = (before >= 0).sum(axis=1) >= self.valid_days_min
            rows = np.flatnonzero(takes_part & view.counts()[:, period.columns].any(axis=1))
            by_period.append(
                (
                    rows,
                    np.full(len(rows), place),
                    np.maximum(before[rows], 0).sum(axis=1, dtype=np.int64),
                    np.maximum(within[rows], 0).sum(axis=1, dtype=np.int64),
                )
            )
        rows, places, *amounts = (np.concatenate(column) for column in zip(*by_period, strict=True))
        return Contribution(
            view.cohort.residents.ids[rows], places, dict(zip(NAMES, amounts, strict=True))
        )

    def shares(self, all_of_them: Contribution, periods: Sequence[Period]) -> Shares:
        """What each participant gets."""
        points = np.zeros(len(all_of_them.periods), np.int64)
        facts: FactColumns = {
            name: np.zeros(len(points), np.int64) for name in ("league", "of_league", "place")
        }
        for period in range(len(periods)):
            rows = np.flatnonzero(all_of_them.periods == period)
            if not len(rows):
                continue
            participants = all_of_them.of(rows)
            league, of_league = self._leagues(participants)
            place = _places(league, participants.amounts["steps"])
            pays = np.zeros(max(int(place.max()), len(self.points_by_place)) + 1, np.int64)
            pays[1 : len(self.points_by_place) + 1] = self.points_by_place
            points[rows] = np.where(participants.amounts["steps"] > 0, pays[place], 0)
            facts["league"][rows], facts["of_league"][rows], facts["place"][rows] = (
                league,
                of_league,
                place,
            )
        return Shares(points, facts | dict(all_of_them.amounts))

    def text(self) -> Said:
        """The rule."""
        places: list[Argument] = [*self.points_by_place]
        return said(
            "league.text",
            size=self.size,
            period=period_said(self.period),
            places=Several(places, said("league.between")),
        )

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the period earned its points."""
        places: list[Argument] = [*self.points_by_place]
        return said(
            "league.reason",
            when=span_said(span),
            steps=facts.get("steps", 0),
            size=facts.get("of_league", 0),
            place=facts.get("place", 0),
            places=Several(places, said("league.between")),
            days=self.baseline_days,
            before=facts.get("baseline", 0),
        )

    def figure(self, facts: Facts) -> Said:
        """The place."""
        return said("league.place", place=facts.get("place", 0))

    def group_looks_back_to(self, span: DaySpan) -> date:
        """The baseline's first day."""
        return span.first - timedelta(days=self.baseline_days)

    def _leagues(self, participants: Contribution) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Each row's league, from 1, and the number of participants in it."""
        order = np.lexsort((participants.resident_ids, participants.amounts["baseline"]))
        count = max(1, len(order) // self.size)
        sizes = np.full(count, len(order) // count, np.int64)
        sizes[: len(order) % count] += 1
        league = np.empty(len(order), np.int64)
        league[order] = np.repeat(np.arange(1, count + 1), sizes)
        return league, sizes[league - 1]


def _places(league: NDArray[np.int64], steps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each row's place in its league, from 1; rows with equal steps all have the better place."""
    order = np.lexsort((-steps, league))
    sorted_league, sorted_steps = league[order], steps[order]
    rows = np.arange(len(order))
    starts = np.r_[True, sorted_league[1:] != sorted_league[:-1]]
    differs = starts | np.r_[True, sorted_steps[1:] != sorted_steps[:-1]]
    first_of_league = np.maximum.accumulate(np.where(starts, rows, 0))
    first_of_even = np.maximum.accumulate(np.where(differs, rows, 0))
    place = np.empty(len(order), np.int64)
    place[order] = first_of_even - first_of_league + 1
    return place
