"""A little more for the first goal day after a missed one."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.goals import DayGoal
from points.periods import DaySpan
from points.rules.comeback import Comeback
from tests.points.histories import History, histories
from tests.points.people import TUESDAY, missing, paid, paid_to, people, programme, walker
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja
from tests.tables import number, read_rows

BACK = Comeback(code="back", goal=DayGoal(at_least=6_000), points_each=5)
BY_AGE = Comeback(
    code="back",
    goal=DayGoal(at_least=6_000, from_age=65, at_least_from_age=4_000),
    points_each=300,
)

WEEK = read_rows("""
    day       |  steps | points | why
    Tuesday   |  7,000 |      0 | nothing is known of Monday
    Wednesday |  7,000 |      0 | Tuesday was not missed
    Thursday  |  5,999 |      0 | missed by a step
    Friday    |  6,000 |      5 | back
    Saturday  |      - |      0 | a day without data is missed too
    Sunday    |      - |      0 | and another
    Monday    |  8,000 |      5 | back, however long it was
""")


def test_the_first_goal_day_after_a_missed_one_pays() -> None:
    steps = [None if cell == "-" else number(cell) for _, cell, _, _ in WEEK]
    expected = [number(points) for _, _, points, _ in WEEK]
    assert paid_to(BACK, walker(*steps), first_day=TUESDAY) == expected


@pytest.mark.parametrize(
    ("what", "begins", "joined"),
    [
        ("the programme", TUESDAY + timedelta(days=1), TUESDAY),
        ("membership", TUESDAY, TUESDAY + timedelta(days=1)),
    ],
)
def test_the_first_day_of_the_programme_or_of_membership_is_no_comeback(
    what: str, begins: date, joined: date
) -> None:
    someone = people(walker(0, 7_000, 0, 7_000, joined=joined), first_day=TUESDAY)
    assert paid(programme(BACK, in_force_from=begins), someone) == [[0, 0, 0, 5]], what


def test_what_is_missing_is_said_to_those_who_missed_yesterday() -> None:
    assert missing(BACK, walker(0, 2_000), first_day=TUESDAY) == (4_000, 5)
    assert missing(BACK, walker(7_000, 2_000), first_day=TUESDAY) is None
    assert missing(BACK, walker(0, 6_000), first_day=TUESDAY) is None


def test_the_rule_and_its_reasons_are_said_in_both_languages() -> None:
    assert ja(BACK.text()) == "休んだ次の日に6,000歩で5ポイント"
    assert en(BACK.text()) == "5 points for 6,000 steps on the day after a missed one"
    assert "6,000 steps (4,000 steps from age 65)" in en(BY_AGE.text())
    day = DaySpan(TUESDAY, TUESDAY)
    back = BACK.reason(day, {"amount": 6_412, "goal": 6_000, "amount_before": 812, "was_missed": 1})
    assert ja(back) == (
        "11月3日(火) 6,412歩(目標6,000歩): 前の日は812歩(目標6,000歩)、休み明けの5ポイント。おかえりなさい"
    )
    assert en(back) == (
        "3 Nov: 6,412 steps of 6,000 steps after 812 steps of 6,000 steps the day before, 5 points; welcome back"
    )
    not_yet = BACK.reason(
        day, {"amount": 412, "goal": 6_000, "amount_before": 812, "was_missed": 1}
    )
    assert ja(not_yet) == "11月3日(火) 412歩: 目標6,000歩に届いていません"
    not_missed = BACK.reason(
        day, {"amount": 7_000, "goal": 6_000, "amount_before": 6_500, "was_missed": 0}
    )
    assert en(not_missed) == (
        "3 Nov: 7,000 steps of 6,000 steps; the day before was not a missed one (6,500 steps of 6,000 steps)"
    )
    no_day_before = BACK.reason(
        day, {"amount": 7_000, "goal": 6_000, "amount_before": 0, "was_missed": 0}
    )
    assert ja(no_day_before) == "11月3日(火) 7,000歩(目標6,000歩): 前の日は対象外です"


FILE = """\
kind = "comeback"
code = "back"
goal = { at_least = 6000, from_age = 65, at_least_from_age = 4000 }
points_each = 5
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        (", from_age = 65", "", "stated together - at `$.rules[0].goal`"),
        ("from_age = 65", "from_agee = 65", "did you mean `from_age`?"),
        ("at_least = 6000", "at_least = 0", "$.rules[0].goal.at_least"),
        ("at_least = 6000", "at_least = 6000, metrics = []", "$.rules[0].goal.metrics"),
        ("points_each = 5", "points_each = 0", "$.rules[0].points_each"),
        (
            "at_least = 6000",
            'at_least = 6000, metrics = ["steps", "steps"]',
            "no figure may be named twice - at `$.rules[0]`",
        ),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


def pencil(rule: Comeback, history: History) -> dict[DaySpan, int]:
    points = {}
    for place, day in enumerate(history.days):
        yesterday = day - timedelta(days=1)
        was_missed = (
            place > 0
            and history.counts(yesterday)
            and yesterday >= history.person.joined
            and not history.reaches(rule.goal, yesterday)
        )
        is_back = was_missed and history.reaches(rule.goal, day)
        points[DaySpan(day, day)] = rule.points_each if is_back else 0
    return points


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([BACK, BY_AGE]), histories())
def test_the_engine_gives_what_a_pencil_gives(rule: Comeback, history: History) -> None:
    assert history.paid(rule) == pencil(rule, history)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([BACK, BY_AGE]), histories())
def test_the_facts_are_enough_to_work_the_points_out(rule: Comeback, history: History) -> None:
    for line in history.lines(rule):
        is_back = line.facts["was_missed"] and line.facts["amount"] >= line.facts["goal"]
        assert line.points == (rule.points_each if is_back else 0)
