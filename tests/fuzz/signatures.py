"""The target for signed requests: nothing but what was signed may come out as verified."""

from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_bridge.keys import key_id
from device_bridge.signing import (
    COVERED,
    CREATED_WITHIN,
    PARAMETERS,
    TAG,
    SignatureRefused,
    Verified,
    claimed_key_id,
    sign,
    verify,
)
from tests.fuzz.target import NOW, Target

KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY_ID: Final = key_id(KEY.public_key())
BODY: Final = b'{"batches": []}'
HEADERS: Final = (
    "Signature-Input",
    "Signature",
    "Content-Digest",
    "Content-Type",
    "Idempotency-Key",
)
LINES: Final = 2 + len(HEADERS)
"""An input is lines: method, path, and the value of each header."""

SIGNED: Final = (
    ("POST", "/v1/uploads", "application/json", "fuzz-0001"),
    ("GET", "/v1/cards?number=1234", "application/json", "fuzz-0002"),
)


def signature_target() -> Target:
    """Headers of a request as a stranger may send them."""
    return Target(
        name="signatures",
        read=_read,
        allowed=(SignatureRefused,),
        check=_check,
        seeds=[_seed(*signed) for signed in SIGNED],
        bytes_max=2_048,
        words=(*COVERED, *PARAMETERS, *HEADERS, TAG, KEY_ID, "gateway", "sha-256", "sha-512"),
    )


def _seed(method: str, path: str, content_type: str, idempotency_key: str) -> bytes:
    signed = sign(
        key=KEY,
        method=method,
        path=path,
        content_type=content_type,
        idempotency_key=idempotency_key,
        body=BODY,
        now=NOW,
    )
    return "\n".join([method, path, *(signed[name] for name in HEADERS)]).encode()


def _read(data: bytes) -> tuple[list[str], Verified] | None:
    lines = data.decode("latin-1").split("\n", LINES - 1)
    if len(lines) < LINES or not (lines[0].isascii() and lines[1].isascii()):
        return None  # The server gives no other method or path.
    method, path, *values = lines
    headers = dict(zip(HEADERS, values, strict=True))
    claimed = claimed_key_id(headers["Signature-Input"])
    known = {KEY_ID: KEY.public_key()}.get
    verified = verify(
        method=method, path=path, headers=headers, body=BODY, public_key_of=known, now=NOW
    )
    assert claimed == verified.key_id
    return lines, verified


def _check(read: tuple[list[str], Verified] | None) -> None:
    if read is None:
        return
    (method, path, *_, content_type, idempotency_key), verified = read
    assert verified.key_id == KEY_ID
    assert abs(NOW - verified.created) <= CREATED_WITHIN
    assert (method.upper(), path, content_type.strip(), idempotency_key.strip()) in SIGNED
