"""Carries out erasures that residents asked for: deletes every row about a resident, in one transaction for each."""

from datetime import datetime
from functools import partial
from typing import Final

from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.work.set_aside.items import Item, attempt

DUE: Final = read_sql(__package__, "due")
ERASE: Final = "SELECT identity.erase_resident($1, $2)"

ERASED_AT_ONCE_MAX: Final = 100
"""The worker's next turn, half a second later, erases the others."""


async def carry_out_erasures(pool: Pool, *, now: datetime) -> int:
    """Erases the residents whose turn it is, and looks again after those erased an hour ago. Returns how many both were.

    An erasure that fails is tried again, less and less often, until it succeeds; staff see it until it is done.
    """
    erased = 0
    for (resident_id,) in await pool.fetch(DUE, now, ERASED_AT_ONCE_MAX):
        item = Item("erasure", "", resident_id)
        erased += await attempt(pool, item, partial(_erase, pool, resident_id, now), now=now)
    return erased


async def _erase(pool: Pool, resident_id: int, now: datetime) -> None:
    async with pool.acquire() as connection:
        await erase(connection, resident_id, now=now)


async def erase(connection: Connection, resident_id: int, *, now: datetime) -> str | None:
    """Erases a resident whose request is written down.

    Returns, as JSON, how many rows of each table were deleted; None when another process did it a moment ago.
    """
    rows_deleted: str | None = await connection.fetchval(ERASE, resident_id, now)
    return rows_deleted
