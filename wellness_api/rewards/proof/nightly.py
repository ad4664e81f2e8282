"""The check of the ledger that the worker makes each day, once the day is turned."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import structlog

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.process.clock import Clock
from wellness_api.rewards.awards.totals import sum_transfers
from wellness_api.rewards.proof.prove import Proof, TurnNotDone, prove_awards
from wellness_api.rewards.proof.summaries import (
    FROM_THE_FIRST,
    SUMMARY_DAYS_MAX,
    SummariesVerified,
    verify_summaries,
)
from wellness_api.rewards.proof.verify import Verification, verify_ledger
from wellness_api.work.set_aside.items import Item, set_aside

BEGIN_CHECK: Final = read_sql(__package__, "begin_check")
FINISH_CHECK: Final = read_named_sql(__package__, "finish_check")

SUMMARIES_UNTIL: Final = "SELECT summaries_until FROM rewards.ledger_check WHERE checked_at IS NOT NULL ORDER BY day DESC LIMIT 1"
FORGET_PROOFS: Final = (
    "DELETE FROM work.set_aside WHERE kind = 'proof' AND (resident_id, item) NOT IN"
    " (SELECT * FROM unnest($1::bigint[], $2::text[]))"
)

log = structlog.get_logger()


async def check_ledger(pool: Pool, *, today: date, clock: Clock) -> bool:
    """Verifies and proves the whole ledger, unless that was done today. Stores the result, and logs what differs.

    Call it when the day is turned. If another worker has begun the next day's turn meanwhile, this day gets no check.
    Returns whether there was a check.
    """
    if await pool.fetchval(BEGIN_CHECK, today, clock()) is None:
        return False
    async with pool.acquire() as connection:
        async with connection.transaction():
            verification = await verify_ledger(connection, on_step=_pass_on)
        after = await connection.fetchval(SUMMARIES_UNTIL)
        async with connection.transaction():
            summaries = await verify_summaries(
                connection,
                after=FROM_THE_FIRST if after is None else after,
                days_max=SUMMARY_DAYS_MAX,
                on_step=_pass_on,
            )
        try:
            async with connection.transaction():
                proof = await prove_awards(
                    connection, now=clock(), city_day=today, on_step=_pass_on
                )
        except TurnNotDone:
            return False
        # An older version at its start, or a person by hand, may have left changes out of the totals. This puts them in
        # again.
        await sum_transfers(connection)
    failed = _failed(verification, summaries, proof)
    await _keep_failed(pool, failed, now=clock())
    counts = {
        "balances": verification.residents_with_other_balances,
        "chains": len(verification.chains),
        "awards": len(proof.differences),
        "redemptions": len(verification.redemptions) + len(verification.settlements),
        "totals": len(verification.totals),
        "summaries": len(summaries.differences),
    }
    await pool.execute(
        *FINISH_CHECK(
            day=today,
            now=clock(),
            **counts,
            summaries_until=summaries.until,
            fingerprint=verification.fingerprint,
        )
    )
    tell = log.error if any(counts.values()) or failed else log.info
    tell(
        "ledger_checked",
        **counts,
        summary_days=summaries.days,
        failed=len(failed),
        not_judged=len(proof.not_judged),
        fingerprint=verification.fingerprint.hex(),
    )
    return True


def _failed(
    verification: Verification, summaries: SummariesVerified, proof: Proof
) -> list[tuple[Item, Exception]]:
    """What could not be checked, so that staff see it. It stays until the next check, which either succeeds or fails
    again.
    """
    return [
        *(
            (
                Item("proof", "settlements")
                if resident_id is None
                else Item("proof", "transfers", resident_id),
                error,
            )
            for resident_id, error in verification.failed
        ),
        *(
            (Item("proof", "summaries", resident_id), error)
            for resident_id, error in summaries.failed
        ),
        *((Item("proof", "awards", resident_id), error) for resident_id, error in proof.failed),
        *(
            (Item("proof", f"groups of {programme.code} version {programme.version}"), error)
            for programme, error in proof.groups_failed
        ),
    ]


async def _keep_failed(
    pool: Pool, failed: Sequence[tuple[Item, Exception]], *, now: datetime
) -> None:
    await pool.execute(
        FORGET_PROOFS,
        [item.resident_id for item, _ in failed],
        [item.name for item, _ in failed],
    )
    for item, error in failed:
        await set_aside(pool, item, error, now=now)


def _pass_on(_done: int, _count: int) -> None:
    pass
