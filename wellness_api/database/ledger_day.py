"""The day that is today for the ledger."""

from datetime import date
from typing import Final

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql

LEDGER_DAY: Final = read_sql(__package__, "ledger_day")


async def ledger_day(connection: Connection, city_day: date) -> date:
    """The day up to which everybody's points are brought, or the city's day if no day was ever turned.

    It stays behind the city's day while the worker turns that day, does not run, or waits because clocks disagree.
    """
    day: date = await connection.fetchval(LEDGER_DAY, city_day)
    return day


async def day_reached(connection: Connection, city_day: date) -> date:
    """The city's day, but never later than the ledger's. What a day's end does for good is done when the ledger has reached it."""
    return min(city_day, await ledger_day(connection, city_day))
