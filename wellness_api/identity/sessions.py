"""Opening, finding and closing sessions."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from wellness_api.database.batching import Batched
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.identity.principals import Principal
from wellness_api.identity.secrets import digest_of, digest_of_code, new_token

OPEN_SESSION: Final = read_sql(__package__, "open_session")
SESSION_PRINCIPALS: Final = read_sql(__package__, "session_principals")

REMEMBERED_SECONDS: Final = 10.0
"""A session that is closed elsewhere is honoured at most this long by a process that has just seen it."""

REMEMBERED_MAX: Final = 20_000
"""Beyond it the memory is emptied; the next request of each session asks the database again."""


class WrongCode(Exception):
    """The sign-in code is unknown, used up or past its date."""

    def __init__(self) -> None:
        super().__init__("This code is not valid (any more). Ask at the counter for a new one.")


class Opened(NamedTuple):
    """A new session and its token, which is shown this once."""

    principal: Principal
    token: str
    expires_at: datetime


class _Kept(NamedTuple):
    """A session as the database has it."""

    principal: Principal
    expires_at: datetime


class Sessions:
    """The sessions of one API process: the database's, with a short memory in front."""

    def __init__(self, pool: Pool, *, lasts: timedelta) -> None:
        self._pool = pool
        self._lasts = lasts
        self._remembered: dict[bytes, tuple[Principal, float]] = {}
        self._looked_up = Batched(self._look_up)

    async def open(self, code: str, *, now: datetime) -> Opened:
        """Opens a session by a sign-in code, or raises WrongCode."""
        token, expires_at = new_token(), now + self._lasts
        row = await self._pool.fetchrow(
            OPEN_SESSION, digest_of_code(code), digest_of(token), now, expires_at
        )
        if row is None:
            raise WrongCode
        return Opened(msgspec.convert(dict(row), Principal), token, expires_at)

    async def find(self, token: str, *, now: datetime) -> Principal | None:
        """Whose session the token is of, if it is of any."""
        token_digest = digest_of(token)
        remembered = self._remembered.get(token_digest)
        if remembered is not None and remembered[1] > time.monotonic():
            return remembered[0]
        found = await self._looked_up.get(token_digest)
        if found is None or found.expires_at <= now:
            self._remembered.pop(token_digest, None)
            return None
        principal = found.principal
        if len(self._remembered) >= REMEMBERED_MAX:
            self._remembered.clear()
        self._remembered[token_digest] = principal, time.monotonic() + REMEMBERED_SECONDS
        return principal

    async def _look_up(self, token_digests: Sequence[bytes]) -> dict[bytes, _Kept]:
        rows = await self._pool.fetch(SESSION_PRINCIPALS, token_digests)
        return {
            row["token_digest"]: _Kept(
                Principal(
                    principal_id=row["principal_id"],
                    role=row["role"],
                    display_name=row["display_name"],
                    zone=row["zone"],
                    time_zone=row["time_zone"],
                ),
                row["expires_at"],
            )
            for row in rows
        }

    def forget(self, principal_id: int) -> None:
        """Drops what this process remembers of someone's sessions; the caller ended them in the database."""
        self._remembered = {
            token_digest: kept
            for token_digest, kept in self._remembered.items()
            if kept[0].principal_id != principal_id
        }

    async def close(self, token: str) -> None:
        """Ends the session; no harm if it is over already."""
        token_digest = digest_of(token)
        self._remembered.pop(token_digest, None)
        await self._pool.execute(
            "DELETE FROM identity.session WHERE token_digest = $1", token_digest
        )
