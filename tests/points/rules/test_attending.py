"""Points for being there: a checkup, a class, a stamped card."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.caps import Caps
from points.periods import DaySpan
from points.rules.attending import Attending
from tests.points.histories import History, histories
from tests.points.people import APRIL_1, TUESDAY, Person, paid_to
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja

CHECKUP = Attending(
    code="checkup",
    name={"ja": "健診", "en": "checkup"},
    metric="checkup_attended",
    period="fiscal_year",
    points_each=1_000,
)
CLASSES = Attending(
    code="classes",
    name={"ja": "教室", "en": "class"},
    metric="class_attended",
    period="month",
    times_max=4,
    points_each=50,
)
CARD = Attending(
    code="card",
    name={"ja": "紙のカード", "en": "day on the paper card"},
    metric="paper_card_days",
    points_each=1,
    caps=Caps(fiscal_year=55),
)

rules = st.builds(
    Attending,
    code=st.just("classes"),
    name=st.just(CLASSES.name),
    metric=st.just("class_attended"),
    period=st.sampled_from(["day", "week", "month", "quarter", "half_year", "fiscal_year"]),
    times_max=st.integers(1, 5),
    points_each=st.sampled_from([1, 50, 10_000]),
)


def classes(*times: int | None) -> Person:
    return Person({"class_attended": times})


def test_each_class_pays_up_to_four_a_month() -> None:
    april, may = [1, None, 1, 0] + [None] * 26, [1] * 31
    assert paid_to(CLASSES, classes(*april, *may), first_day=APRIL_1) == [100, 200]


def test_one_checkup_pays_in_a_fiscal_year() -> None:
    days = Person({"checkup_attended": [1, 1, 1, None]})
    assert paid_to(CHECKUP, days, first_day=date(2026, 3, 30)) == [1_000, 1_000]


def test_a_card_is_full_at_55() -> None:
    points = paid_to(CARD, Person({"paper_card_days": [1] * 60}), first_day=APRIL_1)
    assert points == [1] * 55 + [0] * 5


def test_the_rule_and_its_reasons_are_said_in_both_languages() -> None:
    assert ja(CLASSES.text()) == "教室1回につき50ポイント(1か月に4回まで)"
    assert en(CLASSES.text()) == "50 points for each class, at most 4 a month"
    april = DaySpan(APRIL_1, date(2026, 4, 30))
    assert ja(CLASSES.reason(april, {"times": 3})) == (
        "4月1日(水)から4月30日(木) 教室 3回: 1回50ポイント、1か月に4回まで"
    )
    assert en(CLASSES.reason(april, {"times": 3})) == (
        "1 Apr to 30 Apr: class × 3; 50 points each, at most 4 a month"
    )
    assert en(CLASSES.reason(april, {})) == "1 Apr to 30 Apr: no record of a class"
    assert en(CARD.text()) == "1 point for each day on the paper card, at most 1 a day"
    assert ja(CARD.reason(DaySpan(TUESDAY, TUESDAY), {"times": 1})) == (
        "11月3日(火) 紙のカード 1回: 1回1ポイント、1日に1回まで"
    )


FILE = """\
kind = "attending"
code = "classes"
name = { ja = "教室", en = "class" }
metric = "class_attended"
period = "month"
times_max = 4
points_each = 50
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("times_max = 4", "times_max = 0", "$.rules[0].times_max"),
        ("metric =", "metrics =", "did you mean `metric`?"),
        ("points_each = 50", "points_each = 10_001", "$.rules[0].points_each"),
        ('period = "month"', 'period = "fiscalyear"', "did you mean `fiscal_year`?"),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


def pencil(rule: Attending, history: History) -> dict[DaySpan, int]:
    points = {}
    for span in history.periods(rule.period):
        times = sum(history.amount(day, rule.metric) or 0 for day in history.days_in(span))
        points[span] = min(times, rule.times_max) * rule.points_each
    return points


@settings(deadline=None, max_examples=60)
@given(rules, histories(metrics=["class_attended"], near=[1], amount_max=2))
def test_the_engine_gives_what_a_pencil_gives(rule: Attending, history: History) -> None:
    assert history.paid(rule) == pencil(rule, history)


@settings(deadline=None, max_examples=30)
@given(rules, histories(metrics=["class_attended"], near=[1], amount_max=2))
def test_the_facts_are_enough_to_work_the_points_out(rule: Attending, history: History) -> None:
    for line in history.lines(rule):
        assert line.points == min(line.facts["times"], rule.times_max) * rule.points_each
