"""Random secrets, of which the database only ever sees a digest."""

import hashlib
import secrets
from typing import Final

from wellness_api.codes import letters_of

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
    """The digest of a code as people type it: case, width, spaces and dashes do not matter."""
    return digest_of(letters_of(code))


def digests_of_card(number: str) -> tuple[bytes, bytes]:
    """The digests under which a card is looked for: as people type it, and, of cards given earlier, as it was given."""
    return digest_of_code(number), digest_of(number)
