"""`wellness residents` and `wellness erasure`: what the operator does when somebody leaves. They work with the owner's login."""

import asyncio
from datetime import UTC, datetime
from typing import Final

import asyncpg
import click

from wellness_api.database.owner import as_owner
from wellness_api.database.pool import Connection
from wellness_api.identity.accounts.commands import NoSuch
from wellness_api.identity.erasure.carry_out import erase
from wellness_api.identity.erasure.scrub import scrub as scrub_files
from wellness_api.process.command_line import database_url_of, settings_of_command

NAME_OF_RESIDENT: Final = (
    "SELECT display_name FROM identity.principal"
    " JOIN identity.resident ON resident_id = principal_id WHERE resident_id = $1"
)
ASK: Final = (
    "INSERT INTO identity.erasure_request (resident_id, requested_at, due_at) VALUES ($1, $2, $2)"
    " ON CONFLICT DO NOTHING"
)


@click.group()
def residents() -> None:
    """Works on the residents of WELLNESS_DATABASE_URL."""


@residents.command("erase")
@click.argument("resident_id", type=click.IntRange(1))
@click.option("--yes", is_flag=True, help="Do not ask whether it is the right person.")
def erase_resident(resident_id: int, *, yes: bool) -> None:
    """Deletes every row about a resident, for good; prints how many of which table, as JSON."""
    database_url = database_url_of(settings_of_command())

    async def name(connection: Connection) -> str:
        display_name: str | None = await connection.fetchval(NAME_OF_RESIDENT, resident_id)
        if display_name is None:
            raise NoSuch(f"there is no resident {resident_id}")
        return display_name

    async def work(connection: Connection) -> str:
        now = datetime.now(UTC)
        await connection.execute(ASK, resident_id, now)
        rows_deleted = await erase(connection, resident_id, now=now)
        if rows_deleted is None:
            raise NoSuch(f"there is no resident {resident_id} any more: erased a moment ago")
        return rows_deleted

    shown = as_owner(database_url, name)
    if not yes:
        click.confirm(f"Delete everything about {shown} ({resident_id}), for good?", abort=True)
    click.echo(as_owner(database_url, work))


@click.group()
def erasure() -> None:
    """Works on what erasures leave behind in WELLNESS_DATABASE_URL."""


@erasure.command()
def scrub() -> None:
    """Rewrites the files that erasures since the last time touched; prints their tables, one a line.

    Each table is locked while it is rewritten: run it nightly or weekly, at a quiet hour.
    """
    database_url = database_url_of(settings_of_command())

    async def work() -> list[str]:
        connection = await asyncpg.connect(database_url)
        try:
            return await scrub_files(connection, now=datetime.now(UTC))
        finally:
            await connection.close()

    for relation in asyncio.run(work()):
        click.echo(relation)
