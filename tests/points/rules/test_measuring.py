"""Points for measuring oneself, whatever is measured."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.periods import DaySpan
from points.rules.measuring import Measuring
from tests.points.histories import History, histories
from tests.points.people import APRIL_1, TUESDAY, Person, awards, paid_to, people, programme
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja

BOTH = ("systolic_pressure", "diastolic_pressure")
PRESSURE = Measuring(
    code="pressure", name={"ja": "血圧", "en": "blood pressure"}, metrics=list(BOTH), points_each=5
)
WEEKLY = Measuring(
    code="weekly",
    name={"ja": "血圧", "en": "blood pressure"},
    metrics=list(BOTH),
    period="week",
    days_min=3,
    points_each=300,
)

rules = st.builds(
    Measuring,
    code=st.just("pressure"),
    name=st.just(PRESSURE.name),
    metrics=st.sampled_from([list(BOTH), ["systolic_pressure"]]),
    period=st.sampled_from(["week", "month", "quarter", "half_year", "fiscal_year"]),
    days_min=st.integers(1, 7),
    points_each=st.sampled_from([1, 9_000]),
)


def measured(*days: tuple[int | None, int | None]) -> Person:
    upper, lower = zip(*days, strict=True)
    return Person(dict(zip(BOTH, (upper, lower), strict=True)))


def test_a_day_on_which_everything_was_measured_pays_whatever_the_value() -> None:
    someone = measured((1180, 760), (1900, 1100), (None, 800), (1200, None), (0, 0))
    assert paid_to(PRESSURE, someone, first_day=TUESDAY) == [5, 5, 0, 0, 5]


def test_a_week_pays_when_it_was_measured_on_enough_days() -> None:
    monday = date(2026, 11, 2)
    two, three = [(1180, 760)] * 2 + [(None, None)] * 5, [(1180, 760)] * 3 + [(None, None)] * 4
    assert paid_to(WEEKLY, measured(*two, *three), first_day=monday) == [0, 300]


def test_the_measured_value_is_no_fact_of_the_award() -> None:
    (award,) = awards(programme(PRESSURE), people(measured((1903, 1107)), first_day=TUESDAY))
    assert award.facts == {"measured_days": 1}


def test_what_nobody_measured_pays_nobody() -> None:
    assert paid_to(PRESSURE, Person({"steps": [9_000]}), first_day=TUESDAY) == [0]


def test_the_rule_and_its_reasons_are_said_in_both_languages() -> None:
    assert ja(PRESSURE.text()) == "血圧を測ると5ポイント(1日に1回)"
    assert en(PRESSURE.text()) == "5 points for measuring blood pressure, once a day"
    assert ja(WEEKLY.text()) == "血圧を3日測ると300ポイント(1週間に1回)"
    assert en(WEEKLY.text()) == "300 points for measuring blood pressure on 3 days, once a week"
    day, week = DaySpan(TUESDAY, TUESDAY), DaySpan(date(2026, 11, 2), date(2026, 11, 8))
    assert ja(PRESSURE.reason(day, {"measured_days": 1})) == "11月3日(火) 血圧を測って5ポイント"
    assert en(PRESSURE.reason(day, {})) == "3 Nov: no measurement of blood pressure"
    assert en(WEEKLY.reason(week, {"measured_days": 2})) == (
        "2 Nov to 8 Nov: blood pressure measured on 2 of 3 days"
    )
    assert ja(WEEKLY.reason(week, {"measured_days": 4})) == (
        "11月2日(月)から11月8日(日) 血圧の記録が4日: 3日で300ポイント"
    )
    assert ja(WEEKLY.reason(week, {"measured_days": 2})) == (
        "11月2日(月)から11月8日(日) 血圧の記録が2日あります(3日で1回分)"
    )


FILE = """\
kind = "measuring"
code = "pressure"
name = { ja = "血圧", en = "blood pressure" }
metrics = ["systolic_pressure", "diastolic_pressure"]
period = "week"
days_min = 3
points_each = 5
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("days_min = 3", "days_min = 8", "days_min must not exceed the days of the period"),
        ('"systolic_pressure", "diastolic_pressure"', "", "$.rules[0].metrics"),
        (
            '"systolic_pressure", "diastolic_pressure"',
            '"systolic_pressure", "systolic_pressure"',
            "no figure may be named twice - at `$.rules[0]`",
        ),
        ('"systolic_pressure"', '"Systolic"', "$.rules[0].metrics[0]"),
        ('period = "week"', 'period = "weeks"', "did you mean `week`?"),
        ('ja = "血圧", en = "blood pressure"', "", "length >= 1 - at `$.rules[0].name`"),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


def pencil(rule: Measuring, history: History) -> dict[DaySpan, int]:
    points = {}
    for span in history.periods(rule.period):
        measured_days = [
            day
            for day in history.days_in(span)
            if all(history.amount(day, metric) is not None for metric in rule.metrics)
        ]
        points[span] = rule.points_each if len(measured_days) >= rule.days_min else 0
    return points


@settings(deadline=None, max_examples=60)
@given(rules, histories(metrics=BOTH))
def test_the_engine_gives_what_a_pencil_gives(rule: Measuring, history: History) -> None:
    assert history.paid(rule) == pencil(rule, history)


@settings(deadline=None, max_examples=30)
@given(rules, histories(metrics=BOTH))
def test_the_facts_are_enough_to_work_the_points_out(rule: Measuring, history: History) -> None:
    for line in history.lines(rule):
        enough = line.facts["measured_days"] >= rule.days_min
        assert line.points == (rule.points_each if enough else 0)


def test_a_quarter_begins_in_april() -> None:
    scale = Measuring(
        code="scale",
        name={"ja": "体組成", "en": "body composition"},
        metrics=["body_fat"],
        period="quarter",
        points_each=1_000,
    )
    march_31 = date(2026, 3, 31)
    assert paid_to(scale, Person({"body_fat": [221, 219]}), first_day=march_31) == [1_000, 1_000]
    assert paid_to(scale, Person({"body_fat": [221, 219]}), first_day=APRIL_1) == [1_000]
