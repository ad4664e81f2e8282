"""Opening, finding and closing sessions."""

import time
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.identity.principals import Principal
from wellness_api.identity.secrets import digest_of, digest_of_code, new_token

OPEN_SESSION: Final = read_sql(__package__, "open_session")
SESSION_PRINCIPAL: Final = read_sql(__package__, "session_principal")

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


class Sessions:
    """The sessions of one API process: the database's, with a short memory in front."""

    def __init__(self, pool: Pool, *, lasts: timedelta) -> None:
        self._pool = pool
        self._lasts = lasts
        self._remembered: dict[bytes, tuple[Principal, float]] = {}

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
        row = await self._pool.fetchrow(SESSION_PRINCIPAL, token_digest, now)
        if row is None:
            self._remembered.pop(token_digest, None)
            return None
        principal = msgspec.convert(dict(row), Principal)
        if len(self._remembered) >= REMEMBERED_MAX:
            self._remembered.clear()
        self._remembered[token_digest] = principal, time.monotonic() + REMEMBERED_SECONDS
        return principal

    async def close(self, token: str) -> None:
        """Ends the session; no harm if it is over already."""
        token_digest = digest_of(token)
        self._remembered.pop(token_digest, None)
        await self._pool.execute(
            "DELETE FROM identity.session WHERE token_digest = $1", token_digest
        )
