"""`wellness ledger`: is every point where the rules put it, and every balance the sum of its transfers?"""

import click

from wellness_api.command_line import given_database, settings_of_command
from wellness_api.database.owner import as_owner
from wellness_api.progress import Progress
from wellness_api.proof.prove import Proof, prove_awards, wallets_that_differ
from wellness_api.trouble import Trouble

SHOWN_MAX = 50


class LedgerDiffers(Trouble):
    """Something in the ledger is not as it follows from the facts."""


@click.group()
def ledger() -> None:
    """The ledger, checked against what it rests on."""


@ledger.command()
def verify() -> None:
    """Compares every wallet with the sum of its transfers."""
    differing = as_owner(given_database(settings_of_command()), wallets_that_differ)
    for each in differing[:SHOWN_MAX]:
        click.echo(
            f"resident {each.resident_id}: the wallet says {each.balance} and {each.owed} owed,"
            f" its transfers {each.balance_summed} and {each.owed_summed}"
        )
    if differing:
        raise LedgerDiffers(f"{len(differing)} wallets differ from their transfers")
    click.echo("every wallet is the sum of its transfers")


@ledger.command()
def prove() -> None:
    """Recomputes every award from samples and rules, and compares it with the ledger."""
    progress = Progress()
    progress.say("working out every day that has samples or points")

    def on_step(done: int, count: int) -> None:
        progress.update(f"{done:,} of {count:,} residents")

    proof: Proof = as_owner(
        given_database(settings_of_command()),
        lambda connection: prove_awards(connection, on_step=on_step),
    )
    for each in proof.differences[:SHOWN_MAX]:
        click.echo(
            f"resident {each.resident_id}, {each.day}, {each.programme} version {each.version}, rule {each.rule}:"
            f" the rules give {each.given}, the ledger holds {each.held}"
        )
    if proof.differences:
        raise LedgerDiffers(
            f"{len(proof.differences)} awards differ; see docs/operators.md, Proving the ledger"
        )
    click.echo(f"{proof.days:,} days and {proof.awards:,} awards are as the rules give them")
