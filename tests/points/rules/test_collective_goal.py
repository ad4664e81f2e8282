"""What the city gives when the mean of all reaches the goal: Yokohama's donation."""

from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.cohort import NONE, Cohort
from points.evaluate import Award
from points.groups import CITY
from points.periods import DaySpan
from points.rules.collective_goal import CollectiveGoal
from tests.points.cities import (
    NOVEMBER,
    cities,
    counted_on,
    days_of,
    group_awards,
    points_of,
    whole_periods,
)
from tests.points.people import people, programme, walker
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja

CITY_GOAL = CollectiveGoal(
    code="city",
    mean_at_least=100_000,
    participants_min=2,
    recipient={"ja": "国連WFP", "en": "the World Food Programme"},
    donation_points=200_000,
    points_each=10,
)

rules = st.builds(
    CollectiveGoal,
    code=st.just("city"),
    period=st.sampled_from(["week", "month"]),
    mean_at_least=st.sampled_from([20_000, 45_000, 180_000]),
    participants_min=st.integers(1, 6),
    recipient=st.just({"ja": "市", "en": "city"}),
    donation_points=st.just(200_000),
    points_each=st.sampled_from([0, 10]),
)


def november(*totals: int | None) -> Cohort:
    persons = [walker(*([None] * 30 if total is None else [total] + [0] * 29)) for total in totals]
    return people(*persons, first_day=NOVEMBER.first)


@pytest.mark.parametrize(
    ("totals", "reached"),
    [
        ([100_000, 100_000], True),
        ([199_999, 0], False),
        ([200_000, 0], True),
        ([200_000, None], False),  # one participant is too few
        ([100_000, 100_000, None], True),  # who has no data does not take part
        ([100_000, 100_000, 0], False),
    ],
)
def test_the_mean_of_all_who_take_part(totals: list[int | None], *, reached: bool) -> None:
    awards = group_awards(programme(CITY_GOAL), november(*totals))
    donations = [award for award in awards if award.resident_id == CITY]
    assert [award.points for award in donations] == [200_000] * reached
    taking_part = [place for place, total in enumerate(totals, start=1) if total is not None]
    paid = points_of([award for award in awards if award.resident_id != CITY])
    assert paid == (dict.fromkeys(taking_part, 10) if reached else {})


def test_nothing_is_given_before_the_month_is_over() -> None:
    cohort = november(300_000, 300_000)._replace(today=date(2026, 11, 30))
    assert group_awards(programme(CITY_GOAL), cohort) == []


def test_the_citys_facts_are_the_mean_and_how_many() -> None:
    city = group_awards(programme(CITY_GOAL), november(100_001, 100_000, 100_001))[0]
    assert city == Award(CITY, NOVEMBER, "city", 200_000, {"participants": 3, "total": 300_002})
    assert ja(CITY_GOAL.reason(NOVEMBER, city.facts)) == (
        "11月1日(日)から11月30日(月) 3人の合計300,002歩、平均100,000歩: "
        "2人以上で平均100,000歩以上なら、200,000ポイントを寄付"
    )
    assert en(CITY_GOAL.reason(NOVEMBER, city.facts | {"own_total": 1_204})) == (
        "1 Nov to 30 Nov: 300,002 steps of 3 participants, a mean of 100,000 steps; "
        "with 2 or more and a mean of 100,000 steps, 10 points each (you: 1,204 steps)"
    )
    assert en(CITY_GOAL.text()) == (
        "when everybody's mean of a month is 100,000 steps, 200,000 points go to the World Food Programme "
        "and 10 to each participant"
    )


def test_the_steps_of_millions_of_residents_do_not_overflow() -> None:
    rule = msgspec.structs.replace(CITY_GOAL, mean_at_least=10_000_000)
    assert len(group_awards(programme(rule), november(*[2_000_000_000] * 5))) == 6


FILE = """\
kind = "collective_goal"
code = "city"
mean_at_least = 100000
recipient = { ja = "国連WFP", en = "the World Food Programme" }
donation_points = 200000
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("recipient", "recipiant", "did you mean `recipient`?"),
        ("mean_at_least = 100000", "mean_at_least = 0", "$.rules[0].mean_at_least"),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


def pencil(rule: CollectiveGoal, city: Cohort) -> dict[tuple[int, DaySpan], int]:
    points = {}
    for span in whole_periods(rule, city):
        totals = {}
        for row in range(city.shape[0]):
            known = [counted_on(city, row, day) for day in days_of(span)]
            amounts = [steps for steps in known if steps != NONE]
            if amounts:
                totals[row] = sum(amounts)
        enough = len(totals) >= rule.participants_min
        if enough and sum(totals.values()) >= rule.mean_at_least * len(totals):
            points[-1, span] = rule.donation_points
            points |= {(row, span): rule.points_each for row in totals if rule.points_each}
    return points


@settings(deadline=None, max_examples=60)
@given(rules, cities())
def test_the_engine_gives_what_a_pencil_gives(rule: CollectiveGoal, city: Cohort) -> None:
    ids = [*city.residents.ids.tolist(), CITY]
    expected = {(ids[row], span): points for (row, span), points in pencil(rule, city).items()}
    awards = group_awards(programme(rule), city)
    assert {(award.resident_id, award.span): award.points for award in awards} == expected
