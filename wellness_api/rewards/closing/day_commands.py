"""`wellness ledger day` and `confirm-day`: which day it is for the ledger, and the operator's word that this is right."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import click

from wellness_api.database.owner import as_owner
from wellness_api.database.pool import Connection
from wellness_api.health.samples.local_days import local_date
from wellness_api.process.command_line import database_url_of, settings_of_command
from wellness_api.process.trouble import Trouble

CLOCK: Final = "SELECT rewards.clock()"
OPEN_DAY: Final = "SELECT day, is_turned FROM rewards.open_day"
WAITING: Final = "SELECT reason, since, wanted_day, worker_at, database_at FROM rewards.day_waiting"
CONFIRM: Final = "INSERT INTO rewards.day_confirmed (day, confirmed_at) VALUES ($1, rewards.clock()) ON CONFLICT DO NOTHING"
SET_ZONES_BACK: Final = "DELETE FROM rewards.zone_day WHERE day > $1"
SET_BACK: Final = "UPDATE rewards.open_day SET day = $1, turned_from = least(turned_from, $1), is_turned = false WHERE day > $1"

REASONS: Final = {
    "clocks_apart": "the worker's clock is not the database's; set both right",
    "days_missing": "no upload for more than seven days; if that is so, `wellness ledger confirm-day DATE`",
    "day_is_past": (
        "the ledger's day is later than the clocks say; if the clocks are right, `wellness ledger confirm-day DATE`"
    ),
}


class AnotherDay(Trouble):
    """By the database's clock it is another day than the operator says."""

    def __init__(self, said: date, day: date) -> None:
        super().__init__(
            f"by the database's clock it is {day}, not {said}; nothing was changed. Look which of them is right"
        )


@click.command("day")
def show_day() -> None:
    """Says which day it is for the ledger, and why the ledger waits if it does."""
    settings = settings_of_command()
    zone = ZoneInfo(settings.time_zone)
    click.echo(
        as_owner(database_url_of(settings), lambda connection: _day_in_words(connection, zone))
    )


async def _day_in_words(connection: Connection, zone: ZoneInfo) -> str:
    def in_words(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S} in {zone.key}"

    clock: datetime = await connection.fetchval(CLOCK)
    opened = await connection.fetchrow(OPEN_DAY)
    waiting = await connection.fetchrow(WAITING)
    if opened is None:
        lines = ["no day was opened yet"]
    else:
        turned = "everybody is brought to it" if opened["is_turned"] else "being turned"
        lines = [f"the ledger's day is {opened['day']}, {turned}"]
    lines.append(f"the database's clock says {in_words(clock)}")
    if waiting is not None:
        lines.append(
            f"{waiting['wanted_day']} is not opened since {in_words(waiting['since'])}:"
            f" {REASONS[waiting['reason']]} (the worker's clock said {in_words(waiting['worker_at'])},"
            f" the database's {in_words(waiting['database_at'])})"
        )
    return "\n".join(lines)


async def set_day_back(connection: Connection, day: date) -> None:
    """Sets the ledger's day back, if it is later. The days of zones abroad are set back too, and opened anew."""
    await connection.execute(SET_BACK, day)
    await connection.execute(SET_ZONES_BACK, day)


@click.command("confirm-day")
@click.argument("day", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]))
def confirm_day(day: datetime) -> None:
    """Says that today is DATE (YYYY-MM-DD, read off a calendar and not off the server), so that the ledger may go on.

    The command is needed after more than seven days without an upload, and when a wrong clock had opened a later day.
    It sets that day back. Points that lapsed stay lapsed.
    """
    settings, said = settings_of_command(), day.date()

    async def work(connection: Connection) -> None:
        today = local_date(await connection.fetchval(CLOCK), settings.time_zone)
        if said != today:
            raise AnotherDay(said, today)
        await connection.execute(CONFIRM, said)
        await set_day_back(connection, said)

    as_owner(database_url_of(settings), work)
    click.echo(f"{said} is confirmed; the worker goes on within a minute")
