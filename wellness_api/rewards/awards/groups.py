"""Group rules for the city's residents: which periods are evaluated, what residents bring to them, and what the rules
gave.
"""

from collections.abc import Mapping, Sequence
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
    groups_look_back_to,
)
from points.periods import DaySpan
from points.programme import Programme
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.rewards.awards.group_awards import group_awards_of
from wellness_api.rewards.awards.posting import Key
from wellness_api.rewards.awards.tickets import with_tickets

GIFTS_OF_CITY: Final = read_sql(__package__, "gifts_of_city")
SETTLED_BY_ERASURES: Final = "SELECT max(settled_before) FROM identity.erasure"


async def first_end_looked_at(connection: Connection, since: date) -> date:
    """The first last day of a period that is evaluated (again), from `since` on.

    What an erased resident brought to a pair or a league is gone. So periods that were settled before the erasure stay
    as they are: nobody loses points because somebody else left.
    """
    settled_before: date | None = await connection.fetchval(SETTLED_BY_ERASURES)
    return since if settled_before is None else max(since, settled_before)


def periods_looked_at(programme: Programme, *, first_end: date, before: date) -> list[DaySpan]:
    """The periods of the programme's group rules that end on or after `first_end` and before the day `before`."""
    begin = max(first_end, programme.in_force_from)
    return group_periods(programme, since=begin, today=before) if begin < before else []


def days_needed(programme: Programme, spans: Sequence[DaySpan]) -> DaySpan:
    """The days that the awards for these periods depend on."""
    return DaySpan(groups_look_back_to(programme, spans), max(span.last for span in spans))


async def contributed(
    connection: Connection,
    programme: Programme,
    cohort: Cohort,
    spans: Sequence[DaySpan],
    *,
    now: datetime,
) -> list[Contributed]:
    """What the cohort's residents bring to the periods; the cohort has the days of `days_needed`."""
    cohort = await with_tickets(connection, programme, cohort, now=now)
    return contributions_of(programme, cohort, since=min(span.last for span in spans))


def awards_by_key(of_groups: Sequence[GroupPoints]) -> dict[Key, Award]:
    """The residents' awards above zero, by key."""
    return {
        Key(award.resident_id, award.span, award.rule): award
        for of_group in of_groups
        for award in of_group.awards()
        if award.resident_id != CITY
    }


def city_awards(
    programme: Programme, of_groups: Sequence[GroupPoints], *, today: date
) -> dict[Key, Award]:
    """The city's awards for periods whose late data no longer counts."""
    frozen = today - timedelta(days=programme.late_window_days)
    return {
        Key(CITY, award.span, award.rule): award
        for of_group in of_groups
        for award in of_group.of_city
        if award.span.last < frozen
    }


async def kept_awards(
    connection: Connection, programme: Programme, residents: Sequence[int], spans: Sequence[DaySpan]
) -> dict[Key, Award]:
    """The awards that are stored for these residents and periods."""
    days = DaySpan(min(span.first for span in spans), max(span.last for span in spans))
    wanted = set(spans)
    return {
        Key(award.resident_id, award.span, award.rule): award
        for award in await group_awards_of(connection, programme, residents, days)
        if award.span in wanted
    }


def points_at(awards: Mapping[Key, Award], key: Key) -> int:
    """The award's points; 0 when there is no such award."""
    award = awards.get(key)
    return 0 if award is None else award.points


async def gifts_of_city(
    connection: Connection, programme: Programme, spans: Sequence[DaySpan]
) -> dict[Key, int]:
    """The points that the city gave for these periods, by the ledger."""
    rows = await connection.fetch(
        GIFTS_OF_CITY, CITY, programme.code, min(span.last for span in spans)
    )
    gifts = {Key(CITY, DaySpan(start, end), rule): points for start, end, rule, points in rows}
    return {key: points for key, points in gifts.items() if key.span in set(spans)}
