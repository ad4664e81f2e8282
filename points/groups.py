"""Rules that look at many residents at once: pairs and teams, leagues, the whole city. They are evaluated when a period
is over.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from points.cohort import Cohort, GroupAwards
from points.evaluate import Award, evaluate, participation, view_of
from points.periods import DaySpan, Period, periods_of
from points.programme import Programme
from points.rules import GroupRule
from points.rules.collective_goal import CollectiveGoal
from points.rules.parts import Contribution, Shares
from points.rules.team_goal import TeamGoal

CITY: Final = 0
"""Stands where a resident's number stands, when the city itself gives or gets."""


class GroupPoints(NamedTuple):
    """What one group rule gives: the contributions of all residents row by row, and the share of each row."""

    rule: GroupRule
    periods: list[Period]
    contribution: Contribution
    shares: Shares
    of_city: list[Award]

    def awards(self) -> Iterator[Award]:
        """The awards above zero; the awards of the city come last."""
        for row in np.flatnonzero(self.shares.points).tolist():
            yield self._award(row)
        yield from self.of_city

    def award_of(self, resident_id: int, span: DaySpan) -> Award:
        """What the resident gets for the period, even if that is nothing."""
        of_period = [place for place, period in enumerate(self.periods) if period.span == span]
        rows = np.flatnonzero(
            (self.contribution.resident_ids == resident_id)
            & np.isin(self.contribution.periods, of_period)
        )
        if not len(rows):
            return Award(resident_id, span, self.rule.code, 0, {})
        return self._award(int(rows[0]))

    def _award(self, row: int) -> Award:
        return Award(
            int(self.contribution.resident_ids[row]),
            self.periods[self.contribution.periods[row]].span,
            self.rule.code,
            int(self.shares.points[row]),
            {name: int(column[row]) for name, column in self.shares.facts.items()},
        )


def group_rules(programme: Programme) -> list[GroupRule]:
    """The programme's group rules."""
    return [rule for rule in programme.rules if isinstance(rule, GroupRule)]


def group_periods(programme: Programme, *, since: date, today: date) -> list[DaySpan]:
    """The periods of the programme's group rules that are over by `today` and end on or after `since`."""
    spans = {
        period.span
        for rule in group_rules(programme)
        for period in periods_of(rule.award_period, since, max((today - since).days, 0))
        if period.span.last < today and programme.in_force_on(period.span.last)
    }
    return sorted(spans)


def groups_look_back_to(programme: Programme, spans: Sequence[DaySpan]) -> date:
    """The first day that the awards for these periods depend on."""
    needed = [rule.group_looks_back_to(span) for rule in group_rules(programme) for span in spans]
    if any(isinstance(rule, TeamGoal) and rule.of_rule for rule in group_rules(programme)):
        needed += [programme.looks_back_to(span.first) for span in spans]
    return min(needed)


class Contributed(NamedTuple):
    """What some residents bring to one group rule."""

    rule: GroupRule
    periods: list[Period]
    contribution: Contribution


def contributions_of(programme: Programme, chunk: Cohort, *, since: date) -> list[Contributed]:
    """What a chunk of residents brings to the periods that end on or after `since` and are over, rule by rule.

    The chunk's days begin at or before `groups_look_back_to`. Rules without such a period are left out.
    """
    personal = {award.rule.code: award.uncapped for award in evaluate(programme, chunk)}
    taking_part = participation(programme, chunk)
    contributed = []
    for rule in group_rules(programme):
        view = view_of(programme, rule, chunk, taking_part)
        periods = [
            period
            for period in view.periods(rule.award_period)
            if since <= period.span.last < chunk.today
            and programme.in_force_on(period.span.last)
            and period.columns.stop - period.columns.start == period.span.days
        ]
        if periods:
            contributed.append(
                Contributed(rule, periods, rule.contributions(view, periods, personal))
            )
    return contributed


def share_out(chunks: Iterable[list[Contributed]]) -> list[GroupPoints]:
    """What the group rules give. `chunks`: the contributions of all residents over the same days, in chunks of any
    size.
    """
    return [
        _shared(
            of_rule[0].rule,
            of_rule[0].periods,
            _together([award.contribution for award in of_rule]),
        )
        for of_rule in zip(*chunks, strict=True)
    ]


def with_group_awards(cohort: Cohort, awards: Iterable[Award]) -> Cohort:
    """The cohort together with what group rules gave its residents before any cap. `awards` holds each award at most
    once.
    """
    by_rule: defaultdict[str, list[Award]] = defaultdict(list)
    for award in awards:
        by_rule[award.rule].append(award)
    return cohort._replace(
        group_awards={rule: _in_columns(cohort, of_rule) for rule, of_rule in by_rule.items()}
    )


def _in_columns(cohort: Cohort, awards: Sequence[Award]) -> GroupAwards:
    residents = {resident_id: row for row, resident_id in enumerate(cohort.residents.ids.tolist())}
    rows = [residents[award.resident_id] for award in awards]
    last_days = sorted({award.span.last for award in awards})
    columns = [last_days.index(award.span.last) for award in awards]
    shape = len(residents), len(last_days)
    points = np.zeros(shape, np.int32, order="F")
    points[rows, columns] = [award.points for award in awards]
    facts = {}
    for name in sorted({name for award in awards for name in award.facts}):
        facts[name] = np.zeros(shape, np.int64, order="F")
        facts[name][rows, columns] = [award.facts.get(name, 0) for award in awards]
    return GroupAwards(last_days, points, facts)


def _shared(rule: GroupRule, periods: list[Period], contribution: Contribution) -> GroupPoints:
    of_city = (
        [
            Award(CITY, periods[share.period].span, rule.code, share.points, share.facts)
            for share in rule.of_city(contribution, periods)
        ]
        if isinstance(rule, CollectiveGoal)
        else []
    )
    return GroupPoints(rule, periods, contribution, rule.shares(contribution, periods), of_city)


def _together(parts: Sequence[Contribution]) -> Contribution:
    return Contribution(
        np.concatenate([part.resident_ids for part in parts]),
        np.concatenate([part.periods for part in parts]),
        {name: np.concatenate([part.amounts[name] for part in parts]) for name in parts[0].amounts},
    )
