"""The day turns of residents abroad: their own midnight, and not the city's, decides what a day gives them."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Final, NamedTuple

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.health.samples.local_days import local_date
from wellness_api.rewards.closing.periods import close_periods
from wellness_api.rewards.ledger.days import LedgerDays

ZONES: Final = "SELECT DISTINCT time_zone FROM identity.resident ORDER BY time_zone"
OPEN_ZONE_DAY: Final = "SELECT day, turned_from, is_turned FROM rewards.open_zone_day($1, $2, $3)"
MARK_ZONE_TURNED: Final = read_sql(__package__, "mark_zone_turned")


class ZoneTurn(NamedTuple):
    """A zone's day that has to be turned, from `since` on."""

    time_zone: str
    day: date
    since: date


async def zones_of_residents(pool: Pool) -> list[str]:
    """The time zones in which residents live."""
    return [row["time_zone"] for row in await pool.fetch(ZONES)]


async def open_zone_days(pool: Pool, *, city_day: date, now: datetime) -> list[ZoneTurn]:
    """Opens the days of zones where it is, or was, another day than in the city. Returns the zones that have to be
    turned.

    In a zone whose day has always been the city's, as in the city's own, the residents are part of everybody's turn.
    `city_day`: by the same clock as `now`.
    """
    known = {row["time_zone"] for row in await pool.fetch("SELECT time_zone FROM rewards.zone_day")}
    to_turn = []
    for time_zone in await zones_of_residents(pool):
        wanted = local_date(now, time_zone)
        if wanted == city_day and time_zone not in known:
            continue
        row = await pool.fetchrow(OPEN_ZONE_DAY, time_zone, wanted, now)
        assert row is not None, "the function always gives one row"
        if row["is_turned"] is False:
            to_turn.append(ZoneTurn(time_zone, row["day"], row["turned_from"]))
    return to_turn


async def turn_zone(
    pool: Pool, turn: ZoneTurn, *, days: LedgerDays, now: datetime
) -> AsyncIterator[set[int]]:
    """Brings the zone's residents to their own day. Yields the residents who got or lost points."""
    async for changed in close_periods(
        pool,
        since=turn.since,
        until=turn.day,
        days=days,
        now=now,
        only_owed=False,
        time_zone=turn.time_zone,
    ):
        yield changed
    await pool.execute(MARK_ZONE_TURNED, turn.time_zone, turn.day, turn.since)
