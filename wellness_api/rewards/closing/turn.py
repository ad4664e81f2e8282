"""Turns the day for everybody, step by step."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Final

import structlog

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.rewards.closing.abroad import open_zone_days, turn_zone
from wellness_api.rewards.closing.groups import close_groups
from wellness_api.rewards.closing.lapse import let_lapse
from wellness_api.rewards.closing.next_awards import renew_next_awards
from wellness_api.rewards.closing.periods import close_periods
from wellness_api.rewards.closing.spendable import make_spendable
from wellness_api.rewards.ledger.days import ledger_days

OPEN_DAY: Final = read_sql(__package__, "open_day")
MARK_TURNED: Final = read_sql(__package__, "mark_turned")
QUEUE_DAYS_THAT_WAITED: Final = read_sql(__package__, "queue_days_that_waited")

log = structlog.get_logger()


async def turn_day(
    pool: Pool,
    *,
    today: date,
    now: datetime,
    announce: Callable[[set[int]], Awaitable[None]],
) -> bool:
    """Moves the ledger on to the city's day `today` and brings everybody's points to it; points of residents abroad to
    their own day.

    It is safe to call again, also at the same moment: it continues a turn that was cut off. It makes up for days that
    nobody turned. Returns False, with nothing done, while the database does not believe the clock; rewards.day_waiting
    then says why.
    """
    row = await pool.fetchrow(OPEN_DAY, today, now)
    assert row is not None, "the statement always gives one row"
    day, since, is_turned, waits = row
    if waits is not None:
        log.warning(
            "ledger_day_waits", reason=waits, wanted_day=today.isoformat(), clock=now.isoformat()
        )
        return False
    # The zones are opened before anything is decided, so that the city's day decides nothing for residents abroad.
    zones = await open_zone_days(pool, city_day=today, now=now)
    async with pool.acquire() as connection:
        days = await ledger_days(connection, day)
    async for changed in close_periods(
        pool, since=since, until=day, days=days, now=now, only_owed=is_turned
    ):
        await announce(changed)
    for turn in zones:
        async for changed in turn_zone(pool, turn, days=days, now=now):
            await announce(changed)
    if not is_turned:
        async for changed in close_groups(pool, since=since, days=days, now=now):
            await announce(changed)
    # Both are looked for at each call, to make up for residents for whom they failed.
    async for changed in make_spendable(pool, today=day, now=now):
        await announce(changed)
    async for changed in let_lapse(pool, today=day, now=now):
        await announce(changed)
    # At each call: while the ledger's day was being opened, a worker may have counted a resident's day by the day before.
    await pool.execute(QUEUE_DAYS_THAT_WAITED, day, now)
    async for _ in renew_next_awards(pool, today=day, now=now):
        pass
    await pool.execute(MARK_TURNED, day, since)
    return True
