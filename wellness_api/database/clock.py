"""Whether this process's clock agrees with the database's clock: nobody can undo much of what a wrong clock leads to."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql

READ_CLOCK: Final = read_sql(__package__, "read_clock")


class ClockReading(NamedTuple):
    """The process's clock beside the database's.

    `apart`: how far the process's clock is ahead, below zero when it is behind. `agrees`: whether the database says that
    this is little enough to work with.
    """

    apart: timedelta
    agrees: bool


async def read_clock(database: "Pool | Connection", now: datetime) -> ClockReading:
    """Compares the clocks. `now`: by the process's clock."""
    row = await database.fetchrow(READ_CLOCK, now)
    assert row is not None, "the statement always gives one row"
    return ClockReading(*row)
