"""The check of the ledger that the worker makes each day, once the day is turned."""

from datetime import date, datetime
from typing import Final

import structlog

from wellness_api.clock import Clock
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.proof.prove import Proof, TurnNotDone, prove_awards
from wellness_api.proof.verify import verify_ledger
from wellness_api.rewards.totals import sum_transfers
from wellness_api.set_aside.items import Item, set_aside

BEGIN_CHECK: Final = read_sql(__package__, "begin_check")
FINISH_CHECK: Final = read_sql(__package__, "finish_check")

FORGET_PROOFS: Final = (
    "DELETE FROM work.set_aside WHERE kind = 'proof' AND resident_id <> ALL ($1::bigint[])"
)

log = structlog.get_logger()


async def check_ledger(pool: Pool, *, today: date, clock: Clock) -> bool:
    """Verifies and proves the whole ledger, unless that was done today; keeps what it found, and logs what differs.

    To be called when the day is turned. Should another worker have begun the next day's turn meanwhile, there is no
    check of this day. Returns whether there was one.
    """
    if await pool.fetchval(BEGIN_CHECK, today, clock()) is None:
        return False
    async with pool.acquire() as connection:
        async with connection.transaction():
            verification = await verify_ledger(connection, on_step=_pass_on)
        try:
            async with connection.transaction():
                proof = await prove_awards(
                    connection, now=clock(), city_day=today, on_step=_pass_on
                )
        except TurnNotDone:
            return False
        # Whatever a start of an older version or a hand left out of the totals is in them again.
        await sum_transfers(connection)
    await _keep_failed(pool, proof, now=clock())
    found = {
        "balances": verification.residents_with_other_balances,
        "chains": len(verification.chains),
        "awards": len(proof.differences),
        "redemptions": len(verification.redemptions) + len(verification.settlements),
    }
    await pool.execute(FINISH_CHECK, today, clock(), *found.values(), verification.fingerprint)
    tell = log.error if any(found.values()) else log.info
    tell("ledger_checked", **found, fingerprint=verification.fingerprint.hex())
    return True


async def _keep_failed(pool: Pool, proof: Proof, *, now: datetime) -> None:
    """Those whose proof broke off, so that staff see them; until the next check, which proves them or not."""
    await pool.execute(FORGET_PROOFS, [resident_id for resident_id, _ in proof.failed])
    for resident_id, error in proof.failed:
        await set_aside(pool, Item("proof", "awards", resident_id), error, now=now)


def _pass_on(_done: int, _count: int) -> None:
    pass
