"""`wellness enrol`: what the counter and the operator do. Works on the login that owns the schema."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Final

import click

from wellness_api.command_line import given_database, settings_of_command
from wellness_api.database.owner import as_owner
from wellness_api.database.pool import Connection
from wellness_api.identity.enrolment import (
    NewResident,
    enrol_gateway,
    enrol_residents,
    enrol_staff,
    give_card,
    print_code,
)
from wellness_api.identity.principals import Sex, StaffRole

PUBLIC_KEY_BYTES: Final = 32


@click.group()
def enrol() -> None:
    """Enrols a resident, a member of staff or a gateway in WELLNESS_DATABASE_URL."""


@enrol.command()
@click.option("--name", required=True)
@click.option("--birth-year", type=click.IntRange(1890, 2100), required=True)
@click.option("--sex", type=click.Choice(["female", "male", "other"]), required=True)
@click.option("--zone", required=True, help="Code of the zone that the resident lives in.")
@click.option("--card", help="Number of the card to show at stations.")
def resident(name: str, birth_year: int, sex: Sex, zone: str, card: str | None) -> None:
    """Prints the resident's sign-in code, good for one sign-in."""
    person = NewResident(name, birth_year, sex, zone)
    settings = settings_of_command()
    database_url, time_zone = given_database(settings), settings.time_zone

    async def work(connection: Connection) -> str:
        (resident_id,) = await enrol_residents(connection, [person], time_zone=time_zone)
        if card is not None:
            await give_card(connection, resident_id, card)
        return await print_code(connection, resident_id, now=datetime.now(UTC))

    click.echo(as_owner(database_url, work))


@enrol.command()
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(["health_staff", "programme_officer"]), required=True)
def staff(name: str, role: StaffRole) -> None:
    """Prints the sign-in code of a member of staff, good for one sign-in."""
    database_url = given_database(settings_of_command())

    async def work(connection: Connection) -> str:
        principal_id = await enrol_staff(connection, name, role)
        return await print_code(connection, principal_id, now=datetime.now(UTC))

    click.echo(as_owner(database_url, work))


@enrol.command()
@click.option("--name", required=True)
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
    database_url = given_database(settings_of_command())

    async def work(connection: Connection) -> str:
        await enrol_gateway(connection, name, key_id=key_id, public_key=raw)
        return key_id

    click.echo(as_owner(database_url, work))
