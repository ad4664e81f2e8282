"""The day that is today for the ledger."""

from datetime import date
from typing import Final

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql

LEDGER_DAY: Final = read_sql(__package__, "ledger_day")


async def ledger_day(connection: Connection, city_day: date) -> date:
    """Up to which day everybody's points are brought; the city's day, where no day was ever turned.

    It stays behind the city's day while the worker turns that, or does not run.
    """
    day: date | None = await connection.fetchval(LEDGER_DAY)
    return city_day if day is None else day
