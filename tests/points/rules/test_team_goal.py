"""What a pair or a team reaches together."""

from collections import defaultdict

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.caps import Caps
from points.cohort import Cohort
from points.conditions import Conditions
from points.evaluate import Award, evaluate
from points.goals import DayGoal
from points.groups import CITY, groups_look_back_to
from points.periods import DaySpan
from points.rules.own_goal import OwnGoal
from points.rules.steps_per_point import StepsPerPoint
from points.rules.team_goal import TeamGoal
from tests.points.cities import (
    MONDAY,
    WEEK,
    cities,
    counted_on,
    days_of,
    group_awards,
    had_joined,
    points_of,
    whole_periods,
)
from tests.points.people import Person, people, programme, walker
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja

PAIR = TeamGoal(code="pair", goal=DayGoal(at_least=6_000), days_min=10, points_each=50)

rules = st.builds(
    TeamGoal,
    code=st.just("pair"),
    period=st.sampled_from(["week", "month"]),
    goal=st.just(DayGoal(at_least=6_000)),
    members_min=st.integers(2, 3),
    members_max=st.integers(3, 6),
    days_min=st.integers(1, 20),
    points_each=st.just(50),
)


def in_team(team: int, goal_days: int, *, born: int = 1960) -> Person:
    steps = [6_000] * goal_days + [5_999] * (7 - goal_days)
    return walker(*steps, teams=[team] * 7, birth_year=born)


def test_ten_goal_days_between_two_pay_both() -> None:
    week = people(in_team(1, 7), in_team(1, 3), in_team(2, 7), in_team(2, 2), first_day=MONDAY)
    assert group_awards(programme(PAIR), week) == [
        Award(1, WEEK, "pair", 50, {"own_days": 7, "team_days": 10, "members": 2}),
        Award(2, WEEK, "pair", 50, {"own_days": 3, "team_days": 10, "members": 2}),
    ]


def test_nobody_in_a_team_is_nobody_paid() -> None:
    assert group_awards(programme(PAIR), people(walker(*[9_000] * 7), first_day=MONDAY)) == []


@pytest.mark.parametrize(("members", "pays"), [(1, False), (2, True), (3, True), (4, False)])
def test_the_rule_is_for_teams_of_its_sizes(members: int, *, pays: bool) -> None:
    rule = msgspec.structs.replace(PAIR, members_max=3, days_min=1)
    week = people(*[in_team(1, 7)] * members, first_day=MONDAY)
    assert bool(group_awards(programme(rule), week)) is pays


def test_who_leaves_before_the_periods_end_is_no_member_and_their_days_do_not_count() -> None:
    left = walker(*[6_000] * 7, teams=[1] * 6 + [0])
    week = people(in_team(1, 7), in_team(1, 2), left, first_day=MONDAY)
    assert group_awards(programme(PAIR), week) == []


def test_who_joins_in_the_midst_brings_the_days_since() -> None:
    joined = walker(*[6_000] * 7, teams=[0] * 4 + [1] * 3)
    changed = walker(*[6_000] * 7, teams=[2] * 5 + [1] * 2)
    enough = people(in_team(1, 7), joined, first_day=MONDAY)
    assert points_of(group_awards(programme(PAIR), enough)) == {1: 50, 2: 50}
    too_few = people(in_team(1, 7), changed, first_day=MONDAY)
    assert group_awards(programme(PAIR), too_few) == []


def test_who_does_not_take_part_in_the_programme_is_no_member() -> None:
    elders = programme(PAIR, eligibility=Conditions(age_from=65))
    week = people(in_team(1, 7), in_team(1, 7, born=1990), first_day=MONDAY)
    assert group_awards(elders, week) == []
    nobody = programme(PAIR, eligibility=Conditions(age_from=100))
    assert group_awards(nobody, week) == []


def test_a_pair_of_unlike_walkers_counts_days_of_their_own_goals() -> None:
    own = OwnGoal(
        code="own",
        block_days=7,
        valid_days_min=3,
        above=1_000,
        above_max=1_000,
        raise_after_days=7,
        raise_by=0,
        points_day=4,
    )
    pair = TeamGoal(code="pair", of_rule="own", days_min=10, points_each=50)
    slow = walker(*[3_000] * 7, *[4_000] * 7, teams=[1] * 14)
    fast = walker(*[9_000] * 7, *[10_000] * 3, *[9_999] * 4, teams=[1] * 14)
    # The programme's year begins with the first week.
    of = programme(own, pair, in_force_from=MONDAY)
    awards = group_awards(of, people(slow, fast, first_day=MONDAY))
    assert [(award.resident_id, award.facts["own_days"]) for award in awards] == [(1, 7), (2, 3)]
    assert groups_look_back_to(of, [awards[0].span]) == MONDAY


def test_a_cap_on_ones_own_points_takes_no_goal_day_from_the_pair() -> None:
    walk = StepsPerPoint(code="walk", steps_per_point=6_000, points_day_max=1, caps=Caps(week=1))
    pair = TeamGoal(code="pair", of_rule="walk", days_min=10, points_each=50)
    week = people(in_team(1, 7), in_team(1, 3), first_day=MONDAY)
    assert points_of(group_awards(programme(walk, pair), week)) == {1: 50, 2: 50}


def test_a_pairs_rule_and_its_reasons_are_said_in_both_languages() -> None:
    assert ja(PAIR.text()) == "ペアの6,000歩の日が1週間に合わせて10日で、ひとり50ポイント"
    assert en(PAIR.text()) == "50 points each when a pair has 10 days of 6,000 steps in a week"
    teams = msgspec.structs.replace(PAIR, members_min=3, members_max=5)
    assert ja(teams.text()).startswith("なかま3~5人の6,000歩の日が")
    assert "a team of 3 to 5 has 10 days" in en(teams.text())
    facts = {"own_days": 4, "team_days": 11, "members": 2}
    assert ja(PAIR.reason(WEEK, facts)) == (
        "11月2日(月)から11月8日(日) なかま2人で達成日が合わせて11日(あなたは4日): "
        "ペアで10日以上なら、ひとり50ポイント"
    )
    assert en(PAIR.reason(WEEK, facts)) == (
        "2 Nov to 8 Nov: 11 goal days between 2, of 10 (you: 4); 50 points each for a pair"
    )


def test_a_group_rule_takes_nothing_from_the_caps_of_personal_rules() -> None:
    walk = StepsPerPoint(code="walk", steps_per_point=2_000, points_day_max=5)
    of = programme(walk, PAIR, caps=Caps(week=3))
    week = people(in_team(1, 7), in_team(1, 3), first_day=MONDAY)
    (personal,) = evaluate(of, week)
    assert personal.points.sum(axis=1).tolist() == [3, 3]
    assert points_of(group_awards(of, week)) == {1: 50, 2: 50}


FILE = """\
kind = "team_goal"
code = "pair"
goal = { at_least = 6000 }
days_min = 10
points_each = 50
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("goal = { at_least = 6000 }\n", "", "either a goal or of_rule"),
        ("days_min = 10", 'days_min = 10\nof_rule = "own"', "either a goal or of_rule"),
        ("goal = { at_least = 6000 }", 'of_rule = "own"', "`own` is not stated"),
        ("days_min = 10", "days_min = 15", "the days of all members together"),
        ("days_min = 10", "days_min = 9\nmembers_min = 3", "members_max must not"),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


def pencil(rule: TeamGoal, city: Cohort) -> dict[tuple[int, DaySpan], int]:
    assert rule.goal is not None
    assert city.teams is not None
    points = {}
    for span in whole_periods(rule, city):
        members: defaultdict[int, list[int]] = defaultdict(list)
        for row in range(city.shape[0]):
            if had_joined(city, row, span.last):
                members[int(city.teams[row, city.column(span.last)])].append(row)
        for team, rows in members.items():
            goal_days = 0
            for row in rows:
                for day in days_of(span):
                    is_member = city.teams[row, city.column(day)] == team
                    if is_member and counted_on(city, row, day) >= rule.goal.at_least:
                        goal_days += 1
            fits = team != 0 and rule.members_min <= len(rows) <= rule.members_max
            if fits and goal_days >= rule.days_min:
                points |= {(row, span): rule.points_each for row in rows}
    return points


@settings(deadline=None, max_examples=60)
@given(rules, cities())
def test_the_engine_gives_what_a_pencil_gives(rule: TeamGoal, city: Cohort) -> None:
    ids = [*city.residents.ids.tolist(), CITY]
    expected = {(ids[row], span): points for (row, span), points in pencil(rule, city).items()}
    awards = group_awards(programme(rule), city)
    assert {(award.resident_id, award.span): award.points for award in awards} == expected
