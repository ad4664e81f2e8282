"""How the rules are read where their sentences leave it open: docs/rules.md#readings names these tests."""

from datetime import date, timedelta

import msgspec
import pytest

from points.goals import DayGoal
from points.rules.collective_goal import CollectiveGoal
from points.rules.daily_tiers import DailyTiers
from points.rules.improvement import Improvement
from points.rules.joining import Joining
from points.rules.league import League
from points.rules.loss_framed import LossFramed
from points.rules.lottery import Lottery, Prize
from points.rules.own_goal import OwnGoal
from points.rules.period_tiers import PeriodTiers
from points.rules.steps_per_point import StepsPerPoint
from points.rules.streak import Streak
from points.tiers import AgeBand, Tier
from tests.points.cities import MONDAY, group_awards, points_of
from tests.points.people import APRIL_1, NAME, Person, paid_to, people, programme, walker
from wellness_api.health.figures.catalogue import FIGURE_BY_CODE
from wellness_api.rewards.awards.cohorts import amount_of

GOAL = DayGoal(at_least=6_000)
HIT, MISS = 6_000, 5_999


# rounding


def test_amounts_are_cut_to_wholes_before_they_are_added() -> None:
    minutes = FIGURE_BY_CODE["active_minutes"]
    assert [amount_of(minutes, value) for value in (29.9, 30.0, 0.1 * 300)] == [29, 30, 30]
    rule = DailyTiers(
        code="minutes",
        metrics=("active_minutes", "snow_shovelling_minutes"),
        bands=[AgeBand(tiers=[Tier(at_least=30, points=1)])],
    )
    halves = Person(
        {
            "active_minutes": [amount_of(minutes, 15.5)],
            "snow_shovelling_minutes": [amount_of(minutes, 14.5)],
        }
    )
    assert paid_to(rule, halves, first_day=APRIL_1) == [0]


def test_a_daily_mean_is_over_all_days_of_the_period() -> None:
    rule = PeriodTiers(
        code="mean",
        period="month",
        of="daily_mean",
        bands=[AgeBand(tiers=[Tier(at_least=1_000, points=5)])],
    )
    first_week = walker(*[5_000] * 6)
    assert paid_to(rule, first_week, first_day=APRIL_1) == [5]
    assert paid_to(rule, walker(*[5_000] * 5, 4_999), first_day=APRIL_1) == [0]
    joined = walker(*[5_000] * 6, joined=APRIL_1 + timedelta(days=1))
    assert paid_to(rule, joined, first_day=APRIL_1) == [0]


@pytest.mark.parametrize(("third", "points"), [(1_000, {1: 7, 2: 7, 3: 7}), (999, {})])
def test_everybodys_mean_is_compared_as_a_total(third: int, points: dict[int, int]) -> None:
    rule = CollectiveGoal(
        code="city",
        period="week",
        mean_at_least=1_000,
        participants_min=3,
        recipient=NAME,
        donation_points=1,
        points_each=7,
    )
    week = [walker(total, *[None] * 6) for total in (1_000, 1_000, third)]
    paid = points_of(group_awards(programme(rule), people(*week, first_day=MONDAY)))
    assert {who: of for who, of in paid.items() if who} == points


# no data


def test_a_day_of_no_steps_is_a_day_with_data() -> None:
    keeps = LossFramed(code="keep", goal=GOAL, active_days=1, points_day=3)
    assert paid_to(keeps, walker(0, HIT), first_day=APRIL_1) == [0, 3]
    assert paid_to(keeps, walker(None, HIT), first_day=APRIL_1) == [0, 0]
    league = League(code="league", size=3, baseline_days=7, valid_days_min=1, points_by_place=[9])
    city = people(walker(0, *[None] * 6, *[100] * 7), first_day=MONDAY)
    assert points_of(group_awards(programme(league), city)) == {1: 9}


# the day of payment


@pytest.mark.parametrize(("wait", "first"), [(0, 2), (1, 3), (14, 16)])
def test_points_wait_for_whole_days_after_their_period(wait: int, first: int) -> None:
    walk = StepsPerPoint(code="walk", steps_per_point=1_000, points_day_max=5)
    of = programme(walk, spendable_after_days=wait)
    assert of.spendable_from(date(2026, 4, 1)) == date(2026, 4, first)


def test_the_day_of_joining_is_the_first_of_its_days() -> None:
    rule = Joining(code="join", after_days=30, active_days_min=1, points_once=500)
    on_the_first = walker(100, *[None] * 30, joined=APRIL_1)
    assert paid_to(rule, on_the_first, first_day=APRIL_1) == [0] * 30 + [500]
    on_the_day_of_payment = walker(*[None] * 30, 100, joined=APRIL_1)
    assert paid_to(rule, on_the_day_of_payment, first_day=APRIL_1) == [0] * 31


def test_points_are_granted_from_the_day_after_the_first_data() -> None:
    rule = LossFramed(code="keep", goal=GOAL, points_day=3)
    assert paid_to(rule, walker(HIT, HIT, HIT), first_day=APRIL_1) == [0, 3, 3]


def test_what_is_decided_at_the_end_is_not_decided_on_the_last_day() -> None:
    keeps = LossFramed(code="keep", goal=GOAL, points_day=3)
    regret = Lottery(code="lot", goal=GOAL, when="regret", prizes=[Prize(one_in=2, points=8)])
    days = walker(HIT, MISS, tickets={"lot": [0, 0]})
    won = walker(HIT, HIT, tickets={"lot": [0, 0]})
    last, after = APRIL_1 + timedelta(days=1), APRIL_1 + timedelta(days=2)
    assert paid_to(keeps, days, first_day=APRIL_1, today=last) == [0, 3]
    assert paid_to(keeps, days, first_day=APRIL_1, today=after) == [0, 0]
    assert paid_to(regret, won, first_day=APRIL_1, today=last) == [8, 0]
    assert paid_to(regret, won, first_day=APRIL_1, today=after) == [8, 8]


# own_goal


OWN = OwnGoal(
    code="own",
    block_days=5,
    valid_days_min=2,
    valid_from=1,
    above=0,
    above_max=9_000,
    raise_after_days=2,
    raise_by=0,
    points_day=4,
)


@pytest.mark.parametrize(
    ("valid", "median"),
    [([1_000, 2_001], 1_500), ([4_000, 1_000, 3_000, 2_000], 2_500), ([3, 1, 2], 2)],
)
def test_the_median_of_an_even_number_of_days_lies_between_the_middle_two(
    valid: list[int], median: int
) -> None:
    block = [*valid, *[None] * (5 - len(valid))]
    steps = walker(*block, median - 1, median)
    points = paid_to(OWN, steps, first_day=APRIL_1)
    assert points[5:] == [0, 4]


def test_a_rolling_goal_rests_after_a_block_with_too_few_days() -> None:
    rule = msgspec.structs.replace(OWN, baseline="rolling", raise_by=1_000, above_max=1_000)
    usual, nothing = [1_000] * 5, [9_000, *[None] * 4]
    steps = walker(*usual, *usual, *nothing, *[9_000] * 5, 9_999, 10_000)
    points = paid_to(rule, steps, first_day=APRIL_1)
    assert points[:10] == [0] * 5 + [4] * 5
    assert points[10] == 4, "the block after one of usual days has a goal"
    assert points[15:20] == [0] * 5, "and the one after a block of one valid day has none"
    assert points[20:] == [0, 4], "the raise of the second block is still there in the fifth"


# streak


def test_a_row_goes_on_after_it_paid() -> None:
    rule = Streak(code="row", goal=GOAL, every_days=2, points_each=5)
    assert paid_to(rule, walker(*[HIT] * 5), first_day=APRIL_1) == [0, 5, 0, 5, 0]


def test_a_day_off_is_taken_from_a_row_alone() -> None:
    rule = Streak(code="row", goal=GOAL, every_days=2, days_off_month=1, points_each=5)
    no_row_yet = walker(MISS, MISS, HIT, MISS, HIT)
    assert paid_to(rule, no_row_yet, first_day=APRIL_1) == [0, 0, 0, 0, 5]


def test_a_day_off_that_was_taken_is_gone_for_the_month() -> None:
    rule = Streak(code="row", goal=GOAL, every_days=2, days_off_month=1, points_each=5)
    steps = walker(HIT, MISS, MISS, HIT, MISS, HIT, *[None] * 24, HIT, MISS, HIT)
    points = paid_to(rule, steps, first_day=APRIL_1)
    assert points[:6] == [0] * 6
    assert points[-3:] == [0, 0, 5], "May has a day off of its own"


# ranges and ties


@pytest.mark.parametrize(
    ("first", "last", "points"),
    [(185, 249, 80), (184, 185, 100), (250, 249, 100), (250, 251, 30)],
)
def test_both_ends_of_the_normal_range_are_in_it(first: int, last: int, points: int) -> None:
    rule = Improvement(
        code="bmi", name=NAME, metric="body_mass_index", period="month",
        normal_from=18.5, normal_to=24.9, nearer_by=0.5, days_apart_min=7, needs_checkup=False,
        points_reached=100, points_nearer=90, points_kept=80, points_measured=30,
    )  # fmt: skip
    month = Person({"body_mass_index": [first, *[None] * 28, last]})
    per_unit = {"body_mass_index": 10}
    assert paid_to(rule, month, first_day=APRIL_1, per_unit=per_unit) == [points]


def test_of_even_walkers_the_lower_number_is_in_the_lower_league() -> None:
    league = League(code="league", size=3, baseline_days=7, valid_days_min=1, points_by_place=[30])
    walked = (1_000, 1_100, 1_200, 9_000, 8_000, 7_000)
    city = people(*[walker(*[1_000] * 7, *[steps] * 7) for steps in walked], first_day=MONDAY)
    assert points_of(group_awards(programme(league), city)) == {3: 30, 4: 30}


def test_those_who_are_even_take_the_places_after_theirs() -> None:
    league = League(
        code="league", size=4, baseline_days=7, valid_days_min=1, points_by_place=[30, 20, 10]
    )
    before = [1_000] * 7
    city = people(
        *[walker(*before, *[steps] * 7) for steps in (5_000, 5_000, 4_000, 3_000)],
        first_day=MONDAY,
    )
    assert points_of(group_awards(programme(league), city)) == {1: 30, 2: 30, 3: 10}
