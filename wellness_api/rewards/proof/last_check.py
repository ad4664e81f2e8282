"""The result of the last check of the whole ledger."""

from typing import Final

import asyncpg

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql

LAST_CHECK: Final = read_sql(__package__, "last_check")


async def last_check(pool: Pool) -> asyncpg.Record | None:
    """When the check was (`checked_at`), and how many differences of each kind it found; None before the first check."""
    return await pool.fetchrow(LAST_CHECK)
