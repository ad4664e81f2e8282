"""What `wellness ledger verify` found, in plain lines."""

from collections.abc import Iterator
from typing import Final

from wellness_api.rewards.proof.summaries import SummariesVerified
from wellness_api.rewards.proof.verify import (
    BalanceDiffers,
    RedemptionDiffers,
    SettlementDiffers,
    Verification,
)
from wellness_api.work.set_aside.items import reason_of

SHOWN_MAX = 50
"""For each kind of difference; the command says how many there are in all."""

REDEMPTION_DIFFERS: Final = {
    "unknown": "transfers name it, and there is none",
    "unnamed": "points were held or redeemed, and the transfers name no redemption",
    "unmoved": "no transfer names it",
    "points": "its points are not those of the item, or not those that were set aside",
    "state": "by the transfers it ended otherwise than its state says",
    "times": "it was begun, ended or confirmed at another time than the transfers say",
    "unit": "its unit or code is not the item's, or is free for others",
}
SETTLEMENT_DIFFERS: Final = {
    "line": "the partner is told of it, and no redemption of that partner and those days stands behind it",
    "left_out": "it was confirmed within the settlement's days, and is in none",
    "empty": "it settles nothing, so nobody has made it",
    "erased": "what erased residents redeemed is not what the sums of their transfers say",
    "units": "more or fewer of its units are taken than were redeemed",
    "unit_twice": "the same unit was given to two",
}


def what_differs(verification: Verification, summaries: SummariesVerified) -> Iterator[str]:
    """One line for each difference, at most SHOWN_MAX of a kind, and one for each thing that could not be looked at."""
    yield from map(_balance, verification.balances[:SHOWN_MAX])
    for chain in verification.chains[:SHOWN_MAX]:
        yield f"resident {chain.resident_id}: transfer {chain.transfer_id} is missing or not what it was"
    yield from map(_redemption, verification.redemptions[:SHOWN_MAX])
    for settlement in verification.settlements[:SHOWN_MAX]:
        yield f"{_whereabouts(settlement)}{SETTLEMENT_DIFFERS[settlement.differs]}"
    for total in verification.totals[:SHOWN_MAX]:
        yield (
            f"programme {total.programme} version {total.version}: the total of {total.total} is {total.kept}, by the"
            f" transfers {total.moved}"
        )
    for summary in summaries.differences[:SHOWN_MAX]:
        yield (
            f"resident {summary.resident_id}, {summary.day}: the summary of {summary.figure} is not what the samples"
            " come to"
        )
    yield from _not_looked_at(verification, summaries)


def _not_looked_at(verification: Verification, summaries: SummariesVerified) -> Iterator[str]:
    for resident_id, error in summaries.failed[:SHOWN_MAX]:
        yield f"the summaries of resident {resident_id} could not be looked at: {reason_of(error)}"
    for failed_resident, error in verification.failed[:SHOWN_MAX]:
        whose = "the settlements" if failed_resident is None else f"resident {failed_resident}"
        yield f"{whose} could not be looked at: {reason_of(error)}"


def _redemption(redemption: RedemptionDiffers) -> str:
    named = "" if redemption.redemption_id is None else f", redemption {redemption.redemption_id}"
    return f"resident {redemption.resident_id}{named}: {REDEMPTION_DIFFERS[redemption.differs]}"


def _whereabouts(difference: SettlementDiffers) -> str:
    named = [
        f"{name} {number}"
        for name, number in (
            ("settlement", difference.settlement),
            ("redemption", difference.redemption_id),
            ("item", difference.item),
        )
        if number is not None
    ]
    return f"{', '.join(named)}: " if named else ""


def _balance(balance: BalanceDiffers) -> str:
    days = [
        f" {name} {day}"
        for name, day in (
            ("spendable from", balance.spendable_from),
            ("good until", balance.expires_on),
        )
        if day is not None
    ]
    return (
        f"resident {balance.resident_id}: {balance.balance}{','.join(days)} is {balance.kept},"
        f" by the transfers {balance.moved}"
    )
