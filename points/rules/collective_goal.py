"""What the city gives when all of its walkers together reach a mean."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from points.cohort import NONE
from points.periods import DaySpan, Period, PeriodKind
from points.rules.parts import (
    STEPS,
    Amount,
    CityShare,
    Contribution,
    Facts,
    FigureCode,
    GroupRuleBase,
    Shares,
)
from points.said import Said, Text, amount_said, period_said, said, span_said
from points.view import Integers, View

Sums = NDArray[np.int64]
"""Sums over all participants, one for each period."""


class CollectiveGoal(GroupRuleBase, frozen=True, kw_only=True, tag="collective_goal"):
    """The city makes a donation, and can give points to every participant, when all residents together reach a mean.

    A participant is a resident who has data of the metrics in the period. Once the period is over, the mean of all
    participants' totals is compared with `mean_at_least`. If it is at least that, the city donates `donation_points`
    to `recipient`, and gives every participant `points_each`. There must be at least `participants_min` participants.

    Participants get their points on the day after the period, as from every rule of many residents. The donation is
    made once and never corrected, so it waits until no late data counts any more. It is posted `late_window_days` and
    one more day after the period's last day.

    Source: Yokohama walking points (with a mean of 100,000 steps in a month the city donates 200,000 yen).
    """

    period: Literal["week", "month", "quarter"] = "month"
    metrics: Annotated[tuple[FigureCode, ...], msgspec.Meta(min_length=1, max_length=10)] = (STEPS,)
    mean_at_least: Amount
    participants_min: Annotated[int, msgspec.Meta(ge=1, le=10_000_000)] = 10
    recipient: Text
    donation_points: Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
    points_each: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return self.metrics

    @property
    def award_period(self) -> PeriodKind:
        """A week, month or quarter."""
        return self.period

    def contributions(
        self, view: View, periods: Sequence[Period], _personal: Mapping[str, Integers], /
    ) -> Contribution:
        """Each participant's total."""
        amounts = view.sum_of(self.metrics)
        by_period = []
        for place, period in enumerate(periods):
            amounts_in = amounts[:, period.columns]
            rows = np.flatnonzero((amounts_in != NONE).any(axis=1))
            total = np.maximum(amounts_in[rows], 0).sum(axis=1, dtype=np.int64)
            by_period.append((rows, np.full(len(rows), place), total))
        rows, places, totals = (np.concatenate(column) for column in zip(*by_period, strict=True))
        return Contribution(view.cohort.residents.ids[rows], places, {"total": totals})

    def shares(self, all_of_them: Contribution, periods: Sequence[Period]) -> Shares:
        """What each participant gets."""
        participants, totals = _sums(all_of_them, periods)
        pays = self._is_reached(participants, totals) * np.int64(self.points_each)
        of_row = all_of_them.periods
        return Shares(
            pays[of_row],
            {
                "own_total": all_of_them.amounts["total"],
                "participants": participants[of_row],
                "total": totals[of_row],
            },
        )

    def of_city(self, all_of_them: Contribution, periods: Sequence[Period]) -> list[CityShare]:
        """The donations of the periods that reached the mean."""
        participants, totals = _sums(all_of_them, periods)
        return [
            CityShare(
                place,
                self.donation_points,
                {"participants": int(participants[place]), "total": int(totals[place])},
            )
            for place in np.flatnonzero(self._is_reached(participants, totals)).tolist()
        ]

    def text(self) -> Said:
        """The rule."""
        text = said(
            "collective_goal.text",
            period=period_said(self.period),
            mean=amount_said(self.metrics, self.mean_at_least),
            recipient=self.recipient,
            donation=self.donation_points,
        )
        if not self.points_each:
            return text
        return said("collective_goal.and_to_each", rule=text, points=self.points_each)

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the period earned its points."""
        participants = facts.get("participants", 0)
        reason = said(
            "collective_goal.reason",
            when=span_said(span),
            participants=participants,
            total=amount_said(self.metrics, facts.get("total", 0)),
            mean=self.figure(facts),
            asked=amount_said(self.metrics, self.mean_at_least),
            least=self.participants_min,
        )
        if "own_total" not in facts:
            return said("collective_goal.of_city", reason=reason, donation=self.donation_points)
        own = amount_said(self.metrics, facts["own_total"])
        return said("collective_goal.and_own", reason=reason, own=own, points=self.points_each)

    def figure(self, facts: Facts) -> Said:
        """The mean of all participants."""
        mean = facts.get("total", 0) // max(facts.get("participants", 0), 1)
        return amount_said(self.metrics, mean)

    def _is_reached(self, participants: Sums, totals: Sums) -> NDArray[np.bool_]:
        reached: NDArray[np.bool_] = (participants >= self.participants_min) & (
            totals >= self.mean_at_least * participants
        )
        return reached

    def group_looks_back_to(self, span: DaySpan) -> date:
        """The first day of the period."""
        return span.first


def _sums(all_of_them: Contribution, periods: Sequence[Period]) -> tuple[Sums, Sums]:
    """The number of participants in each period, and the sum of their totals."""
    participants = np.bincount(all_of_them.periods, minlength=len(periods)).astype(np.int64)
    totals = np.zeros(len(periods), np.int64)
    np.add.at(totals, all_of_them.periods, all_of_them.amounts["total"])
    return participants, totals
