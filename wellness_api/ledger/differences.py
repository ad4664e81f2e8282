"""Brings the ledger to what the rules give, by transfers of the differences."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from points.settlement import settle
from wellness_api.database.pool import Connection
from wellness_api.ledger.append import PendingKey, append_transfers, lock_wallets, pending_points
from wellness_api.ledger.transfer import Transfer


class Difference(NamedTuple):
    """So many points more (or fewer, below zero) than the ledger holds for an award, and what the award rests on.

    `spendable_from`: the first day on which its points may be spent; `expires_on`: the last on which they are good.
    """

    resident_id: int
    programme: str
    version: int
    rule: str
    period_start: date
    period_end: date
    spendable_from: date
    expires_on: date
    points: int
    facts: Mapping[str, int]


async def post_differences(
    connection: Connection, differences: Sequence[Difference], *, now: datetime, today: date
) -> None:
    """Settles the differences in the given order and appends their transfers. `today`: the city's day."""
    if not differences:
        return
    wallets = await lock_wallets(connection, {of.resident_id for of in differences}, now=now)
    pending = await pending_points(
        connection,
        {PendingKey(of.resident_id, of.spendable_from, of.expires_on) for of in differences},
    )
    transfers: list[Transfer] = []
    for of in differences:
        wallet = wallets[of.resident_id]
        key = PendingKey(of.resident_id, of.spendable_from, of.expires_on)
        legs, pending[key], wallet.balance, wallet.owed = settle(
            of.points,
            pending=pending[key],
            balance=wallet.balance,
            owed=wallet.owed,
            is_spendable=of.spendable_from <= today,
        )
        for debit, credit, amount in legs:
            accounts = (debit, credit)
            is_pending = "pending" in accounts
            transfers.append(
                Transfer(
                    of.resident_id,
                    of.programme,
                    of.version,
                    of.rule,
                    of.period_start,
                    of.period_end,
                    debit,
                    credit,
                    amount,
                    of.spendable_from if is_pending else None,
                    of.expires_on if is_pending or "wallet" in accounts else None,
                    None,
                    of.facts,
                )
            )
    await append_transfers(connection, transfers, wallets, now=now)
