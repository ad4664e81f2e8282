"""Points lapse after their last day: of the wallet's balance, what is more than later awards put into it.

So the oldest points count as spent first. Points that come back to the wallet after their last day lapse at the next turn.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Final

from wellness_api.closing.batches import Step, in_batches
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.ledger.append import append_transfers, lock_wallets
from wellness_api.ledger.transfer import Transfer

RESIDENTS_WITH_LAPSING: Final = read_sql(__package__, "residents_with_lapsing")
LAPSING_POINTS: Final = read_sql(__package__, "lapsing_points")


def let_lapse(pool: Pool, *, today: date, now: datetime) -> AsyncIterator[set[int]]:
    """Takes points out of the wallet whose last day is before `today`; yields the residents whose points lapsed."""

    async def work(connection: Connection, residents: Sequence[int], _: date) -> set[int]:
        return await _let_lapse(connection, residents, today=today, now=now)

    return in_batches(pool, Step("lapse", RESIDENTS_WITH_LAPSING, today, today, now), work)


async def _let_lapse(
    connection: Connection, residents: Sequence[int], *, today: date, now: datetime
) -> set[int]:
    rows = await connection.fetch(LAPSING_POINTS, residents, today)
    wallets = await lock_wallets(connection, [row["resident_id"] for row in rows], now=now)
    transfers = [
        Transfer(
            resident_id=row["resident_id"],
            programme=None,
            version=None,
            rule=None,
            period_start=row["last_day"],
            period_end=row["last_day"],
            debit="wallet",
            credit="expired",
            amount=lapsed,
            spendable_from=None,
            expires_on=None,
            redemption_id=None,
            facts={},
        )
        for row in rows
        # A redemption may have come between the look and the lock.
        if (lapsed := wallets[row["resident_id"]].balance - row["good_for_longer"]) > 0
    ]
    await append_transfers(connection, transfers, wallets, now=now)
    return {transfer.resident_id for transfer in transfers}
