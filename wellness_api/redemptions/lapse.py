"""Holds whose time is over give their points and units back."""

from datetime import date, datetime
from typing import Final

from wellness_api.database.pool import Connection

RELEASE: Final = "SELECT rewards.release_lapsed_holds($1, $2, $3)"

RELEASED_AT_ONCE_MAX: Final = 200
"""How many wallets one statement locks; what is over it comes with the next one."""


async def release_lapsed_holds(connection: Connection, *, now: datetime, city_day: date) -> None:
    """Releases all that have lapsed by now."""
    while await connection.fetchval(RELEASE, now, city_day, RELEASED_AT_ONCE_MAX):
        pass
