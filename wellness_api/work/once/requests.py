"""What became of requests that came with a key."""

import hashlib
from datetime import datetime
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.http.idempotency import IdempotencyKeyReused
from wellness_api.work.once.problems import StillUnderWay

CLAIM: Final = read_named_sql(__package__, "claim")
KEEP_ANSWER: Final = read_named_sql(__package__, "keep_answer")
GIVE_BACK: Final = read_sql(__package__, "give_back")

NONCE: Final = bytes(12)
"""The nonce of one answer for each key; the key seals nothing else."""


GIVEN_BACK: Final = b""


class Asked(NamedTuple):
    """A request under its key. `digest`: of method, address and body."""

    principal_id: int
    key: str
    digest: bytes

    @property
    def key_digest(self) -> bytes:
        """The digest by which the database knows the key."""
        return hashlib.sha256(f"{self.principal_id} {self.key}".encode()).digest()

    @property
    def seal(self) -> ChaCha20Poly1305:
        """Answers may hold a code that is kept nowhere. So the key seals them, and the key is not kept either."""
        name = f"answer {self.principal_id} {self.key}"
        return ChaCha20Poly1305(hashlib.sha256(name.encode()).digest())


class Answered(NamedTuple):
    """An answer, as it is sent."""

    status: int
    content: bytes
    media_type: str


async def claim(pool: Pool, asked: Asked, *, now: datetime) -> Answered | None:
    """Takes the request on. Returns the answer that it got before; None when it is to be carried out.

    Raises IdempotencyKeyReused when the key came with another request, StillUnderWay when the same one is being carried
    out.
    """
    row = await pool.fetchrow(
        *CLAIM(
            principal_id=asked.principal_id,
            key_digest=asked.key_digest,
            asked=asked.digest,
            now=now,
        )
    )
    assert row is not None, "the statement always gives one row"
    is_mine, before, status, answer, media_type = row
    if is_mine:
        return None
    if before not in {None, GIVEN_BACK, asked.digest}:
        raise IdempotencyKeyReused(asked.key)
    if status is None:
        raise StillUnderWay
    try:
        return Answered(status, asked.seal.decrypt(NONCE, answer, asked.digest), media_type)
    except InvalidTag as error:
        raise AssertionError("an answer is sealed by its own key") from error


async def keep_answer(pool: Pool, asked: Asked, answered: Answered, *, now: datetime) -> None:
    """Keeps the answer for a client that asks again."""
    sealed = asked.seal.encrypt(NONCE, answered.content, asked.digest)
    await pool.execute(
        *KEEP_ANSWER(
            principal_id=asked.principal_id,
            key_digest=asked.key_digest,
            asked=asked.digest,
            now=now,
            status=answered.status,
            answer=sealed,
            media_type=answered.media_type,
        ),
    )


async def give_back(pool: Pool, asked: Asked) -> None:
    """Gives the claim back: a request that was refused or failed may come again under its key."""
    await pool.execute(GIVE_BACK, asked.principal_id, asked.key_digest)
