"""Tiers of a week, month or longer: its total, its daily mean, its goal days."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.goals import DayGoal
from points.periods import DaySpan
from points.rules.period_tiers import PeriodTiers
from points.tiers import AgeBand, Tier
from tests.points.histories import History, histories
from tests.points.people import APRIL_1, paid, paid_to, people, programme, walker
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja

OKAYAMA = PeriodTiers(
    code="month",
    period="month",
    of="daily_mean",
    bands=[
        AgeBand(age_to=74, tiers=[Tier(at_least=12_000, points=800)]),
        AgeBand(age_from=75, tiers=[Tier(at_least=9_000, points=800)]),
    ],
)
TWENTY_DAYS = PeriodTiers(
    code="days",
    period="month",
    of="days",
    day_goal=DayGoal(at_least=10_000),
    bands=[AgeBand(tiers=[Tier(at_least=20, points=1_000)])],
)
WEEK = PeriodTiers(
    code="week",
    period="week",
    of="total",
    bands=[AgeBand(tiers=[Tier(at_least=30_000, points=5), Tier(at_least=50_000, points=300)])],
)
APRIL = DaySpan(APRIL_1, date(2026, 4, 30))

rules = st.one_of(
    st.sampled_from([OKAYAMA, WEEK]),
    st.builds(
        PeriodTiers,
        code=st.just("period"),
        period=st.sampled_from(["week", "month", "quarter", "half_year", "fiscal_year"]),
        of=st.sampled_from(["total", "daily_mean"]),
        bands=st.just(
            [
                AgeBand(age_to=64, tiers=[Tier(at_least=3_000, points=1)]),
                AgeBand(
                    age_from=65,
                    tiers=[Tier(at_least=2_000, points=1), Tier(at_least=60_000, points=9_000)],
                ),
            ]
        ),
    ),
    st.builds(
        PeriodTiers,
        code=st.just("period"),
        period=st.sampled_from(["week", "month"]),
        of=st.just("days"),
        day_goal=st.just(DayGoal(at_least=6_000, from_age=65, at_least_from_age=4_000)),
        bands=st.just([AgeBand(tiers=[Tier(at_least=1, points=1), Tier(at_least=4, points=7)])]),
    ),
)


@pytest.mark.parametrize(
    ("born", "steps", "points"),
    [
        (1990, [12_000] * 30, 800),
        (1990, [12_000] * 29 + [11_999], 0),
        (1990, [24_000] * 15 + [None] * 15, 800),  # the mean is over all of the month's days
        (1952, [9_000] * 30, 0),  # 74 this year
        (1951, [9_000] * 30, 800),  # 75 this year
    ],
)
def test_a_months_mean_pays_from_the_edge_on(
    born: int, steps: list[int | None], points: int
) -> None:
    assert paid_to(OKAYAMA, walker(*steps, birth_year=born), first_day=APRIL_1) == [points]


def test_a_month_pays_as_soon_as_it_is_reached() -> None:
    (points,) = paid_to(OKAYAMA, walker(*[60_000] * 6), first_day=APRIL_1)
    assert points == 800


def test_twenty_days_of_ten_thousand() -> None:
    nineteen = [10_000] * 19 + [9_999] * 11
    assert paid_to(TWENTY_DAYS, walker(*nineteen), first_day=APRIL_1) == [0]
    assert paid_to(TWENTY_DAYS, walker(*nineteen[:-1], 10_000), first_day=APRIL_1) == [1_000]


def test_a_week_over_new_year_is_one_week_at_the_age_of_its_monday() -> None:
    by_age = PeriodTiers(
        code="week",
        period="week",
        of="total",
        bands=[AgeBand(age_from=65, tiers=[Tier(at_least=30_000, points=5)])],
    )
    monday = date(2026, 12, 28)
    someone = walker(*[5_000] * 14, birth_year=1962)
    assert paid_to(by_age, someone, first_day=monday) == [0, 5]


def test_a_period_that_the_programme_begins_in_counts_the_days_in_force() -> None:
    april = people(walker(*[12_000] * 30), walker(*[24_000] * 30), first_day=APRIL_1)
    from_the_16th = programme(OKAYAMA, in_force_from=date(2026, 4, 16))
    assert paid(from_the_16th, april) == [[0], [800]]


def test_a_february_of_a_leap_year_has_29_days() -> None:
    first = date(2028, 2, 1)
    assert paid_to(OKAYAMA, walker(*[12_000] * 29), first_day=first) == [800]
    assert paid_to(OKAYAMA, walker(*[12_000] * 28 + [0]), first_day=first) == [0]


def test_the_rule_and_its_reasons_are_said_in_both_languages() -> None:
    assert ja(OKAYAMA.text()) == (
        "1か月の1日平均 74歳まで: 12,000歩で800ポイント、75歳から: 9,000歩で800ポイント"
    )
    assert en(OKAYAMA.text()) == (
        "daily mean of a month: to age 74: 800 for 12,000 steps; from age 75: 800 for 9,000 steps"
    )
    assert ja(TWENTY_DAYS.text()) == "1か月に10,000歩の日が20日で1,000ポイント"
    assert en(TWENTY_DAYS.text()) == "days of 10,000 steps in a month: 1,000 for 20 days"
    assert en(WEEK.text()) == "total of a week: 5 for 30,000 steps, 300 for 50,000 steps"
    reason = OKAYAMA.reason(APRIL, {"amount": 9_412, "age": 80})
    assert ja(reason) == (
        "4月1日(水)から4月30日(木) 1日平均9,412歩: 9,000歩以上で800ポイント(80歳の段階)"
    )
    assert en(reason) == (
        "1 Apr to 30 Apr: a daily mean of 9,412 steps; 800 points from 9,000 steps on (at the age of 80)"
    )
    days = TWENTY_DAYS.reason(APRIL, {"amount": 21, "age": 80})
    assert ja(days) == "4月1日(水)から4月30日(木) 10,000歩の日が21日: 20日以上で1,000ポイント"
    assert (
        en(days) == "1 Apr to 30 Apr: days of 10,000 steps: 21 days; 1,000 points from 20 days on"
    )
    assert en(WEEK.reason(APRIL, {"amount": 12, "age": 80})).endswith(
        "12 steps; no tier is reached (next: 5 for 30,000 steps)"
    )


FILE = """\
kind = "period_tiers"
code = "days"
period = "month"
of = "days"
day_goal = { at_least = 10000 }
bands = [{ tiers = [{ at_least = 20, points = 1 }] }]
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ('of = "days"', 'of = "total"', "day_goal is stated with of = 'days'"),
        ("day_goal = { at_least = 10000 }\n", "", "day_goal is stated with of = 'days'"),
        ("at_least = 20", "at_least = 32", "more days than the period has"),
        ('of = "days"', 'of = "days"\nmetrics = ["active_minutes"]', "those of the day_goal"),
        ('period = "month"', 'period = "mouth"', "did you mean `month`?"),
        ("{ at_least = 20, points = 1 }", "{ at_least = 20 }", "missing required field `points`"),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


def pencil(rule: PeriodTiers, history: History) -> dict[DaySpan, int]:
    points = {}
    for span in history.periods(rule.period):
        days = history.days_in(span)
        if rule.day_goal is not None:
            amount = len([day for day in days if history.reaches(rule.day_goal, day)])
        else:
            amount = sum(history.amount(day, *rule.metrics) or 0 for day in days)
        if rule.of == "daily_mean":
            amount //= (span.last - span.first).days + 1
        points[span] = 0
        for band in rule.bands:
            if band.age_from <= history.age(span.first) <= band.age_to:
                reached = [tier.points for tier in band.tiers if amount >= tier.at_least]
                points[span] = reached[-1] if reached else 0
    return points


@settings(deadline=None, max_examples=100)
@given(rules, histories(amount_max=30_000))
def test_the_engine_gives_what_a_pencil_gives(rule: PeriodTiers, history: History) -> None:
    assert history.paid(rule) == pencil(rule, history)


@settings(deadline=None, max_examples=30)
@given(rules, histories())
def test_the_facts_are_enough_to_work_the_points_out(rule: PeriodTiers, history: History) -> None:
    for line in history.lines(rule):
        pays = [
            tier.points
            for band in rule.bands
            for tier in band.tiers
            if band.age_from <= line.facts["age"] <= band.age_to
            and line.facts["amount"] >= tier.at_least
        ]
        assert line.points == max(pays, default=0)


def test_a_year_of_absurd_days_does_not_overflow() -> None:
    year = PeriodTiers(
        code="year",
        period="fiscal_year",
        of="total",
        bands=[AgeBand(tiers=[Tier(at_least=10_000_000, points=7)])],
    )
    days = walker(*[2_000_000_000] * 365)
    assert paid_to(year, days, first_day=APRIL_1) == [7]
    assert APRIL_1 + timedelta(days=364) == date(2027, 3, 31)
