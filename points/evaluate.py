"""From facts to awards: the one function behind the worker, the proof and the back-test."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from points.caps import Uncapped, capped
from points.cohort import BoolMatrix, Cohort
from points.conditions import both, had_joined
from points.periods import DaySpan, Period
from points.programme import Programme
from points.rules import AnyRule, PersonalRule
from points.rules.parts import NO_RECORD
from points.view import Integers, Places, View

UNCAPPED = "points_uncapped"
"""A fact of an award that a cap has cut: the points before the cut."""


class RulePoints(NamedTuple):
    """What one rule gives.

    `points`, `uncapped`: whole points with and without caps, shape (residents, periods).
    """

    rule: AnyRule
    view: View
    periods: Sequence[Period]
    points: Integers
    uncapped: Integers

    def facts_at(self, places: Places) -> list[dict[str, int]]:
        """The facts that the points at each place rest on, also where there are no points."""
        columns = self.rule.facts(self.view, self.periods, places)
        before = self.uncapped[places.residents, places.periods]
        cut = before != self.points[places.residents, places.periods]
        facts: list[dict[str, int]] = [{} for _ in range(len(before))]
        for name, column in columns.items():
            for of_place, value in zip(facts, column.tolist(), strict=True):
                of_place[name] = value
                if value == NO_RECORD:
                    of_place |= {name: 0, f"no_{name}": 1}
        for place in np.flatnonzero(cut).tolist():
            facts[place][UNCAPPED] = int(before[place])
        return facts


def evaluate(programme: Programme, cohort: Cohort) -> list[RulePoints]:
    """What each rule of the programme gives each of the cohort's residents, rule by rule. A group rule is included when
    the cohort has its awards.

    The points of a period are right when the cohort's days begin at or before `programme.looks_back_to` of that period;
    the points of earlier periods are not. A day on which the programme is not in force earns nothing. A period earns
    nothing when the programme is not in force on its last day.
    """
    taking_part = participation(programme, cohort)
    if taking_part is not None and not taking_part.any() and not cohort.group_awards:
        return []
    by_rule = [
        _of_rule(programme, rule, cohort, taking_part)
        for rule in programme.rules
        if isinstance(rule, PersonalRule) or rule.code in cohort.group_awards
    ]
    cut = capped(
        [
            Uncapped(_spans(of_rule.periods), of_rule.points, of_rule.rule.caps)
            for of_rule in by_rule
        ],
        programme.caps,
    )
    return [of_rule._replace(points=points) for of_rule, points in zip(by_rule, cut, strict=True)]


def chunked(programme: Programme, cohort: Cohort) -> Iterator[list[RulePoints]]:
    """What `evaluate` returns, chunk by chunk: any number of residents in bounded memory."""
    for chunk in cohort.chunks():
        yield evaluate(programme, chunk)


def view_of(
    programme: Programme, rule: AnyRule, cohort: Cohort, taking_part: BoolMatrix | None
) -> View:
    """The cohort as the rule sees it; `taking_part`: on which days each resident takes part in the programme."""
    counting = taking_part
    if rule.segments:
        counting = both(counting, _in_a_segment(programme, rule, cohort))
    if rule.seasons:
        counting = both(counting, _in_a_season(programme, rule, cohort))
    return View(cohort, counting, programme.in_force_from)


def participation(programme: Programme, cohort: Cohort) -> BoolMatrix | None:
    """On which days each resident takes part in the programme; None: everybody takes part on every day."""
    eligible = both(
        _days_in_force(programme, cohort),
        programme.eligibility.hold(cohort) if programme.eligibility else None,
    )
    return both(eligible, None if programme.pays_before_joining else had_joined(cohort))


def _of_rule(
    programme: Programme, rule: AnyRule, cohort: Cohort, taking_part: BoolMatrix | None
) -> RulePoints:
    view = view_of(programme, rule, cohort, taking_part)
    periods = view.periods(rule.award_period)
    points = rule.points(view, periods)
    for place, period in enumerate(periods if rule.award_period != "day" else ()):
        if not programme.in_force_on(period.span.last):
            points[:, place] = 0
    return RulePoints(rule, view, periods, points, points)


def _spans(periods: Sequence[Period]) -> list[DaySpan]:
    return [period.span for period in periods]


def _in_a_segment(programme: Programme, rule: AnyRule, cohort: Cohort) -> BoolMatrix | None:
    in_a_segment = np.zeros((1, 1), np.bool_)
    for code in rule.segments:
        holds = programme.segment(code).hold(cohort)
        if holds is None:
            return None
        in_a_segment = in_a_segment | holds
    return in_a_segment


def _in_a_season(programme: Programme, rule: AnyRule, cohort: Cohort) -> BoolMatrix:
    _, days = cohort.shape
    seasons = [programme.season(code) for code in rule.seasons]
    return np.array(
        [[any(season.holds_on(cohort.day(column)) for season in seasons) for column in range(days)]]
    )


def _days_in_force(programme: Programme, cohort: Cohort) -> NDArray[np.bool_] | None:
    """Shape (1, days); None when the programme is in force on all of them."""
    _, days = cohort.shape
    last = programme.in_force_to or date.max
    if programme.in_force_from <= cohort.first_day and cohort.last_day <= last:
        return None
    return np.array(
        [[programme.in_force_on(cohort.first_day + timedelta(days=day)) for day in range(days)]]
    )


class Award(NamedTuple):
    """An award above zero: the resident, the period, the rule, the points, and the facts that the points rest on."""

    resident_id: int
    span: DaySpan
    rule: str
    points: int
    facts: dict[str, int]


def awards_of(by_rule: list[RulePoints], *, since: date = date.min) -> Iterator[Award]:
    """The awards above zero whose periods end on or after `since`."""
    for of_rule in by_rule:
        late_enough = [period.span.last >= since for period in of_rule.periods]
        start = late_enough.index(True) if True in late_enough else len(late_enough)
        residents, periods = np.nonzero(of_rule.points[:, start:])
        places = Places(residents, periods + start)
        points = of_rule.points[places.residents, places.periods].tolist()
        ids = of_rule.view.cohort.residents.ids[places.residents].tolist()
        spans = [period.span for period in of_rule.periods]
        for resident_id, period, amount, facts in zip(
            ids, places.periods.tolist(), points, of_rule.facts_at(places), strict=True
        ):
            yield Award(resident_id, spans[period], of_rule.rule.code, amount, facts)
