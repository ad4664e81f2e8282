"""Finds the gateway that sent a signed request: the one for which the key was enrolled."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from device_bridge.signing import SignatureRefused, claimed_key_id, verify_headers
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.http.principals import Principal
from wellness_api.http.refused import Refused
from wellness_api.http.services import Part, Services

GATEWAY_OF_KEY: Final = read_sql(__package__, "gateway_of_key")
GATEWAY_PUBLIC_KEY: Final = read_sql(__package__, "gateway_public_key")

KEYS_REMEMBERED_MAX: Final = 10_000
"""When there are more, the memory is emptied, and the next request of each gateway asks the database again."""


class SignatureReplayed(Refused):
    """A signed request came a second time, or its key was revoked a moment ago."""

    code = "signature_replayed"
    status = 401
    title = "The signature was used before"
    field = "nonce"
    limit = "a new one for each try"
    detail = "This signature was used before; sign each try anew, with a new nonce."


class Gateways:
    """The enrolled gateways as one API process knows them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._keys: dict[str, Ed25519PublicKey] = {}

    async def find(
        self, *, method: str, path: str, headers: Mapping[str, str], now: datetime
    ) -> Principal:
        """The gateway that signed these headers, `signature-input` among them.

        `path`: as in the request line, query included. Raises SignatureRefused or SignatureReplayed. Revocation holds at
        once, because the statement that keeps the nonce also checks that the key is still good.
        """
        key_id = claimed_key_id(headers["signature-input"])
        key = await self._key(key_id)
        verified = verify_headers(
            method=method, path=path, headers=headers, public_key_of={key_id: key}.get, now=now
        )
        row = await self._pool.fetchrow(GATEWAY_OF_KEY, key_id, verified.nonce, now)
        if row is None:
            raise SignatureReplayed
        return Principal(
            principal_id=row["principal_id"],
            role=row["role"],
            display_name=row["display_name"],
            zone=None,
            time_zone=None,
            joined_on=None,
        )

    async def _key(self, key_id: str) -> Ed25519PublicKey:
        key = self._keys.get(key_id)
        if key is None:
            raw = await self._pool.fetchval(GATEWAY_PUBLIC_KEY, key_id)
            if raw is None:
                raise SignatureRefused(
                    "unknown_key", f"The key {key_id!r} is not enrolled; enrol it, then send again."
                )
            key = Ed25519PublicKey.from_public_bytes(raw)
            if len(self._keys) >= KEYS_REMEMBERED_MAX:
                self._keys.clear()
            self._keys[key_id] = key
        return key


async def _make(services: Services) -> Gateways:
    return Gateways(services.pool)


GATEWAYS: Final = Part(_make)
