"""Recomputes every award from samples, choices and rules, and compares it with the ledger to the last point.

Nothing of what the worker keeps in between is used: no summary, no fold's result that a reader would not see. So a
ledger that passes says that it could be thrown away and made again.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from points.evaluate import evaluate
from points.periods import ONE_DAY, Span
from points.programme import Programme
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.identity.resident_facts import ResidentFacts, residents_of
from wellness_api.ledger.days import ledger_day
from wellness_api.proof.verify import ONE_MOMENT
from wellness_api.rewards.cohorts import cohort_from
from wellness_api.rewards.counted import (
    CountedDay,
    ResidentDay,
    choices_of,
    counted_days,
    segments_of,
    summaries_of,
)
from wellness_api.rewards.history import history_of
from wellness_api.rewards.posting import given_of, held_points
from wellness_api.rewards.programmes import programmes_kept
from wellness_api.rewards.scope import scope_since
from wellness_api.rewards.tickets import with_tickets
from wellness_api.trouble import Trouble

DAYS_TO_PROVE: Final = read_sql(__package__, "days_to_prove")

RESIDENTS_PER_STEP: Final = 25
"""With a year of each, some ten thousand days are in memory at a time."""

IS_TURNED: Final = "SELECT is_turned FROM rewards.open_day"
FIRST_DAY_KEPT: Final = "SELECT first_day FROM health.retention"
NOT_WAITING: Final = read_sql(__package__, "residents_not_waiting")
RESIDENTS: Final = "SELECT resident_id FROM identity.resident ORDER BY resident_id"


class TurnNotDone(Trouble):
    """What is given at a day's end is not there yet for everybody."""

    def __init__(self) -> None:
        super().__init__(
            "the worker is still turning the day; try again in a few minutes, and see that a worker runs"
        )


class AwardDiffers(NamedTuple):
    """An award for which the ledger holds another number of points than the rules give."""

    resident_id: int
    day: date
    programme: str
    version: int
    rule: str
    given: int
    held: int


class Proof(NamedTuple):
    """How many days were worked out, how many awards above zero they gave, and which differ."""

    days: int
    awards: int
    differences: list[AwardDiffers]


class Moment(NamedTuple):
    """When the proof looks: the ledger's day, the first day of which samples are kept, and the clock's time."""

    today: date
    first_day: date
    now: datetime


async def prove_awards(
    connection: Connection, *, now: datetime, city_day: date, on_step: Callable[[int, int], None]
) -> Proof:
    """Proves the whole ledger; to be called at the start of a transaction. `on_step`: residents done, of how many.

    Raises TurnNotDone.
    """
    await connection.execute(ONE_MOMENT)
    if await connection.fetchval(IS_TURNED) is False:
        raise TurnNotDone
    moment = Moment(
        await ledger_day(connection, city_day), await connection.fetchval(FIRST_DAY_KEPT), now
    )
    programmes = await programmes_kept(connection)
    residents = [row["resident_id"] for row in await connection.fetch(RESIDENTS)]
    days = awards = 0
    differences: list[AwardDiffers] = []
    for start in range(0, len(residents), RESIDENTS_PER_STEP):
        step = residents[start : start + RESIDENTS_PER_STEP]
        proof = await _prove(connection, programmes, step, moment)
        days += proof.days
        awards += proof.awards
        differences += proof.differences
        on_step(start + len(step), len(residents))
    return Proof(days, awards, differences)


async def _prove(
    connection: Connection,
    programmes: Sequence[Programme],
    residents: Sequence[int],
    moment: Moment,
) -> Proof:
    residents = [row["resident_id"] for row in await connection.fetch(NOT_WAITING, residents)]
    days = [ResidentDay(*row) for row in await connection.fetch(DAYS_TO_PROVE, residents)]
    segments = await segments_of(connection, days)
    choices = await choices_of(connection, days)
    summaries = summaries_of(days, segments, choices)
    people = await residents_of(connection, residents)
    awards = 0
    differences: list[AwardDiffers] = []
    for programme in programmes:
        counted = counted_days(programme, days, segments, summaries, choices)
        given, found = await _compare(connection, programme, people, counted, moment)
        awards += given
        differences += found
    return Proof(len(days), awards, differences)


async def _compare(
    connection: Connection,
    programme: Programme,
    people: Sequence[ResidentFacts],
    counted: Sequence[CountedDay],
    moment: Moment,
) -> tuple[int, list[AwardDiffers]]:
    last_day = max([moment.today, *(day.day for day in counted)])
    scope = scope_since(
        programme, [person.resident_id for person in people], moment.first_day, last_day
    )
    if scope is None:
        return 0, []
    history = []
    if scope.evaluated.first < moment.first_day:
        # Of these days samples are gone; what they came to is all that is left to go by.
        before = Span(scope.evaluated.first, moment.first_day - ONE_DAY)
        history = await history_of(connection, programme, list(scope.residents), before)
    cohort = cohort_from(
        programme, people, scope.evaluated, today=moment.today, history=history, counted=counted
    )
    cohort = await with_tickets(connection, programme, cohort, now=moment.now)
    given = given_of(evaluate(programme, cohort), scope).points
    held = await held_points(connection, programme, scope)
    return len(given), [
        AwardDiffers(
            key.resident_id,
            key.span.first,
            programme.code,
            programme.version,
            key.rule,
            given.get(key, 0),
            held.get(key, 0),
        )
        for key in sorted(given.keys() | held.keys())
        if given.get(key, 0) != held.get(key, 0)
    ]
