"""Yokohama walking points, worked by hand: a point for every 2,000 steps, at most 5 a day."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.cohort import Cohort
from points.rules.parts import DayFacts
from points.rules.steps_per_point import StepsPerPoint
from tests.tables import number, read_rows

YOKOHAMA = StepsPerPoint(code="walk", steps_per_point=2000, points_day_max=5)
TUESDAY = date(2026, 11, 3)

DAYS = read_rows("""
      steps | points | steps to the next point
          0 |      0 | 2,000
          1 |      0 | 1,999
      1,999 |      0 |     1
      2,000 |      1 | 2,000
      2,001 |      1 | 1,999
      3,999 |      1 |     1
      4,000 |      2 | 2,000
      6,500 |      3 | 1,500
      9,999 |      4 |     1
     10,000 |      5 |  none
     12,000 |      5 |  none
     99,999 |      5 |  none
""")

rules = st.builds(
    StepsPerPoint,
    code=st.just("walk"),
    steps_per_point=st.integers(1, 10_000),
    points_day_max=st.integers(1, 20),
)


def points_of(rule: StepsPerPoint, *days: float) -> list[int]:
    """One resident's points, day by day."""
    cohort = Cohort(
        np.array([7]), TUESDAY, {"steps": np.array([days], np.float64)}, np.array([1950])
    )
    return [int(points) for points in rule.points_by_day(cohort)[0]]


@pytest.mark.parametrize(("steps", "points", "_next"), DAYS)
def test_every_full_two_thousand_steps_pay_a_point_up_to_five(
    steps: str, points: str, _next: str
) -> None:
    assert points_of(YOKOHAMA, number(steps)) == [number(points)]


@pytest.mark.parametrize(("steps", "_points", "missing"), DAYS)
def test_the_resident_sees_how_many_steps_are_missing(
    steps: str, _points: str, missing: str
) -> None:
    expected = None if missing == "none" else (number(missing), 1)
    assert YOKOHAMA.next_award(DayFacts({"steps": number(steps)}, age=70)) == expected


def test_an_unfinished_point_does_not_carry_over_to_the_next_day() -> None:
    assert points_of(YOKOHAMA, 1_999, 1, 1_999, 3_999) == [0, 0, 0, 1]


def test_steps_above_the_ceiling_do_not_carry_over_to_the_next_day() -> None:
    assert points_of(YOKOHAMA, 30_000, 0, 1_000) == [5, 0, 0]


def test_a_day_without_data_earns_nothing() -> None:
    assert points_of(YOKOHAMA, np.nan, 4_000, np.nan) == [0, 2, 0]


def test_an_award_names_the_resident_the_day_and_the_steps_it_rests_on() -> None:
    steps = np.array([[np.nan, 4_321, 1_999], [2_000, 0, 50_000]])
    awards = YOKOHAMA.awards(
        Cohort(np.array([7, 3]), TUESDAY, {"steps": steps}, np.array([1950, 1980]))
    )
    assert awards.rule == "walk"
    assert awards.resident_index.tolist() == [0, 1, 1]
    assert awards.day_index.tolist() == [1, 0, 2]
    assert awards.points.tolist() == [2, 1, 5]
    assert awards.facts["steps"].tolist() == [4_321, 2_000, 50_000]


def test_the_rule_says_itself_in_both_languages() -> None:
    assert YOKOHAMA.text().ja == "2,000歩ごとに1ポイント、1日5ポイントまで"
    assert YOKOHAMA.text().en == "1 point for every 2,000 steps, at most 5 a day"


def test_the_reason_names_the_day_and_its_steps() -> None:
    reason = YOKOHAMA.reason(day=TUESDAY, facts={"steps": 4_321})
    assert reason.ja == "11月3日(火) 4,321歩: 2,000歩ごとに1ポイント、1日5ポイントまで"
    assert reason.en == "3 Nov: 4,321 steps; 1 point for every 2,000 steps, at most 5 a day"


def test_the_reason_of_a_day_whose_steps_were_taken_back_says_zero_steps() -> None:
    assert "0歩" in YOKOHAMA.reason(day=TUESDAY, facts={}).ja


@settings(deadline=None)
@given(rules, st.lists(st.integers(0, 200_000), min_size=1, max_size=10))
def test_the_ceiling_is_never_passed_and_more_steps_never_earn_less(
    rule: StepsPerPoint, days: list[int]
) -> None:
    points = points_of(rule, *sorted(days))
    assert points == sorted(points)
    assert 0 <= points[0] <= points[-1] <= rule.points_day_max


@settings(deadline=None)
@given(rules, st.integers(0, 200_000))
def test_the_missing_steps_are_just_enough(rule: StepsPerPoint, steps: int) -> None:
    (now,) = points_of(rule, steps)
    award = rule.next_award(DayFacts({"steps": steps}, age=70))
    if award is None:
        assert now == rule.points_day_max
    else:
        missing = award.steps_needed
        assert points_of(rule, steps + missing - 1, steps + missing) == [now, now + 1]
