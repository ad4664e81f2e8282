"""The day that is today for the ledger."""

from datetime import date
from typing import Final

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql

LEDGER_DAY: Final = read_sql(__package__, "ledger_day")


async def ledger_day(connection: Connection, city_day: date) -> date:
    """Up to which day everybody's points are brought; the city's day, where no day was ever turned.

    It stays behind the city's day while the worker turns that, does not run, or waits since clocks disagree.
    """
    day: date = await connection.fetchval(LEDGER_DAY, city_day)
    return day


async def day_reached(connection: Connection, city_day: date) -> date:
    """The city's day, but not before it is the ledger's: whatever is done for good on a day is done when it is reached."""
    return min(city_day, await ledger_day(connection, city_day))
