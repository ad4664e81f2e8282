"""From a cohort's days to awards: the fast engine against a plain loop that anyone can read."""

import math
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from points.cohort import Cohort
from points.evaluate import evaluate
from points.programme import Programme
from points.rules.steps_per_point import StepsPerPoint
from points.words import Text

APRIL_1 = date(2026, 4, 1)


class Award(NamedTuple):
    """One award, written out."""

    rule: str
    resident_id: int
    day: date
    points: int
    steps: int


def programme(
    *rules: StepsPerPoint, first: date = APRIL_1, last: date | None = date(2027, 3, 31)
) -> Programme:
    return Programme(
        code="yokohama",
        version=1,
        name=Text(ja="ウォーキングポイント", en="Walking points"),
        in_force_from=first,
        in_force_to=last,
        late_window_days=14,
        rules=list(rules) or [WALK],
    )


WALK = StepsPerPoint(code="walk", steps_per_point=2000, points_day_max=5)
STROLL = StepsPerPoint(code="stroll", steps_per_point=500, points_day_max=2)


def cohort(first_day: date, days_of: dict[int, list[float]]) -> Cohort:
    return Cohort(
        np.array(list(days_of), np.int64),
        first_day,
        {"steps": np.array(list(days_of.values()), np.float64)},
        np.full(len(days_of), 1950),
    )


def engine(rules: Programme, given_days: Cohort) -> list[Award]:
    """The awards of the fast engine, in the order of rule, resident and day."""
    return sorted(
        Award(
            of_rule.rule,
            int(given_days.resident_ids[resident]),
            given_days.first_day + timedelta(days=int(day)),
            int(points),
            int(steps),
        )
        for of_rule in evaluate(rules, given_days)
        for resident, day, points, steps in zip(
            of_rule.resident_index,
            of_rule.day_index,
            of_rule.points,
            of_rule.facts["steps"],
            strict=True,
        )
    )


def pencil(rules: Programme, given_days: Cohort) -> list[Award]:
    """The same awards, worked one day at a time."""
    awards = []
    for rule in rules.rules:
        for resident_id, days in zip(
            given_days.resident_ids.tolist(), given_days.daily["steps"].tolist(), strict=True
        ):
            for place, steps in enumerate(days):
                day = given_days.first_day + timedelta(days=place)
                too_early = day < rules.in_force_from
                too_late = rules.in_force_to is not None and day > rules.in_force_to
                if math.isnan(steps) or too_early or too_late:
                    continue
                points = 0
                while (points + 1) * rule.steps_per_point <= steps:
                    points += 1
                points = min(points, rule.points_day_max)
                if points > 0:
                    awards.append(Award(rule.code, resident_id, day, points, int(steps)))
    return sorted(awards)


steps_of_a_day = st.one_of(
    st.just(math.nan),
    st.integers(0, 30_000).map(float),
    st.builds(
        lambda full, off: float(max(0, full * 2000 + off)), st.integers(0, 6), st.integers(-1, 1)
    ),
)
walking_rules = st.lists(
    st.builds(
        StepsPerPoint,
        code=st.sampled_from(["walk", "stroll", "hike"]),
        steps_per_point=st.sampled_from([500, 1000, 2000, 3333]),
        points_day_max=st.integers(1, 6),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda rule: rule.code,
)


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """In force for some days around the first of April, or until replaced."""
    first = APRIL_1 + timedelta(days=draw(st.integers(-4, 4)))
    length = draw(st.none() | st.integers(0, 5))
    last = None if length is None else first + timedelta(days=length)
    return programme(*draw(walking_rules), first=first, last=last)


@st.composite
def cohorts(draw: st.DrawFn) -> Cohort:
    """Some residents over some days around the first of April."""
    days = draw(st.integers(1, 8))
    residents = draw(st.lists(st.integers(1, 999), min_size=1, max_size=4, unique=True))
    one = st.lists(steps_of_a_day, min_size=days, max_size=days)
    first_day = APRIL_1 + timedelta(days=draw(st.integers(-6, 4)))
    return cohort(first_day, {resident: draw(one) for resident in residents})


def days_from(whole: Cohort, start: int, end: int) -> Cohort:
    return Cohort(
        whole.resident_ids,
        whole.first_day + timedelta(days=start),
        {metric: values[:, start:end] for metric, values in whole.daily.items()},
        whole.birth_years,
    )


def residents_at(whole: Cohort, places: list[int]) -> Cohort:
    return Cohort(
        whole.resident_ids[places],
        whole.first_day,
        {metric: values[places] for metric, values in whole.daily.items()},
        whole.birth_years[places],
    )


def test_only_days_in_force_earn_points() -> None:
    short = programme(first=date(2026, 4, 2), last=date(2026, 4, 3))
    walked = cohort(APRIL_1, {7: [4_000, 4_000, 2_000, 4_000]})
    assert engine(short, walked) == [
        Award("walk", 7, date(2026, 4, 2), 2, 4_000),
        Award("walk", 7, date(2026, 4, 3), 1, 2_000),
    ]


def test_days_before_and_after_the_programme_earn_nothing_at_all() -> None:
    walked = [9_000.0] * 5
    assert engine(programme(), cohort(date(2026, 3, 27), {7: walked})) == []
    assert engine(programme(), cohort(date(2027, 4, 1), {7: walked})) == []


def test_a_programme_without_a_last_day_goes_on() -> None:
    endless = programme(last=None)
    assert [award.points for award in engine(endless, cohort(date(2031, 1, 1), {7: [2_000]}))] == [
        1
    ]


def test_each_rule_pays_on_its_own() -> None:
    assert engine(programme(WALK, STROLL), cohort(APRIL_1, {7: [2_400]})) == [
        Award("stroll", 7, APRIL_1, 2, 2_400),
        Award("walk", 7, APRIL_1, 1, 2_400),
    ]


@settings(deadline=None)
@given(programmes(), cohorts())
def test_the_engine_gives_what_a_pencil_gives(rules: Programme, walked: Cohort) -> None:
    assert engine(rules, walked) == pencil(rules, walked)


@settings(deadline=None, max_examples=60)
@given(programmes(), cohorts(), st.data())
def test_the_order_of_residents_changes_nothing(
    rules: Programme, walked: Cohort, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(walked.resident_ids))))
    assert engine(rules, residents_at(walked, list(order))) == engine(rules, walked)


@settings(deadline=None, max_examples=60)
@given(programmes(), cohorts(), st.data())
def test_history_in_two_parts_earns_what_it_earns_at_once(
    rules: Programme, walked: Cohort, data: st.DataObject
) -> None:
    residents, days = walked.shape
    cut = data.draw(st.integers(1, days))
    parts = [days_from(walked, 0, cut)] + ([days_from(walked, cut, days)] if cut < days else [])
    by_days = [award for part in parts for award in engine(rules, part)]
    by_resident = [
        award
        for place in range(residents)
        for award in engine(rules, residents_at(walked, [place]))
    ]
    assert sorted(by_days) == sorted(by_resident) == engine(rules, walked)


@settings(deadline=None, max_examples=60)
@given(programmes(), cohorts())
def test_no_award_is_zero_or_above_its_rules_ceiling(rules: Programme, walked: Cohort) -> None:
    for award in engine(rules, walked):
        assert 0 < award.points <= rules.rule(award.rule).points_day_max
