"""How long raw samples are kept: whole months. Older months are deleted."""

from datetime import date
from typing import Final, NamedTuple

from wellness_api.database.pool import Pool
from wellness_api.http.services import Part, Services

CLOSED_BEFORE: Final = "SELECT first_day FROM health.retention"


class Retention(NamedTuple):
    """Which samples an API process takes: those of `months` whole months, and none of a day that was closed before."""

    months: int
    closed_before: date

    def first_day(self, today: date) -> date:
        """The first local day of which samples are taken."""
        return max(first_day_kept(today, self.months), self.closed_before)


def first_day_kept(today: date, months: int) -> date:
    """The first day of the month that lies `months` whole months before the month of `today`."""
    years, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(years, month + 1, 1)


async def read_retention(pool: Pool, *, months: int) -> Retention:
    """Reads the retention once, when a process starts. If a city raised the setting, the days that were closed before stay closed."""
    closed_before: date = await pool.fetchval(CLOSED_BEFORE)
    return Retention(months, closed_before)


async def _make(services: Services) -> Retention:
    return await read_retention(services.pool, months=services.settings.samples_kept_months)


RETENTION: Final = Part(_make)
