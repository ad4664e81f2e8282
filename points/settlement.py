"""How a difference in points becomes transfers: nothing is taken that is not there, nothing is forgotten.

Accounts: `budget` is the city's, `wallet` the resident's points, `owed` what a correction could not take back
because the points were spent; later awards offset it first.
"""

from typing import Literal, NamedTuple

Account = Literal["budget", "wallet", "owed"]


class Leg(NamedTuple):
    """One transfer: `amount` points, above zero, from the debit account to the credit account."""

    debit: Account
    credit: Account
    amount: int


class Settled(NamedTuple):
    """The transfers of one difference, and the resident's standing after them."""

    legs: list[Leg]
    balance: int
    owed: int


def settle(difference: int, *, balance: int, owed: int) -> Settled:
    """Transfers for `difference` points more (or fewer, when negative) than the ledger holds.

    `balance` and `owed` are the wallet's before, neither below zero; neither is below zero after.
    """
    assert balance >= 0, "a wallet is never below zero"
    assert owed >= 0, "what is owed is never below zero"
    if difference >= 0:
        offset = min(difference, owed)
        paid = difference - offset
        legs = [Leg("budget", "owed", offset), Leg("budget", "wallet", paid)]
        balance, owed = balance + paid, owed - offset
    else:
        taken = min(-difference, balance)
        missing = -difference - taken
        legs = [Leg("wallet", "budget", taken), Leg("owed", "budget", missing)]
        balance, owed = balance - taken, owed + missing
    return Settled([leg for leg in legs if leg.amount], balance, owed)
