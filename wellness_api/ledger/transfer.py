"""One row of the ledger."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple

from points.settlement import Account as SettledAccount

Account = SettledAccount | Literal["held", "redeemed", "expired", "donated"]


class Transfer(NamedTuple):
    """`amount` points, above zero, from the debit account to the credit account, before it has its number and hash.

    `programme`, `version`, `rule`: of an award, given or taken back; None of what moves a resident's own points.
    `period_start`, `period_end`: the award's first and last day, else the day of the move.
    `spendable_from`: of points that come to `pending` or leave it. `expires_on`: of these, and of an award's points that
    come to the wallet or leave it, the last day on which they are good.
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
