"""Group rules on the city's residents: which periods are looked at, what is brought to them, what the ledger holds."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from points.cohort import Cohort
from points.evaluate import Award
from points.groups import (
    CITY,
    Contributed,
    GroupPoints,
    contributions_of,
    group_periods,
    group_rules,
    groups_look_back_to,
)
from points.periods import Span
from points.programme import Programme
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.rewards.posting import Key
from wellness_api.rewards.tickets import with_tickets

HELD_OF_GROUPS: Final = read_sql(__package__, "held_of_groups")
SETTLED_BY_ERASURES: Final = "SELECT max(settled_before) FROM identity.erasure"


async def first_end_looked_at(connection: Connection, since: date) -> date:
    """The first last day of a period that is evaluated (again), from `since` on.

    What a resident who was erased brought to a pair or a league is gone. So periods that were settled by then stay as
    they are: nobody loses points because somebody else left.
    """
    settled_before: date | None = await connection.fetchval(SETTLED_BY_ERASURES)
    return since if settled_before is None else max(since, settled_before)


def periods_looked_at(programme: Programme, *, first_end: date, before: date) -> list[Span]:
    """The periods of the programme's group rules that end on or after `first_end` and before that day."""
    begin = max(first_end, programme.in_force_from)
    return group_periods(programme, since=begin, today=before) if begin < before else []


def days_needed(programme: Programme, spans: Sequence[Span]) -> Span:
    """The days that are needed for what those periods give."""
    return Span(groups_look_back_to(programme, spans), max(span.last for span in spans))


async def contributed(
    connection: Connection,
    programme: Programme,
    cohort: Cohort,
    spans: Sequence[Span],
    *,
    now: datetime,
) -> list[Contributed]:
    """What the cohort's residents bring to the periods; its days are those of `days_needed`."""
    cohort = await with_tickets(connection, programme, cohort, now=now)
    return contributions_of(programme, cohort, since=min(span.last for span in spans))


def awards_by_key(of_groups: Sequence[GroupPoints]) -> dict[Key, Award]:
    """What residents get."""
    return {
        Key(award.resident_id, award.span, award.rule): award
        for each in of_groups
        for award in each.awards()
        if award.resident_id != CITY
    }


def city_awards(
    programme: Programme, of_groups: Sequence[GroupPoints], *, today: date
) -> dict[Key, Award]:
    """What the city gives for periods of which no late data counts any more."""
    frozen = today - timedelta(days=programme.late_window_days)
    return {
        Key(CITY, award.span, award.rule): award
        for each in of_groups
        for award in each.of_city
        if award.span.last < frozen
    }


async def held_of_groups(
    connection: Connection, programme: Programme, residents: Sequence[int], spans: Sequence[Span]
) -> dict[Key, int]:
    """What the ledger holds of the programme's group rules for the residents (or CITY) and periods."""
    rows = await connection.fetch(
        HELD_OF_GROUPS,
        residents,
        programme.code,
        [rule.code for rule in group_rules(programme)],
        min(span.first for span in spans),
        min(span.last for span in spans),
    )
    wanted = set(spans)
    return {
        Key(resident_id, Span(start, end), rule): points
        for resident_id, start, end, rule, points in rows
        if Span(start, end) in wanted
    }
