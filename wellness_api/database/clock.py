"""Whether this process's clock is the database's: what follows from a wrong one can often not be taken back."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql

READ_CLOCK: Final = read_sql(__package__, "read_clock")


class ClockReading(NamedTuple):
    """`apart`: how far the process's clock is ahead of the database's, below zero when it is behind.

    `agrees`: whether that is little enough to work with, which the database says.
    """

    apart: timedelta
    agrees: bool


async def read_clock(database: "Pool | Connection", now: datetime) -> ClockReading:
    """`now`: by the process's clock."""
    row = await database.fetchrow(READ_CLOCK, now)
    assert row is not None, "the statement always gives one row"
    return ClockReading(*row)
