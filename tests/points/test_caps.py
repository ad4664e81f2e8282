"""The most that is given in a period: what comes first counts first."""

from collections import defaultdict
from datetime import date

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.caps import Caps, reach_of
from points.cohort import Cohort
from points.evaluate import Award, evaluate
from points.goals import DayGoal
from points.groups import with_group_awards
from points.periods import DaySpan, PeriodKind, period_of
from points.programme import Programme
from points.rules.attending import Attending
from points.rules.daily_tiers import DailyTiers
from points.rules.period_tiers import PeriodTiers
from points.rules.steps_per_point import StepsPerPoint
from points.rules.team_goal import TeamGoal
from points.tiers import AgeBand, Tier
from tests.points.people import APRIL_1, Line, Person, awards, lines, people, programme, walker
from tests.points.strategies import (
    cohorts,
    programmes,
    programmes_with_groups,
    with_awards_of_groups,
)

WALK = StepsPerPoint(code="walk", steps_per_point=2000, points_day_max=5)
WEEK = PeriodTiers(
    code="week",
    period="week",
    of="total",
    bands=[AgeBand(tiers=[Tier(at_least=20_000, points=30)])],
)
MONDAY = date(2026, 3, 30)


def by_rule(of: Programme, *steps: int, first_day: date = MONDAY) -> dict[str, list[int]]:
    rule_points = evaluate(of, people(walker(*steps), first_day=first_day))
    return {of_rule.rule.code: of_rule.points[0].tolist() for of_rule in rule_points}


def test_a_weeks_cap_cuts_the_later_days() -> None:
    of = programme(msgspec.structs.replace(WALK, caps=Caps(week=12)))
    # From Monday to Sunday, and the next Monday.
    points = by_rule(of, 10_000, 4_000, 8_000, 10_000, 2_000, 0, 0, 10_000)
    assert points == {"walk": [5, 2, 4, 1, 0, 0, 0, 5]}


def test_a_days_cap_is_for_the_rules_in_the_order_in_which_they_stand() -> None:
    tiers = DailyTiers(code="tiers", bands=[AgeBand(tiers=[Tier(at_least=4_000, points=3)])])
    assert by_rule(programme(WALK, tiers, caps=Caps(day=6)), 4_000, 8_000, 10_000) == {
        "walk": [2, 4, 5],
        "tiers": [3, 2, 1],
    }
    assert by_rule(programme(tiers, WALK, caps=Caps(day=6)), 4_000, 8_000, 10_000) == {
        "tiers": [3, 3, 3],
        "walk": [2, 3, 3],
    }


def test_an_award_of_a_week_belongs_to_its_sunday() -> None:
    # The week of 30 March ends in April: its award is April's, after Sunday's own. March keeps its two days out of
    # April's 25, of which five days of 4 points leave 5 of the week's 30.
    of = programme(WALK, WEEK, caps=Caps(month=25))
    points = by_rule(of, *[8_000] * 7)
    assert points == {"walk": [4] * 7, "week": [5]}


def test_a_rules_own_cap_comes_before_that_of_all() -> None:
    own = msgspec.structs.replace(WALK, caps=Caps(month=7))
    of = programme(own, WEEK, caps=Caps(month=20))
    assert by_rule(of, *[10_000] * 7, first_day=date(2026, 4, 6)) == {
        "walk": [5, 2, 0, 0, 0, 0, 0],
        "week": [13],
    }


PAIR = TeamGoal(code="pair", goal=DayGoal(at_least=6_000), days_min=10, points_each=50)
WEEK_OF_MONDAY = DaySpan(MONDAY, date(2026, 4, 5))


def paired(of: Programme, *steps: int, pair_points: int = 50) -> dict[str, list[int]]:
    """What rules give somebody whose pair got so many points for the first week."""
    alone = people(walker(*steps), first_day=MONDAY)
    facts = {"team_days": 10, "members": 2}
    both = with_group_awards(alone, [Award(1, WEEK_OF_MONDAY, "pair", pair_points, facts)])
    return {of_rule.rule.code: of_rule.points[0].tolist() for of_rule in evaluate(of, both)}


def test_what_a_pair_got_counts_with_the_rest_on_the_weeks_last_day() -> None:
    of = programme(WALK, PAIR, caps=Caps(week=60))
    assert paired(of, *[6_000] * 8) == {"walk": [3] * 8, "pair": [39, 0]}


def test_what_a_pair_got_leaves_less_for_the_days_after_it() -> None:
    of = programme(WALK, PAIR, caps=Caps(fiscal_year=65))
    # From Wednesday, 1 April: five days of 3 points and the pair's 50, so that nothing is left for Monday.
    assert paired(of, *[6_000] * 8) == {"walk": [3] * 7 + [0], "pair": [50, 0]}


def test_a_group_rule_has_caps_of_its_own() -> None:
    of = programme(WALK, msgspec.structs.replace(PAIR, caps=Caps(month=20)))
    assert paired(of, *[6_000] * 7) == {"walk": [3] * 7, "pair": [20]}


def test_a_cut_group_award_says_what_it_would_have_been() -> None:
    alone = people(walker(*[0] * 7), first_day=MONDAY)
    facts = {"team_days": 10, "members": 2}
    both = with_group_awards(alone, [Award(1, WEEK_OF_MONDAY, "pair", 50, facts)])
    (award,) = awards(programme(PAIR, caps=Caps(month=30)), both)
    assert (award.points, award.facts) == (30, facts | {"points_uncapped": 50})


def test_the_fiscal_years_cap_begins_anew_in_april() -> None:
    of = programme(msgspec.structs.replace(WALK, caps=Caps(fiscal_year=6)))
    assert by_rule(of, 10_000, 10_000, 10_000, first_day=MONDAY) == {"walk": [5, 1, 5]}


def test_a_large_cap_is_no_trouble_for_small_points() -> None:
    small = DailyTiers(code="small", bands=[AgeBand(tiers=[Tier(at_least=1, points=200)])])
    of = programme(small, caps=Caps(day=1_000_000, week=300, fiscal_year=24_000))
    assert by_rule(of, 1, 1, 1, first_day=date(2026, 4, 6)) == {"small": [200, 100, 0]}


def test_ten_thousand_points_a_day_add_up_to_a_million() -> None:
    large = DailyTiers(code="large", bands=[AgeBand(tiers=[Tier(at_least=1, points=10_000)])])
    of = programme(large, caps=Caps(fiscal_year=1_000_000))
    points = by_rule(of, *[1] * 120, first_day=APRIL_1)["large"]
    assert points == [10_000] * 100 + [0] * 20


def test_a_cut_award_says_what_it_would_have_been() -> None:
    first, second = awards(
        programme(WALK, caps=Caps(week=7)), people(walker(9_000, 9_000), first_day=APRIL_1)
    )
    assert first.facts == {"steps": 9_000}
    assert (second.points, second.facts) == (3, {"steps": 9_000, "points_uncapped": 4})


def test_an_award_that_is_cut_to_nothing_is_none() -> None:
    cohort = people(walker(9_000, 9_000), first_day=APRIL_1)
    assert len(awards(programme(WALK, caps=Caps(week=4)), cohort)) == 1


IN_FORCE = date(2025, 4, 1)


@pytest.mark.parametrize(
    ("caps", "day", "first", "last"),
    [
        (Caps(), date(2026, 11, 15), date(2026, 11, 15), date(2026, 11, 15)),
        (Caps(day=1), date(2026, 11, 15), date(2026, 11, 15), date(2026, 11, 15)),
        (Caps(week=1), date(2026, 11, 15), date(2026, 11, 9), date(2026, 11, 15)),
        (Caps(day=1, week=1), date(2026, 11, 15), date(2026, 11, 9), date(2026, 11, 15)),
        (Caps(month=1), date(2026, 11, 15), date(2026, 11, 1), date(2026, 11, 30)),
        (Caps(month=1, quarter=1), date(2026, 11, 15), date(2026, 10, 1), date(2026, 12, 31)),
        (Caps(day=9, fiscal_year=1), date(2027, 2, 1), date(2026, 4, 1), date(2027, 3, 31)),
        # What is left of November for the week of 30 November says what that week has left for December, and so on.
        (Caps(week=1, month=1), date(2026, 11, 15), IN_FORCE, date.max),
        (Caps(week=1, fiscal_year=1), date(2026, 11, 15), IN_FORCE, date.max),
    ],
)
def test_how_far_a_cap_reaches(caps: Caps, day: date, first: date, last: date) -> None:
    reach = reach_of([caps])
    assert reach.first_of(day, in_force_from=IN_FORCE) == first
    assert reach.last_of(day) == last


def test_caps_of_all_tie_the_rules_own_caps_together() -> None:
    weekly = msgspec.structs.replace(WALK, caps=Caps(week=9))
    assert programme(weekly).looks_back_to(date(2026, 4, 16)) == date(2026, 4, 13)
    tied = programme(weekly, caps=Caps(month=30))
    assert tied.looks_back_to(date(2026, 4, 16)) == tied.in_force_from
    assert tied.matters_until(date(2026, 4, 16)) == date.max


Place = tuple[int, DaySpan, str]


def place(line: Line) -> Place:
    return line.resident_id, line.span, line.rule.code


def by_hand(of: Programme, own: list[Line]) -> dict[Place, int]:
    """One resident's points: award by award, what every limit that holds for it has left."""
    spent: defaultdict[tuple[str | None, str, DaySpan], int] = defaultdict(int)
    paid = {}
    for line in own:
        room = [line.uncapped]
        for whose, kind, limit in limits_of(of, line):
            room.append(limit - spent[whose, kind, period_of(kind, line.span.last)])
        paid[place(line)] = min(room)
        for whose, kind, _ in limits_of(of, line):
            spent[whose, kind, period_of(kind, line.span.last)] += paid[place(line)]
    return paid


def limits_of(of: Programme, line: Line) -> list[tuple[str | None, PeriodKind, int]]:
    """Whose limit, of what period, how much."""
    both = (line.rule.code, line.rule.caps), (None, of.caps)
    return [(whose, *limit) for whose, caps in both if caps for limit in caps.limits()]


@settings(deadline=None, max_examples=80)
@given(programmes(rules_max=5), cohorts(residents_max=4))
def test_the_engine_cuts_as_a_pencil_cuts(of: Programme, cohort: Cohort) -> None:
    check_cuts(of, cohort)


@settings(deadline=None, max_examples=80)
@given(programmes_with_groups(), cohorts(residents_max=4), st.integers(0, 2**32))
def test_what_groups_gave_is_cut_with_the_rest(of: Programme, cohort: Cohort, seed: int) -> None:
    check_cuts(of, with_awards_of_groups(of, cohort, seed))


def check_cuts(of: Programme, cohort: Cohort) -> None:
    order = [rule.code for rule in of.rules]
    cut_lines = list(lines(evaluate(of, cohort)))
    by_engine = {place(line): line.points for line in cut_lines}
    for resident in {line.resident_id for line in cut_lines}:
        own = sorted(
            (line for line in cut_lines if line.resident_id == resident),
            key=lambda line: (line.span.last, order.index(line.rule.code)),
        )
        assert by_hand(of, own) == {place(line): by_engine[place(line)] for line in own}
    spent: defaultdict[tuple[int, str | None, str, DaySpan], int] = defaultdict(int)
    limits = {}
    for line in cut_lines:
        for whose, kind, limit in limits_of(of, line):
            key = line.resident_id, whose, kind, period_of(kind, line.span.last)
            spent[key] += line.points
            limits[key] = limit
    assert all(spent[key] <= limit for key, limit in limits.items()), "no cap is exceeded"


def test_a_week_in_two_months_counts_only_what_its_months_left_of_it() -> None:
    # March is full by Monday the 30th, so the week's ten are left for April's days.
    of = programme(WALK, caps=Caps(week=10, month=15))
    points = by_rule(of, *[10_000] * 11, first_day=date(2026, 3, 26))
    # Thursday to Sunday: the week's ten. Monday the last five of March; Tuesday nothing; from Wednesday the week's rest.
    assert points == {"walk": [5, 5, 0, 0, 5, 0, 5, 0, 0, 0, 0]}


def test_a_rules_week_counts_only_what_the_days_cap_of_all_left_of_it() -> None:
    tiers = DailyTiers(code="tiers", bands=[AgeBand(tiers=[Tier(at_least=10_000, points=6)])])
    weekly = msgspec.structs.replace(WALK, caps=Caps(week=8))
    of = programme(tiers, weekly, caps=Caps(day=6))
    # Monday's six go to the tiers, so the walk's week is untouched when Tuesday comes.
    assert by_rule(of, 10_000, 8_000, 8_000, 8_000) == {"tiers": [6, 0, 0, 0], "walk": [0, 4, 4, 0]}


@pytest.mark.parametrize(
    "caps",
    [
        Caps(day=4, week=9),
        Caps(week=9, month=20),
        Caps(week=9, fiscal_year=60),
        Caps(month=20, quarter=31),
    ],
)
@settings(deadline=None, max_examples=25)
@given(data=st.data())
def test_caps_of_two_widths_pay_what_both_allow(caps: Caps, data: st.DataObject) -> None:
    own = data.draw(st.sampled_from([None, Caps(day=3), Caps(week=7), Caps(month=11)]))
    of = programme(msgspec.structs.replace(WALK, caps=own), WEEK, caps=caps)
    amounts = data.draw(
        st.lists(st.integers(0, 6).map(lambda points: points * 2_000), min_size=30, max_size=75)
    )
    check_cuts(of, people(walker(*amounts), first_day=date(2026, 3, 12)))


def test_attending_under_a_cap_of_all() -> None:
    classes = Attending(
        code="classes",
        name={"ja": "教室", "en": "class"},
        metric="class_attended",
        points_each=50,
    )
    someone = Person({"class_attended": [1, 1, None, 1]})
    capped_awards = awards(
        programme(classes, caps=Caps(month=120)), people(someone, first_day=APRIL_1)
    )
    assert [award.points for award in capped_awards] == [50, 50, 20]
