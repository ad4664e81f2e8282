"""The points that each programme version has given so far. Changes that postings leave are added, and once a day the
sum is made anew.
"""

from typing import Final

from wellness_api.database.locks import TOTALS_LOCK
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql

ADD_AWARD_CHANGES: Final = read_sql(__package__, "add_award_changes")
SUM_TRANSFERS: Final = read_sql(__package__, "sum_transfers")
HOLD_TOTALS: Final = "SELECT pg_advisory_xact_lock($1, 0)"


async def add_award_changes(connection: Connection) -> None:
    """Brings the totals to the ledger's state. It takes time in proportion to the postings since the last time."""
    await _with_totals_held(connection, ADD_AWARD_CHANGES)


async def sum_transfers(connection: Connection) -> None:
    """Makes the totals anew from the whole ledger, whatever they were. It takes time in proportion to the ledger."""
    await _with_totals_held(connection, SUM_TRANSFERS)


async def _with_totals_held(connection: Connection, statement: str) -> None:
    async with connection.transaction():
        # A sum of an earlier moment must not overwrite changes that were added after it.
        await connection.execute(HOLD_TOTALS, TOTALS_LOCK)
        await connection.execute(statement)
