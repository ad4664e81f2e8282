"""A goal from the resident's own usual, raised as it is reached: Carrot Rewards', worked by hand."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.cohort import NONE
from points.medians import median_of_valid
from points.periods import DaySpan
from points.rules.own_goal import OwnGoal
from tests.points.histories import History, histories
from tests.points.people import APRIL_1, TUESDAY, missing, paid, paid_to, people, programme, walker
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja

CARROT = OwnGoal(
    code="own",
    above=1_000,
    above_max=3_000,
    raise_after_days=10,
    raise_by=500,
    points_day=4,
    bonus_points=40,
)
SHORT = OwnGoal(
    code="own",
    block_days=5,
    valid_days_min=2,
    above=1_000,
    above_max=1_500,
    goal_max=7_000,
    raise_after_days=2,
    raise_by=400,
    points_day=3,
    bonus_points=5,
)

rules = st.builds(
    OwnGoal,
    code=st.just("own"),
    baseline=st.sampled_from(["first", "rolling"]),
    block_days=st.integers(5, 9),
    valid_days_min=st.integers(1, 5),
    valid_from=st.sampled_from([0, 1_000]),
    valid_to=st.sampled_from([12_000, 40_000, 100_000]),
    above=st.sampled_from([500, 1_000]),
    above_max=st.sampled_from([1_000, 2_000]),
    goal_max=st.sampled_from([7_000, 100_000]),
    raise_after_days=st.integers(1, 5),
    raise_by=st.sampled_from([0, 300, 500]),
    points_day=st.sampled_from([1, 200, 9_000]),
    bonus_points=st.sampled_from([0, 40, 9_000]),
)


def test_two_weeks_find_the_usual_and_the_goal_lies_above_it() -> None:
    first = [4_000, 5_000, 6_000, 5_000, None, 900, 50_000] * 2  # four valid days a week: 5,000
    then = [5_999, 6_000] + [0] * 12
    points = paid_to(CARROT, walker(*first, *then), first_day=APRIL_1)
    assert points == [0] * 14 + [0, 4] + [0] * 12


def test_the_tenth_goal_day_pays_the_bonus_and_raises_the_goal() -> None:
    first = [5_000] * 14
    second = [6_000] * 14  # the goal, every day: 10 and 4 more
    third = [6_499, 6_500] + [0] * 12  # the goal is 500 higher
    points = paid_to(CARROT, walker(*first, *second, *third), first_day=APRIL_1)
    assert points[14:28] == [4] * 9 + [44] + [4] * 4
    assert points[28:] == [0, 4] + [0] * 12


def test_the_goal_rises_to_three_thousand_above_the_usual_at_most() -> None:
    blocks = [5_000] * 14 + [30_000] * 14 * 6
    last = [7_999] * 7 + [8_000] * 7
    points = paid_to(CARROT, walker(*blocks, *last), first_day=APRIL_1)
    assert points[-14:] == [0] * 7 + [4] * 7


def test_with_fewer_than_five_valid_days_there_is_no_goal_yet() -> None:
    few = [5_000] * 4 + [None] * 10
    enough = [3_000] * 5 + [0] * 9
    third = [3_999, 4_000] + [0] * 12
    points = paid_to(CARROT, walker(*few, *enough, *third), first_day=APRIL_1)
    assert points == [0] * 28 + [0, 4] + [0] * 12


def test_a_rolling_usual_follows_the_last_block_and_a_first_one_stays() -> None:
    days = walker(*[5_000] * 14, *[9_000] * 14, *[6_500] * 14)
    rolling = OwnGoal(
        code="own",
        baseline="rolling",
        above=0,
        above_max=0,
        raise_after_days=10,
        raise_by=0,
        points_day=1,
    )
    stays = paid_to(CARROT, days, first_day=APRIL_1)
    assert sum(stays[28:]) == 14 * 4 + 40
    assert sum(paid_to(rolling, days, first_day=APRIL_1)[28:]) == 0


def test_the_year_begins_anew_and_the_programmes_first_year_with_the_programme() -> None:
    first_day = date(2027, 3, 8)
    days = people(walker(*[5_000] * 14, *[6_000] * 14), first_day=first_day)
    points = paid(programme(CARROT, in_force_from=first_day), days)[0]
    # From 22 to 31 March the goal is reached every day; April begins without one.
    assert points == [0] * 14 + [4] * 9 + [44] + [0] * 4


def test_what_is_missing_is_said_once_there_is_a_goal() -> None:
    base = [5_000] * 14
    assert missing(CARROT, walker(*base[:13], 100), first_day=APRIL_1) is None
    assert missing(CARROT, walker(*base, 1_500), first_day=APRIL_1) == (4_500, 4)
    assert missing(CARROT, walker(*base, *[6_000] * 9, 0), first_day=APRIL_1) == (6_000, 44)
    assert missing(CARROT, walker(*base, 6_000), first_day=APRIL_1) is None


def test_the_rule_and_its_reasons_are_said_in_both_languages() -> None:
    assert ja(CARROT.text()) == (
        "ふだんより1,000歩多く歩いた日は4ポイント、14日のうち10日で40ポイントのおまけ"
    )
    assert en(CARROT.text()) == (
        "4 points for a day of 1,000 steps above your usual, and 40 more for 10 such days in 14"
    )
    day = DaySpan(TUESDAY, TUESDAY)
    facts = {"steps": 7_412, "baseline": 6_000, "goal": 7_000, "goal_days": 3}
    reason = CARROT.reason(day, facts)
    assert ja(reason) == (
        "11月3日(火) 7,412歩: ふだんの6,000歩より1,412歩多い、目標7,000歩に届いて4ポイント(達成3日目)"
    )
    assert en(reason) == (
        "7,412 steps on 3 Nov: 1,412 above your usual 6,000; the goal of 7,000 is reached for 4 points (goal day 3)"
    )
    below = CARROT.reason(day, facts | {"steps": 5_900})
    assert en(below) == (
        "5,900 steps on 3 Nov: 100 below your usual 6,000; the goal of 7,000 is not reached"
    )
    bonus = CARROT.reason(day, facts | {"goal_days": 10})
    assert ja(bonus).endswith("目標7,000歩に届いて4ポイント、達成10日目のおまけ40ポイント")
    none = CARROT.reason(day, {"steps": 812, "baseline": 0, "goal": 0, "goal_days": 0})
    assert ja(none) == "11月3日(火) 812歩: ふだんの歩数を調べています"


FILE = """\
kind = "own_goal"
code = "own"
valid_days_min = 5
valid_from = 1000
above = 1000
above_max = 3000
raise_after_days = 10
raise_by = 500
points_day = 4
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("above_max = 3000", "above_max = 999", "above_max must not be below above"),
        ("valid_from = 1000", "valid_from = 50000", "valid_to must not be below valid_from"),
        ("raise_after_days = 10", "raise_after_days = 15", "must not exceed block_days"),
        ("valid_days_min = 5", "valid_days_min = 15", "must not exceed block_days"),
        ("valid_from = 1000\nabove = 1000", "valid_from = 0\nabove = 0", "a goal of no steps"),
        ("raise_by", "rise_by", "did you mean `raise_by`?"),
        ("points_day = 4", 'points_day = 4\nbaseline = "frist"', "did you mean `first`?"),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


def usual(rule: OwnGoal, days: Sequence[int | None]) -> int | None:
    valid = [
        steps for steps in days if steps is not None and rule.valid_from <= steps <= rule.valid_to
    ]
    return int(median(valid)) if len(valid) >= rule.valid_days_min else None


def pencil(rule: OwnGoal, history: History) -> dict[DaySpan, int]:
    points: dict[DaySpan, int] = {DaySpan(day, day): 0 for day in history.days}
    for year_start in sorted({history.year_start(day) for day in history.days}):
        days = [
            day
            for day in history.days
            if history.year_start(day) == year_start and day >= year_start
        ]
        baseline: int | None = None
        above = rule.above
        for start in range(0, len(days), rule.block_days):
            block = days[start : start + rule.block_days]
            goal_days = 0
            for day in block:
                steps = history.amount(day, "steps")
                if baseline is None or steps is None:
                    continue
                if steps >= min(baseline + min(above, rule.above_max), rule.goal_max):
                    goal_days += 1
                    bonus = rule.bonus_points if goal_days == rule.raise_after_days else 0
                    points[DaySpan(day, day)] = rule.points_day + bonus
            if goal_days >= rule.raise_after_days:
                above += rule.raise_by
            if baseline is None or rule.baseline == "rolling":
                baseline = usual(rule, [history.amount(day, "steps") for day in block])
    return points


@settings(deadline=None, max_examples=120)
@given(rules, histories(near=(4_000, 5_000, 6_000, 7_000), amount_max=14_000))
def test_the_engine_gives_what_a_pencil_gives(rule: OwnGoal, history: History) -> None:
    history = history.from_its_first_day()
    assert history.paid(rule) == pencil(rule, history)


@settings(deadline=None, max_examples=30)
@given(rules, histories(near=(4_000, 5_000, 6_000, 7_000), amount_max=14_000))
def test_the_facts_are_enough_to_work_the_points_out(rule: OwnGoal, history: History) -> None:
    for line in history.lines(rule):
        goal = line.facts["goal"]
        is_reached = 0 < goal <= line.facts["steps"]
        bonus = rule.bonus_points if line.facts["goal_days"] == rule.raise_after_days else 0
        assert line.points == (rule.points_day + bonus if is_reached else 0)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.lists(st.integers(-1, 60), min_size=9, max_size=9), min_size=1, max_size=4),
    st.integers(1, 9),
    st.integers(0, 20),
    st.sampled_from([30, 59, 100_000]),
)
def test_the_network_finds_the_median(
    rows: list[list[int]], days_min: int, valid_from: int, valid_to: int
) -> None:
    medians = median_of_valid(
        np.array(rows, np.int32), valid_from=valid_from, valid_to=valid_to, valid_days_min=days_min
    )
    valid = [[amount for amount in row if valid_from <= amount <= valid_to] for row in rows]
    assert medians.tolist() == [int(median(row)) if len(row) >= days_min else NONE for row in valid]


@pytest.mark.parametrize("days", range(1, 57))
def test_the_network_is_right_for_every_number_of_days(days: int) -> None:
    amounts = np.random.default_rng(days).integers(-1, 300, (200, days)).astype(np.int32)
    medians = median_of_valid(amounts, valid_from=100, valid_to=250, valid_days_min=1)
    for row, middle in zip(amounts.tolist(), medians.tolist(), strict=True):
        valid = [amount for amount in row if 100 <= amount <= 250]
        assert middle == (int(median(valid)) if valid else NONE)


def test_a_programme_that_began_in_the_past_counts_its_blocks_from_then() -> None:
    began = APRIL_1 + timedelta(days=3)
    days = people(walker(*[100] * 3, *[5_000] * 5, *[6_000] * 3), first_day=APRIL_1)
    points = paid(programme(SHORT, in_force_from=began), days)[0]
    assert points == [0] * 8 + [3, 8, 3]
