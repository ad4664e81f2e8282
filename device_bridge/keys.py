"""The gateway's own Ed25519 key. It is made on the box and never leaves it; the server knows the public half."""

import base64
import hashlib
import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from device_bridge.errors import BridgeError

KEY_ID_HEX_DIGITS: Final = 16
_OWNER_ONLY: Final = 0o600


class KeyFileError(BridgeError):
    """The key file cannot be made or read."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"key file {path}: {problem}")
        self.path = path


def make_key(path: Path) -> Ed25519PrivateKey:
    """Writes a new key to `path` (PEM, PKCS8, mode 0600). It never overwrites an existing file."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError as error:
        raise KeyFileError(path, "exists already; move it away to make a new key") from error
    except OSError as error:
        raise KeyFileError(path, error.strerror or str(error)) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    return key


def load_key(path: Path) -> Ed25519PrivateKey:
    """The key kept in `path`."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise KeyFileError(path, error.strerror or str(error)) from error
    except (ValueError, TypeError) as error:
        raise KeyFileError(path, "is not an unencrypted PEM private key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(path, "is not an Ed25519 key")
    return key


def key_id(public_key: Ed25519PublicKey) -> str:
    """The key's name: the first 16 hex digits of the SHA-256 of its 32 raw bytes."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:KEY_ID_HEX_DIGITS]


def public_key_text(public_key: Ed25519PublicKey) -> str:
    """The public key's 32 raw bytes in base64, to register at the server."""
    return base64.b64encode(public_key.public_bytes_raw()).decode()
