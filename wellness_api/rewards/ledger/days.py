"""Which day is today for the ledger: the city's day, and the days of residents abroad, which turn at their own
midnight.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from wellness_api.database.ledger_day import ledger_day
from wellness_api.database.pool import Connection

ZONE_DAYS: Final = "SELECT time_zone, day FROM rewards.zone_day"


class LedgerDays(NamedTuple):
    """`city`: the day to which everybody's points have been brought. `abroad`: by time zone, the day to which the
    residents there have been brought for what days decide. In a zone that is not named, the city's day holds.
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
    """The ledger's days; the city's day where no day was ever turned."""
    rows = await connection.fetch(ZONE_DAYS)
    return LedgerDays(
        await ledger_day(connection, city_day), {row["time_zone"]: row["day"] for row in rows}
    )
