"""What the last check of the whole ledger came to."""

from typing import Final

import asyncpg

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql

LAST_CHECK: Final = read_sql(__package__, "last_check")


async def last_check(pool: Pool) -> asyncpg.Record | None:
    """When it was (`checked_at`), and how many differed of each kind; None before the first one."""
    return await pool.fetchrow(LAST_CHECK)
