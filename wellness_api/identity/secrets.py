"""Random secrets, of which the database only ever sees a digest."""

import hashlib
import secrets
from typing import Final

CODE_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # pragma: allowlist secret
"""No 0, O, 1 or I: people type these from paper."""

CODE_LENGTH: Final = 12


def new_token() -> str:
    """A session token, 256 bits."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A sign-in code for paper, 60 bits in groups of four."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def digest_of(secret: str) -> bytes:
    """What the database keeps of a secret. Secrets are random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).digest()


def digest_of_code(code: str) -> bytes:
    """The digest of a code as people type it: case, spaces and dashes do not matter."""
    return digest_of("".join(code.upper().split()).replace("-", ""))
