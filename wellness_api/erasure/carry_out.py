"""Carries out what residents asked for: every row about them is deleted, in one transaction each."""

from datetime import datetime
from typing import Final

from wellness_api.database.pool import Connection, Pool

DUE: Final = (
    "SELECT resident_id FROM identity.erasure_request AS asked"
    " WHERE identity.erasure_is_due(asked, $1) ORDER BY due_at LIMIT $2"
)
ERASE: Final = "SELECT identity.erase_resident($1, $2)"

ERASED_AT_ONCE_MAX: Final = 100
"""The others are erased by the worker's next turn, half a second later."""


async def carry_out_erasures(pool: Pool, *, now: datetime) -> int:
    """Erases those whose turn it is, and looks once more after those who were erased an hour ago; how many both were."""
    due = await pool.fetch(DUE, now, ERASED_AT_ONCE_MAX)
    for row in due:
        async with pool.acquire() as connection:
            await erase(connection, row["resident_id"], now=now)
    return len(due)


async def erase(connection: Connection, resident_id: int, *, now: datetime) -> str | None:
    """Erases a resident of whom a request is written down.

    Returns how many rows of which table went, as JSON; None when another process did it a moment ago.
    """
    rows_deleted: str | None = await connection.fetchval(ERASE, resident_id, now)
    return rows_deleted
