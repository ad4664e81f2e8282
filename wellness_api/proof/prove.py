"""Recomputes every award from samples, choices and rules, and compares it with the ledger to the last point.

Nothing of what the worker keeps in between is used: no summary, no fold's result that a reader would not see. So a
ledger that passes says that it could be thrown away and made again.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, NamedTuple

from points.programme import Programme
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql
from wellness_api.rewards.counted import (
    ResidentDay,
    choices_of,
    counted_days,
    segments_of,
    summaries_of,
)
from wellness_api.rewards.posting import CountedDay, award_days, held_points
from wellness_api.rewards.programmes import programmes_kept

DAYS_TO_PROVE: Final = read_sql(__package__, "days_to_prove")
WALLETS_THAT_DIFFER: Final = read_sql(__package__, "wallets_that_differ")

RESIDENTS_PER_STEP: Final = 25
"""With a year of each, some ten thousand days are in memory at a time."""

ONE_MOMENT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
"""The worker goes on meanwhile; samples, queue and ledger are looked at as they are now."""

RESIDENTS: Final = "SELECT resident_id FROM identity.resident ORDER BY resident_id"


class AwardDiffers(NamedTuple):
    """An award for which the ledger holds another number of points than the rules give."""

    resident_id: int
    day: date
    programme: str
    version: int
    rule: str
    given: int
    held: int


class WalletDiffers(NamedTuple):
    """A wallet that is not the sum of its transfers."""

    resident_id: int
    balance: int
    owed: int
    balance_summed: int
    owed_summed: int


class Proof(NamedTuple):
    """How many days were worked out, how many awards above zero they gave, and which differ."""

    days: int
    awards: int
    differences: list[AwardDiffers]


async def prove_awards(connection: Connection, *, on_step: Callable[[int, int], None]) -> Proof:
    """Proves the whole ledger; to be called at the start of a transaction. `on_step`: residents done, of how many."""
    await connection.execute(ONE_MOMENT)
    programmes = await programmes_kept(connection)
    residents = [row["resident_id"] for row in await connection.fetch(RESIDENTS)]
    days = awards = 0
    differences: list[AwardDiffers] = []
    for start in range(0, len(residents), RESIDENTS_PER_STEP):
        step = residents[start : start + RESIDENTS_PER_STEP]
        proof = await _prove(connection, programmes, step)
        days += proof.days
        awards += proof.awards
        differences += proof.differences
        on_step(start + len(step), len(residents))
    return Proof(days, awards, differences)


async def wallets_that_differ(connection: Connection) -> list[WalletDiffers]:
    """Compares every wallet with the sum of its transfers."""
    return [WalletDiffers(*row) for row in await connection.fetch(WALLETS_THAT_DIFFER)]


async def _prove(
    connection: Connection, programmes: Sequence[Programme], residents: Sequence[int]
) -> Proof:
    days = [ResidentDay(*row) for row in await connection.fetch(DAYS_TO_PROVE, residents)]
    segments = await segments_of(connection, days)
    choices = await choices_of(connection, days)
    summaries = summaries_of(days, segments, choices)
    awards = 0
    differences: list[AwardDiffers] = []
    for programme in programmes:
        counted = counted_days(programme, days, segments, summaries, choices)
        given, found = await _compare(connection, programme, counted)
        awards += given
        differences += found
    return Proof(len(days), awards, differences)


async def _compare(
    connection: Connection, programme: Programme, counted: Sequence[CountedDay]
) -> tuple[int, list[AwardDiffers]]:
    given = award_days(programme, counted)
    held = await held_points(connection, programme, counted)
    differences = []
    for period in sorted(given.keys() | held.keys()):
        points = given[period].points if period in given else 0
        if points != held.get(period, 0):
            resident_id, day, rule = period
            differences.append(
                AwardDiffers(
                    resident_id,
                    day,
                    programme.code,
                    programme.version,
                    rule,
                    points,
                    held.get(period, 0),
                )
            )
    return len(given), differences
