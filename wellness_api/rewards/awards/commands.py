"""`wellness programme`: look at a programme file, and put it in force."""

from pathlib import Path

import click
import msgspec

from points.presets import preset_names, preset_text
from points.programme import InvalidProgramme, Programme, read_programme
from points.said import Text, said
from points.saying import caps_said, joining_said, rule_said, trust_said
from wellness_api.database.owner import as_owner
from wellness_api.database.pool import Connection
from wellness_api.health.samples.local_days import local_date
from wellness_api.process.clock import utc_now
from wellness_api.process.command_line import database_url_of, settings_of_command
from wellness_api.process.trouble import Trouble
from wellness_api.rewards.awards.from_past import (
    check_past,
    wants_figures,
    work_out_anew,
    work_out_figures,
)
from wellness_api.rewards.awards.programmes import (
    BeginsInThePast,
    add_programme,
    check_names,
    is_kept,
)
from wellness_api.words.languages import say

PROGRAMME = click.argument("name_or_file", metavar="PRESET|FILE")


class UnusableProgramme(Trouble):
    """There is no such preset or file, or it cannot be read as a programme."""


@click.group()
def programme() -> None:
    """Programmes: the rules by which residents earn points."""


@programme.command()
def presets() -> None:
    """Lists the presets that ship."""
    for name in preset_names():
        click.echo(name)


@programme.command()
@PROGRAMME
def show(name_or_file: str) -> None:
    """Prints the TOML, as a start for a programme file of your own."""
    click.echo(_text(name_or_file), nl=False)


@programme.command()
@PROGRAMME
def check(name_or_file: str) -> None:
    """Reads the programme and says in words what its rules pay."""
    read = _read(name_or_file)
    check_names(read)
    click.echo(f"{read.code} version {read.version}: {_in_a_row(read.name)}")
    for rule in read.rules:
        click.echo(f"  {rule.code}: {_in_a_row(say(rule_said(read, rule)))}")
    click.echo(f"  {_in_a_row(say(joining_said(read)))}")
    for origin in trust_said(read):
        click.echo(f"  {_in_a_row(say(origin))}")
    for limit in caps_said(read.caps) if read.caps else ():
        click.echo(f"  {_in_a_row(say(said('caps.of_all', limit=limit)))}")


@programme.command()
def schema() -> None:
    """Prints the JSON Schema of a programme file, for editors that complete TOML by one."""
    click.echo(msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Programme)), indent=2))


@programme.command()
@PROGRAMME
@click.option(
    "--from-past",
    is_flag=True,
    help="Also when its first day is past: everybody's days since then are worked out anew, at once, and points given and"
    " taken back by it.",
)
def add(name_or_file: str, *, from_past: bool) -> None:
    """Puts the version in force in WELLNESS_DATABASE_URL. A version in force never changes."""
    read = _read(name_or_file)
    settings, now = settings_of_command(), utc_now()
    is_past = read.in_force_from < local_date(now, settings.time_zone)

    async def put_in_force(connection: Connection) -> None:
        if is_past and not await is_kept(connection, read):
            if not from_past:
                raise BeginsInThePast(read)
            await check_past(connection, read)
        await add_programme(connection, read)

    as_owner(database_url_of(settings), put_in_force)
    click.echo(f"{read.code} version {read.version} is in force from {read.in_force_from}")
    if is_past and from_past:
        # This transaction comes after the one above. If this one was cut off, running the same command again finishes
        # it.
        days = as_owner(
            database_url_of(settings), lambda connection: work_out_anew(connection, read, now=now)
        )
        click.echo(
            f"the worker now works {days:,} days with samples out anew, and turns the day for everybody since then"
        )
    elif wants_figures(read):
        days = as_owner(
            database_url_of(settings),
            lambda connection: work_out_figures(connection, read, now=now),
        )
        click.echo(f"the worker now works out what its rules look at of {days:,} days before it")


def _in_a_row(text: Text) -> str:
    """The text in every language that it has, one after the other."""
    return " / ".join(text.values())


def _text(name_or_file: str) -> str:
    if name_or_file in preset_names():
        return preset_text(name_or_file)
    try:
        return Path(name_or_file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableProgramme(
            f"{name_or_file}: {error}; presets are {', '.join(preset_names())}"
        ) from error


def _read(name_or_file: str) -> Programme:
    try:
        return read_programme(_text(name_or_file))
    except InvalidProgramme as error:
        raise UnusableProgramme(f"{name_or_file}: {error}") from error
