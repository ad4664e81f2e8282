"""Carries out what residents asked for: every row about them is deleted, in one transaction each."""

from datetime import datetime
from functools import partial
from typing import Final

from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.work.set_aside.items import Item, attempt

DUE: Final = read_sql(__package__, "due")
ERASE: Final = "SELECT identity.erase_resident($1, $2)"

ERASED_AT_ONCE_MAX: Final = 100
"""The others are erased by the worker's next turn, half a second later."""


async def carry_out_erasures(pool: Pool, *, now: datetime) -> int:
    """Erases those whose turn it is, and looks once more after those who were erased an hour ago; how many both were.

    An erasure that fails is tried again, less and less often, for as long as it is owed; staff see it until it is done.
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
    """Erases a resident of whom a request is written down.

    Returns how many rows of which table went, as JSON; None when another process did it a moment ago.
    """
    rows_deleted: str | None = await connection.fetchval(ERASE, resident_id, now)
    return rows_deleted
