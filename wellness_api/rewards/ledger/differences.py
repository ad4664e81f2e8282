"""Brings the ledger to what the rules give, with transfers of the differences."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from points.posting import Leg, Stage, posting_of
from wellness_api.database.pool import Connection
from wellness_api.rewards.ledger.append import (
    PendingKey,
    append_transfers,
    lock_wallets,
    lots_of,
    pending_points,
)
from wellness_api.rewards.ledger.transfer import Transfer, lapse


class Difference(NamedTuple):
    """How many points more (or fewer, below zero) an award has than the ledger holds for it, and the facts of the
    award.

    `spendable_from`: the first day on which its points may be spent; `expires_on`: the last day on which they are good.
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
    """Posts the differences in the order of the list and appends their transfers. `today`: the ledger's day."""
    if not differences:
        return
    wallets = await lock_wallets(
        connection, {difference.resident_id for difference in differences}, now=now
    )
    pending = await pending_points(
        connection,
        {
            PendingKey(difference.resident_id, difference.spendable_from, difference.expires_on)
            for difference in differences
        },
    )
    lapsed = await _lapsed_of(connection, differences)
    transfers: list[Transfer] = []
    for difference in differences:
        wallet = wallets[difference.resident_id]
        key = PendingKey(difference.resident_id, difference.spendable_from, difference.expires_on)
        lot = (difference.resident_id, difference.expires_on)
        legs, pending[key], wallet.balance, wallet.owed, lapsed[lot] = posting_of(
            difference.points,
            pending=pending[key],
            balance=wallet.balance,
            owed=wallet.owed,
            lapsed=lapsed[lot],
            stage=_stage(difference, today),
        )
        transfers += [_transfer(difference, leg) for leg in legs]
    await append_transfers(connection, transfers, wallets, now=now)


async def _lapsed_of(
    connection: Connection, differences: Sequence[Difference]
) -> defaultdict[tuple[int, date], int]:
    """The lapsed points by resident and last day. It asks only for residents from whom points are taken back."""
    lapsed: defaultdict[tuple[int, date], int] = defaultdict(int)
    taken_back = {difference.resident_id for difference in differences if difference.points < 0}
    if taken_back:
        for resident_id, lots in (await lots_of(connection, taken_back)).items():
            for last_day, lot in lots.items():
                lapsed[resident_id, last_day] = lot.lapsed
    return lapsed


def _stage(difference: Difference, today: date) -> Stage:
    if difference.spendable_from > today:
        return "waiting"
    return "spendable" if difference.expires_on >= today else "over"


def _transfer(difference: Difference, leg: Leg) -> Transfer:
    if leg.credit == "expired":
        return lapse(difference.resident_id, leg.amount, last_day=difference.expires_on)
    accounts = {leg.debit, leg.credit}
    return Transfer(
        difference.resident_id,
        difference.programme,
        difference.version,
        difference.rule,
        difference.period_start,
        difference.period_end,
        leg.debit,
        leg.credit,
        leg.amount,
        difference.spendable_from if "pending" in accounts else None,
        difference.expires_on if accounts & {"pending", "wallet", "expired"} else None,
        None,
        difference.facts,
    )
