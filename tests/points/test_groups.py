"""What holds for all rules that look at many residents at once."""

from datetime import date, timedelta

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from points.cohort import Cohort
from points.evaluate import Award
from points.groups import (
    CITY,
    contributions_of,
    group_periods,
    groups_look_back_to,
    share_out,
)
from points.periods import period_of
from points.rules import GroupRule
from points.rules.collective_goal import CollectiveGoal
from points.rules.league import League
from points.rules.team_goal import TeamGoal
from tests.points.cities import MONDAY, WEEK, cities, group_awards
from tests.points.people import days_from, people, programme, walker
from tests.points.rules.test_collective_goal import CITY_GOAL
from tests.points.rules.test_collective_goal import rules as city_goals
from tests.points.rules.test_league import rules as leagues
from tests.points.rules.test_team_goal import PAIR
from tests.points.rules.test_team_goal import rules as team_goals

group_rules: st.SearchStrategy[GroupRule] = st.one_of(team_goals, city_goals, leagues)


def test_what_somebody_gets_is_told_also_where_it_is_nothing() -> None:
    days = [6_000] * 5 + [0] * 2
    week = people(*[walker(*days, teams=[1] * 7)] * 2, walker(*days), first_day=MONDAY)
    of = programme(msgspec.structs.replace(PAIR, days_min=11))
    (pairs,) = share_out([contributions_of(of, week, since=MONDAY)])
    facts = {"own_days": 5, "team_days": 10, "members": 2}
    assert pairs.award_of(1, WEEK) == Award(1, WEEK, "pair", 0, facts)
    assert pairs.award_of(3, WEEK) == Award(3, WEEK, "pair", 0, {})


def test_the_periods_that_are_over_are_those_in_force_at_their_end() -> None:
    of = programme(PAIR, CITY_GOAL, in_force_from=MONDAY, in_force_to=date(2026, 11, 29))
    periods = group_periods(of, since=date(2026, 11, 1), today=date(2026, 12, 10))
    mondays = [MONDAY + timedelta(days=7 * week) for week in range(4)]
    assert periods == [period_of("week", monday) for monday in mondays]


@settings(deadline=None, max_examples=60)
@given(group_rules, cities(), st.integers(1, 7), st.data())
def test_neither_chunks_nor_the_order_of_residents_change_anything(
    rule: GroupRule, city: Cohort, per_chunk: int, data: st.DataObject
) -> None:
    at_once = group_awards(programme(rule), city)
    assert group_awards(programme(rule), city, per_chunk=per_chunk) == at_once
    order = np.array(data.draw(st.permutations(range(city.shape[0]))))
    assert group_awards(programme(rule), city.at(order)) == at_once


@settings(deadline=None, max_examples=60)
@given(group_rules, cities(), st.integers(0, 20))
def test_the_days_that_groups_look_back_to_are_enough(
    rule: GroupRule, city: Cohort, back: int
) -> None:
    of = programme(rule)
    since = city.today - timedelta(days=back)
    spans = group_periods(of, since=since, today=city.today)
    if not spans:
        assert group_awards(of, city, since=since) == []
        return
    start = max(0, city.column(groups_look_back_to(of, spans)))
    part = days_from(city, start, city.shape[1])
    assert group_awards(of, part, since=since) == group_awards(of, city, since=since)


@settings(deadline=None, max_examples=40)
@given(group_rules, cities())
def test_the_facts_are_enough_to_work_the_points_out(rule: GroupRule, city: Cohort) -> None:
    for award in group_awards(programme(rule), city):
        facts = award.facts
        match rule:
            case TeamGoal():
                assert rule.members_min <= facts["members"] <= rule.members_max
                assert facts["team_days"] >= rule.days_min
                assert award.points == rule.points_each
            case League():
                assert award.points == rule.points_by_place[facts["place"] - 1]
            case CollectiveGoal() if award.resident_id == CITY:
                assert facts["total"] >= rule.mean_at_least * facts["participants"]
                assert award.points == rule.donation_points
