"""A point for every so many steps, worked by hand: Yokohama's, and with a day's least as in Saitama."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.periods import DaySpan
from points.rules.steps_per_point import StepsPerPoint
from tests.points.histories import History, histories
from tests.points.people import TUESDAY, awards, missing, paid_to, people, programme, walker
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja
from tests.tables import number, read_rows

YOKOHAMA = StepsPerPoint(code="walk", steps_per_point=2000, points_day_max=5)
SAITAMA = StepsPerPoint(code="walk", steps_per_point=10, points_day_max=10_000, steps_day_min=3_000)

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
""")

rules = st.builds(
    StepsPerPoint,
    code=st.just("walk"),
    steps_per_point=st.sampled_from([1, 10, 500, 2_000, 3_333, 10_000]),
    points_day_max=st.integers(1, 20),
    steps_day_min=st.sampled_from([0, 0, 3_000]),
)


@pytest.mark.parametrize(("steps", "points", "_next"), DAYS)
def test_every_full_two_thousand_steps_pay_a_point_up_to_five(
    steps: str, points: str, _next: str
) -> None:
    assert paid_to(YOKOHAMA, walker(number(steps)), first_day=TUESDAY) == [number(points)]


@pytest.mark.parametrize(("steps", "_points", "to_next"), DAYS)
def test_the_resident_sees_how_many_steps_are_missing(
    steps: str, _points: str, to_next: str
) -> None:
    expected = None if to_next == "none" else (number(to_next), 1)
    assert missing(YOKOHAMA, walker(number(steps)), first_day=TUESDAY) == expected


@pytest.mark.parametrize(
    ("steps", "points", "to_next"),
    [
        (0, 0, (3_000, 300)),
        (2_999, 0, (1, 300)),
        (3_000, 300, (10, 1)),
        (3_009, 300, (1, 1)),
        (100_000, 10_000, None),
        (250_000, 10_000, None),
    ],
)
def test_a_day_below_the_least_does_not_count(
    steps: int, points: int, to_next: tuple[int, int] | None
) -> None:
    assert paid_to(SAITAMA, walker(steps), first_day=TUESDAY) == [points]
    assert missing(SAITAMA, walker(steps), first_day=TUESDAY) == to_next


def test_an_unfinished_point_does_not_carry_over_to_the_next_day() -> None:
    assert paid_to(YOKOHAMA, walker(1_999, 1, 1_999, 3_999), first_day=TUESDAY) == [0, 0, 0, 1]


def test_steps_above_the_ceiling_do_not_carry_over_to_the_next_day() -> None:
    assert paid_to(YOKOHAMA, walker(30_000, 0, 1_000), first_day=TUESDAY) == [5, 0, 0]


def test_a_day_without_data_earns_nothing() -> None:
    assert paid_to(YOKOHAMA, walker(None, 4_000, None), first_day=TUESDAY) == [0, 2, 0]


def test_an_award_names_the_resident_the_day_and_the_steps_it_rests_on() -> None:
    two = people(walker(None, 4_321), walker(2_000, 50_000), first_day=TUESDAY)
    wednesday = TUESDAY.replace(day=4)
    assert awards(programme(YOKOHAMA), two) == [
        (1, DaySpan(wednesday, wednesday), "walk", 2, {"steps": 4_321}),
        (2, DaySpan(TUESDAY, TUESDAY), "walk", 1, {"steps": 2_000}),
        (2, DaySpan(wednesday, wednesday), "walk", 5, {"steps": 50_000}),
    ]


def test_the_rule_says_itself_in_both_languages() -> None:
    assert ja(YOKOHAMA.text()) == "2,000歩ごとに1ポイント、1日5ポイントまで"
    assert en(YOKOHAMA.text()) == "1 point for every 2,000 steps, at most 5 a day"
    assert ja(SAITAMA.text()) == "10歩ごとに1ポイント、1日10,000ポイントまで(3,000歩から)"
    assert en(SAITAMA.text()) == (
        "1 point for every 10 steps, at most 10,000 a day (on days of 3,000 steps or more)"
    )


def test_the_reason_names_the_day_and_its_steps() -> None:
    reason = YOKOHAMA.reason(DaySpan(TUESDAY, TUESDAY), {"steps": 4_321})
    assert ja(reason) == "11月3日(火) 4,321歩: 2,000歩ごとに1ポイント、1日5ポイントまで"
    assert en(reason) == "3 Nov: 4,321 steps; 1 point for every 2,000 steps, at most 5 a day"


def test_the_reason_of_a_day_whose_steps_were_taken_back_says_zero_steps() -> None:
    assert "0歩" in ja(YOKOHAMA.reason(DaySpan(TUESDAY, TUESDAY), {}))


FILE = """\
kind = "steps_per_point"
code = "walk"
steps_per_point = 2000
points_day_max = 5
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("= 2000", "= 0", "$.rules[0].steps_per_point"),
        ("= 2000", "= 0.5", "$.rules[0].steps_per_point"),
        ("= 2000", "= 100_001", "$.rules[0].steps_per_point"),
        ("= 5", "= 0", "$.rules[0].points_day_max"),
        ("= 5", "= 5\nsteps_day_min = -1", "$.rules[0].steps_day_min"),
        ("= 5", "= 5\nsteps_day_mn = 1", "did you mean `steps_day_min`?"),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


def pencil(rule: StepsPerPoint, history: History) -> dict[DaySpan, int]:
    points = {}
    for day in history.days:
        steps = history.amount(day, "steps")
        points[DaySpan(day, day)] = 0
        if steps is None or steps < rule.steps_day_min:
            continue
        points[DaySpan(day, day)] = min(steps // rule.steps_per_point, rule.points_day_max)
    return points


@settings(deadline=None, max_examples=60)
@given(rules, histories())
def test_the_engine_gives_what_a_pencil_gives(rule: StepsPerPoint, history: History) -> None:
    assert history.paid(rule) == pencil(rule, history)


@settings(deadline=None, max_examples=30)
@given(rules, histories())
def test_the_facts_are_enough_to_work_the_points_out(rule: StepsPerPoint, history: History) -> None:
    for line in history.lines(rule):
        steps = line.facts["steps"]
        counted = steps if steps >= rule.steps_day_min else 0
        assert line.points == min(counted // rule.steps_per_point, rule.points_day_max)


@settings(deadline=None, max_examples=60)
@given(rules, st.lists(st.integers(0, 200_000), min_size=1, max_size=10))
def test_the_ceiling_is_never_passed_and_more_steps_never_earn_less(
    rule: StepsPerPoint, days: list[int]
) -> None:
    points = paid_to(rule, walker(*sorted(days)), first_day=TUESDAY)
    assert points == sorted(points)
    assert 0 <= points[0] <= points[-1] <= rule.points_day_max


@settings(deadline=None, max_examples=60)
@given(rules, st.integers(0, 200_000))
def test_the_missing_steps_are_just_enough(rule: StepsPerPoint, steps: int) -> None:
    award = missing(rule, walker(steps), first_day=TUESDAY)
    if award is None:
        assert paid_to(rule, walker(steps), first_day=TUESDAY) == [rule.points_day_max]
    else:
        needed, more = award
        days = walker(steps, steps + needed - 1, steps + needed)
        before, almost, after = paid_to(rule, days, first_day=TUESDAY)
        assert (almost, after) == (before, before + more)
