"""Days before a resident joined pay nothing, whatever the rule, unless the programme says that they do."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from points.cohort import Cohort
from points.goals import DayGoal
from points.programme import Programme
from points.rules import PersonalRule
from points.rules.comeback import Comeback
from points.rules.league import League
from points.rules.loss_framed import LossFramed
from points.rules.own_goal import OwnGoal
from points.rules.period_tiers import PeriodTiers
from points.rules.steps_per_point import StepsPerPoint
from points.rules.streak import Streak
from points.tiers import AgeBand, Tier
from tests.points.cities import group_awards, points_of
from tests.points.people import APRIL_1, TUESDAY, awards, paid, people, programme, walker
from tests.points.strategies import cohorts, programmes

WALK = StepsPerPoint(code="walk", steps_per_point=1_000, points_day_max=10)
GOAL = DayGoal(at_least=7_000)
WEEK = PeriodTiers(
    code="week", period="week", of="total", bands=[AgeBand(tiers=[Tier(at_least=20_000, points=9)])]
)
OWN = OwnGoal(
    code="own", block_days=5, valid_days_min=3, above=1_000, above_max=3_000,
    raise_after_days=4, raise_by=500, points_day=4,
)  # fmt: skip

KINDS: dict[str, tuple[PersonalRule, Sequence[int], int, list[int]]] = {
    # rule, steps of each day, how many of them were before joining, points
    "steps": (WALK, [5_000] * 3, 2, [0, 0, 5]),
    "a total begins with joining": (WEEK, [8_000] * 5, 2, [9]),
    "a total of the days before is none": (WEEK, [8_000] * 5, 3, [0]),
    "a row begins with joining": (
        Streak(code="row", goal=GOAL, every_days=2, points_each=6), [7_000] * 5, 1, [0, 0, 6, 0, 6],
    ),
    "nobody comes back who had not joined": (
        Comeback(code="back", goal=GOAL, points_each=3), [0, 7_000, 0, 7_000], 1, [0, 0, 0, 3],
    ),
    "who was active before joining has points to keep from the first morning": (
        LossFramed(code="keep", goal=GOAL, points_day=8), [7_000] * 4, 2, [0, 0, 8, 8],
    ),
    "one's own usual is of the days since joining": (
        OWN, [2_000] * 5 + [4_000] * 5 + [5_000] * 5, 5, [0] * 10 + [4] * 5,
    ),
}  # fmt: skip


def of(rule: PersonalRule, *, pays_before_joining: bool = False) -> Programme:
    first = APRIL_1 if rule is OWN else date(2020, 4, 1)
    return programme(rule, in_force_from=first, pays_before_joining=pays_before_joining)


@pytest.mark.parametrize(("rule", "steps", "before", "points"), KINDS.values(), ids=KINDS)
def test_days_before_joining_pay_nothing(
    rule: PersonalRule, steps: Sequence[int], before: int, points: list[int]
) -> None:
    first_day = APRIL_1 if rule is OWN else TUESDAY
    someone = walker(*steps, joined=first_day + timedelta(days=before))
    assert paid(of(rule), people(someone, first_day=first_day)) == [points]


def test_a_programme_can_pay_for_days_before_joining() -> None:
    new = walker(*[5_000] * 3, joined=TUESDAY + timedelta(days=2))
    assert paid(of(WALK, pays_before_joining=True), people(new, first_day=TUESDAY)) == [[5, 5, 5]]


def test_a_league_puts_new_residents_among_their_likes_by_what_they_walked_before() -> None:
    league = League(code="league", size=3, baseline_days=7, points_by_place=[30])
    monday = date(2026, 11, 9)
    joined = monday + timedelta(days=2)
    new, slow = walker(*[9_000] * 14, joined=joined), walker(*[100] * 7, *[4_000] * 7)
    same, last = walker(*[9_000] * 7, *[6_500] * 7), walker(*[9_000] * 7, *[100] * 7)
    city = people(new, slow, same, last, first_day=monday - timedelta(days=7))
    # Five days of 9,000 since joining are fewer steps than seven of 6,500.
    assert points_of(group_awards(programme(league), city)) == {3: 30}
    pays = programme(league, pays_before_joining=True)
    assert points_of(group_awards(pays, city)) == {1: 30}


@settings(deadline=None, max_examples=60)
@given(programmes(), cohorts())
def test_no_award_is_for_a_time_before_joining(of: Programme, cohort: Cohort) -> None:
    joined = dict(zip(cohort.residents.ids.tolist(), cohort.residents.joined.tolist(), strict=True))
    for award in awards(of, cohort):
        assert award.span.last.toordinal() >= joined[award.resident_id]
