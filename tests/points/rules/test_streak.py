"""Days in a row, and the days off that do not break it."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.goals import DayGoal
from points.periods import DaySpan
from points.rules.streak import Streak
from tests.points.histories import History, histories
from tests.points.people import TUESDAY, paid_to, walker
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja
from tests.tables import number, read_rows

THREE = Streak(
    code="row", goal=DayGoal(at_least=6_000), every_days=3, days_off_month=1, points_each=10
)
STRICT = Streak(code="row", goal=DayGoal(at_least=6_000), every_days=2, points_each=300)

DAYS = read_rows("""
    day    | steps | points | why
    Nov 24 | 2,000 |      0 | nobody takes a day off from a row that has not begun
    Nov 25 | 6,000 |      0 | the first
    Nov 26 | 6,000 |      0 | the second
    Nov 27 | 5,999 |      0 | November's day off: the row waits
    Nov 28 | 6,000 |     10 | the third
    Nov 29 | 6,000 |      0 | the fourth
    Nov 30 |     - |      0 | no day off is left: the row is over
    Dec  1 | 9,000 |      0 | the first
    Dec  2 |     0 |      0 | December's day off
    Dec  3 | 9,000 |      0 | the second
    Dec  4 | 9,000 |     10 | the third
    Dec  5 | 9,000 |      0 | the fourth
    Dec  6 | 9,000 |      0 | the fifth
    Dec  7 | 9,000 |     10 | the sixth
""")

rules = st.builds(
    Streak,
    code=st.just("row"),
    goal=st.sampled_from(
        [DayGoal(at_least=4_000), DayGoal(at_least=6_000, from_age=65, at_least_from_age=4_000)]
    ),
    every_days=st.integers(2, 5),
    days_off_month=st.integers(0, 3),
    points_each=st.sampled_from([1, 300]),
)


def test_every_third_day_in_a_row_pays_and_a_day_off_saves_the_row() -> None:
    steps = [None if cell == "-" else number(cell) for _, cell, _, _ in DAYS]
    expected = [number(points) for _, _, points, _ in DAYS]
    assert paid_to(THREE, walker(*steps), first_day=date(2026, 11, 24)) == expected


def test_today_breaks_nothing_while_it_lasts() -> None:
    days = walker(6_000, 6_000, 100)
    yesterdays = THREE.every_days - 1
    (_, _, line) = History(days, TUESDAY, TUESDAY + timedelta(days=2), TUESDAY).lines(THREE)
    assert line.facts == {"amount": 100, "goal": 6_000, "goal_days": yesterdays, "days_off": 0}
    (_, _, line) = History(days, TUESDAY, TUESDAY + timedelta(days=3), TUESDAY).lines(THREE)
    assert line.facts["days_off"] == 1


def test_a_row_ends_with_the_fiscal_year() -> None:
    points = paid_to(STRICT, walker(6_000, 6_000, 6_000, 6_000), first_day=date(2027, 3, 31))
    assert points == [0, 0, 300, 0]


def test_the_rule_and_its_reasons_are_said_in_both_languages() -> None:
    assert ja(THREE.text()) == ("6,000歩の日が3日続くごとに10ポイント(月1日までは休んでも続きます)")
    assert en(THREE.text()) == (
        "10 points for every 3 days of 6,000 steps in a row (1 day off a month does not break the row)"
    )
    assert en(STRICT.text()) == "300 points for every 2 days of 6,000 steps in a row"
    day = DaySpan(TUESDAY, TUESDAY)
    facts = {"amount": 6_100, "goal": 6_000, "goal_days": 3, "days_off": 0}
    assert ja(THREE.reason(day, facts)) == (
        "11月3日(火) 6,100歩: 目標6,000歩の達成が3日続いています(3日ごとに10ポイント)"
    )
    assert en(THREE.reason(day, facts)) == (
        "3 Nov: 6,100 steps of 6,000 steps, 3 goal days in a row; 10 points for every 3"
    )
    short = THREE.reason(day, facts | {"amount": 100, "goal_days": 1})
    assert en(short) == "3 Nov: 100 steps of 6,000 steps (the row is of 1 day)"


FILE = """\
kind = "streak"
code = "row"
goal = { at_least = 6000 }
every_days = 7
days_off_month = 2
points_each = 5
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("every_days = 7", "every_days = 1", "$.rules[0].every_days"),
        ("days_off_month = 2", "days_off_month = 11", "$.rules[0].days_off_month"),
        ("days_off_month", "day_off_month", "did you mean `days_off_month`?"),
        ("goal = { at_least = 6000 }\n", "", "missing required field `goal`"),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


def pencil(rule: Streak, history: History) -> dict[DaySpan, int]:
    points, in_a_row, off = {}, 0, 0
    for day in history.days:
        if day.day == 1 or day == history.year_start(day):
            off = 0
        if day == history.year_start(day):
            in_a_row = 0
        points[DaySpan(day, day)] = 0
        if history.reaches(rule.goal, day):
            in_a_row += 1
            if in_a_row % rule.every_days == 0:
                points[DaySpan(day, day)] = rule.points_each
        elif history.counts(day) and day < history.today:
            if in_a_row and off < rule.days_off_month:
                off += 1
            else:
                in_a_row = 0
    return points


@settings(deadline=None, max_examples=100)
@given(rules, histories())
def test_the_engine_gives_what_a_pencil_gives(rule: Streak, history: History) -> None:
    history = history.from_its_first_day()
    assert history.paid(rule) == pencil(rule, history)


@settings(deadline=None, max_examples=30)
@given(rules, histories())
def test_the_facts_are_enough_to_work_the_points_out(rule: Streak, history: History) -> None:
    for line in history.lines(rule):
        ends = line.facts["goal_days"] % rule.every_days == 0
        is_reached = line.facts["amount"] >= line.facts["goal"]
        assert line.points == (rule.points_each if ends and is_reached else 0)
