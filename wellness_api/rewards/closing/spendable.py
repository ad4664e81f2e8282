"""Pending points whose day has come pay what is owed, or else go to the wallet."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import Final

import asyncpg

from points.posting import Leg, made_spendable
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.rewards.closing.batches import Step, in_batches
from wellness_api.rewards.closing.lapse import lapse_of
from wellness_api.rewards.ledger.append import append_transfers, lock_wallets
from wellness_api.rewards.ledger.transfer import Transfer

RESIDENTS_WITH_SPENDABLE: Final = read_sql(__package__, "residents_with_spendable")
SPENDABLE_POINTS: Final = read_sql(__package__, "spendable_points")
FORGET_SPENDABLE: Final = read_sql(__package__, "forget_spendable")


def make_spendable(pool: Pool, *, today: date, now: datetime) -> AsyncIterator[set[int]]:
    """Moves the points that are spendable by `today`, however long since. Yields the residents whose points moved."""

    async def work(connection: Connection, residents: Sequence[int], _: date) -> set[int]:
        return await _make_spendable(connection, residents, today=today, now=now)

    return in_batches(pool, Step("spendable", RESIDENTS_WITH_SPENDABLE, today, today, now), work)


async def _make_spendable(
    connection: Connection, residents: Sequence[int], *, today: date, now: datetime
) -> set[int]:
    rows = await connection.fetch(SPENDABLE_POINTS, residents, today)
    changed = {row["resident_id"] for row in rows}
    wallets = await lock_wallets(connection, changed, now=now)
    transfers = []
    for row in rows:
        wallet = wallets[row["resident_id"]]
        for leg in made_spendable(row["points"], owed=wallet.owed):
            wallet.owed -= leg.amount if leg.credit == "owed" else 0
            transfers.append(_transfer(row, leg, today=today))
    assert sum(transfer.amount for transfer in transfers) == sum(row["points"] for row in rows), (
        "all that was due is moved, and nothing else"
    )
    assert min((wallet.owed for wallet in wallets.values()), default=0) >= 0, (
        "no more is offset than was owed"
    )
    await append_transfers(connection, transfers, wallets, now=now)
    late = {row["resident_id"] for row in rows if row["expires_on"] < today}
    if late:
        await lapse_of(connection, late, today=today, now=now)
    await connection.execute(FORGET_SPENDABLE, residents, today)
    return changed


def _transfer(row: asyncpg.Record, leg: Leg, *, today: date) -> Transfer:
    return Transfer(
        resident_id=row["resident_id"],
        programme=None,
        version=None,
        rule=None,
        period_start=today,
        period_end=today,
        debit=leg.debit,
        credit=leg.credit,
        amount=leg.amount,
        spendable_from=row["spendable_from"],
        expires_on=row["expires_on"],
        redemption_id=None,
        facts={},
    )
