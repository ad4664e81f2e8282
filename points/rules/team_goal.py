"""Points for what a pair or a team reaches together."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final, Literal

import msgspec
import numpy as np

from points.cohort import BoolMatrix
from points.goals import DayGoal
from points.periods import DAYS_AT_MOST, DaySpan, Period, PeriodKind
from points.rules.parts import Contribution, Facts, GroupRuleBase, Points, RuleCode, Shares
from points.said import Said, amount_said, period_said, said, span_said
from points.view import Integers, View

PAIR: Final = 2


class TeamGoal(GroupRuleBase, frozen=True, kw_only=True, tag="team_goal"):
    """Pays `points_each` to every member of a team whose members together had at least `days_min` goal days in the
    period.

    It is paid once the period is over.

    - `goal`: a goal day is one that reaches this goal.
    - `of_rule`: instead of `goal`. A goal day is one on which this personal rule paid. With a goal of one's own as
      that rule, two residents who walk very different distances can be a pair.
    - `members_min`, `members_max`: the sizes of teams that the rule is for; 2 and 2 for pairs.

    A member is a resident who is in the team on the period's last day and takes part in the programme in the period.
    Only the days count on which a member did both.

    Source: Carrot Rewards (pairs: 10 goal days between two in 7 days).
    """

    period: Literal["week", "month"] = "week"
    goal: DayGoal | None = None
    of_rule: RuleCode | None = None
    members_min: Annotated[int, msgspec.Meta(ge=2, le=100)] = 2
    members_max: Annotated[int, msgspec.Meta(ge=2, le=100)] = 2
    days_min: Annotated[int, msgspec.Meta(ge=1, le=3100)]
    points_each: Points

    def __post_init__(self) -> None:
        """Refuses a rule with no goal or with two, and sizes and days that contradict each other."""
        if (self.goal is None) == (self.of_rule is None):
            raise ValueError("a team goal has either a goal or of_rule")
        if self.members_max < self.members_min:
            raise ValueError("members_max must not be below members_min")
        if self.days_min > self.members_max * DAYS_AT_MOST[self.period]:
            raise ValueError("days_min must not exceed the days of all members together")

    @property
    def figures_needed(self) -> Sequence[str]:
        """The figures that the rule looks at."""
        return self.goal.metrics if self.goal else ()

    @property
    def award_period(self) -> PeriodKind:
        """A week or a month."""
        return self.period

    def contributions(
        self, view: View, periods: Sequence[Period], personal: Mapping[str, Integers]
    ) -> Contribution:
        """Each member's team and goal days. `personal`: by code, the points by day of the programme's personal rules;
        rules that pay nobody are left out.
        """
        teams = view.cohort.teams
        if teams is None:
            return Contribution(
                np.empty(0, np.int64),
                np.empty(0, np.intp),
                {"team": np.empty(0, np.int64), "days": np.empty(0, np.int64)},
            )
        reached, counts = self._reached(view, personal), view.counts()
        by_period = []
        for place, period in enumerate(periods):
            teams_by_day = teams[:, period.columns]
            team = teams_by_day[:, -1]
            days = (reached[:, period.columns] & (teams_by_day == team[:, None])).sum(axis=1)
            rows = np.flatnonzero((team != 0) & counts[:, period.columns].any(axis=1))
            by_period.append((rows, np.full(len(rows), place), team[rows], days[rows]))
        rows, places, team, days = (
            np.concatenate(column) for column in zip(*by_period, strict=True)
        )
        return Contribution(
            view.cohort.residents.ids[rows], places, {"team": team, "days": days.astype(np.int64)}
        )

    def shares(self, all_of_them: Contribution, _periods: Sequence[Period], /) -> Shares:
        """What each member gets."""
        pairs = np.stack([all_of_them.amounts["team"], all_of_them.periods.astype(np.int64)])
        _, team_of, members = np.unique(pairs, axis=1, return_inverse=True, return_counts=True)
        days = all_of_them.amounts["days"]
        together = np.zeros(len(members), np.int64)
        np.add.at(together, team_of.ravel(), days)
        fits = (members >= self.members_min) & (members <= self.members_max)
        pays = (fits & (together >= self.days_min)) * np.int64(self.points_each)
        of_row = team_of.ravel()
        return Shares(
            pays[of_row],
            {"own_days": days, "team_days": together[of_row], "members": members[of_row]},
        )

    def text(self) -> Said:
        """The rule."""
        return said(
            "team_goal.text",
            team=self._team(),
            goal=self.goal.text() if self.goal else said("team_goal.own_goal"),
            period=period_said(self.period),
            days=self.days_min,
            points=self.points_each,
        )

    def reason(self, span: DaySpan, facts: Facts) -> Said:
        """Why the period earned its points."""
        return said(
            "team_goal.reason",
            when=span_said(span),
            members=facts.get("members", 0),
            days=facts.get("team_days", 0),
            own=facts.get("own_days", 0),
            needed=self.days_min,
            team=self._team(),
            points=self.points_each,
        )

    def figure(self, facts: Facts) -> Said:
        """The members' goal days together."""
        return amount_said(("days",), facts.get("team_days", 0))

    def _team(self) -> Said:
        if self.members_min == self.members_max == PAIR:
            return said("team_goal.pair")
        if self.members_min == self.members_max:
            return said("team_goal.team", members=self.members_min)
        return said("team_goal.team_from_to", least=self.members_min, most=self.members_max)

    def _reached(self, view: View, personal: Mapping[str, Integers]) -> BoolMatrix:
        if self.goal is not None:
            return self.goal.reached(view)
        assert self.of_rule is not None, "a team goal has either a goal or of_rule"
        if self.of_rule not in personal:
            return np.zeros(view.cohort.shape, np.bool_)
        paid: BoolMatrix = personal[self.of_rule] > 0
        return paid & view.counts()

    def group_looks_back_to(self, span: DaySpan) -> date:
        """The period's first day. `groups_look_back_to` adds the days that `of_rule` looks back to."""
        return span.first
