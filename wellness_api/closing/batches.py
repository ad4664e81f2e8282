"""Goes through residents in batches, each a transaction of its own, so that a kill leaves each resident done or not begun."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date
from typing import Final

from wellness_api.database.locks import RESIDENT_LOCK
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql

HOLD_RESIDENTS: Final = read_sql(__package__, "hold_residents")

RESIDENTS_LISTED_MAX: Final = 100_000
"""Who is due is asked for so many at a time: a few megabytes, and few looks at the same rows."""

RESIDENTS_PER_BATCH: Final = 250
"""A batch's residents wait for it with new uploads, for some tens of milliseconds."""

BEFORE_EVERYBODY: Final = -1

Work = Callable[[Connection, Sequence[int]], Awaitable[set[int]]]
"""Does what is due for residents whom nobody else works on meanwhile; says for whom something changed.

Who was due may be so no longer, or may have been erased, so it looks again.
"""


async def in_batches(pool: Pool, due: str, work: Work, *, today: date) -> AsyncIterator[set[int]]:
    """Works for all residents that the statement `due` lists by (today, after whom, how many); yields who changed."""
    after = BEFORE_EVERYBODY
    while rows := await pool.fetch(due, today, after, RESIDENTS_LISTED_MAX):
        residents = [row["resident_id"] for row in rows]
        for start in range(0, len(residents), RESIDENTS_PER_BATCH):
            batch = residents[start : start + RESIDENTS_PER_BATCH]
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute(HOLD_RESIDENTS, batch, RESIDENT_LOCK)
                changed = await work(connection, batch)
            yield changed
        after = residents[-1]
