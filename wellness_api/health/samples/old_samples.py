"""Housekeeping of samples: deletes what is older than the kept months. Summaries and the ledger stay."""

from datetime import date
from typing import Final

import asyncpg
import structlog

from wellness_api.database.pool import Pool

RESIDENTS_PER_STEP: Final = 20
"""Each step is a transaction of its own. The rows that so many residents have of a month are quickly deleted."""

RESIDENTS: Final = "SELECT resident_id FROM identity.resident ORDER BY resident_id"

log = structlog.get_logger()


async def forget_old_samples(pool: Pool, *, first_day: date) -> bool:
    """Closes the days before `first_day`, and deletes what there is of them, in steps.

    The answer is False when the caller should try again in an hour: others held the tables for too long, or the
    database's clock says that these days are to be kept.
    """
    try:
        await pool.execute("SELECT health.close_days_before($1)", first_day)
        while (month := await pool.fetchval("SELECT health.drop_closed_month()")) is not None:
            log.info("month_dropped", partition=month)
    except asyncpg.LockNotAvailableError as error:
        log.info("retention_put_off", error=str(error))
        return False
    except asyncpg.RaiseError as error:
        log.warning("retention_refused", error=str(error))
        return False
    residents = [row["resident_id"] for row in await pool.fetch(RESIDENTS)]
    for start in range(0, len(residents), RESIDENTS_PER_STEP):
        await pool.execute(
            "SELECT health.forget_closed_days($1)", residents[start : start + RESIDENTS_PER_STEP]
        )
    return True
