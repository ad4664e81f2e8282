"""The highest tier of a day's steps or minutes, by age where the city wants."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points.periods import DaySpan
from points.rules.daily_tiers import DailyTiers
from points.tiers import AgeBand, Tier
from tests.points.histories import History, histories
from tests.points.people import TUESDAY, Person, missing, paid_to, walker
from tests.points.refusals import check_refused
from tests.points.spoken import en, ja

KAMAISHI = DailyTiers(
    code="day",
    bands=[
        AgeBand(age_to=64, tiers=[Tier(at_least=6_000, points=1), Tier(at_least=8_000, points=3)]),
        AgeBand(
            age_from=65, tiers=[Tier(at_least=4_000, points=1), Tier(at_least=6_000, points=3)]
        ),
    ],
)
WINTER_MINUTES = DailyTiers(
    code="minutes",
    metrics=("active_minutes", "snow_shovelling_minutes"),
    bands=[AgeBand(tiers=[Tier(at_least=20, points=2), Tier(at_least=40, points=300)])],
)


@st.composite
def tiers(draw: st.DrawFn) -> list[Tier]:
    asked = draw(
        st.lists(st.sampled_from([3_999, 4_000, 6_000, 8_000, 10_000]), min_size=1, unique=True)
    )
    first = draw(st.sampled_from([1, 200, 9_000]))
    return [
        Tier(at_least=at_least, points=first + 60 * place)
        for place, at_least in enumerate(sorted(asked))
    ]


rules = st.one_of(
    st.builds(
        DailyTiers,
        code=st.just("day"),
        bands=st.lists(st.builds(AgeBand, tiers=tiers()), min_size=1, max_size=1),
    ),
    st.builds(
        lambda younger, older: DailyTiers(
            code="day",
            bands=[
                AgeBand(age_from=65, tiers=older),
                AgeBand(age_from=20, age_to=64, tiers=younger),
            ],
        ),
        tiers(),
        tiers(),
    ),
)


def test_minutes_of_walking_and_of_shovelling_snow_count_together() -> None:
    someone = Person(
        {
            "active_minutes": [19, 19, None, None, 40],
            "snow_shovelling_minutes": [0, 1, 20, None, 0],
        }
    )
    assert paid_to(WINTER_MINUTES, someone, first_day=TUESDAY) == [0, 2, 2, 0, 300]


@pytest.mark.parametrize(
    ("born", "steps", "points", "to_next"),
    [
        (1990, 5_999, 0, (1, 1)),
        (1990, 6_000, 1, (2_000, 2)),
        (1990, 8_000, 3, None),
        (1962, 5_999, 0, (1, 1)),  # 64 this year
        (1961, 3_999, 0, (1, 1)),  # 65 this year
        (1961, 4_000, 1, (2_000, 2)),
        (1961, 6_000, 3, None),
    ],
)
def test_who_is_older_needs_fewer_steps(
    born: int, steps: int, points: int, to_next: tuple[int, int] | None
) -> None:
    someone = walker(steps, birth_year=born)
    assert paid_to(KAMAISHI, someone, first_day=TUESDAY) == [points]
    assert missing(KAMAISHI, someone, first_day=TUESDAY) == to_next


def test_who_is_in_no_band_gets_nothing() -> None:
    grown_up = DailyTiers(
        code="day", bands=[AgeBand(age_from=18, tiers=[Tier(at_least=1, points=1)])]
    )
    assert paid_to(grown_up, walker(9_000, birth_year=2010), first_day=TUESDAY) == [0]
    assert missing(grown_up, walker(0, birth_year=2010), first_day=TUESDAY) is None


def test_the_rule_and_its_reasons_are_said_in_both_languages() -> None:
    assert ja(KAMAISHI.text()) == (
        "64歳まで: 6,000歩で1ポイント、8,000歩で3ポイント、"
        "65歳から: 4,000歩で1ポイント、6,000歩で3ポイント(1日、いちばん上の段階だけ)"
    )
    assert en(KAMAISHI.text()) == (
        "to age 64: 1 for 6,000 steps, 3 for 8,000 steps; "
        "from age 65: 1 for 4,000 steps, 3 for 6,000 steps (a day, the highest only)"
    )
    day = DaySpan(TUESDAY, TUESDAY)
    reason = KAMAISHI.reason(day, {"amount": 7_412, "age": 70})
    assert ja(reason) == "11月3日(火) 7,412歩: 6,000歩以上で3ポイント(70歳の段階)"
    assert en(reason) == ("3 Nov: 7,412 steps; 3 points from 6,000 steps on (at the age of 70)")
    assert en(KAMAISHI.reason(day, {"amount": 4_000, "age": 70})).endswith(
        "1 point from 4,000 steps on (next: 3 for 6,000 steps) (at the age of 70)"
    )
    assert ja(KAMAISHI.reason(day, {"amount": 100, "age": 70})) == (
        "11月3日(火) 100歩: どの段階にも届いていません(次は4,000歩で1ポイント)(70歳の段階)"
    )
    minutes = WINTER_MINUTES.reason(day, {"amount": 25, "age": 70})
    assert ja(minutes) == (
        "11月3日(火) 25分の運動: 20分の運動以上で2ポイント(次は40分の運動で300ポイント)"
    )


FILE = """\
kind = "daily_tiers"
code = "day"
bands = [BANDS]
"""
ONE = "{ tiers = [{ at_least = 1, points = 1 }] }"


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        ("", "$.rules[0].bands"),
        ("{ tiers = [] }", "$.rules[0].bands[0].tiers"),
        (
            "{ tiers = [{ at_least = 6000, points = 3 }, { at_least = 4000, points = 5 }] }",
            "each tier must ask for more",
        ),
        (
            "{ tiers = [{ at_least = 4000, points = 3 }, { at_least = 6000, points = 3 }] }",
            "and pay more - at `$.rules[0].bands[0]`",
        ),
        ("{ age_from = 65, age_to = 64, tiers = [{ at_least = 1, points = 1 }] }", "age_to must"),
        (f"{ONE}, {ONE}", "two bands hold the age of 0 - at `$.rules[0]`"),
        (
            ", ".join(
                f"{{ {ages}, tiers = [{{ at_least = 1, points = 1 }}] }}"
                for ages in ("age_to = 65", "age_from = 65")
            ),
            "two bands hold the age of 65 - at `$.rules[0]`",
        ),
        ("{ tiers = [{ at_last = 1, points = 1 }] }", "did you mean `at_least`?"),
    ],
)
def test_tiers_in_no_order_are_refused_naming_the_place(bands: str, message: str) -> None:
    check_refused(FILE.replace("BANDS", ONE), ONE, bands, message)


def pencil(rule: DailyTiers, history: History) -> dict[DaySpan, int]:
    points = {}
    for day in history.days:
        amount = history.amount(day, *rule.metrics)
        points[DaySpan(day, day)] = 0
        for band in rule.bands:
            if band.age_from <= history.age(day) <= band.age_to:
                for tier in band.tiers:
                    if amount is not None and amount >= tier.at_least:
                        points[DaySpan(day, day)] = tier.points
    return points


@settings(deadline=None, max_examples=60)
@given(rules, histories())
def test_the_engine_gives_what_a_pencil_gives(rule: DailyTiers, history: History) -> None:
    assert history.paid(rule) == pencil(rule, history)


@settings(deadline=None, max_examples=30)
@given(histories(metrics=WINTER_MINUTES.metrics, near=[20, 40], amount_max=60))
def test_several_metrics_are_added_as_a_pencil_adds_them(history: History) -> None:
    assert history.paid(WINTER_MINUTES) == pencil(WINTER_MINUTES, history)


@settings(deadline=None, max_examples=30)
@given(rules, histories())
def test_the_facts_are_enough_to_work_the_points_out(rule: DailyTiers, history: History) -> None:
    for line in history.lines(rule):
        pays = [
            tier.points
            for band in rule.bands
            for tier in band.tiers
            if band.age_from <= line.facts["age"] <= band.age_to
            and line.facts["amount"] >= tier.at_least
        ]
        assert line.points == max(pays, default=0)


@settings(deadline=None, max_examples=60)
@given(rules, st.integers(1900, 2026), st.integers(0, 12_000))
def test_the_steps_that_are_said_to_be_missing_bring_the_points(
    rule: DailyTiers, born: int, steps: int
) -> None:
    award = missing(rule, walker(steps, birth_year=born), first_day=TUESDAY)
    if award is None:
        days = walker(steps, 100_000, birth_year=born)
        assert len(set(paid_to(rule, days, first_day=TUESDAY))) == 1
    else:
        needed, more = award
        days = walker(steps, steps + needed - 1, steps + needed, birth_year=born)
        before, almost, after = paid_to(rule, days, first_day=TUESDAY)
        assert (almost, after) == (before, before + more)
