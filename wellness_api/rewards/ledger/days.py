"""The days that are today for the ledger: the city's, and those of residents abroad, whose days turn at their own midnight."""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from wellness_api.database.ledger_day import ledger_day
from wellness_api.database.pool import Connection

ZONE_DAYS: Final = "SELECT time_zone, day FROM rewards.zone_day"


class LedgerDays(NamedTuple):
    """`city`: the day up to which everybody's points are brought. `abroad`: by time zone, the day there up to which what
    days decide is brought for those who live in it; in zones that are not named the city's day is everybody's.
    """

    city: date
    abroad: Mapping[str, date] = {}

    def of(self, time_zone: str) -> date:
        """The day that is today for a resident."""
        return self.abroad.get(time_zone, self.city)

    @property
    def latest(self) -> date:
        """The latest day that is today for anybody."""
        return max([self.city, *self.abroad.values()])


async def ledger_days(connection: Connection, city_day: date) -> LedgerDays:
    """The city's day, where no day was ever turned."""
    rows = await connection.fetch(ZONE_DAYS)
    return LedgerDays(
        await ledger_day(connection, city_day), {row["time_zone"]: row["day"] for row in rows}
    )
