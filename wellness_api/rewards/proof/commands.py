"""`wellness ledger`: is every point where the rules put it, and every balance the sum of its transfers?"""

from typing import Final

import click

from wellness_api.database.owner import as_owner
from wellness_api.health.samples.local_days import local_date
from wellness_api.process.clock import utc_now
from wellness_api.process.command_line import given_database, settings_of_command
from wellness_api.process.progress import Progress
from wellness_api.process.trouble import Trouble
from wellness_api.rewards.closing.day_commands import confirm_day, show_day
from wellness_api.rewards.proof.prove import Proof, prove_awards
from wellness_api.rewards.proof.verify import (
    BalanceDiffers,
    SettlementDiffers,
    Verification,
    verify_ledger,
)
from wellness_api.work.set_aside.items import reason_of

SHOWN_MAX = 50
"""Of each kind of difference; the command says how many there are in all."""

REDEMPTION_DIFFERS: Final = {
    "unknown": "transfers name it, and there is none",
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


class LedgerDiffers(Trouble):
    """Something in the ledger is not as it follows from the facts."""


@click.group()
def ledger() -> None:
    """The ledger: its day, and checked against what it rests on."""


ledger.add_command(show_day)
ledger.add_command(confirm_day)


@ledger.command()
def verify() -> None:
    """Compares every balance, redemption and settlement with the transfers, and every transfer with the chain of hashes."""
    progress = Progress()
    progress.say("comparing balances, transfers and chains")

    def on_step(done: int, count: int) -> None:
        progress.update(f"{done:,} of {count:,} wallets")

    verification: Verification = as_owner(
        given_database(settings_of_command()),
        lambda connection: verify_ledger(connection, on_step=on_step),
    )
    for balance in verification.balances[:SHOWN_MAX]:
        click.echo(_in_words(balance))
    for chain in verification.chains[:SHOWN_MAX]:
        click.echo(
            f"resident {chain.resident_id}: transfer {chain.transfer_id} is missing or not what it was"
        )
    for redemption in verification.redemptions[:SHOWN_MAX]:
        click.echo(
            f"resident {redemption.resident_id}, redemption {redemption.redemption_id}:"
            f" {REDEMPTION_DIFFERS[redemption.differs]}"
        )
    for settlement in verification.settlements[:SHOWN_MAX]:
        click.echo(f"{_whereabouts(settlement)}{SETTLEMENT_DIFFERS[settlement.differs]}")
    for resident_id, error in verification.failed[:SHOWN_MAX]:
        whose = "the settlements" if resident_id is None else f"resident {resident_id}"
        click.echo(f"{whose} could not be looked at: {reason_of(error)}")
    click.echo(f"fingerprint {verification.fingerprint.hex()}")
    if not verification.is_sound:
        raise LedgerDiffers(
            f"{verification.residents_with_other_balances} residents' balances, {len(verification.chains)} chains,"
            f" {len(verification.redemptions)} redemptions and {len(verification.settlements)} lines of settlements or"
            f" items differ, and {len(verification.failed)} could not be looked at; see docs/operators.md, Proving the ledger"
        )
    click.echo(
        f"{verification.residents:,} wallets are as their transfers, the chains unbroken, redemptions and settlements as"
        " the transfers say"
    )


def _whereabouts(of: SettlementDiffers) -> str:
    named = [
        f"{name} {number}"
        for name, number in (
            ("settlement", of.settlement),
            ("redemption", of.redemption_id),
            ("item", of.item),
        )
        if number is not None
    ]
    return f"{', '.join(named)}: " if named else ""


def _in_words(balance: BalanceDiffers) -> str:
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


@ledger.command()
def prove() -> None:
    """Recomputes every award from samples and rules, and compares it with the ledger."""
    progress = Progress()
    progress.say("working out every day that has samples or points")

    def on_step(done: int, count: int) -> None:
        progress.update(f"{done:,} of {count:,} residents")

    settings, now = settings_of_command(), utc_now()
    proof: Proof = as_owner(
        given_database(settings),
        lambda connection: prove_awards(
            connection, now=now, city_day=local_date(now, settings.time_zone), on_step=on_step
        ),
    )
    for difference in proof.differences[:SHOWN_MAX]:
        click.echo(
            f"resident {difference.resident_id}, {difference.day}, {difference.programme} version {difference.version}, rule {difference.rule}:"
            f" the rules give {difference.given}, the ledger holds {difference.held}"
        )
    if proof.residents_waiting:
        click.echo(
            f"{proof.residents_waiting:,} residents have days that wait for the worker: they were left out"
        )
    for award in proof.not_judged[:SHOWN_MAX]:
        click.echo(
            f"not judged, since somebody in the group was left out: resident {award.resident_id}, {award.day},"
            f" {award.programme} version {award.version}, rule {award.rule}: the rules give {award.given}, the ledger holds"
            f" {award.held}"
        )
    for resident_id, error in proof.failed[:SHOWN_MAX]:
        click.echo(f"resident {resident_id} could not be proven: {reason_of(error)}")
    for name in proof.programmes_aside:
        click.echo(f"programme {name} is set aside: its awards were left out")
    for programme, error in proof.groups_failed:
        click.echo(
            f"the groups of {programme.code} version {programme.version} could not be proven: {reason_of(error)}"
        )
    if proof.differences or proof.failed or proof.groups_failed:
        raise LedgerDiffers(
            f"{len(proof.differences)} awards differ, and {len(proof.failed)} residents and the groups of"
            f" {len(proof.groups_failed)} programmes could not be proven;"
            " see docs/operators.md, Proving the ledger"
        )
    click.echo(f"{proof.days:,} days and {proof.awards:,} awards are as the rules give them")
