"""Points lapse after their last day. The lapsed part of a balance is what is more than later awards put into the
wallet.

So the oldest points count as spent first. Points that come to the wallet after their last day lapse at once, in the
same transaction: late awards (ledger/differences.py), pending points (spendable.py), and points that a redemption had
set aside (rewards.end_hold).
"""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import date, datetime
from typing import Final

from points.posting import lapsing
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.rewards.closing.batches import Step, in_batches
from wellness_api.rewards.ledger.append import append_transfers, lock_wallets, lots_of
from wellness_api.rewards.ledger.transfer import lapse

RESIDENTS_WITH_LAPSING: Final = read_sql(__package__, "residents_with_lapsing")


def let_lapse(pool: Pool, *, today: date, now: datetime) -> AsyncIterator[set[int]]:
    """Takes points whose last day is before `today` out of the wallets. Yields the residents whose points lapsed."""

    async def work(connection: Connection, residents: Sequence[int], _: date) -> set[int]:
        return await lapse_of(connection, residents, today=today, now=now)

    return in_batches(pool, Step("lapse", RESIDENTS_WITH_LAPSING, today, today, now), work)


async def lapse_of(
    connection: Connection, residents: Collection[int], *, today: date, now: datetime
) -> set[int]:
    """Takes points that were good until a day before `today` out of these residents' wallets. Returns the residents
    whose points lapsed.
    """
    wallets = await lock_wallets(connection, residents, now=now)
    # The lots are read once the wallets are locked: a redemption may have come after the look at who is due.
    lots = await lots_of(connection, residents)
    transfers = [
        lapse(resident_id, points, last_day=last_day)
        for resident_id, wallet in wallets.items()
        for last_day, points in sorted(
            lapsing(
                wallet.balance,
                {day: lot.credited - lot.lapsed for day, lot in lots[resident_id].items()},
                today=today,
            ).items()
        )
    ]
    await append_transfers(connection, transfers, wallets, now=now)
    return {transfer.resident_id for transfer in transfers}
