"""The programmes that ship, with numbers worked by hand."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from points.evaluate import Award
from points.presets import preset_names, preset_text
from points.programme import Programme, read_programme
from tests.points.cities import group_awards
from tests.points.people import APRIL_1, Days, Person, awards, paid, people, walker

NOVEMBER_3 = date(2026, 11, 3)


def preset(name: str) -> Programme:
    return read_programme(preset_text(name))


def points_of(
    name: str,
    steps: Days,
    *,
    minutes: Days | None = None,
    age: int = 70,
    first_day: date = NOVEMBER_3,
) -> list[int]:
    """One resident's points, day by day, of all rules together."""
    daily = {"steps": steps} | ({} if minutes is None else {"active_minutes": minutes})
    someone = Person(daily, birth_year=first_day.year - age)
    return paid(preset(name), people(someone, first_day=first_day))[0]


def year_of(**days: Mapping[date, int]) -> dict[str, Days]:
    """A fiscal year's days by metric, of which those not named have no data."""
    dates = [APRIL_1 + timedelta(days=place) for place in range(365)]
    return {metric: [of_metric.get(day) for day in dates] for metric, of_metric in days.items()}


def totals(awards: list[Award]) -> dict[str, int]:
    by_rule: dict[str, int] = {}
    for award in awards:
        by_rule[award.rule] = by_rule.get(award.rule, 0) + award.points
    return by_rule


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_reads_and_is_named_for_its_file(name: str) -> None:
    assert preset(name).code == name
    assert preset(name).in_force_from == APRIL_1


# Yokohama, Yamagata, Saitama


def test_yokohama_gives_away_when_the_mean_of_all_is_a_hundred_thousand() -> None:
    month = [3_333] * 30  # 99,990 steps
    last = [3_343, *month[1:]]  # and 10 more: 100,000
    few = people(*[walker(*last)] * 99, first_day=APRIL_1)
    almost = people(*[walker(*last)] * 99, walker(*month), first_day=APRIL_1)
    reached = people(*[walker(*last)] * 100, first_day=APRIL_1)
    awards_of_cohorts = [
        group_awards(preset("yokohama"), cohort) for cohort in (few, almost, reached)
    ]
    assert [[award.points for award in of_month] for of_month in awards_of_cohorts] == [
        [],
        [],
        [200_000],
    ]
    assert points_of("yokohama", [3_333, 10_000, 50_000]) == [1, 5, 5]


YAMAGATA = [
    # steps, points
    (3_999, 0),
    (4_000, 40),
    (4_999, 40),
    (5_000, 50),
    (6_500, 60),
    (7_000, 70),
    (7_999, 70),
    (8_000, 100),
    (60_000, 100),
]


def test_yamagata_pays_a_days_highest_tier() -> None:
    assert preset("yamagata").late_window_days == 42
    assert points_of("yamagata", [steps for steps, _ in YAMAGATA]) == [
        points for _, points in YAMAGATA
    ]


def test_saitama_pays_a_point_for_ten_steps_from_three_thousand_on() -> None:
    walked = people(walker(2_999, 3_000, 12_345, 40_000, 96_000), first_day=NOVEMBER_3)
    assert totals(awards(preset("saitama_2017"), walked)) == {
        "walk": 0 + 300 + 1_234 + 4_000 + 4_000
    }


def test_saitama_adds_a_bonus_for_twenty_days_and_has_leagues() -> None:
    twenty, nineteen = [10_000] * 20 + [0] * 10, [10_000] * 19 + [9_999] * 11
    april = people(walker(*twenty), walker(*nineteen), first_day=APRIL_1)
    bonuses = [award for award in awards(preset("saitama_2017"), april) if award.rule != "walk"]
    assert [(award.resident_id, award.points) for award in bonuses] == [(1, 3_000)]
    before = [4_000] * 31
    league = [walker(*before, *[4_000 + 10 * place] * 30) for place in range(4)]
    cohort = people(*league, first_day=date(2026, 5, 1))  # May is before, June is walked
    june = group_awards(preset("saitama_2017"), cohort, since=date(2026, 6, 1))
    assert [(award.resident_id, award.points) for award in june] == [
        (2, 1_000),
        (3, 2_000),
        (4, 3_000),
    ]


# Kamaishi, Singapore


@pytest.mark.parametrize(
    ("age", "steps", "points"),
    [
        (40, 5_999, 0),
        (40, 6_000, 1),
        (64, 8_000, 3),
        (65, 3_999, 0),
        (65, 4_000, 1),
        (65, 6_000, 3),
        (90, 9_000, 3),
    ],
)
def test_kamaishi_asks_less_of_those_of_65_or_more(age: int, steps: int, points: int) -> None:
    assert points_of("kamaishi", [steps], age=age) == [points]


def test_in_kamaishi_the_new_year_brings_the_next_band() -> None:
    days = (date(2027, 1, 1) - NOVEMBER_3).days + 1
    points = points_of("kamaishi", [5_000] * days, age=64)
    assert (points[-2], points[-1]) == (0, 1)


def test_a_paper_card_is_full_at_55_and_is_for_those_who_have_one() -> None:
    stamped = {"paper_card_days": [1] * 60}
    on_paper, on_phone = Person(stamped, channel="paper"), Person(stamped)
    by_resident = paid(preset("kamaishi"), people(on_paper, on_phone, first_day=APRIL_1))
    assert [sum(points) for points in by_resident] == [55, 0]


@pytest.mark.parametrize(
    ("steps", "minutes", "points"),
    [
        (4_999, 19, 0),
        (5_000, 0, 10),
        (0, 20, 15),
        (0, 30, 20),
        (5_000, 20, 25),
        (12_000, 90, 30),
    ],
)
def test_singapore_pays_steps_and_activity(steps: int, minutes: int, points: int) -> None:
    assert points_of("singapore_2023", [steps], minutes=[minutes]) == [points]


def test_a_days_maximum_cuts_the_later_rules_and_says_what_they_were() -> None:
    low = read_programme(preset_text("singapore_2023").replace("day = 30", "day = 12"))
    someone = Person({"steps": [6_000, 0], "active_minutes": [30, 30]})
    cut_awards = awards(low, people(someone, first_day=NOVEMBER_3))
    assert [
        (award.rule, award.points, award.facts.get("points_uncapped")) for award in cut_awards
    ] == [
        ("activity", 2, 20),
        ("steps", 10, None),
        ("activity", 12, 20),
    ]


# SWC-24000


FULL_YEAR = [APRIL_1 + timedelta(days=place) for place in range(365)]
QUARTERS = [date(2026, 5, 2), date(2026, 8, 2), date(2026, 11, 2), date(2027, 2, 2)]


def test_the_health_points_of_six_cities_over_a_year() -> None:
    """9,000 steps every day, one month of five classes, two quarters on the scale, two checkups, a BMI of 26 to 24.9."""
    measured = dict.fromkeys([date(2026, 4, 5), date(2026, 4, 9), date(2026, 7, 1)], 612)
    year = year_of(
        steps=dict.fromkeys(FULL_YEAR, 9_000),
        class_attended=dict.fromkeys([date(2026, 4, day) for day in (1, 8, 15, 22, 29)], 1),
        body_weight=measured,
        body_fat=measured,
        checkup_attended=dict.fromkeys([date(2026, 9, 1), date(2026, 9, 2)], 1),
        body_mass_index={date(2026, 4, 5): 2_600, date(2027, 3, 1): 2_490},
    )
    cohort = people(
        Person(year, joined=APRIL_1), first_day=APRIL_1, per_unit={"body_mass_index": 100}
    )
    assert totals(awards(preset("swc_24000"), cohort)) == {
        "join": 1_000,
        "steps": 12 * 600,  # a mean of 8,000 or more
        "classes": 200,  # the fifth is above the month's limit
        "body": 2_000,  # twice in the first quarter counts once
        "going_on": 2_000,
        "checkup": 1_000,
        "results": 3_000,
    }


def test_the_most_that_anybody_can_get_stays_below_the_years_limit() -> None:
    first_days = [day for day in FULL_YEAR if day.day in {1, 8, 15, 22, 28}]
    year = year_of(
        steps=dict.fromkeys(FULL_YEAR, 30_000),
        class_attended=dict.fromkeys(first_days, 1),
        body_weight=dict.fromkeys(QUARTERS, 600),
        body_fat=dict.fromkeys(QUARTERS, 200),
        checkup_attended={date(2026, 9, 1): 1},
        body_mass_index={date(2026, 4, 5): 2_700, date(2027, 3, 1): 2_300},
    )
    cohort = people(
        Person(year, joined=APRIL_1), first_day=APRIL_1, per_unit={"body_mass_index": 100}
    )
    # 1,000 + 12 * 800 + 12 * 200 + 4 * 1,000 + 2 * 1,000 + 1,000 + 3,000
    assert sum(award.points for award in awards(preset("swc_24000"), cohort)) == 23_000
    tight = read_programme(
        preset_text("swc_24000").replace("fiscal_year = 24_000", "fiscal_year = 20_000")
    )
    assert sum(award.points for award in awards(tight, cohort)) == 20_000


@pytest.mark.parametrize(
    ("born", "mean", "points"),
    [
        (1952, 5_999, 0),  # 74 this year
        (1952, 9_000, 400),
        (1952, 11_999, 600),
        (1952, 12_000, 800),
        (1951, 4_500, 200),  # 75 this year
        (1951, 8_999, 600),
        (1951, 9_000, 800),
    ],
)
def test_okayama_asks_less_of_those_of_75_or_more(born: int, mean: int, points: int) -> None:
    april = people(walker(*[mean] * 30, birth_year=born), first_day=APRIL_1)
    assert totals(awards(preset("okayama"), april)).get("steps", 0) == points


def test_the_two_files_of_swc_differ_in_the_steps_alone() -> None:
    swc, okayama = preset("swc_24000"), preset("okayama")
    assert [rule for rule in swc.rules if rule.code != "steps"] == [
        rule for rule in okayama.rules if rule.code != "steps"
    ]
    assert swc.caps == okayama.caps


# goals of one's own, comebacks, losses


def test_carrots_goals_follow_from_two_weeks_and_pairs_are_paid_together() -> None:
    first = [5_000] * 14
    own, other = [*first, *[6_000] * 14], [*first, *[6_000] * 3, *[5_999] * 11]
    pair = people(walker(*own, teams=[7] * 28), walker(*other, teams=[7] * 28), first_day=APRIL_1)
    carrot = preset("carrot_adaptive")
    by_resident = {
        who: sum(award.points for award in awards(carrot, pair) if award.resident_id == who)
        for who in (1, 2)
    }
    assert by_resident == {1: 14 * 4 + 40, 2: 3 * 4}
    # The goals begin on Wednesday, 15 April. By Sunday, the 19th, there are 5 goal days and 3; in the next week 7 and 0.
    assert group_awards(carrot, pair) == []
    both = people(walker(*own, teams=[7] * 28), walker(*own, teams=[7] * 28), first_day=APRIL_1)
    sundays = [date(2026, 4, 19), date(2026, 4, 26)]
    assert [
        (award.resident_id, award.span.last, award.points) for award in group_awards(carrot, both)
    ] == [(who, sunday, 20) for who in (1, 2) for sunday in sundays]


def test_coming_back_is_worth_more_than_going_on() -> None:
    steps = [8_000, 8_000, 7_999, 8_000, 0, None, 8_000]
    assert points_of("comeback", steps, age=64) == [5, 5, 0, 15, 0, 0, 15]
    assert points_of("comeback", [6_000, 5_999, 6_000], age=65) == [5, 0, 15]


def test_the_days_points_are_kept_or_gone_and_a_months_limit_holds() -> None:
    kept = points_of("loss_framed", [7_000, 7_000, 6_999, 7_000], age=64)
    assert kept == [0, 10, 0, 10]
    assert points_of("loss_framed", [6_000, 6_000], age=65) == [0, 10]
    may = points_of("loss_framed", [9_000] * 31, first_day=date(2026, 5, 1))
    assert sum(may) == 250  # 30 days were granted, and 25 of them are the most


# Furano


def test_a_november_in_furano() -> None:
    """Of 66 years, known from 15 November on, the first day of the snowy season."""

    def november(amounts: Mapping[int, int]) -> dict[date, int]:
        return {date(2026, 11, day): amount for day, amount in amounts.items()}

    steps = dict.fromkeys(range(15, 25), 3_000) | {25: 3_499, 26: 3_500, 28: 3_000, 29: 3_000}
    year = year_of(
        steps=november(steps),
        snow_shovelling_minutes=november({26: 19, 27: 15}),
        indoor_exercise_minutes=november({27: 5}),
        systolic_pressure=november({23: 1_430, 25: 1_390, 27: 1_410}),
        diastolic_pressure=november({23: 880, 25: 850, 27: 860}),
        class_attended=november({24: 1}),
        checkup_attended=november({20: 1}),
    )
    someone = people(Person(year, birth_year=1960), first_day=APRIL_1)
    points = {
        (award.rule, award.span.last.day): award.points
        for award in awards(preset("furano_winter"), someone)
    }
    assert points == {
        ("back", 15): 3,  # nothing was known of the day before
        ("row", 21): 7,  # the 15th to the 21st
        ("checkup", 20): 300,
        ("classes", 24): 20,
        # The usual, 3,000, is found in the fortnight that ends on the 24th: 3,500 are asked from then on.
        ("own_in_winter", 26): 4,
        ("winter_minutes", 27): 4,  # 15 with the shovel and 5 indoors
        ("back", 28): 3,  # after a day without steps, which was a day off for the row
        ("pressure", 29): 5,  # three days of the week
        ("row", 29): 7,  # the fourteenth day
    }


def test_in_furano_nobody_gets_more_than_six_thousand_in_a_year() -> None:
    year = year_of(
        steps={day: 5_000 + 100 * (place // 14) for place, day in enumerate(FULL_YEAR)},
        snow_shovelling_minutes=dict.fromkeys(FULL_YEAR, 30),
        class_attended=dict.fromkeys(FULL_YEAR, 1),
        checkup_attended=dict.fromkeys(FULL_YEAR, 1),
        systolic_pressure=dict.fromkeys(FULL_YEAR, 1_300),
        diastolic_pressure=dict.fromkeys(FULL_YEAR, 800),
    )
    someone = people(Person(year), first_day=APRIL_1)
    by_rule = totals(awards(preset("furano_winter"), someone))
    assert by_rule["winter_minutes"] == 137 * 4  # 15 November to 31 March
    assert by_rule["checkup"] == 300
    assert by_rule["classes"] == 12 * 80
    assert by_rule["row"] == 52 * 7
    assert by_rule["pressure"] == 52 * 5  # the last week ends in April, when this version is over
    assert sum(by_rule.values()) <= 6_000


def test_the_days_of_a_year_are_the_same_in_any_split() -> None:
    kamaishi = preset("kamaishi")
    steps = [place * 7_919 % 12_000 for place in range(100)]

    def total(first: int, last: int) -> int:
        first_day = NOVEMBER_3 + timedelta(days=first)
        part = people(walker(*steps[first:last], birth_year=1962), first_day=first_day)
        return sum(award.points for award in awards(kamaishi, part))

    assert total(0, 100) == total(0, 37) + total(37, 60) + total(60, 100)
