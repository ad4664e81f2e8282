"""How a difference in points becomes transfers. No transfer takes points that an account does not have, and no
difference is lost.

Accounts: `budget` is the city's. The resident has four. `pending` holds points that are not spendable yet, `wallet`
those that are. `owed` is what a correction could not take back because the points were spent; later awards pay it off
first. `expired` holds points that lapsed unspent.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple, assert_never

Account = Literal["budget", "pending", "wallet", "owed", "expired"]

Stage = Literal["waiting", "spendable", "over"]
"""The stage of an award's points: not spendable yet, spendable now, or past the last day on which they were good."""


class Leg(NamedTuple):
    """One transfer: `amount` points, above zero, from the debit account to the credit account."""

    debit: Account
    credit: Account
    amount: int


def made_spendable(points: int, *, owed: int) -> list[Leg]:
    """Transfers of pending points whose day has come. They pay what is owed before they reach the wallet, so no wallet
    has points while its resident owes some.
    """
    assert points > 0, "only points that wait become spendable"
    assert owed >= 0, "what is owed is never below zero"
    offset = min(points, owed)
    assert offset in (points, owed), "the wallet gets points only once nothing is owed"
    legs = [Leg("pending", "owed", offset), Leg("pending", "wallet", points - offset)]
    return [leg for leg in legs if leg.amount]


class Posting(NamedTuple):
    """The transfers of one difference, and the resident's accounts after them."""

    legs: list[Leg]
    pending: int
    balance: int
    owed: int
    lapsed: int


def posting_of(
    difference: int, *, pending: int, balance: int, owed: int, lapsed: int, stage: Stage
) -> Posting:
    """Transfers for `difference` points more (or fewer, when negative) than the ledger holds for a period.

    `pending`: the period's points that are still pending; a correction takes them back first. `lapsed`: the points that
    lapsed with the period's last day and were not taken back since; a correction takes them back next, so that nobody
    owes points that they could not spend. `balance`: the points in the wallet. `stage`: the stage of the period's
    points. No account is below zero, before or after.
    """
    assert pending >= 0, "pending points are never below zero"
    assert balance >= 0, "a wallet is never below zero"
    assert owed >= 0, "what is owed is never below zero"
    assert lapsed >= 0, "what lapsed is never below zero"
    before = Posting([], pending, balance, owed, lapsed)
    posting = (
        _more(difference, before, stage=stage) if difference >= 0 else _fewer(-difference, before)
    )
    _check_posting(difference, before, posting)
    return posting


def _fewer(points: int, before: Posting) -> Posting:
    unpaid = min(points, before.pending)
    unspent = min(points - unpaid, before.lapsed)
    taken = min(points - unpaid - unspent, before.balance)
    missing = points - unpaid - unspent - taken
    legs = [
        Leg("pending", "budget", unpaid),
        Leg("expired", "budget", unspent),
        Leg("wallet", "budget", taken),
        Leg("owed", "budget", missing),
    ]
    return Posting(
        [leg for leg in legs if leg.amount],
        before.pending - unpaid,
        before.balance - taken,
        before.owed + missing,
        before.lapsed - unspent,
    )


def _more(points: int, before: Posting, *, stage: Stage) -> Posting:
    _, pending, balance, owed, lapsed = before
    offset = min(points, owed)
    paid = points - offset
    legs = [Leg("budget", "owed", offset)]
    match stage:
        case "waiting":
            legs.append(Leg("budget", "pending", paid))
            pending += paid
        case "spendable":
            legs.append(Leg("budget", "wallet", paid))
            balance += paid
        case "over":
            # The points are earned and lapse at once. The resident reads both, and never sees points that nobody can
            # spend.
            legs += [Leg("budget", "wallet", paid), Leg("wallet", "expired", paid)]
            lapsed += paid
        case _:
            assert_never(stage)
    return Posting([leg for leg in legs if leg.amount], pending, balance, owed - offset, lapsed)


def _check_posting(difference: int, before: Posting, after: Posting) -> None:
    """Checks that the city gave or took exactly the difference, and that each account stands where its transfers bring
    it.
    """
    moved = dict.fromkeys(("budget", "pending", "wallet", "owed", "expired"), 0)
    for debit, credit, amount in after.legs:
        assert amount > 0, "a transfer moves points, and forward"
        moved[debit] -= amount
        moved[credit] += amount
    assert moved["budget"] == -difference, "the city gives the difference, no more and no less"
    assert moved["pending"] == after.pending - before.pending, "what waits follows the transfers"
    assert moved["wallet"] == after.balance - before.balance, "the wallet follows the transfers"
    assert moved["owed"] == before.owed - after.owed, "what is owed follows the transfers"
    assert moved["expired"] == after.lapsed - before.lapsed, "what lapsed follows the transfers"
    assert min(after[1:]) >= 0, "no account is below zero afterwards"


def lapsing(balance: int, lots: Mapping[date, int], *, today: date) -> dict[date, int]:
    """For each last day before `today`, how much of a wallet's balance was good until that day.

    `lots`: for each last day, the points that awards put into the wallet and that have not lapsed. The oldest points
    are spent first, so the balance consists of the newest lots. A lot below zero comes from awards that had paid what
    was owed, and counts as none. Points of the balance that no lot holds belong to the newest lot that is over.
    """
    assert balance >= 0, "a wallet is never below zero"
    lapsed: dict[date, int] = {}
    in_wallet = balance
    for last_day in sorted(lots, reverse=True):
        left = min(balance, max(lots[last_day], 0))
        balance -= left
        if last_day < today:
            lapsed[last_day] = left
    if lapsed:
        lapsed[max(lapsed)] += balance
    assert sum(lapsed.values()) <= in_wallet, "no more lapses than the wallet holds"
    assert all(points >= 0 for points in lapsed.values()), "nothing comes back by lapsing"
    return {last_day: points for last_day, points in lapsed.items() if points}
