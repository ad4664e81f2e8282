"""Enrolment at a counter or by the operator: people, staff, gateways, their cards, codes and tokens.

It runs on the schema owner's connection, because the API's own role can neither enrol anyone nor give rights.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.http.principals import Role, StaffRole
from wellness_api.identity.accounts.resident_facts import Channel, Sex
from wellness_api.identity.accounts.secrets import (
    digest_of,
    digest_of_code,
    digests_of_card,
    new_code,
    new_token,
)
from wellness_api.process.trouble import Trouble

ADD_PRINCIPALS: Final = read_sql(__package__, "add_principals")
ADD_RESIDENTS: Final = read_named_sql(__package__, "add_residents")

HOLDER_OF_CARD: Final = read_sql(__package__, "holder_of_card")

KEEP_CARDS: Final = "LOCK TABLE identity.card IN SHARE ROW EXCLUSIVE MODE"
GIVE_CARD: Final = (
    "WITH earlier AS (DELETE FROM identity.card WHERE card_digest = $3 AND card_digest <> $1)"
    " INSERT INTO identity.card (card_digest, resident_id) VALUES ($1, $2)"
    " ON CONFLICT (card_digest) DO UPDATE SET resident_id = excluded.resident_id"
)
PRINT_CODE: Final = "SELECT identity.print_code($1, $2, $3, $4)"
END_SESSIONS: Final = (
    "WITH ended AS (DELETE FROM identity.session WHERE principal_id = $1 RETURNING session_id)"
    " SELECT count(*) FROM ended"
)


class CardInUse(Trouble):
    """Somebody else holds the card: what is measured with it would arrive on another person's page."""

    def __init__(self, holder: int) -> None:
        super().__init__(
            f"the card is resident {holder}'s, and nothing was changed; give another card, or add --move:"
            " what is measured with it then arrives on the new holder's page alone"
        )
        self.holder = holder


class NewResident(NamedTuple):
    """A person who joins, with as much as the programme needs to know."""

    display_name: str
    birth_year: int
    sex: Sex
    zone: str
    channel: Channel = "phone"


async def enrol_residents(
    connection: Connection,
    residents: Sequence[NewResident],
    *,
    time_zone: str,
    enrolled_at: datetime | None = None,
) -> list[int]:
    """Enrols the residents, as of `enrolled_at` or else now. Returns their ids in the same order."""
    ids = await _add_principals(
        connection,
        "resident",
        [resident.display_name for resident in residents],
        enrolled_at=enrolled_at,
    )
    await connection.execute(
        *ADD_RESIDENTS(
            resident_ids=ids,
            birth_years=[resident.birth_year for resident in residents],
            sexes=[resident.sex for resident in residents],
            zones=[resident.zone for resident in residents],
            time_zones=[time_zone] * len(residents),
            channels=[resident.channel for resident in residents],
        ),
    )
    return ids


async def enrol_staff(connection: Connection, display_name: str, role: StaffRole) -> int:
    """Enrols a member of staff."""
    (principal_id,) = await _add_principals(connection, role, [display_name])
    return principal_id


async def enrol_gateway(
    connection: Connection, display_name: str, *, key_id: str, public_key: bytes
) -> int:
    """Enrols a gateway by the public half (32 raw bytes, Ed25519) of the key that was made on the gateway's machine."""
    (gateway_id,) = await _add_principals(connection, "gateway", [display_name])
    await connection.execute(
        "INSERT INTO identity.gateway_key (key_id, gateway_id, public_key) VALUES ($1, $2, $3)",
        key_id,
        gateway_id,
        public_key,
    )
    return gateway_id


async def revoke_gateway_key(connection: Connection, key_id: str) -> str | None:
    """Ends a gateway's key, from the next request on. Returns None when no such key was in use."""
    revoked: str | None = await connection.fetchval(
        "UPDATE identity.gateway_key SET revoked_at = now()"
        " WHERE key_id = $1 AND revoked_at IS NULL RETURNING key_id",
        key_id,
    )
    return revoked


async def give_card(
    connection: Connection, resident_id: int, card: str, *, move: bool = False
) -> int | None:
    """Ties a card to a resident. From then on, whoever shows it at a station measures for this resident alone.

    `move`: takes the card even if somebody else holds it, and returns that resident's id. Without it that raises
    CardInUse.
    """
    as_typed, as_given = digests_of_card(card)
    async with connection.transaction():
        # Two counters may enter the same card at once. Then the second one sees who holds the card now.
        await connection.execute(KEEP_CARDS)
        holder: int | None = await connection.fetchval(HOLDER_OF_CARD, as_typed, as_given)
        elsewhere = None if holder == resident_id else holder
        if elsewhere is not None and not move:
            raise CardInUse(elsewhere)
        await connection.execute(GIVE_CARD, as_typed, resident_id, as_given)
    return elsewhere


async def rename(connection: Connection, principal_id: int, display_name: str) -> None:
    """Corrects the name with which pages greet the person."""
    await connection.execute(
        "UPDATE identity.principal SET display_name = $2 WHERE principal_id = $1",
        principal_id,
        display_name,
    )


async def print_code(
    connection: Connection,
    principal_id: int,
    *,
    now: datetime,
    devices_max: int | None = None,
    code: str | None = None,
) -> str:
    """Prints a sign-in code for paper. It is good until the next one is printed; the code before it ends at this moment.

    `devices_max`: on how many devices it may be used at a time, where that differs from the city's setting.
    """
    code = code or new_code()
    await connection.execute(PRINT_CODE, principal_id, digest_of_code(code), now, devices_max)
    return code


async def end_sessions(connection: Connection, principal_id: int) -> int:
    """Ends every session of a person, and returns how many there were. Other processes notice within ten seconds."""
    ended: int = await connection.fetchval(END_SESSIONS, principal_id)
    return ended


async def give_tokens(
    connection: Connection, principal_ids: Sequence[int], *, expires_at: datetime
) -> list[str]:
    """Opens sessions without a code, as the operator may. Returns one token for each, in the same order.

    An unused session lasts until `expires_at`. A used one lasts beyond it, as all sessions do.
    """
    tokens = [new_token() for _ in principal_ids]
    await connection.execute(
        "INSERT INTO identity.session (token_digest, principal_id, expires_at)"
        " SELECT token_digest, principal_id, $3"
        " FROM unnest($1::bytea[], $2::bigint[]) AS opened (token_digest, principal_id)",
        [digest_of(token) for token in tokens],
        principal_ids,
        expires_at,
    )
    return tokens


async def _add_principals(
    connection: Connection,
    role: Role,
    names: Sequence[str],
    *,
    enrolled_at: datetime | None = None,
) -> list[int]:
    rows = await connection.fetch(ADD_PRINCIPALS, role, names, enrolled_at)
    return [row["principal_id"] for row in rows]
