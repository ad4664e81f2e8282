"""The periods whose points may have changed: what is evaluated, and what is compared with the ledger."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from points.evaluate import Award
from points.periods import ONE_DAY, DaySpan, period_of
from points.programme import Programme
from points.rules import AnyRule


class Scope(NamedTuple):
    """For each resident, the periods that reach into a span of days and end while the version is in force.

    `days`: when each award depends on its own day alone, exactly these days and none between them; else None.
    `evaluated`: the days that the points of these periods depend on.
    """

    residents: dict[int, DaySpan]
    days: frozenset[tuple[int, date]] | None
    evaluated: DaySpan
    in_force_to: date

    def holds(self, resident_id: int, span: DaySpan) -> bool:
        """Whether the resident's period is in the scope."""
        if self.days is not None:
            return span.days == 1 and (resident_id, span.first) in self.days
        of_resident = self.residents[resident_id]
        return of_resident.first <= span.last <= self.in_force_to and span.first <= of_resident.last

    def asked(self, programme: Programme) -> list[tuple[int, date, date, date]]:
        """Resident, first start, `since` and `until`: the arguments for asking the ledger."""
        if self.days is not None:
            return [(resident_id, day, day, day) for resident_id, day in self.days]
        return [
            (resident_id, _first_start(programme.rules, span.first), span.first, span.last)
            for resident_id, span in self.residents.items()
        ]


def scope_of_days(
    programme: Programme, days: Iterable[tuple[int, date]], *, latest: date
) -> Scope | None:
    """The periods whose points may change when these residents' days change; None when there is no such period of this
    version.

    The scope ends with the latest day that is today for anybody. The ledger's day may be behind it, and the days
    between may have given points already. Points that come with a later day are given by the turn of that day.
    """
    changed: dict[int, list[date]] = {}
    for resident_id, day in days:
        changed.setdefault(resident_id, []).append(day)
    residents: dict[int, DaySpan] = {}
    for resident_id, own_days in changed.items():
        first, last = min(own_days), max(own_days)
        until = last if programme.is_by_day else _matters_until(programme, last, latest)
        span = _in_force(programme, DaySpan(first, until))
        if span is not None:
            residents[resident_id] = span
    if not residents:
        return None
    return Scope(
        residents,
        frozenset(
            (resident_id, day)
            for resident_id in residents
            for day in changed[resident_id]
            if programme.in_force_on(day)
        )
        if programme.is_by_day
        else None,
        _evaluated(programme, residents.values()),
        programme.in_force_to or date.max,
    )


def scope_of_group_awards(
    programme: Programme, awards: Iterable[Award], *, today: date
) -> Scope | None:
    """The periods whose points may change when these group awards change; None when there are no awards."""
    ends: dict[int, list[date]] = {}
    for award in awards:
        ends.setdefault(award.resident_id, []).append(award.span.last)
    residents = {
        resident_id: span
        for resident_id, own in ends.items()
        if (
            span := _in_force(
                programme, DaySpan(min(own), _matters_until(programme, max(own), today))
            )
        )
    }
    return _whole_periods(programme, residents) if residents else None


def scope_since(
    programme: Programme, resident_ids: Sequence[int], since: date, until: date
) -> Scope | None:
    """All periods of these residents that end on or after `since` and begin by `until`; None when none is in force."""
    span = _in_force(programme, DaySpan(since, until))
    if span is None or not resident_ids:
        return None
    return _whole_periods(programme, dict.fromkeys(resident_ids, span))


def _whole_periods(programme: Programme, residents: dict[int, DaySpan]) -> Scope:
    return Scope(
        residents,
        None,
        _evaluated(programme, residents.values()),
        programme.in_force_to or date.max,
    )


def _matters_until(programme: Programme, day: date, latest: date) -> date:
    """The programme's `matters_until`, but no later than `latest`."""
    return max(min(programme.matters_until(day), latest), day)


def _in_force(programme: Programme, span: DaySpan) -> DaySpan | None:
    """The days of the span on which this version is in force."""
    first = max(span.first, programme.in_force_from)
    last = min(span.last, programme.in_force_to or span.last)
    return DaySpan(first, last) if first <= last else None


def _evaluated(programme: Programme, spans: Iterable[DaySpan]) -> DaySpan:
    spans = list(spans)
    first = first_day_needed(programme, min(span.first for span in spans))
    return DaySpan(first, max(span.last for span in spans))


def first_day_needed(programme: Programme, day: date) -> date:
    """The first day that the points of periods that end on or after `day` depend on."""
    needed = min(programme.looks_back_to(day), _first_start(programme.personal_rules, day))
    return max(needed, date.min + ONE_DAY)


def _first_start(rules: Iterable[AnyRule], since: date) -> date:
    """The first day of the longest period that holds the day, among the periods that the rules give awards for."""
    return min([since, *(period_of(rule.award_period, since).first for rule in rules)])
