"""How a difference in points becomes transfers: nothing is taken that is not there, nothing is forgotten.

Accounts: `budget` is the city's. Of the resident's, `pending` are points that are not spendable yet, `wallet` those that
are, and `owed` what a correction could not take back because the points were spent; later awards offset it first.
"""

from typing import Literal, NamedTuple

Account = Literal["budget", "pending", "wallet", "owed"]


class Leg(NamedTuple):
    """One transfer: `amount` points, above zero, from the debit account to the credit account."""

    debit: Account
    credit: Account
    amount: int


def made_spendable(points: int, *, owed: int) -> list[Leg]:
    """Transfers of pending points whose day has come: what is owed comes before the wallet, so no wallet has points while
    its resident owes some.
    """
    assert points > 0, "only points that wait become spendable"
    assert owed >= 0, "what is owed is never below zero"
    offset = min(points, owed)
    legs = [Leg("pending", "owed", offset), Leg("pending", "wallet", points - offset)]
    return [leg for leg in legs if leg.amount]


class Settled(NamedTuple):
    """The transfers of one difference, and the resident's standing after them."""

    legs: list[Leg]
    pending: int
    balance: int
    owed: int


def settle(
    difference: int, *, pending: int, balance: int, owed: int, is_spendable: bool
) -> Settled:
    """Transfers for `difference` points more (or fewer, when negative) than the ledger holds for a period.

    `pending`: what waits of the period's points; it goes back first. `balance`: of the wallet. `is_spendable`: whether
    the period's points may be spent by now, so that more of them need not wait. No account is below zero, before or after.
    """
    assert pending >= 0, "pending points are never below zero"
    assert balance >= 0, "a wallet is never below zero"
    assert owed >= 0, "what is owed is never below zero"
    if difference >= 0:
        offset = min(difference, owed)
        paid = difference - offset
        legs = [Leg("budget", "owed", offset)]
        owed -= offset
        if is_spendable:
            legs.append(Leg("budget", "wallet", paid))
            balance += paid
        else:
            legs.append(Leg("budget", "pending", paid))
            pending += paid
    else:
        unpaid = min(-difference, pending)
        taken = min(-difference - unpaid, balance)
        missing = -difference - unpaid - taken
        legs = [
            Leg("pending", "budget", unpaid),
            Leg("wallet", "budget", taken),
            Leg("owed", "budget", missing),
        ]
        pending, balance, owed = pending - unpaid, balance - taken, owed + missing
    return Settled([leg for leg in legs if leg.amount], pending, balance, owed)
