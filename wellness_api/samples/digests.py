"""128 bits that stand for a longer content, where only sameness matters."""

import hashlib
from uuid import UUID


def digest(content: bytes) -> UUID:
    """The content's digest, in the form that the database keeps in 16 bytes."""
    return UUID(bytes=hashlib.blake2b(content, digest_size=16).digest())
