"""A small chance to win for each day that reaches the goal."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Annotated, Final, Literal

import msgspec
import numpy as np

from points.cohort import NONE, BoolMatrix
from points.goals import DayGoal
from points.periods import DaySpan, Period
from points.rules.parts import (
    FactColumns,
    Facts,
    PersonalRuleBase,
    Points,
    columns,
    day_amount_said,
    recorded,
)
from points.said import Said, Several, amount_said, said
from points.view import Integers, Places, View

TICKETS: Final = 2**32
"""Tickets are whole numbers from 0 up to, and not including, this one."""


class Prize(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ticket in `one_in` wins `points`, or one of the rarer prizes before this one.

    So this prize's own chance is 1 in `one_in`, less the chance of the prizes before it.
    """

    one_in: Annotated[int, msgspec.Meta(ge=2, le=1_000_000)]
    points: Points


class Lottery(PersonalRuleBase, frozen=True, kw_only=True, tag="lottery"):
    """Draws a ticket for every resident and day, and pays the prize if the day reached the goal.

    `when` says when a prize is paid. `instant`: as soon as the goal is reached. `regret`: when the day is over. Then
    those whose ticket won, but who did not reach the goal, are told what they would have got, if the day has data by
    then. Who is told is settled once, as the day turns. If a day's first data comes later, nobody is told. But a goal
    that late data reaches still wins.

    The rarest prize stands first. One ticket wins one prize, the rarest that it can. For example, with prizes of 1 in
    3 and 1 in 2, a ticket wins the second one with a chance of 1 in 6. Tickets come from a seed. The server commits
    to the seed before the day, and publishes it when no late data counts for the day any more. So anybody can check
    the tickets, and nobody who knows them can change what they win.

    Sources: Volpp et al., 2008 (regret lotteries of 1 in 5 and 1 in 100). Patel et al., 2016.
    """

    goal: DayGoal
    when: Literal["instant", "regret"]
    prizes: Annotated[list[Prize], msgspec.Meta(min_length=1, max_length=5)]

    def __post_init__(self) -> None:
        """Refuses prizes that pay more without being rarer."""
        for rare, common in pairwise(self.prizes):
            if rare.one_in <= common.one_in or rare.points <= common.points:
                raise ValueError(
                    "each prize must be less rare than the one before it, and pay less"
                )

    @property
    def odds(self) -> list[Fraction]:
        """The chance of each prize, as a part of all tickets. The announcement and the drawing both use it."""
        up_to_here = [Fraction(1, prize.one_in) for prize in self.prizes]
        return [chance - rarer for rarer, chance in pairwise([Fraction(0), *up_to_here])]

    @property
    def waits_for_day_end(self) -> bool:
        """It does: a regret lottery pays as the day ends, and an instant one has a ticket once the day has begun."""
        return True

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return self.goal.metrics

    def points(self, view: View, _periods: Sequence[Period], /) -> Integers:
        """Whole points, shape (residents, days)."""
        points: Integers = self._won(view) * self._counts(view)
        return points

    def facts(self, view: View, _periods: Sequence[Period], places: Places, /) -> FactColumns:
        """The day's amount, what the goal asked, what the ticket wins if the goal is reached, and whether the day was
        over.

        The ticket is no fact: anybody could work out the day's other tickets from it while the day's seed is secret.
        """
        index = places.residents, places.periods
        return columns(
            amount=recorded(self.goal.amounts(view)[index]),
            goal=self.goal.asked_on(view, places),
            prize=self._won(view)[index],
            is_over=view.days_over()[index],
        )

    def missed(self, view: View) -> BoolMatrix:
        """On which days a resident is to be told what the day would have paid: the day is over and has data, and the
        ticket wins, but the amount does not reach the goal.
        """
        missed: BoolMatrix = (self._won(view) > 0) & (self.goal.amounts(view) != NONE)
        missed &= ~self.goal.reached(view) & view.days_over()
        return missed

    def text(self) -> Said:
        """The rule."""
        prizes = [
            said("lottery.prize", tickets=odds.denominator, win=odds.numerator, points=prize.points)
            for odds, prize in zip(self.odds, self.prizes, strict=True)
        ]
        return said(
            "lottery.text",
            goal=self.goal.text(),
            prizes=Several(prizes, said("lottery.between")),
        )

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the day got what it got."""
        when, amount = span.first, day_amount_said(self.goal.metrics, facts)
        prize = facts.get("prize", 0)
        if not prize:
            return said("lottery.none", when=when)
        goal = amount_said(self.goal.metrics, facts.get("goal", 0))
        if facts.get("amount", 0) < facts.get("goal", 0):
            return said("lottery.missed", when=when, amount=amount, goal=goal, prize=prize)
        return said("lottery.reason", when=when, amount=amount, goal=goal, points=prize)

    def figure(self, facts: Facts) -> Said:
        """The day's amount."""
        return day_amount_said(self.goal.metrics, facts)

    def _counts(self, view: View) -> BoolMatrix:
        reached = self.goal.reached(view)
        return reached & view.days_over() if self.when == "regret" else reached

    def _tickets(self, view: View) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
        drawn = view.cohort.tickets.get(self.code)
        return np.full(view.cohort.shape, NONE, np.int64) if drawn is None else drawn

    def _won(self, view: View) -> Integers:
        """The prize of each ticket: tickets from 0 on go to the rarest prize, the next ones to the next prize."""
        tickets = self._tickets(view)
        ends = [int(TICKETS * up_to_here) for up_to_here in accumulate(self.odds)]
        points = np.array([*(prize.points for prize in self.prizes), 0], np.int16)
        won: Integers = points[np.searchsorted(ends, tickets, side="right")]
        won[tickets < 0] = 0
        return won
