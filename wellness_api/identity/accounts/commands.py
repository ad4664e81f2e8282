"""`wellness enrol`: what the counter and the operator do. It works with the login that owns the schema."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Final
from unicodedata import category
from zoneinfo import ZoneInfo

import click
import msgspec

from wellness_api.database.owner import as_owner
from wellness_api.database.pool import Connection
from wellness_api.http.principals import StaffRole
from wellness_api.identity.accounts.enrolment import (
    NewResident,
    enrol_gateway,
    enrol_residents,
    enrol_staff,
    give_card,
    print_code,
    revoke_gateway_key,
)
from wellness_api.identity.accounts.enrolment import (
    end_sessions as end_sessions_of,
)
from wellness_api.identity.accounts.resident_facts import Channel, Sex
from wellness_api.process.codes import as_written, letters_of
from wellness_api.process.command_line import database_url_of, settings_of_command
from wellness_api.process.trouble import Trouble

PUBLIC_KEY_BYTES: Final = 32
NAME_LETTERS_MAX: Final = 100
"""A longer name is refused by the command."""

BIRTH_YEAR_MIN: Final = 1890
"""The same bound as the check of identity.resident. Nobody alive was born earlier."""

CONTROLS: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's categories of characters that end a line, control a terminal, or are no text at all."""

ZONE_EXISTS: Final = "SELECT EXISTS (SELECT FROM indicators.zone WHERE zone = $1)"
RESIDENT_EXISTS: Final = "SELECT EXISTS (SELECT FROM identity.resident WHERE resident_id = $1)"
PERSON_EXISTS: Final = (
    "SELECT EXISTS (SELECT FROM identity.principal WHERE principal_id = $1 AND role <> 'gateway')"
)


class NoSuch(Trouble):
    """The thing that the command should work on does not exist."""


class Enrolled(msgspec.Struct, kw_only=True):
    """What the commands print."""

    principal_id: int
    sign_in_code: str


@click.group()
def enrol() -> None:
    """Enrols a resident, a member of staff or a gateway in WELLNESS_DATABASE_URL."""


def _name(ctx: click.Context, param: click.Parameter, name: str) -> str:
    """The name without blanks around it. A person without a visible name on pages and lists cannot be told from others."""
    name = name.strip()
    shown = as_written(name)
    if not shown or len(name) > NAME_LETTERS_MAX or not CONTROLS.isdisjoint(map(category, name)):
        raise click.BadParameter(
            f"a name is one line of 1 to {NAME_LETTERS_MAX} letters that can be seen", ctx, param
        )
    return name


def _card_number(ctx: click.Context, param: click.Parameter, number: str | None) -> str | None:
    # Dashes and blanks alone leave nothing to compare: all such cards would be one.
    if number is not None and not letters_of(number):
        raise click.BadParameter("a card's number has at least one letter or digit", ctx, param)
    return number


NAME = click.option(
    "--name", required=True, callback=_name, help=f"1 to {NAME_LETTERS_MAX} letters, in one line."
)
MOVE = click.option(
    "--move", is_flag=True, help="Take the card from the resident whose it is; says who that was."
)


@enrol.command()
@NAME
@click.option("--birth-year", type=int, required=True, help=f"From {BIRTH_YEAR_MIN} to this year.")
@click.option("--sex", type=click.Choice(["female", "male", "other"]), required=True)
@click.option("--zone", required=True, help="Code of the zone that the resident lives in.")
@click.option("--card", callback=_card_number, help="Number of the card to show at stations.")
@MOVE
@click.option(
    "--channel",
    type=click.Choice(["phone", "card", "paper"]),
    default="phone",
    show_default=True,
    help="How the resident takes part: an app, the card, or a stamp card of paper.",
)
def resident(
    name: str,
    birth_year: int,
    sex: Sex,
    zone: str,
    card: str | None,
    channel: Channel,
    *,
    move: bool,
) -> None:
    """Prints the resident's id and sign-in code, as JSON; the code is good until the next one is printed."""
    settings = settings_of_command()
    this_year = datetime.now(ZoneInfo(settings.time_zone)).year
    if not BIRTH_YEAR_MIN <= birth_year <= this_year:
        raise click.BadParameter(
            f"a birth year is from {BIRTH_YEAR_MIN} to this year, {this_year}",
            param_hint="--birth-year",
        )
    person = NewResident(name, birth_year, sex, zone, channel)
    database_url, time_zone = database_url_of(settings), settings.time_zone

    async def work(connection: Connection) -> tuple[str, int | None]:
        if not await connection.fetchval(ZONE_EXISTS, zone):
            raise NoSuch(f"there is no zone {zone!r}; `wellness zones add` adds the city's zones")
        (resident_id,) = await enrol_residents(connection, [person], time_zone=time_zone)
        earlier = None
        if card is not None:
            earlier = await give_card(connection, resident_id, card, move=move)
        return await _printed(connection, resident_id), earlier

    printed, earlier = as_owner(database_url, work)
    _say_moved(earlier)
    click.echo(printed)


@enrol.command()
@click.argument("principal_id", type=click.IntRange(1))
@click.option(
    "--end-sessions",
    is_flag=True,
    help="Sign out every device as well: the paper or a device was stolen.",
)
def code(principal_id: int, *, end_sessions: bool) -> None:
    """Prints a new sign-in code for someone who is enrolled. The old one ends at once; devices stay signed in."""
    database_url = database_url_of(settings_of_command())

    async def work(connection: Connection) -> str:
        if not await connection.fetchval(PERSON_EXISTS, principal_id):
            raise NoSuch(f"nobody is enrolled as {principal_id}")
        printed = await _printed(connection, principal_id)
        if end_sessions:
            # After the code is printed, so that nobody signs in with the old one in between.
            await end_sessions_of(connection, principal_id)
        return printed

    click.echo(as_owner(database_url, work))


@enrol.command()
@click.argument("resident_id", type=click.IntRange(1))
@click.argument("number", callback=_card_number)
@MOVE
def card(resident_id: int, number: str, *, move: bool) -> None:
    """Ties a card to a resident; one that is somebody else's is refused without --move."""
    database_url = database_url_of(settings_of_command())

    async def work(connection: Connection) -> int | None:
        if not await connection.fetchval(RESIDENT_EXISTS, resident_id):
            raise NoSuch(f"there is no resident {resident_id}")
        return await give_card(connection, resident_id, number, move=move)

    _say_moved(as_owner(database_url, work))


@enrol.command()
@click.argument("key_id")
def revoke_gateway(key_id: str) -> None:
    """Refuses every request signed with the key from now on: the box was stolen, or given away."""
    database_url = database_url_of(settings_of_command())

    async def work(connection: Connection) -> None:
        if await revoke_gateway_key(connection, key_id) is None:
            raise NoSuch(f"no gateway key {key_id!r} is in use")

    as_owner(database_url, work)


@enrol.command()
@NAME
@click.option("--role", type=click.Choice(["health_staff", "programme_officer"]), required=True)
def staff(name: str, role: StaffRole) -> None:
    """Prints the id and sign-in code of a member of staff, as JSON; it is good until the next one is printed."""
    database_url = database_url_of(settings_of_command())

    async def work(connection: Connection) -> str:
        principal_id = await enrol_staff(connection, name, role)
        return await _printed(connection, principal_id)

    click.echo(as_owner(database_url, work))


@enrol.command()
@NAME
@click.option("--key-id", required=True, help="As `wellness gateway keygen` printed it.")
@click.option("--public-key", required=True, help="As `wellness gateway keygen` printed it.")
def gateway(name: str, key_id: str, public_key: str) -> None:
    """From now on requests signed with the key are the gateway's."""
    try:
        raw = base64.b64decode(public_key, validate=True)
    except binascii.Error as error:
        raise click.BadParameter(str(error), param_hint="--public-key") from error
    if len(raw) != PUBLIC_KEY_BYTES:
        raise click.BadParameter(
            f"an Ed25519 key has {PUBLIC_KEY_BYTES} bytes, this one {len(raw)}",
            param_hint="--public-key",
        )
    database_url = database_url_of(settings_of_command())

    async def work(connection: Connection) -> str:
        await enrol_gateway(connection, name, key_id=key_id, public_key=raw)
        return key_id

    click.echo(as_owner(database_url, work))


async def _printed(connection: Connection, principal_id: int) -> str:
    code = await print_code(connection, principal_id, now=datetime.now(UTC))
    enrolled = Enrolled(principal_id=principal_id, sign_in_code=code)
    return msgspec.json.encode(enrolled).decode()


def _say_moved(earlier: int | None) -> None:
    """Written to standard error, so that standard output stays JSON for programs."""
    if earlier is not None:
        click.echo(f"the card was resident {earlier}'s until now", err=True)
