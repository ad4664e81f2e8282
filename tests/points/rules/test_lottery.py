"""A small chance for each day that reaches the goal, and what one would have won."""

import math
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from points.draws import rule_key
from points.draws import tickets as tickets_of
from points.goals import DayGoal
from points.periods import DaySpan
from points.rules import lottery as module
from points.rules.lottery import TICKETS, Lottery, Prize
from points.view import View
from tests.points.histories import History, histories
from tests.points.people import TUESDAY, paid_to, people, walker
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja

INSTANT = Lottery(
    code="draw",
    goal=DayGoal(at_least=6_000),
    when="instant",
    prizes=[Prize(one_in=100, points=500), Prize(one_in=5, points=10)],
)
REGRET = msgspec.structs.replace(INSTANT, when="regret")

FIRST_PRIZE = TICKETS // 100
SECOND_PRIZE = TICKETS // 5


@pytest.mark.parametrize(
    ("ticket", "points"),
    [
        (0, 500),
        (FIRST_PRIZE - 1, 500),
        (FIRST_PRIZE, 10),
        (SECOND_PRIZE - 1, 10),
        (SECOND_PRIZE, 0),
        (TICKETS - 1, 0),
        (-1, 0),  # none was drawn
    ],
)
def test_one_ticket_wins_one_prize_if_the_goal_is_reached(ticket: int, points: int) -> None:
    days = walker(6_000, 5_999, tickets={"draw": [ticket] * 2})
    assert paid_to(INSTANT, days, first_day=TUESDAY) == [points, 0]


def test_an_instant_lottery_pays_today_and_a_regret_lottery_when_the_day_is_over() -> None:
    day = walker(6_000, tickets={"draw": [0]})
    tomorrow = TUESDAY + timedelta(days=1)
    assert paid_to(INSTANT, day, first_day=TUESDAY, today=TUESDAY) == [500]
    assert paid_to(REGRET, day, first_day=TUESDAY, today=TUESDAY) == [0]
    assert paid_to(REGRET, day, first_day=TUESDAY, today=tomorrow) == [500]


def test_without_tickets_nobody_wins() -> None:
    assert paid_to(INSTANT, walker(9_000), first_day=TUESDAY) == [0]


def test_the_ticket_is_no_fact_of_the_award() -> None:
    day = walker(6_000, tickets={"draw": [17]})
    (line,) = History(day, TUESDAY, TUESDAY + timedelta(days=1), TUESDAY).lines(INSTANT)
    assert line.facts == {"amount": 6_000, "goal": 6_000, "prize": 500, "is_over": 1}


def test_the_rule_and_its_reasons_are_said_in_both_languages() -> None:
    assert (
        ja(INSTANT.text()) == "6,000歩の日はくじ引き: 100本に1本500ポイント、100本に19本10ポイント"
    )
    assert en(INSTANT.text()) == (
        "a lottery on days of 6,000 steps: 1 in 100 wins 500 points, 19 in 100 win 10 points"
    )
    day = DaySpan(TUESDAY, TUESDAY)
    facts = {"amount": 6_400, "goal": 6_000, "prize": 10, "is_over": 1}
    assert ja(INSTANT.reason(day, facts)) == (
        "11月3日(火) 6,400歩: 目標6,000歩に届き、くじで10ポイントの当たり"
    )
    assert en(INSTANT.reason(day, facts | {"prize": 0})) == "3 Nov: no prize in the lottery"
    regret = REGRET.reason(day, facts | {"amount": 812})
    assert ja(regret) == (
        "11月3日(火) 812歩: 6,000歩に届いていれば、くじで10ポイントの当たりでした"
    )
    assert en(regret) == (
        "3 Nov: 812 steps; with 6,000 steps the lottery's prize of 10 points was yours"
    )


HALF = msgspec.structs.replace(
    INSTANT, prizes=[Prize(one_in=3, points=100), Prize(one_in=2, points=7)]
)
RARE = msgspec.structs.replace(
    INSTANT,
    prizes=[
        Prize(one_in=1_000_000, points=10_000),
        Prize(one_in=1_000, points=500),
        Prize(one_in=50, points=50),
        Prize(one_in=7, points=3),
        Prize(one_in=2, points=1),
    ],
)
EVERY = pytest.mark.parametrize("rule", [INSTANT, HALF, RARE], ids=["usual", "half", "rare"])


def test_one_in_two_after_one_in_three_is_announced_as_one_in_six() -> None:
    assert HALF.odds == [Fraction(1, 3), Fraction(1, 6)]
    assert ja(HALF.text()).endswith("3本に1本100ポイント、6本に1本7ポイント")
    assert en(HALF.text()).endswith("1 in 3 wins 100 points, 1 in 6 wins 7 points")


@EVERY
def test_of_all_tickets_each_prize_is_won_by_its_announced_share(
    rule: Lottery, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 4_200 if rule is not RARE else 7_000_000
    monkeypatch.setattr(module, "TICKETS", count)
    won = winnings(rule, np.arange(count))
    for prize, odds in zip(rule.prizes, rule.odds, strict=True):
        assert (won == prize.points).sum() == odds * count


@EVERY
def test_the_share_of_all_real_tickets_is_as_announced_but_for_one_ticket(rule: Lottery) -> None:
    ends = [TICKETS // prize.one_in for prize in rule.prizes]
    for end, prize, after in zip(ends, rule.prizes, [*rule.prizes[1:], None], strict=True):
        around = winnings(rule, np.array([end - 1, end]))
        assert around.tolist() == [prize.points, after.points if after else 0]
    shares = [end - start for start, end in pairwise([0, *ends])]
    for share, odds in zip(shares, rule.odds, strict=True):
        assert abs(share - odds * TICKETS) < 1


@EVERY
def test_a_million_drawn_tickets_win_as_often_as_announced(rule: Lottery) -> None:
    days = np.arange(739_000, 739_010)
    drawn = tickets_of(rule_key(b"seed", rule.code), np.arange(1, 100_001), days) >> np.uint64(32)
    won = winnings(rule, drawn.astype(np.int64).ravel())
    for prize, odds in zip(rule.prizes, rule.odds, strict=True):
        expected = float(odds) * won.size
        spread = math.sqrt(expected * float(1 - odds))
        assert abs((won == prize.points).sum() - expected) < 5 * spread + 5


def winnings(rule: Lottery, drawn: NDArray[np.int64]) -> NDArray[np.int64]:
    """What each ticket wins on a day that reached the goal."""
    cohort = people(walker(*[6_000] * 2), first_day=TUESDAY)
    cohort = cohort._replace(tickets={rule.code: drawn.reshape(1, -1)})
    return rule._won(View(cohort, None, TUESDAY)).ravel().astype(np.int64)


FILE = """\
kind = "lottery"
code = "draw"
goal = { at_least = 6000 }
when = "instant"
prizes = [{ one_in = 100, points = 500 }, { one_in = 5, points = 10 }]
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ('when = "instant"', 'when = "instand"', "did you mean `instant`?"),
        ("one_in = 100", "one_in = 4", "less rare than the one before it, and pay less"),
        ("points = 500", "points = 10", "less rare than the one before it, and pay less"),
        ("one_in = 5", "one_in = 1", "$.rules[0].prizes[1].one_in"),
        ("one_in = 5", "onein = 5", "did you mean `one_in`?"),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


tickets = st.sampled_from(
    [-1, 0, FIRST_PRIZE - 1, FIRST_PRIZE, SECOND_PRIZE - 1, SECOND_PRIZE, TICKETS - 1]
)


@st.composite
def drawn(draw: st.DrawFn) -> History:
    history = draw(histories(days_max=12))
    days = len(history.days)
    of_rule = draw(st.lists(tickets, min_size=days, max_size=days))
    return history._replace(person=history.person._replace(tickets={"draw": of_rule}))


def pencil(rule: Lottery, history: History) -> dict[DaySpan, int]:
    points = {}
    for day, ticket in zip(history.days, history.person.tickets["draw"], strict=True):
        won = 0
        for prize in reversed(rule.prizes):
            if 0 <= ticket < TICKETS // prize.one_in:
                won = prize.points
        waits = rule.when == "regret" and day >= history.today
        is_paid = history.reaches(rule.goal, day) and not waits
        points[DaySpan(day, day)] = won if is_paid else 0
    return points


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([INSTANT, REGRET]), drawn())
def test_the_engine_gives_what_a_pencil_gives(rule: Lottery, history: History) -> None:
    assert history.paid(rule) == pencil(rule, history)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([INSTANT, REGRET]), drawn())
def test_the_facts_are_enough_to_work_the_points_out(rule: Lottery, history: History) -> None:
    for line in history.lines(rule):
        waits = rule.when == "regret" and not line.facts["is_over"]
        is_paid = line.facts["amount"] >= line.facts["goal"] and not waits
        assert line.points == (line.facts["prize"] if is_paid else 0)
