"""Whole programmes and their residents, drawn at random, with rules of every family."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import msgspec
import numpy as np
from hypothesis import strategies as st

from points.caps import Caps
from points.cohort import NONE, Cohort, Residents
from points.conditions import Conditions, Season, Segment
from points.evaluate import Award
from points.goals import DayGoal
from points.groups import group_rules, with_group_awards
from points.periods import PeriodKind, periods_of
from points.programme import Programme
from points.rules import GroupRule, PersonalRule
from points.rules.attending import Attending
from points.rules.comeback import Comeback
from points.rules.daily_tiers import DailyTiers
from points.rules.improvement import Improvement
from points.rules.joining import FirstTime, Joining
from points.rules.league import League
from points.rules.loss_framed import LossFramed
from points.rules.lottery import TICKETS, Lottery, Prize
from points.rules.measuring import Measuring
from points.rules.own_goal import OwnGoal
from points.rules.period_tiers import PeriodTiers
from points.rules.steps_per_point import StepsPerPoint
from points.rules.streak import Streak
from points.rules.team_goal import TeamGoal
from points.tiers import AgeBand, Tier

NAME = {"ja": "市", "en": "city"}
METRICS = (
    "steps",
    "active_minutes",
    "snow_shovelling_minutes",
    "body_mass_index",
    "checkup_attended",
    "class_attended",
)
PERIODS: Sequence[PeriodKind] = ("day", "week", "month", "quarter", "half_year", "fiscal_year")
SEGMENTS = [
    Segment(code="elders", name=NAME, age_from=65),
    Segment(code="north", name=NAME, zones=["north"]),
    Segment(code="on_paper", name=NAME, channels=["paper"]),
]
SEASONS = [
    Season(code="winter", name=NAME, first="12-01", last="03-25"),
    Season(code="spring", name=NAME, first="03-20", last="05-31"),
]

around = st.shared(
    st.sampled_from([date(2026, 12, 15), date(2027, 3, 1), date(2028, 2, 20)]), key="around"
)
"""Where programme and cohort of one example meet: at the new year, at the fiscal year's end, at a leap day."""

goals = st.sampled_from(
    [
        DayGoal(at_least=6_000),
        DayGoal(at_least=8_000, from_age=65, at_least_from_age=5_000),
        DayGoal(metrics=("active_minutes", "snow_shovelling_minutes"), at_least=20),
    ]
)
bands = st.sampled_from(
    [
        [AgeBand(tiers=[Tier(at_least=20, points=1), Tier(at_least=6_000, points=200)])],
        [AgeBand(tiers=[Tier(at_least=4_000, points=4), Tier(at_least=9_000, points=9_000)])],
        [
            AgeBand(age_to=64, tiers=[Tier(at_least=6_000, points=3)]),
            AgeBand(age_from=65, tiers=[Tier(at_least=4_000, points=3)]),
        ],
    ]
)
points = st.sampled_from([1, 5, 300, 10_000])

BUILT: Sequence[Callable[[str], st.SearchStrategy[PersonalRule]]] = (
    lambda code: st.builds(
        StepsPerPoint,
        code=st.just(code),
        steps_per_point=st.sampled_from([10, 2_000]),
        points_day_max=st.sampled_from([5, 300]),
        steps_day_min=st.sampled_from([0, 3_000]),
    ),
    lambda code: st.builds(DailyTiers, code=st.just(code), bands=bands),
    lambda code: st.builds(
        PeriodTiers,
        code=st.just(code),
        period=st.sampled_from(PERIODS[1:]),
        of=st.sampled_from(["total", "daily_mean"]),
        bands=bands,
    ),
    lambda code: st.builds(
        OwnGoal,
        code=st.just(code),
        baseline=st.sampled_from(["first", "rolling"]),
        block_days=st.just(5),
        valid_days_min=st.just(2),
        above=st.just(500),
        above_max=st.just(1_500),
        raise_after_days=st.just(3),
        raise_by=st.just(400),
        points_day=points,
        bonus_points=st.sampled_from([0, 40]),
    ),
    lambda code: st.builds(
        Streak,
        code=st.just(code),
        goal=goals,
        every_days=st.integers(2, 4),
        days_off_month=st.integers(0, 2),
        points_each=points,
    ),
    lambda code: st.builds(Comeback, code=st.just(code), goal=goals, points_each=points),
    lambda code: st.builds(
        LossFramed,
        code=st.just(code),
        goal=goals,
        active_days=st.integers(1, 5),
        points_day=points,
    ),
    lambda code: st.builds(
        Lottery,
        code=st.just(code),
        goal=goals,
        when=st.sampled_from(["instant", "regret"]),
        prizes=st.just([Prize(one_in=5, points=500), Prize(one_in=2, points=10)]),
    ),
    lambda code: st.builds(
        Measuring,
        code=st.just(code),
        name=st.just(NAME),
        metrics=st.just(["body_mass_index"]),
        period=st.sampled_from(PERIODS),
        points_each=points,
    ),
    lambda code: st.builds(
        Attending,
        code=st.just(code),
        name=st.just(NAME),
        metric=st.sampled_from(["class_attended", "checkup_attended"]),
        period=st.sampled_from(PERIODS),
        times_max=st.integers(1, 3),
        points_each=points,
    ),
    lambda code: st.builds(
        Improvement,
        code=st.just(code),
        name=st.just(NAME),
        metric=st.just("body_mass_index"),
        period=st.sampled_from(["month", "quarter"]),
        normal_from=st.just(185),
        normal_to=st.just(249),
        nearer_by=st.just(5),
        days_apart_min=st.just(5),
        needs_checkup=st.booleans(),
        points_reached=st.just(100),
        points_nearer=st.just(80),
        points_kept=st.just(80),
        points_measured=st.just(30),
    ),
    lambda code: st.builds(
        Joining,
        code=st.just(code),
        after_days=st.integers(3, 20),
        active_days_min=st.integers(1, 3),
        points_once=points,
    ),
    lambda code: st.builds(FirstTime, code=st.just(code), goal=goals, points_once=points),
)
"""One for each family of personal rules; the lottery's code is that of its tickets."""

caps = st.builds(
    Caps,
    day=st.none() | st.sampled_from([4, 200, 20_000]),
    week=st.none() | st.sampled_from([9, 1_000]),
    month=st.none() | st.sampled_from([20, 4_000]),
    quarter=st.none() | st.sampled_from([30, 24_000]),
    fiscal_year=st.none() | st.sampled_from([55, 24_000, 1_000_000]),
)
eligibility = st.sampled_from(
    [
        None,
        None,
        None,
        Conditions(age_from=40, age_to=74),
        Conditions(zones=["north", "south"]),
        Conditions(consents=["points"]),
    ]
)


@st.composite
def rules(draw: st.DrawFn, code: str, family: int | None = None) -> PersonalRule:
    """A rule of any family, for some or all, for a season or the year, with or without caps."""
    build = draw(st.sampled_from(BUILT)) if family is None else BUILT[family]
    return msgspec.structs.replace(
        draw(build(code)),
        segments=draw(st.sampled_from([[], [], [], ["elders"], ["north", "on_paper"]])),
        seasons=draw(st.sampled_from([[], [], [], ["winter"], ["winter", "spring"]])),
        caps=draw(st.none() | st.none() | caps),
    )


@st.composite
def programmes(draw: st.DrawFn, *, family: int | None = None, rules_max: int = 4) -> Programme:
    """Of rules named a, b, c, ..., of one family or any, in force from some day around the cohorts' first, or for years."""
    count = draw(st.integers(1, rules_max))
    first = draw(around) + timedelta(days=draw(st.integers(-10, 40)))
    length = draw(st.none() | st.none() | st.integers(0, 60))
    return Programme(
        code="city",
        version=1,
        name=NAME,
        in_force_from=draw(st.just(first) | st.just(date(2020, 4, 1))),
        in_force_to=None if length is None else first + timedelta(days=length),
        late_window_days=14,
        eligibility=draw(eligibility),
        segments=SEGMENTS,
        seasons=SEASONS,
        caps=draw(st.none() | caps),
        rules=[draw(rules(code, family)) for code in "abcdef"[:count]],
    )


GROUPS: Sequence[GroupRule] = (
    TeamGoal(code="pair", goal=DayGoal(at_least=6_000), days_min=10, points_each=50),
    League(code="league", period="month", points_by_place=[300, 20]),
)


@st.composite
def programmes_with_groups(draw: st.DrawFn) -> Programme:
    """With a weekly and a monthly rule of many among the others."""
    of = draw(programmes())
    rules = [*of.rules, *(msgspec.structs.replace(rule, caps=draw(caps)) for rule in GROUPS)]
    return msgspec.structs.replace(of, caps=draw(caps), rules=draw(st.permutations(rules)))


def with_awards_of_groups(of: Programme, cohort: Cohort, seed: int) -> Cohort:
    """What the groups gave follows from the number: something to about half of the residents in about half of the periods."""
    chance = np.random.default_rng(seed)
    _, days = cohort.shape
    return with_group_awards(
        cohort,
        [
            Award(int(resident), period.span, rule.code, int(chance.integers(1, 400)), {})
            for rule in group_rules(of)
            for period in periods_of(rule.award_period, cohort.first_day, days)
            for resident in cohort.residents.ids
            if chance.random() < 0.5 and of.in_force_on(period.span.last)
        ],
    )


@st.composite
def cohorts(draw: st.DrawFn, *, residents_max: int = 20, days_max: int = 70) -> Cohort:
    """Some residents over some days; what they did follows from one drawn number, with many values at the edges."""
    residents = draw(st.integers(1, residents_max))
    days = draw(st.integers(1, days_max) | st.integers(days_max // 2, days_max))
    first_day = draw(around) + timedelta(days=draw(st.integers(0, 13)))
    today = first_day + timedelta(days=draw(st.integers(days // 2, days + 1)))
    return cohort_of_seed(draw(st.integers(0, 2**32)), residents, days, first_day, today)


def cohort_of_seed(seed: int, residents: int, days: int, first_day: date, today: date) -> Cohort:
    """The same for the same seed."""
    chance = np.random.default_rng(seed)
    shape = residents, days
    values = {
        "steps": [NONE, 0, 2_999, 3_999, 4_000, 5_999, 6_000, 6_500, 8_000, 9_000, 12_000, 40_001],
        "active_minutes": [NONE, NONE, 0, 10, 19, 20, 45],
        "snow_shovelling_minutes": [NONE, NONE, NONE, 10, 30],
        "body_mass_index": [NONE] * 8 + [180, 185, 220, 249, 250, 270],
        "checkup_attended": [NONE] * 15 + [0, 1],
        "class_attended": [NONE] * 4 + [1],
    }
    joined = first_day.toordinal() + chance.integers(-60, 20, residents)
    return Cohort(
        Residents(
            ids=chance.permutation(1_000)[:residents] + 1,
            birth_years=chance.choice([1947, 1952, 1953, 1962, 1963, 1987], residents),
            joined=np.where(chance.random(residents) < 0.5, 1, joined).astype(np.int32),
            zones=chance.choice(["north", "south", ""], residents),
            channels=chance.choice(["phone", "paper"], residents),
        ),
        first_day,
        today,
        daily={
            metric: np.asfortranarray(chance.choice(values[metric], shape).astype(np.int32))
            for metric in METRICS
        },
        teams=np.repeat(chance.integers(0, 3, (residents, 1)), days, axis=1),
        consents={"points": chance.random(shape) < 0.8},
        tickets={rule: chance.integers(-1, TICKETS, shape) for rule in "abcdef"},
    )
