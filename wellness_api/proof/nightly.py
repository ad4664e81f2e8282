"""The check of the ledger that the worker makes each day, once the day is turned."""

from datetime import date
from typing import Final

import structlog

from wellness_api.clock import Clock
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.proof.prove import TurnNotDone, prove_awards
from wellness_api.proof.verify import verify_ledger
from wellness_api.rewards.totals import sum_transfers

BEGIN_CHECK: Final = read_sql(__package__, "begin_check")
FINISH_CHECK: Final = read_sql(__package__, "finish_check")

log = structlog.get_logger()


async def check_ledger(pool: Pool, *, today: date, clock: Clock) -> None:
    """Verifies and proves the whole ledger, unless that was done today; keeps what it found, and logs what differs.

    To be called when the day is turned. Should another worker have begun the next day's turn meanwhile, there is no
    check of this day.
    """
    if await pool.fetchval(BEGIN_CHECK, today, clock()) is None:
        return
    async with pool.acquire() as connection:
        async with connection.transaction():
            verification = await verify_ledger(connection, on_step=_pass_on)
        try:
            async with connection.transaction():
                proof = await prove_awards(
                    connection, now=clock(), city_day=today, on_step=_pass_on
                )
        except TurnNotDone:
            return
        # Whatever a start of an older version or a hand left out of the totals is in them again.
        await sum_transfers(connection)
    found = {
        "balances": verification.residents_with_other_balances,
        "chains": len(verification.chains),
        "awards": len(proof.differences),
        "redemptions": len(verification.redemptions) + len(verification.settlements),
    }
    await pool.execute(FINISH_CHECK, today, clock(), *found.values(), verification.fingerprint)
    tell = log.error if any(found.values()) else log.info
    tell("ledger_checked", **found, fingerprint=verification.fingerprint.hex())


def _pass_on(_done: int, _count: int) -> None:
    pass
