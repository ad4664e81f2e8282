"""Points for joining, once it proved to be meant, and for doing something for the first time."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.goals import DayGoal
from points.periods import DaySpan
from points.rules.joining import FirstTime, Joining
from tests.points.histories import History, histories
from tests.points.people import APRIL_1, TUESDAY, awards, paid, paid_to, people, programme, walker
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja

MONTH = Joining(code="join", after_days=30, active_days_min=10, points_once=1_000)
FIRST = FirstTime(code="first", goal=DayGoal(at_least=6_000), points_once=50)

joinings = st.builds(
    Joining,
    code=st.just("join"),
    after_days=st.integers(3, 30),
    active_days_min=st.integers(1, 3),
    points_once=st.sampled_from([1, 1_000]),
)


def test_joining_is_paid_a_month_later_to_those_who_took_part() -> None:
    ten = walker(*[100] * 10, *[None] * 21, joined=APRIL_1)
    assert paid_to(MONTH, ten, first_day=APRIL_1) == [0] * 30 + [1_000]
    nine = walker(*[100] * 9, *[None] * 21, 9_000, joined=APRIL_1)
    assert paid_to(MONTH, nine, first_day=APRIL_1) == [0] * 31


def test_who_joined_before_the_programme_is_paid_when_the_day_is_in_force() -> None:
    days = people(walker(*[100] * 31, joined=APRIL_1), first_day=APRIL_1)
    may_1, may_2 = date(2026, 5, 1), date(2026, 5, 2)
    assert sum(paid(programme(MONTH, in_force_from=may_1), days)[0]) == 1_000
    assert awards(programme(MONTH, in_force_from=may_2), days) == []


def test_the_first_goal_day_of_a_year_pays_and_the_next_year_again() -> None:
    days = walker(5_999, 6_000, 7_000, 100, 8_000, 8_000)
    assert paid_to(FIRST, days, first_day=date(2027, 3, 28)) == [0, 50, 0, 0, 50, 0]


def test_the_rules_and_their_reasons_are_said_in_both_languages() -> None:
    assert ja(MONTH.text()) == "参加して30日後、10日以上の記録があれば1,000ポイント"
    assert en(MONTH.text()) == "1,000 points 30 days after joining, with data on 10 days"
    day = DaySpan(TUESDAY, TUESDAY)
    assert ja(MONTH.reason(day, {"active_days": 12})) == (
        "11月3日(火) 参加から30日、記録のある日が12日: 30日後に10日以上で1,000ポイント"
    )
    assert en(MONTH.reason(day, {"active_days": 12})) == (
        "3 Nov: 30 days after joining, 12 of them with data; 1,000 points for 10 after 30"
    )
    assert ja(FIRST.text()) == "年度ではじめて6,000歩を達成した日に50ポイント"
    assert en(FIRST.text()) == "50 points for the year's first day of 6,000 steps"
    facts = {"amount": 6_412, "goal": 6_000, "goal_days_before": 0}
    assert ja(FIRST.reason(day, facts)) == (
        "11月3日(火) 6,412歩: 目標6,000歩を年度ではじめて達成、50ポイント"
    )
    assert en(FIRST.reason(day, facts | {"goal_days_before": 1})) == (
        "3 Nov: 6,412 steps of 6,000 steps, not the first time this year (1 before)"
    )
    assert en(FIRST.reason(day, facts | {"amount": 1})) == "3 Nov: 1 step of 6,000 steps"


JOINING = """\
kind = "joining"
code = "join"
after_days = 30
active_days_min = 10
points_once = 1000
"""
FIRST_TIME = """\
kind = "first_time"
code = "first"
goal = { at_least = 6000 }
points_once = 50
"""


@pytest.mark.parametrize(
    ("rule", "written", "instead", "message"),
    [
        (JOINING, "active_days_min = 10", "active_days_min = 31", "must not exceed after_days"),
        (JOINING, "after_days = 30", "after_days = 184", "$.rules[0].after_days"),
        (JOINING, "points_once", "points_one", "did you mean `points_once`?"),
        (FIRST_TIME, "at_least = 6000", "at_lest = 6000", "did you mean `at_least`?"),
    ],
)
def test_nonsense_is_refused(rule: str, written: str, instead: str, message: str) -> None:
    check_refused(rule, written, instead, message)


def joining_pencil(rule: Joining, history: History) -> dict[DaySpan, int]:
    points = {}
    due = history.person.joined + timedelta(days=rule.after_days)
    for day in history.days:
        points[DaySpan(day, day)] = 0
        if day == due <= history.today and history.counts(day):
            since = [
                past_day for past_day in history.days if history.person.joined <= past_day < day
            ]
            active = [
                past_day for past_day in since if history.known(past_day, *rule.metrics) is not None
            ]
            if len(active) >= rule.active_days_min:
                points[DaySpan(day, day)] = rule.points_once
    return points


def first_pencil(rule: FirstTime, history: History) -> dict[DaySpan, int]:
    points, paid_years = {}, set()
    for day in history.days:
        points[DaySpan(day, day)] = 0
        year = history.year_start(day)
        if history.reaches(rule.goal, day) and year not in paid_years:
            paid_years.add(year)
            points[DaySpan(day, day)] = rule.points_once
    return points


@settings(deadline=None, max_examples=80)
@given(joinings, histories())
def test_joining_gives_what_a_pencil_gives(rule: Joining, history: History) -> None:
    assert history.paid(rule) == joining_pencil(rule, history)


@settings(deadline=None, max_examples=80)
@given(histories())
def test_first_times_give_what_a_pencil_gives(history: History) -> None:
    history = history.from_its_first_day()
    assert history.paid(FIRST) == first_pencil(FIRST, history)


@settings(deadline=None, max_examples=30)
@given(histories())
def test_the_facts_are_enough_to_work_the_points_out(history: History) -> None:
    for line in history.from_its_first_day().lines(FIRST):
        is_first = line.facts["goal_days_before"] == 0
        is_reached = line.facts["amount"] >= line.facts["goal"]
        assert line.points == (FIRST.points_once if is_first and is_reached else 0)


@settings(deadline=None, max_examples=30)
@given(joinings, histories())
def test_the_facts_of_joining_are_enough_too(rule: Joining, history: History) -> None:
    for line in history.lines(rule):
        due = history.person.joined + timedelta(days=rule.after_days)
        is_due = line.span.first == due <= history.today and history.counts(due)
        enough = line.facts["active_days"] >= rule.active_days_min
        assert line.points == (rule.points_once if is_due and enough else 0)
