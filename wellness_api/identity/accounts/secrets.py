"""Random secrets. The database only ever sees their digests."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

from wellness_api.process.codes import letters_of

CODE_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # pragma: allowlist secret
"""No 0, O, 1 or I, because people type these codes from paper."""

CODE_LENGTH: Final = 12
SALT_BYTES: Final = 32


def new_token() -> str:
    """A session token, 256 bits."""
    return secrets.token_urlsafe(32)


def new_salt() -> bytes:
    """Makes the token of each session different, 256 bits."""
    return secrets.token_bytes(SALT_BYTES)


def new_code() -> str:
    """A sign-in code for paper, 60 bits in groups of four."""
    letters = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def digest_of(secret: str) -> bytes:
    """The digest of a secret that the database keeps. Secrets are random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).digest()


def digest_of_code(code: str) -> bytes:
    """The digest of a code as people type it: case, width, spaces and dashes do not matter."""
    return digest_of(letters_of(code))


def digests_of_card(number: str) -> tuple[bytes, bytes]:
    """The digests by which a card is looked up: of the number as people type it, and, for older cards, as it was first entered."""
    return digest_of_code(number), digest_of(number)


def digest_of_device(code: str, key: str) -> bytes:
    """The digest of the code and of the key that the device chose. A device that signs in again with this code finds its
    session by it.
    """
    return hmac.digest(letters_of(code).encode(), b"device\0" + key.encode(), "sha256")


def token_of_device(code: str, key: str, salt: bytes) -> str:
    """The token of a session, 256 bits: the same for the same device as long as the session lasts.

    Nobody can compute it without the code, of which the database knows a digest only, nor without the salt, which never
    leaves the server.
    """
    token = hmac.digest(letters_of(code).encode(), b"token\0" + salt + key.encode(), "sha256")
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()
