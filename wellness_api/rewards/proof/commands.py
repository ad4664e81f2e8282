"""`wellness ledger`: checks that every point is where the rules put it, and every balance is the sum of its transfers."""

import click

from wellness_api.database.owner import as_owner
from wellness_api.health.samples.local_days import local_date
from wellness_api.process.clock import utc_now
from wellness_api.process.command_line import database_url_of, settings_of_command
from wellness_api.process.progress import Progress
from wellness_api.process.trouble import Trouble
from wellness_api.rewards.closing.day_commands import confirm_day, show_day
from wellness_api.rewards.proof.prove import Proof, prove_awards
from wellness_api.rewards.proof.saying import SHOWN_MAX, what_differs
from wellness_api.rewards.proof.summaries import SummariesVerified, verify_summaries
from wellness_api.rewards.proof.verify import (
    Verification,
    verify_ledger,
)
from wellness_api.work.set_aside.items import reason_of


class LedgerDiffers(Trouble):
    """Something in the ledger does not follow from the facts."""


@click.group()
def ledger() -> None:
    """The ledger: its day, and checks against what it rests on."""


ledger.add_command(show_day)
ledger.add_command(confirm_day)


@ledger.command()
def verify() -> None:
    """Compares every balance, total, redemption and settlement with the transfers, every transfer with the chain of hashes,
    and every day's summary with its samples.
    """
    progress = Progress()
    progress.say("comparing balances, transfers and chains")

    def on_step(done: int, count: int) -> None:
        progress.update(f"{done:,} of {count:,} wallets")

    verification: Verification = as_owner(
        database_url_of(settings_of_command()),
        lambda connection: verify_ledger(connection, on_step=on_step),
    )
    progress.say("working out every day's summary")

    def on_residents(done: int, count: int) -> None:
        progress.update(f"{done:,} of {count:,} residents")

    summaries: SummariesVerified = as_owner(
        database_url_of(settings_of_command()),
        lambda connection: verify_summaries(connection, on_step=on_residents),
    )
    for line in what_differs(verification, summaries):
        click.echo(line)
    click.echo(f"fingerprint {verification.fingerprint.hex()}")
    if not (verification.is_sound and summaries.is_sound):
        raise LedgerDiffers(
            f"{verification.residents_with_other_balances} residents' balances, {len(verification.chains)} chains,"
            f" {len(verification.redemptions)} redemptions and {len(verification.settlements)} lines of settlements or"
            f" items differ, {len(verification.totals)} totals, {len(summaries.differences)} summaries of days, and"
            f" {len(verification.failed) + len(summaries.failed)} could not be looked at; see docs/operators.md, Proving"
            " the ledger"
        )
    click.echo(
        f"{verification.residents:,} wallets are as their transfers, the chains unbroken, totals, redemptions and"
        f" settlements as the transfers say, and {summaries.days:,} days' summaries as their samples"
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
        database_url_of(settings),
        lambda connection: prove_awards(
            connection, now=now, city_day=local_date(now, settings.time_zone), on_step=on_step
        ),
    )
    for difference in proof.differences[:SHOWN_MAX]:
        click.echo(
            f"resident {difference.resident_id}, {difference.day}, {difference.programme} version {difference.version}, rule {difference.rule}:"
            f" the rules give {difference.due}, the ledger holds {difference.held}"
        )
    if proof.residents_waiting:
        click.echo(
            f"{proof.residents_waiting:,} residents have days that wait for the worker: they were left out"
        )
    for award in proof.not_judged[:SHOWN_MAX]:
        click.echo(
            f"not judged, since somebody in the group was left out: resident {award.resident_id}, {award.day},"
            f" {award.programme} version {award.version}, rule {award.rule}: the rules give {award.due}, the ledger holds"
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
