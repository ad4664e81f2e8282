"""Digests of 128 bits that stand for longer contents, where only sameness matters."""

import hashlib
from uuid import UUID

# The driver's own UUID class takes a tenth of the time to make, and each upload makes two.
from asyncpg.pgproto.pgproto import UUID as DatabaseUUID  # noqa: N811 - it is a class, spelt as the library spells it


def digest(content: bytes) -> UUID:
    """The content's digest, in the form that the database keeps in 16 bytes."""
    made: UUID = DatabaseUUID(hashlib.blake2b(content, digest_size=16).digest())
    return made
