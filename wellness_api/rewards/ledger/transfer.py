"""One row of the ledger."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

from points.posting import Account as PostingAccount

Account = PostingAccount | Literal["held", "redeemed", "donated"]


class Transfer(NamedTuple):
    """`amount` points, above zero, from the debit account to the credit account, before it has its number and hash.

    `programme`, `version`, `rule`: of an award, given or taken back; None of what moves a resident's own points.
    `period_start`, `period_end`: the award's first and last day, else the day of the move; of points that lapse the last
    day on which they were good.
    `spendable_from`: of points that come to `pending` or leave it. `expires_on`: of these, and of an award's points that
    come to the wallet, leave it or are taken back after they lapsed, the last day on which they are good.
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
    """The points of a wallet that were good until `last_day` lapse."""
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
