"""Finds sessions, prolongs them while they are used, and ends them."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from wellness_api.database.batching import Batched
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.http.principals import Principal, Role
from wellness_api.http.services import Part, Services
from wellness_api.identity.accounts.secrets import digest_of
from wellness_api.process.settings import Settings

SESSION_PRINCIPALS: Final = read_sql(__package__, "session_principals")
NOTE_USE: Final = read_sql(__package__, "note_use")
OWN_SESSIONS: Final = read_named_sql(__package__, "own_sessions")
HAS_CODE: Final = (
    "SELECT EXISTS (SELECT FROM identity.sign_in_code WHERE principal_id = $1 AND ended_at IS NULL)"
)
END_OWN: Final = "DELETE FROM identity.session WHERE principal_id = $1 AND session_id = $2 RETURNING token_digest"

REMEMBERED_SECONDS: Final = 10.0
"""A session that ended elsewhere stays valid at most this long in a process that has just seen it."""

REMEMBERED_MAX: Final = 20_000
"""When there are more, the memory is emptied, and the next request of each session asks the database again."""

NOTED_EVERY_MAX: Final = timedelta(days=1)
"""The use of a session is written down at least so often while it is used."""

NOTES_PER_SESSION_LIFE: Final = 72
"""The use of a session is written down once in this part of the time for which it lasts unused, and not more than once a
day.

So a request hardly ever writes, and a session that lasts twelve hours unused ends at most ten minutes early.
"""

SESSIONS_LISTED_MAX: Final = 100
"""The demo's codes have more. If a person has more, those that were unused longest are not shown."""


class Lasts(NamedTuple):
    """How long a session lasts unused."""

    resident: timedelta
    staff: timedelta

    def of(self, role: Role) -> timedelta:
        """How long a session of the role lasts unused."""
        return self.resident if role == "resident" else self.staff


class OwnSession(msgspec.Struct, kw_only=True):
    """A device on which one is signed in. `is_this`: the device that asks.

    `device`: what it says about itself, in short words; null when it said nothing. `opened_at`: null for a session from
    before that was noted. `last_used_at` is noted now and then: a resident's once a day, the staff's every ten minutes.
    """

    session_id: int
    device: str | None
    opened_at: datetime | None
    last_used_at: datetime
    expires_at: datetime
    is_this: bool


class _Kept(NamedTuple):
    """A session as the database has it. `is_of_before`: a version opened it whose cookie had another name."""

    principal: Principal
    expires_at: datetime
    last_used_at: datetime
    is_of_before: bool


class _Use(NamedTuple):
    """A session is in use, and lasts until `expires_at` at least."""

    token_digest: bytes
    used_at: datetime
    expires_at: datetime


class Sessions:
    """The sessions of one API process: the database's sessions, with a short memory in front."""

    def __init__(self, pool: Pool, *, lasts: Lasts) -> None:
        self._pool = pool
        self._lasts = lasts
        self._remembered: dict[bytes, tuple[_Kept, float]] = {}
        self._looked_up = Batched(self._look_up)
        self._noted = Batched(self._note)

    async def find(
        self, token: str, *, now: datetime, by_old_cookie: bool = False
    ) -> Principal | None:
        """The person whose session the token belongs to, if there is one.

        `by_old_cookie`: the token came in the old cookie, which finds only sessions of earlier versions.
        """
        token_digest = digest_of(token)
        remembered = self._remembered.get(token_digest)
        if remembered is not None and remembered[1] > time.monotonic():
            kept: _Kept | None = remembered[0]
        else:
            kept = await self._fetch(token_digest, now=now)
        if kept is None or kept.expires_at <= now or (by_old_cookie and not kept.is_of_before):
            return None
        return kept.principal

    async def _fetch(self, token_digest: bytes, *, now: datetime) -> _Kept | None:
        kept = await self._looked_up.get(token_digest)
        if kept is None or kept.expires_at <= now:
            self._remembered.pop(token_digest, None)
            return None
        lasts = self._lasts.of(kept.principal.role)
        if now - kept.last_used_at >= min(NOTED_EVERY_MAX, lasts / NOTES_PER_SESSION_LIFE):
            use = _Use(token_digest, now, max(kept.expires_at, now + lasts))
            await self._noted.get(use)
            kept = kept._replace(expires_at=use.expires_at)
        if len(self._remembered) >= REMEMBERED_MAX:
            self._remembered.clear()
        self._remembered[token_digest] = kept, time.monotonic() + REMEMBERED_SECONDS
        return kept

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
                    joined_on=row["joined_on"],
                ),
                row["expires_at"],
                row["last_used_at"],
                row["opened_at"] is None,
            )
            for row in rows
        }

    async def _note(self, uses: Sequence[_Use]) -> dict[_Use, None]:
        await self._pool.execute(NOTE_USE, *map(list, zip(*uses, strict=True)))
        return {}

    async def of(self, principal: Principal, token: str, *, now: datetime) -> list[OwnSession]:
        """The principal's sessions that are not over. `token`: of the session that asks."""
        rows = await self._pool.fetch(
            *OWN_SESSIONS(
                principal_id=principal.principal_id,
                token_digest=digest_of(token),
                now=now,
                sessions_max=SESSIONS_LISTED_MAX,
            )
        )
        return [OwnSession(**row) for row in rows]

    async def has_code(self, principal: Principal) -> bool:
        """Whether the principal has a code with which they can sign in again."""
        return bool(await self._pool.fetchval(HAS_CODE, principal.principal_id))

    async def end(self, principal: Principal, session_id: int) -> bool:
        """Ends one of the principal's own sessions. Returns False when they have none with that number."""
        token_digest = await self._pool.fetchval(END_OWN, principal.principal_id, session_id)
        self._remembered.pop(token_digest, None)
        return token_digest is not None

    async def close(self, token: str) -> None:
        """Ends the session. If it is over already, nothing happens."""
        token_digest = digest_of(token)
        self._remembered.pop(token_digest, None)
        await self._pool.execute(
            "DELETE FROM identity.session WHERE token_digest = $1", token_digest
        )
        # A look-up that was under way may have remembered the session meanwhile.
        self._remembered.pop(token_digest, None)

    def forget(self, principal_id: int) -> None:
        """Drops what this process remembers of a person's sessions; the caller ended them in the database."""
        self._remembered = {
            token_digest: remembered
            for token_digest, remembered in self._remembered.items()
            if remembered[0].principal.principal_id != principal_id
        }


def lasts_of(settings: Settings) -> Lasts:
    """How long sessions last, as the city set it."""
    return Lasts(
        resident=timedelta(days=settings.resident_session_days),
        staff=timedelta(hours=settings.staff_session_hours),
    )


async def _make(services: Services) -> Sessions:
    return Sessions(services.pool, lasts=lasts_of(services.settings))


SESSIONS: Final = Part(_make)
