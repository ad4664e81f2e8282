"""One row of the ledger."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

from points.posting import Account as PostingAccount

Account = PostingAccount | Literal["held", "redeemed", "donated"]


class Transfer(NamedTuple):
    """`amount` points, above zero, from the debit account to the credit account, before the transfer has its number and
    hash.

    `programme`, `version`, `rule`: of an award that is given or taken back; None for a transfer of a resident's own
    points.
    `period_start`, `period_end`: the award's first and last day; for other transfers the day of the move; for points
    that lapse, the last day on which they were good.
    `spendable_from`: for points that enter or leave `pending`. `expires_on`: the last day on which the points are good,
    for points that enter or leave `pending`, and for an award's points that enter or leave the wallet or are taken back
    after they lapsed.
    """

    resident_id: int
    programme: str | None
    version: int | None
    rule: str | None
    period_start: date
    period_end: date
    debit: Account
    credit: Account
    amount: int
    spendable_from: date | None
    expires_on: date | None
    redemption_id: int | None
    facts: Mapping[str, int]


def lapse(resident_id: int, points: int, *, last_day: date) -> Transfer:
    """The transfer by which points of a wallet lapse that were good until `last_day`."""
    return Transfer(
        resident_id=resident_id,
        programme=None,
        version=None,
        rule=None,
        period_start=last_day,
        period_end=last_day,
        debit="wallet",
        credit="expired",
        amount=points,
        spendable_from=None,
        expires_on=None,
        redemption_id=None,
        facts={},
    )
