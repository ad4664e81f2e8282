"""Residents and their days as the tests write them, and what the engine gives them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from points.cohort import NONE, Cohort, Residents
from points.evaluate import Award, RulePoints, awards_of, evaluate
from points.periods import DaySpan
from points.programme import Programme
from points.rules import AnyRule
from points.today import nearest_award
from points.view import Places

APRIL_1 = date(2026, 4, 1)
TUESDAY = date(2026, 11, 3)
NAME = {"ja": "測定", "en": "measuring"}

Days = Sequence[int | None]


class Person(NamedTuple):
    """A resident; of a day without data the amount is None."""

    daily: Mapping[str, Days]
    birth_year: int = 1960
    joined: date = date(2020, 1, 1)
    zone: str = ""
    channel: str = "phone"
    consents: Mapping[str, Sequence[bool]] = {}
    teams: Sequence[int] = ()
    tickets: Mapping[str, Sequence[int]] = {}


def walker(*steps: int | None, **more: Any) -> Person:
    """Somebody of whom only the steps are known."""
    return Person({"steps": steps}, **more)


def people(
    *persons: Person,
    first_day: date,
    today: date | None = None,
    per_unit: Mapping[str, int] | None = None,
) -> Cohort:
    """The persons as a cohort, numbered from 1; today is the day after the last, if not given."""
    days = len(next(iter(persons[0].daily.values())))
    metrics = sorted({metric for person in persons for metric in person.daily})
    purposes = sorted({purpose for person in persons for purpose in person.consents})
    lotteries = sorted({rule for person in persons for rule in person.tickets})
    nothing: Days = [None] * days
    return Cohort(
        Residents(
            ids=np.arange(1, len(persons) + 1),
            birth_years=np.array([person.birth_year for person in persons], np.int32),
            joined=np.array([person.joined.toordinal() for person in persons], np.int32),
            zones=np.array([person.zone for person in persons]),
            channels=np.array([person.channel for person in persons]),
        ),
        first_day,
        today or first_day + timedelta(days=days),
        daily={
            metric: _matrix([person.daily.get(metric, nothing) for person in persons])
            for metric in metrics
        },
        per_unit=per_unit or {},
        teams=np.array([person.teams or [0] * days for person in persons])
        if any(person.teams for person in persons)
        else None,
        consents={
            purpose: np.array([person.consents.get(purpose, [False] * days) for person in persons])
            for purpose in purposes
        },
        tickets={
            rule: np.array([person.tickets.get(rule, [NONE] * days) for person in persons])
            for rule in lotteries
        },
    )


def _matrix(rows: Sequence[Days]) -> NDArray[np.int32]:
    filled = [[NONE if amount is None else amount for amount in row] for row in rows]
    return np.array(filled, np.int32, order="F")


def programme(*rules: AnyRule, **more: Any) -> Programme:
    """A programme of those rules, from April 2020 on if not said otherwise."""
    stated: dict[str, Any] = {"in_force_from": date(2020, 4, 1), "late_window_days": 14} | more
    return Programme(
        code="city",
        version=1,
        name={"ja": "健康ポイント", "en": "Health points"},
        rules=list(rules),
        **stated,
    )


def awards(of: Programme, cohort: Cohort, *, since: date = date.min) -> list[Award]:
    """The awards above zero, by resident, period and rule."""
    all_awards = awards_of(evaluate(of, cohort), since=since)
    return sorted(all_awards, key=lambda award: (award.resident_id, award.span, award.rule))


def paid(of: Programme, cohort: Cohort) -> list[list[int]]:
    """For each resident the points of all rules together, period by period of those that pay by the same ones."""
    return [
        [int(points) for points in row]
        for row in np.sum([of_rule.points for of_rule in evaluate(of, cohort)], axis=0)
    ]


def paid_to(rule: AnyRule, person: Person, *, first_day: date, **more: Any) -> list[int]:
    """What the rule alone gives the person, period by period; `more`: of the cohort."""
    return paid(programme(rule), people(person, first_day=first_day, **more))[0]


def missing(rule: AnyRule, person: Person, *, first_day: date) -> tuple[int, int] | None:
    """How many steps the person misses on the last of the days, which is today, for how many points more."""
    today = first_day + timedelta(days=len(person.daily["steps"]) - 1)
    cohort = people(person, first_day=first_day, today=today)
    nearest = nearest_award([(programme(rule), cohort)])
    return nearest and (nearest.steps_needed, nearest.points)


class Line(NamedTuple):
    """One place of what a rule gives, also where it gives nothing."""

    rule: Any
    resident_id: int
    span: DaySpan
    points: int
    uncapped: int
    facts: dict[str, int]


def lines(by_rule: Sequence[RulePoints]) -> Iterator[Line]:
    """Every place of what the rules give, with its facts."""
    for of_rule in by_rule:
        residents, periods = (axis.ravel() for axis in np.indices(of_rule.points.shape))
        facts = of_rule.facts_at(Places(residents, periods))
        for resident, period, of_place in zip(
            residents.tolist(), periods.tolist(), facts, strict=True
        ):
            yield Line(
                of_rule.rule,
                int(of_rule.view.cohort.residents.ids[resident]),
                of_rule.periods[period].span,
                int(of_rule.points[resident, period]),
                int(of_rule.uncapped[resident, period]),
                of_place,
            )


def days_from(whole: Cohort, start: int, end: int) -> Cohort:
    """Some of the cohort's days; today stays."""
    return whole._replace(
        first_day=whole.first_day + timedelta(days=start),
        daily={metric: amounts[:, start:end] for metric, amounts in whole.daily.items()},
        teams=None if whole.teams is None else whole.teams[:, start:end],
        consents={purpose: in_force[:, start:end] for purpose, in_force in whole.consents.items()},
        tickets={rule: drawn[:, start:end] for rule, drawn in whole.tickets.items()},
    )
