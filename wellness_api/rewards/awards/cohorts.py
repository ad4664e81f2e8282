"""Makes a cohort for the points engine from what is known of residents and their days."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from points.cohort import NONE, BoolMatrix, Cohort, Ids, IntMatrix, Residents
from points.evaluate import Award
from points.groups import with_group_awards
from points.periods import DaySpan
from points.programme import Programme
from wellness_api.health.figures.catalogue import FIGURE_BY_NUMBER, STEPS
from wellness_api.health.figures.figure import Figure
from wellness_api.identity.accounts.resident_facts import ResidentFacts
from wellness_api.rewards.awards.counted import CountedDay
from wellness_api.rewards.awards.history import DayValue, figure_numbers
from wellness_api.rewards.ledger.days import LedgerDays

ROUNDING: Final = 1e-6
"""Tenths of minutes are added up as binary fractions, so a full minute may come out slightly below a whole number."""


def cohort_from(
    programme: Programme,
    people: Sequence[ResidentFacts],
    span: DaySpan,
    *,
    days: LedgerDays,
    history: Iterable[DayValue] = (),
    counted: Iterable[CountedDay] = (),
    group_awards: Iterable[Award] = (),
) -> Cohort:
    """The people over the days of the span. A day in `counted` was just counted, and replaces that day in `history`.

    `days`: which day is today for each resident.
    `group_awards`: what group rules gave the people, before any cap.
    """
    place = {person.resident_id: index for index, person in enumerate(people)}
    shape = len(people), span.days
    figures = [FIGURE_BY_NUMBER[number] for number in {STEPS.number, *figure_numbers(programme)}]
    daily = {figure.number: np.full(shape, NONE, np.int32, order="F") for figure in figures}
    first = span.first.toordinal()
    for resident_id, day, number, value in history:
        if value is not None and number in daily:
            cell = place[resident_id], day.toordinal() - first
            daily[number][cell] = amount_of(FIGURE_BY_NUMBER[number], value)
    for of_day in counted:
        if span.first <= of_day.day <= span.last:
            _put_day(daily, (place[of_day.resident_id], of_day.day.toordinal() - first), of_day)
    cohort = Cohort(
        residents=_residents(people),
        first_day=span.first,
        today=days.city,
        daily={figure.code: daily[figure.number] for figure in figures},
        per_unit={figure.code: multiples_of(figure) for figure in figures},
        teams=_teams(people, span),
        consents=_consents(people, span),
        todays=_todays(people, days),
    )
    return with_group_awards(cohort, group_awards)


def amount_of(figure: Figure, amount: float) -> int:
    """For a figure that adds up: whole units, without an unfinished one. For other figures: multiples of the figure's
    resolution.
    """
    if figure.adds_up:
        return int(amount + ROUNDING)
    return round(amount * figure.per_unit)


def multiples_of(figure: Figure) -> int:
    """How many of the multiples that `amount_of` returns make a unit."""
    return 1 if figure.adds_up else figure.per_unit


def _put_day(daily: dict[int, IntMatrix], cell: tuple[int, int], day: CountedDay) -> None:
    for number, amounts in daily.items():
        value = day.values.get(number)
        amounts[cell] = NONE if value is None else amount_of(FIGURE_BY_NUMBER[number], value)


def _residents(people: Sequence[ResidentFacts]) -> Residents:
    return Residents(
        ids=np.array([person.resident_id for person in people], np.int64),
        birth_years=np.array([person.birth_year for person in people], np.int32),
        joined=np.array([person.joined_day.toordinal() for person in people], np.int32),
        zones=np.array([person.zone for person in people], np.str_),
        channels=np.array([person.channel for person in people], np.str_),
    )


def _todays(people: Sequence[ResidentFacts], days: LedgerDays) -> NDArray[np.int32] | None:
    if all(days.of(person.time_zone) == days.city for person in people):
        return None
    return np.array([days.of(person.time_zone).toordinal() for person in people], np.int32)


def _teams(people: Sequence[ResidentFacts], span: DaySpan) -> Ids | None:
    teams = np.zeros((len(people), span.days), np.int64)
    for row, person in enumerate(people):
        for membership in person.memberships:
            teams[row, _columns(span, membership.from_day, membership.to_day)] = membership.team_id
    return teams if teams.any() else None


def _consents(people: Sequence[ResidentFacts], span: DaySpan) -> dict[str, BoolMatrix]:
    consents: dict[str, NDArray[np.bool_]] = {}
    for row, person in enumerate(people):
        for consent in person.consents:
            days = consents.setdefault(
                consent.purpose, np.zeros((len(people), span.days), np.bool_)
            )
            days[row, _columns(span, consent.from_day, consent.to_day)] = True
    return consents


def _columns(span: DaySpan, from_day: date, to_day: date | None) -> slice:
    """The columns of the days from `from_day` to `to_day`, which may lie outside of the span in part or all."""
    start = max((from_day - span.first).days, 0)
    end = span.days if to_day is None else min((to_day - span.first).days + 1, span.days)
    return slice(start, max(end, start))
