"""What holds for every programme, whatever its rules: drawn at random, of all families together."""

from collections import defaultdict
from datetime import date, timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.cohort import Cohort
from points.conditions import Conditions, Season, Segment
from points.evaluate import Award, evaluate
from points.periods import DaySpan, period_of
from points.programme import Programme
from points.rules import PersonalRule
from points.rules.daily_tiers import DailyTiers
from points.rules.period_tiers import PeriodTiers
from points.rules.steps_per_point import StepsPerPoint
from points.said import Said
from points.tiers import AgeBand, Tier
from tests.points.people import (
    APRIL_1,
    Person,
    awards,
    days_from,
    lines,
    paid,
    people,
    programme,
    walker,
)
from tests.points.spoken import en
from tests.points.strategies import (
    BUILT,
    NAME,
    cohorts,
    programmes,
    programmes_with_groups,
    with_awards_of_groups,
)
from wellness_api.words.languages import say

WALK = StepsPerPoint(code="walk", steps_per_point=2000, points_day_max=5)
STROLL = StepsPerPoint(code="stroll", steps_per_point=500, points_day_max=2)


# whom and when a rule is for


def test_only_days_in_force_earn_points() -> None:
    short = programme(WALK, in_force_from=date(2026, 4, 2), in_force_to=date(2026, 4, 3))
    walked = people(walker(4_000, 4_000, 2_000, 4_000), first_day=APRIL_1)
    assert paid(short, walked) == [[0, 2, 1, 0]]


def test_days_before_and_after_the_programme_earn_nothing_at_all() -> None:
    year = programme(WALK, in_force_from=APRIL_1, in_force_to=date(2027, 3, 31))
    for first_day in (date(2026, 3, 27), date(2027, 4, 1)):
        assert awards(year, people(walker(*[9_000] * 5), first_day=first_day)) == []


def test_a_period_that_does_not_end_in_force_earns_nothing() -> None:
    month = PeriodTiers(
        code="month",
        period="month",
        of="total",
        bands=[AgeBand(tiers=[Tier(at_least=50_000, points=7)])],
    )
    days = people(walker(*[10_000] * 61), first_day=APRIL_1)
    until = [date(2026, 5, 30), date(2026, 5, 31)]
    awards_until = [awards(programme(month, in_force_to=last), days) for last in until]
    assert [[award.span.first.month for award in of_end] for of_end in awards_until] == [
        [4],
        [4, 5],
    ]


def test_a_programme_without_a_last_day_goes_on() -> None:
    assert paid(programme(WALK), people(walker(2_000), first_day=date(2031, 1, 1))) == [[1]]


def test_each_rule_pays_on_its_own() -> None:
    april_1 = DaySpan(APRIL_1, APRIL_1)
    assert awards(programme(WALK, STROLL), people(walker(2_400), first_day=APRIL_1)) == [
        Award(1, april_1, "stroll", 2, {"steps": 2_400}),
        Award(1, april_1, "walk", 1, {"steps": 2_400}),
    ]


def test_only_those_who_are_eligible_take_part() -> None:
    who = Conditions(age_from=40, age_to=74, zones=["north"], consents=["points"])
    residents = people(
        walker(2_000, 2_000, birth_year=1960, zone="north", consents={"points": [False, True]}),
        walker(2_000, 2_000, birth_year=1960, zone="south", consents={"points": [True, True]}),
        walker(2_000, 2_000, birth_year=1990, zone="north", consents={"points": [True, True]}),
        walker(2_000, 2_000, birth_year=1960, zone="north"),
        first_day=APRIL_1,
    )
    assert paid(programme(WALK, eligibility=who), residents) == [[0, 1], [0, 0], [0, 0], [0, 0]]


def test_an_age_is_reached_with_the_calendar_year() -> None:
    elders = programme(WALK, eligibility=Conditions(age_from=65))
    turn = people(walker(2_000, 2_000, birth_year=1962), first_day=date(2026, 12, 31))
    assert paid(elders, turn) == [[0, 1]]


def test_a_rule_for_segments_is_for_those_who_are_in_one_of_them() -> None:
    segments = [
        Segment(code="elders", name=NAME, age_from=75),
        Segment(code="paper", name=NAME, channels=["paper"]),
    ]
    rule = msgspec.structs.replace(WALK, segments=["elders", "paper"])
    residents = people(
        walker(2_000, birth_year=1940),
        walker(2_000, birth_year=1990, channel="paper"),
        walker(2_000, birth_year=1990),
        first_day=APRIL_1,
    )
    assert paid(programme(rule, segments=segments), residents) == [[1], [1], [0]]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("12-01", "03-31", [0, 1, 1, 1, 1, 0]),
        ("03-01", "03-31", [0, 0, 0, 0, 1, 0]),
        ("12-01", "02-29", [0, 1, 1, 1, 0, 0]),
        ("01-01", "12-31", [1, 1, 1, 1, 1, 1]),
    ],
)
def test_a_season_may_go_over_the_new_year(first: str, last: str, expected: list[int]) -> None:
    season = Season(code="season", name=NAME, first=first, last=last)
    rule = programme(msgspec.structs.replace(WALK, seasons=["season"]), seasons=[season])
    days = [
        date(2027, 11, 30),
        date(2027, 12, 1),
        date(2028, 1, 1),
        date(2028, 2, 29),
        date(2028, 3, 1),
        date(2028, 4, 1),
    ]
    points = [paid(rule, people(walker(2_000), first_day=day)) for day in days]
    assert [sum(of_day[0]) if of_day else 0 for of_day in points] == expected


def test_a_season_that_leaves_a_month_counts_the_months_other_days() -> None:
    month = PeriodTiers(
        code="month",
        period="month",
        of="total",
        seasons=["winter"],
        bands=[AgeBand(tiers=[Tier(at_least=50_000, points=7)])],
    )
    winter = Season(code="winter", name=NAME, first="12-01", last="03-05")
    of_march = people(walker(*[10_000] * 31), walker(*[9_999] * 31), first_day=date(2027, 3, 1))
    assert paid(programme(month, seasons=[winter]), of_march) == [[7], [0]]


# what holds for all


@settings(deadline=None, max_examples=60)
@given(programmes(), cohorts(), st.data())
def test_the_order_of_residents_changes_nothing(
    of: Programme, cohort: Cohort, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(cohort.shape[0])))
    assert awards(of, cohort.at(np.array(order))) == awards(of, cohort)


@settings(deadline=None, max_examples=60)
@given(programmes(), cohorts(), st.integers(1, 4))
def test_residents_in_parts_earn_what_they_earn_at_once(
    of: Programme, cohort: Cohort, per_chunk: int
) -> None:
    parts = [award for chunk in cohort.chunks(per_chunk) for award in awards(of, chunk)]
    assert sorted(parts, key=by_resident) == sorted(awards(of, cohort), key=by_resident)


def by_resident(award: Award) -> tuple[int, DaySpan, str]:
    return award.resident_id, award.span, award.rule


@settings(deadline=None, max_examples=60)
@given(programmes(), cohorts())
def test_evaluating_again_changes_nothing(of: Programme, cohort: Cohort) -> None:
    first = awards(of, cohort)
    before = {metric: amounts.copy() for metric, amounts in cohort.daily.items()}
    assert awards(of, cohort) == first
    for metric, amounts in before.items():
        assert (cohort.daily[metric] == amounts).all(), "what is given is only read"


families = pytest.mark.parametrize("family", range(len(BUILT)))


@families
@settings(deadline=None, max_examples=40)
@given(st.data())
def test_the_days_that_a_programme_looks_back_to_are_enough(
    family: int, data: st.DataObject
) -> None:
    of, cohort = data.draw(programmes(family=family, rules_max=1)), data.draw(cohorts())
    _, days = cohort.shape
    since = cohort.first_day + timedelta(days=data.draw(st.integers(0, days - 1)))
    start = max(0, cohort.column(of.looks_back_to(since)))
    assert awards(of, days_from(cohort, start, days), since=since) == awards(
        of, cohort, since=since
    )


@settings(deadline=None, max_examples=60)
@given(programmes_with_groups(), cohorts(), st.integers(0, 2**32), st.data())
def test_neither_order_nor_earlier_days_change_anything_beside_what_groups_gave(
    of: Programme, alone: Cohort, seed: int, data: st.DataObject
) -> None:
    cohort = with_awards_of_groups(of, alone, seed)
    residents, days = cohort.shape
    since = cohort.first_day + timedelta(days=data.draw(st.integers(0, days - 1)))
    start = max(0, cohort.column(of.looks_back_to(since)))
    order = np.array(data.draw(st.permutations(range(residents))))
    part = days_from(cohort, start, days).at(order)
    assert awards(of, part, since=since) == awards(of, cohort, since=since)


@families
@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_day_changes_no_award_beyond_those_it_matters_for(
    family: int, data: st.DataObject
) -> None:
    of, cohort = data.draw(programmes(family=family, rules_max=1)), data.draw(cohorts())
    residents, days = cohort.shape
    column = data.draw(st.integers(0, days - 1))
    day = cohort.day(column)
    changed = cohort._replace(
        daily={metric: amounts.copy(order="F") for metric, amounts in cohort.daily.items()}
    )
    # Every resident's day becomes like another day of somebody.
    chance = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    for amounts in changed.daily.values():
        amounts[:, column] = chance.choice(amounts.ravel(), residents)

    def untouched(award: Award) -> bool:
        return award.span.last < day or award.span.last > of.matters_until(day)

    before, after = awards(of, cohort), awards(of, changed)
    assert list(filter(untouched, before)) == list(filter(untouched, after))


@settings(deadline=None, max_examples=100)
@given(programmes(rules_max=5), cohorts())
def test_no_cap_is_ever_passed(of: Programme, cohort: Cohort) -> None:
    paid_within: defaultdict[tuple[int, str, date, str], int] = defaultdict(int)
    limits: dict[tuple[str, str], int] = {}
    for name, stated in [("all", of.caps), *((rule.code, rule.caps) for rule in of.personal_rules)]:
        limits |= {(name, kind): limit for kind, limit in (stated.limits() if stated else ())}
    for award in awards(of, cohort):
        for name, kind in limits:
            if name in {"all", award.rule}:
                period = period_of(kind, award.span.last).first
                paid_within[award.resident_id, kind, period, name] += award.points
    for (_, kind, _, name), points in paid_within.items():
        assert 0 < points <= limits[name, kind]


@settings(deadline=None, max_examples=60)
@given(programmes(), cohorts())
def test_a_rule_that_pays_nobody_changes_nothing_for_the_others(
    of: Programme, cohort: Cohort
) -> None:
    nobody = Segment(code="nobody", name=NAME, zones=["nowhere"])
    idle = [
        msgspec.structs.replace(rule, code=f"idle_{rule.code}", segments=["nobody"])
        for rule in of.personal_rules
    ]
    with_idle = msgspec.structs.replace(
        of, rules=[*idle, *of.rules], segments=[*of.segments, nobody]
    )
    assert awards(with_idle, cohort) == awards(of, cohort)


@settings(deadline=None, max_examples=60)
@given(programmes(), cohorts())
def test_points_are_whole_and_a_cut_says_what_they_were(of: Programme, cohort: Cohort) -> None:
    for line in lines(evaluate(of, cohort)):
        assert 0 <= line.points <= line.uncapped
        assert ("points_uncapped" in line.facts) == (line.points < line.uncapped)
        assert line.facts.get("points_uncapped", line.uncapped) == line.uncapped


@settings(deadline=None, max_examples=60)
@given(programmes(), cohorts(days_max=40))
def test_every_place_has_a_reason_in_every_language(of: Programme, cohort: Cohort) -> None:
    for line in lines(evaluate(of, cohort)):
        check_said(line.rule.text())
        check_said(line.rule.reason(line.span, line.facts))


def check_said(what: Said) -> None:
    for sentence in say(what).values():
        assert sentence.strip() == sentence != ""
        assert "None" not in sentence
        assert "  " not in sentence
    assert " 1 points" not in f" {en(what)}"


GROWING: list[PersonalRule] = [
    StepsPerPoint(code="a", steps_per_point=10, points_day_max=300, steps_day_min=3_000),
    DailyTiers(
        code="a",
        bands=[AgeBand(tiers=[Tier(at_least=20, points=1), Tier(at_least=6_000, points=200)])],
    ),
    PeriodTiers(
        code="a",
        period="week",
        of="total",
        bands=[AgeBand(tiers=[Tier(at_least=9_000, points=1), Tier(at_least=20_000, points=400)])],
    ),
]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(GROWING), cohorts(residents_max=3), st.data())
def test_more_steps_never_earn_less(
    rule: PersonalRule, cohort: Cohort, data: st.DataObject
) -> None:
    steps = cohort.daily["steps"].copy(order="F")
    steps[:, data.draw(st.integers(0, cohort.shape[1] - 1))] += data.draw(st.integers(1, 20_000))
    walked_more = cohort._replace(daily=cohort.daily | {"steps": steps})
    before, after = evaluate(programme(rule), cohort), evaluate(programme(rule), walked_more)
    assert len(before) == len(after), "who is there does not depend on steps"
    for less, at_least in zip(before, after, strict=True):
        assert (at_least.points >= less.points).all()


def test_nobody_at_all_earns_nothing() -> None:
    nobody = people(walker(2_000), first_day=APRIL_1).at(slice(0, 0))
    assert awards(programme(WALK), nobody) == []


def test_a_metric_that_nobody_has_is_no_data() -> None:
    someone = Person({"active_minutes": [30]})
    assert paid(programme(WALK), people(someone, first_day=APRIL_1)) == [[0]]


# whose day it is


@settings(deadline=None, max_examples=60)
@given(programmes(), cohorts(residents_max=6), st.data())
def test_everybody_gets_by_their_own_today_what_they_would_get_alone(
    of: Programme, cohort: Cohort, data: st.DataObject
) -> None:
    residents, _ = cohort.shape
    apart = data.draw(st.lists(st.integers(-1, 1), min_size=residents, max_size=residents))
    todays = np.array([cohort.today.toordinal() + days for days in apart], np.int32)
    together = evaluate(of, cohort._replace(todays=todays))
    for row, days in enumerate(apart):
        resident = cohort.at(slice(row, row + 1))._replace(
            today=cohort.today + timedelta(days=days)
        )
        alone = {of_rule.rule.code: of_rule.points for of_rule in evaluate(of, resident)}
        for of_rule_together in together:
            expected = alone.get(of_rule_together.rule.code)
            points = of_rule_together.points[row : row + 1]
            assert not points.any() if expected is None else (points == expected).all()
