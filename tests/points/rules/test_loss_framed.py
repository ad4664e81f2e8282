"""Points that are there in the morning and gone at midnight unless the goal was reached."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.goals import DayGoal
from points.periods import DaySpan
from points.rules.loss_framed import LossFramed
from tests.points.histories import History, histories
from tests.points.people import TUESDAY, paid_to, walker
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja

MORNING = LossFramed(code="morning", goal=DayGoal(at_least=6_000), active_days=3, points_day=14)

rules = st.builds(
    LossFramed,
    code=st.just("morning"),
    goal=st.sampled_from(
        [DayGoal(at_least=4_000), DayGoal(at_least=6_000, from_age=65, at_least_from_age=4_000)]
    ),
    active_days=st.integers(1, 6),
    points_day=st.sampled_from([1, 300]),
)


def test_a_day_that_is_over_keeps_its_points_only_when_the_goal_was_reached() -> None:
    days = walker(6_000, 6_000, 5_999, None, 6_000)
    # Nothing is known before the first day, so nothing was granted on it.
    assert paid_to(MORNING, days, first_day=TUESDAY) == [0, 14, 0, 0, 14]


def test_today_is_granted_to_those_who_were_active_lately_and_tomorrow_to_nobody() -> None:
    days = walker(100, None, None, None, None, 6_000)
    granted = [
        paid_to(MORNING, days, first_day=TUESDAY, today=TUESDAY + timedelta(days=day))
        for day in (1, 3, 4)
    ]
    assert granted == [
        [0, 14, 0, 0, 0, 0],
        [0, 0, 0, 14, 0, 0],
        [0, 0, 0, 0, 0, 0],  # four days without data
    ]


def test_the_rule_and_its_reasons_are_said_in_both_languages() -> None:
    assert ja(MORNING.text()) == "毎朝14ポイントが入り、6,000歩に届かないと夜中に消えます"
    assert en(MORNING.text()) == (
        "14 points each morning, which are gone at midnight without 6,000 steps"
    )
    day = DaySpan(TUESDAY, TUESDAY)
    facts = {"amount": 812, "goal": 6_000, "is_over": 0, "was_granted": 1}
    assert ja(MORNING.reason(day, facts)) == "11月3日(火) 今日の14ポイントです。6,000歩で守れます"
    over = facts | {"is_over": 1}
    assert en(MORNING.reason(day, over)) == "3 Nov: 812 steps of 6,000 steps, so 14 points are gone"
    kept = MORNING.reason(day, over | {"amount": 6_100})
    assert ja(kept) == "11月3日(火) 6,100歩: 目標6,000歩に届き、14ポイントを守りました"
    never = MORNING.reason(day, over | {"was_granted": 0})
    assert en(never) == "3 Nov: nothing was granted, with no data in the 3 days before"


FILE = """\
kind = "loss_framed"
code = "morning"
goal = { at_least = 6000 }
active_days = 14
points_day = 14
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("active_days = 14", "active_days = 0", "$.rules[0].active_days"),
        ("active_days = 14", "active_days = 57", "$.rules[0].active_days"),
        ("points_day", "point_day", "did you mean `points_day`?"),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


def pencil(rule: LossFramed, history: History) -> dict[DaySpan, int]:
    points = {}
    for place, day in enumerate(history.days):
        before = history.days[max(0, place - rule.active_days) : place]
        was_active = any(history.known(earlier_day, "steps") is not None for earlier_day in before)
        is_kept = day == history.today or (day < history.today and history.reaches(rule.goal, day))
        is_paid = history.counts(day) and was_active and is_kept
        points[DaySpan(day, day)] = rule.points_day if is_paid else 0
    return points


@settings(deadline=None, max_examples=80)
@given(rules, histories(days_max=20))
def test_the_engine_gives_what_a_pencil_gives(rule: LossFramed, history: History) -> None:
    assert history.paid(rule) == pencil(rule, history)


@settings(deadline=None, max_examples=30)
@given(rules, histories(days_max=20))
def test_the_facts_are_enough_to_work_the_points_out(rule: LossFramed, history: History) -> None:
    for line in history.lines(rule):
        if line.span.first > history.today:
            assert line.points == 0
            continue
        is_kept = not line.facts["is_over"] or line.facts["amount"] >= line.facts["goal"]
        assert line.points == (rule.points_day if line.facts["was_granted"] and is_kept else 0)
