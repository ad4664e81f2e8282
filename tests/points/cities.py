"""Residents in teams, and what a programme's group rules give them."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from hypothesis import strategies as st

from points.cohort import NONE, Cohort
from points.evaluate import Award
from points.groups import contributions_of, share_out
from points.periods import DaySpan, periods_of
from points.programme import Programme
from points.rules import GroupRule
from tests.points.strategies import cohort_of_seed

MONDAY = date(2026, 11, 2)
WEEK = DaySpan(MONDAY, date(2026, 11, 8))
NOVEMBER = DaySpan(date(2026, 11, 1), date(2026, 11, 30))


def group_awards(
    of: Programme, cohort: Cohort, *, since: date = date.min, per_chunk: int = 1_000
) -> list[Award]:
    chunks = [contributions_of(of, chunk, since=since) for chunk in cohort.chunks(per_chunk)]
    awards = [award for of_rule in share_out(chunks) for award in of_rule.awards()]
    return sorted(awards, key=lambda award: (award.resident_id, award.span, award.rule))


def points_of(awards: Sequence[Award]) -> dict[int, int]:
    return {award.resident_id: award.points for award in awards}


@st.composite
def cities(draw: st.DrawFn) -> Cohort:
    """A few dozen residents over some weeks, in teams that they may change."""
    residents, days = draw(st.integers(1, 30)), draw(st.integers(10, 45))
    first_day = MONDAY + timedelta(days=draw(st.integers(0, 30)))
    seed = draw(st.integers(0, 2**32))
    chance = np.random.default_rng(seed)
    teams = np.repeat(chance.integers(0, 5, (residents, 1)), days, axis=1)
    moves = chance.random(residents) < 0.3
    teams[moves, days // 2 :] = chance.integers(0, 5, (moves.sum(), 1))
    today = first_day + timedelta(days=days - draw(st.integers(0, 5)))
    return cohort_of_seed(seed, residents, days, first_day, today)._replace(teams=teams)


def whole_periods(rule: GroupRule, city: Cohort) -> list[DaySpan]:
    _, days = city.shape
    spans = [period.span for period in periods_of(rule.award_period, city.first_day, days)]
    return [
        span
        for span in spans
        if span.first >= city.first_day and span.last <= city.last_day and span.last < city.today
    ]


def steps_on(city: Cohort, row: int, day: date) -> int:
    return int(city.daily["steps"][row, city.column(day)])


def had_joined(city: Cohort, row: int, day: date) -> bool:
    return bool(city.residents.joined[row] <= day.toordinal())


def counted_on(city: Cohort, row: int, day: date) -> int:
    """The steps of a day on which the resident had joined."""
    return steps_on(city, row, day) if had_joined(city, row, day) else NONE


def days_of(span: DaySpan) -> list[date]:
    return [span.first + timedelta(days=place) for place in range(span.days)]
