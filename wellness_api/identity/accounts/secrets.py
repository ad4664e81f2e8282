"""Random secrets, of which the database only ever sees a digest."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

from wellness_api.process.codes import letters_of

CODE_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # pragma: allowlist secret
"""No 0, O, 1 or I: people type these from paper."""

CODE_LENGTH: Final = 12
SALT_BYTES: Final = 32


def new_token() -> str:
    """A session token, 256 bits."""
    return secrets.token_urlsafe(32)


def new_salt() -> bytes:
    """What makes the token of each session another one, 256 bits."""
    return secrets.token_bytes(SALT_BYTES)


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


def digest_of_device(code: str, key: str) -> bytes:
    """By which a device that signs in again with the same code finds its session: of the code and the key that it chose."""
    return hmac.digest(letters_of(code).encode(), b"device\0" + key.encode(), "sha256")


def token_of_device(code: str, key: str, salt: bytes) -> str:
    """The token of a session, 256 bits: the same for the same device as long as the session goes on.

    It cannot be had without the code, of which the database knows a digest only, nor without the salt, which never leaves
    the server.
    """
    token = hmac.digest(letters_of(code).encode(), b"token\0" + salt + key.encode(), "sha256")
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()
