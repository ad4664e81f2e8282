"""Leagues of like walkers."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.cohort import NONE, Cohort
from points.groups import CITY
from points.periods import DaySpan
from points.rules.league import League
from tests.points.cities import (
    MONDAY,
    WEEK,
    cities,
    counted_on,
    days_of,
    group_awards,
    had_joined,
    points_of,
    steps_on,
    whole_periods,
)
from tests.points.people import people, programme, walker
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja

LEAGUE = League(code="league", size=3, points_by_place=[30, 20, 10])

rules = st.builds(
    League,
    code=st.just("league"),
    size=st.integers(3, 5),
    baseline_days=st.just(7),
    valid_days_min=st.integers(1, 6),
    steps_day_max=st.sampled_from([7_000, 20_000]),
    points_by_place=st.sampled_from([[30], [30, 20, 10], [5, 5]]),
)


def league_of(*weeks: tuple[int, int]) -> Cohort:
    """For each resident the steps of each of the 14 days before the week, and the week's total."""
    persons = [walker(*[before] * 14, total, *[0] * 6) for before, total in weeks]
    return people(*persons, first_day=MONDAY - timedelta(days=14))


def test_like_walkers_are_in_a_league_and_the_first_places_are_paid() -> None:
    cohort = league_of(
        (9_000, 19_000),
        (2_000, 3_000),
        (1_000, 4_000),
        (8_000, 12_000),
        (3_000, 2_000),
        (7_000, 9_000),
    )
    awards = group_awards(programme(LEAGUE), cohort, since=MONDAY)
    assert points_of(awards) == {1: 30, 4: 20, 6: 10, 3: 30, 2: 20, 5: 10}
    assert awards[1].facts == {
        "baseline": 28_000,
        "steps": 3_000,
        "league": 1,
        "of_league": 3,
        "place": 2,
    }


def test_those_who_are_even_share_the_better_place() -> None:
    cohort = league_of((1_000, 5_000), (1_000, 5_000), (1_000, 4_000), (1_000, 3_000))
    awards = group_awards(programme(LEAGUE), cohort, since=MONDAY)
    assert points_of(awards) == {1: 30, 2: 30, 3: 10}


def test_fewer_people_than_a_league_has_are_one_and_who_does_not_walk_wins_nothing() -> None:
    awards = group_awards(programme(LEAGUE), league_of((1_000, 1), (2_000, 0)), since=MONDAY)
    assert points_of(awards) == {1: 30}


def test_a_shaken_phone_counts_to_the_days_ceiling() -> None:
    cohort = league_of((1_000, 96_000), (1_000, 20_000), (1_000, 19_999))
    awards = group_awards(programme(LEAGUE), cohort, since=MONDAY)
    assert points_of(awards) == {1: 30, 2: 30, 3: 10}
    assert awards[0].facts["steps"] == 20_000


def test_without_enough_days_of_data_before_nobody_takes_part() -> None:
    walks = walker(*[None] * 10, *[1_000] * 4, 5_000, *[0] * 6)
    cohort = people(walks, walker(*[1_000] * 15, *[0] * 6), first_day=MONDAY - timedelta(days=14))
    assert points_of(group_awards(programme(LEAGUE), cohort, since=MONDAY)) == {2: 30}


def test_a_leagues_rule_and_its_reasons_are_said_in_both_languages() -> None:
    assert ja(LEAGUE.text()) == (
        "歩数の近い約3人のリーグで、1週間の順位により1位から30、20、10ポイント"
    )
    assert en(LEAGUE.text()) == (
        "in a league of about 3 like walkers, 30, then 20, then 10 points for the first places of a week"
    )
    facts = {"place": 2, "of_league": 21, "steps": 51_204, "baseline": 98_000}
    assert ja(LEAGUE.reason(WEEK, facts)) == (
        "11月2日(月)から11月8日(日) 51,204歩で、21人のリーグの2位: 1位から30、20、10ポイント"
        "(前の14日に98,000歩の方のリーグ)"
    )
    assert en(LEAGUE.reason(WEEK, facts)) == (
        "2 Nov to 8 Nov: place 2 of 21 with 51,204 steps; 30, then 20, then 10 points for the first places "
        "(the league of 98,000 steps in the 14 days before)"
    )


FILE = """\
kind = "league"
code = "league"
size = 3
valid_days_min = 5
points_by_place = [30, 20, 10]
"""


@pytest.mark.parametrize(
    ("written", "instead", "message"),
    [
        ("[30, 20, 10]", "[30, 20, 25]", "no place pays more"),
        ("[30, 20, 10]", "[4, 3, 2, 1]", "not be longer than size"),
        ("valid_days_min = 5", "valid_days_min = 15", "not exceed baseline_days"),
        ("size = 3", "size = 2", "$.rules[0].size"),
    ],
)
def test_nonsense_is_refused(written: str, instead: str, message: str) -> None:
    check_refused(FILE, written, instead, message)


def pencil(rule: League, city: Cohort) -> dict[tuple[int, DaySpan], int]:
    points = {}
    for span in whole_periods(rule, city):
        walkers = []
        for row in range(city.shape[0]):
            before = [span.first - timedelta(days=back + 1) for back in range(rule.baseline_days)]
            known = [steps_on(city, row, day) for day in before if day >= city.first_day]
            valid = [min(steps, rule.steps_day_max) for steps in known if steps != NONE]
            if len(valid) < rule.valid_days_min or not had_joined(city, row, span.last):
                continue
            days = [max(counted_on(city, row, day), 0) for day in days_of(span)]
            total = sum(min(steps, rule.steps_day_max) for steps in days)
            walkers.append((sum(valid), int(city.residents.ids[row]), total, row))
        walkers.sort()
        count = max(1, len(walkers) // rule.size)
        size, longer = divmod(len(walkers), count)
        for league in range(count):
            start = league * size + min(league, longer)
            end = start + size + (1 if league < longer else 0)
            here = walkers[start:end]
            for _, _, total, row in here:
                place = sum(other > total for _, _, other, _ in here)
                if total > 0 and place < len(rule.points_by_place):
                    points[row, span] = rule.points_by_place[place]
    return points


@settings(deadline=None, max_examples=60)
@given(rules, cities())
def test_the_engine_gives_what_a_pencil_gives(rule: League, city: Cohort) -> None:
    ids = [*city.residents.ids.tolist(), CITY]
    expected = {(ids[row], span): points for (row, span), points in pencil(rule, city).items()}
    awards = group_awards(programme(rule), city)
    assert {(award.resident_id, award.span): award.points for award in awards} == expected
