"""`wellness set-aside`: the operator's view of what failed, and whom it concerns. It works with the owner's login."""

from datetime import UTC, datetime
from typing import Final

import click

from wellness_api.database.owner import as_owner
from wellness_api.database.pool import Connection
from wellness_api.process.command_line import database_url_of, settings_of_command
from wellness_api.process.trouble import Trouble
from wellness_api.work.set_aside.items import KINDS, NOBODY, Kind
from wellness_api.work.set_aside.listing import NoSuchSetAside, release_set_aside

ALL: Final = (
    "SELECT set_aside_id, kind, item, resident_id, reason, since, tries, retry_at FROM work.set_aside"
    " WHERE $1::text IS NULL OR kind = $1 ORDER BY kind, last_at DESC, set_aside_id LIMIT $2"
)
SHOWN_MAX: Final = 1_000
"""The command shows no more. Call it again once these are released."""

KIND: Final = click.option("--kind", type=click.Choice(KINDS), help="Only of this kind.")


class NotSetAside(Trouble):
    """There is no such item."""


def _tries(tries: int) -> str:
    return "1 try" if tries == 1 else f"{tries} tries"


@click.group("set-aside")
def set_aside() -> None:
    """Work that failed alone and was set aside in WELLNESS_DATABASE_URL."""


@set_aside.command("list")
@KIND
def list_all(kind: Kind | None) -> None:
    """Prints what is set aside, one a line: number, kind, item, resident, reason, since, tries."""

    async def work(connection: Connection) -> list[str]:
        return [
            " ".join(
                [
                    f"{row['set_aside_id']} {row['kind']}",
                    *([row["item"]] if row["item"] else []),
                    *([f"resident {row['resident_id']}"] if row["resident_id"] != NOBODY else []),
                    f"| {row['reason']} | since {row['since']:%Y-%m-%d %H:%M} UTC, {_tries(row['tries'])}",
                    *(
                        [f"| again at {row['retry_at']:%Y-%m-%d %H:%M} UTC"]
                        if row["retry_at"]
                        else []
                    ),
                ]
            )
            for row in await connection.fetch(ALL, kind, SHOWN_MAX)
        ]

    for line in as_owner(database_url_of(settings_of_command()), work):
        click.echo(line)


@set_aside.command("release")
@click.argument("number", type=click.IntRange(1), required=False)
@KIND
@click.option("--all", "everything", is_flag=True, help="Of every kind.")
def release(number: int | None, kind: Kind | None, *, everything: bool) -> None:
    """Lets the item of a number be tried again, or all of a kind: for when the reason is mended. Prints how many."""
    if (number is None) == (kind is None and not everything):
        raise click.UsageError("name a number, or --kind KIND, or --all")

    async def work(connection: Connection) -> int:
        return await release_set_aside(
            connection, set_aside_id=number, kind=kind, now=datetime.now(UTC)
        )

    released = as_owner(database_url_of(settings_of_command()), work)
    if number is not None and not released:
        raise NotSetAside(str(NoSuchSetAside(number)))
    click.echo(released)
