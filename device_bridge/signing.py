"""Signs and verifies requests by HTTP Message Signatures (RFC 9421) with a Content-Digest (RFC 9530).

Both sides live here so that they cannot drift apart. The signature covers the method, the path and query, the digest of
the body, its type and the idempotency key. It names the key, the time when it was made, and a nonce. Verification is
pure: the caller brings the time, the keys and the window of seen nonces. It has two steps, so that a server can refuse a
stranger by the headers alone before it reads a body.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, NoReturn, Protocol

import cryptography.exceptions
import http_sf
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    VerifyResult,
)
from http_message_signatures.algorithms import ED25519

from device_bridge.errors import BridgeError
from device_bridge.keys import key_id

TAG: Final = "wellness-gateway"
COVERED: Final = (
    "@method",
    "@path",
    "@query",
    "content-digest",
    "content-type",
    "idempotency-key",
)
PARAMETERS: Final = frozenset({"created", "nonce", "keyid", "alg", "tag"})
# The clock of a gateway without a battery drifts until the network is back. A replay window must cover twice this.
CREATED_WITHIN: Final = timedelta(seconds=300)
NONCE_LENGTH_MIN: Final = 16
"""In characters; a request with a shorter nonce is refused as malformed."""

NONCE_LENGTH_MAX: Final = 64
"""In characters; a request with a longer nonce is refused as malformed."""

_NONCE_BYTES: Final = 16

Reason = Literal[
    "missing",
    "malformed",
    "not_covered",
    "expired",
    "unknown_key",
    "bad_signature",
    "digest_mismatch",
]


class SignatureRefused(BridgeError):
    """The signature of a request does not hold. `reason` is for programs, the text for people."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed, when, and the nonce. The caller must not have seen the nonce with this key before."""

    key_id: str
    nonce: str
    created: datetime


class _Message(msgspec.Struct):
    """What the signature library needs of a request. It looks only at path and query of the URL."""

    method: str
    url: str
    headers: dict[str, str]


class _SignatureInput(Protocol):
    @property
    def params(self) -> Mapping[str, object]: ...


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        del key_id  # The gateway has one key.
        return self._key


class _Lookup(HTTPSignatureKeyResolver):
    def __init__(self, public_key_of: Callable[[str], Ed25519PublicKey | None]) -> None:
        self._public_key_of = public_key_of

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        key = self._public_key_of(key_id)
        if key is None:
            raise SignatureRefused("unknown_key", f"no gateway key {key_id!r} is registered")
        return key


class _Verifier(HTTPMessageVerifier):
    """The library's verifier, with the time as an argument instead of the machine's clock."""

    def __init__(self, lookup: _Lookup, now: datetime) -> None:
        super().__init__(signature_algorithm=ED25519, key_resolver=lookup)
        self._now = now

    def validate_created_and_expires(
        self, sig_input: _SignatureInput, max_age: timedelta | None = None
    ) -> None:
        del max_age  # CREATED_WITHIN bounds the age in both directions.
        parameters = set(sig_input.params)
        if parameters != PARAMETERS:
            raise SignatureRefused(
                "malformed",
                f"the signature must have exactly the parameters {', '.join(sorted(PARAMETERS))}",
            )
        created = _time_of(sig_input.params["created"])
        if abs(self._now - created) > CREATED_WITHIN:
            raise SignatureRefused(
                "expired",
                f"signed at {created.isoformat()}, more than {CREATED_WITHIN.seconds} s from"
                f" {self._now.isoformat(timespec='seconds')}; set the gateway's clock and sign again",
            )


def sign(
    *,
    key: Ed25519PrivateKey,
    method: str,
    path: str,
    content_type: str,
    idempotency_key: str,
    body: bytes,
    now: datetime,
) -> dict[str, str]:
    """The headers of a signed request, Content-Type and Idempotency-Key among them.

    `path`: as it stands in the request line, with its query if it has one. `now`: with an offset. Each call draws a new
    nonce, so that a retry is not a replay.
    """
    message = _Message(
        method=method,
        url=_url_of(path),
        headers={"Content-Type": content_type, "Idempotency-Key": idempotency_key},
    )
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_OneKey(key)).sign(
        message,
        key_id=key_id(key.public_key()),
        created=now,
        nonce=secrets.token_urlsafe(_NONCE_BYTES),
        label="gateway",
        tag=TAG,
        covered_component_ids=COVERED,
        body=body,
    )
    return message.headers


def claimed_key_id(signature_input: str) -> str:
    """The key that a Signature-Input header names. This proves nothing yet."""
    try:
        parsed = http_sf.parse(signature_input.encode(), tltype="dictionary")
        inputs = msgspec.convert(parsed, dict[str, tuple[Any, dict[str, Any]]])
    except ValueError as error:
        raise SignatureRefused("malformed", f"Signature-Input: {error}") from error
    claimed = [
        str(parameters["keyid"])
        for _, parameters in inputs.values()
        if parameters.get("tag") == TAG and "keyid" in parameters
    ]
    if len(claimed) != 1:
        raise SignatureRefused("malformed", f"exactly one signature must have the tag {TAG!r}")
    return claimed[0]


def verify(
    *,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    public_key_of: Callable[[str], Ed25519PublicKey | None],
    now: datetime,
) -> Verified:
    """Who signed this request, after a check that the body is what they signed. Raises SignatureRefused with the reason.

    `path`: as in the request line, query included. `body`: as received, before any content decoding. `now`: with an
    offset. The caller refuses a (key id, nonce) that it saw within twice CREATED_WITHIN.
    """
    verified = verify_headers(
        method=method, path=path, headers=headers, public_key_of=public_key_of, now=now
    )
    (content_digest,) = (
        value for name, value in headers.items() if name.lower() == "content-digest"
    )
    verify_body(content_digest, body)
    return verified


def verify_body(content_digest: str, body: bytes) -> None:
    """Checks that the body, as received, matches the Content-Digest header. Raises SignatureRefused."""
    try:
        ContentDigest.verify(content_digest, body)
    except InvalidSignature as error:
        raise SignatureRefused("digest_mismatch", str(error)) from error


def verify_headers(
    *,
    method: str,
    path: str,
    headers: Mapping[str, str],
    public_key_of: Callable[[str], Ed25519PublicKey | None],
    now: datetime,
) -> Verified:
    """Who signed these headers. `verify_body` and the signed Content-Digest prove the body."""
    for name in (
        "signature-input",
        "signature",
        "content-digest",
        "content-type",
        "idempotency-key",
    ):
        if not any(header.lower() == name for header in headers):
            raise SignatureRefused("missing", f"the request has no {name} header")
    if not path.startswith("/") or "#" in path:
        # If the path is put after a host, a part before the first slash or after a hash would not belong to the signed
        # path.
        raise SignatureRefused("malformed", "the request's path must begin with / and have no #")
    message = _Message(method=method.upper(), url=_url_of(path), headers=dict(headers))
    result = _only_result(_Verifier(_Lookup(public_key_of), now), message)
    _refuse_uncovered(result)
    nonce = str(result.nonce)
    if not NONCE_LENGTH_MIN <= len(nonce) <= NONCE_LENGTH_MAX:
        raise SignatureRefused(
            "malformed", f"the nonce must have {NONCE_LENGTH_MIN} to {NONCE_LENGTH_MAX} characters"
        )
    return Verified(
        key_id=str(result.parameters["keyid"]),
        nonce=nonce,
        created=_time_of(result.parameters["created"]),
    )


def _only_result(verifier: _Verifier, message: _Message) -> VerifyResult:
    try:
        results = verifier.verify(message, max_age=None, expect_tag=TAG)
    except InvalidSignature as error:
        _refuse(error)
    if len(results) != 1:
        raise SignatureRefused("malformed", f"exactly one signature must have the tag {TAG!r}")
    return results[0]


def _refuse(error: InvalidSignature) -> NoReturn:
    # The library wraps the error of a key lookup or of the curve arithmetic; only the cause tells them apart.
    if isinstance(error.__cause__, SignatureRefused):
        raise error.__cause__
    if isinstance(error.__cause__, cryptography.exceptions.InvalidSignature):
        raise SignatureRefused(
            "bad_signature", "the signature does not fit the request and the key"
        ) from error
    raise SignatureRefused("malformed", str(error)) from error


def _refuse_uncovered(result: VerifyResult) -> None:
    covered = {component.strip('"') for component in result.covered_components}
    uncovered = [component for component in COVERED if component not in covered]
    if uncovered:
        raise SignatureRefused("not_covered", f"the signature must cover {', '.join(uncovered)}")


def _time_of(created: object) -> datetime:
    try:
        return datetime.fromtimestamp(int(str(created)), tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SignatureRefused("malformed", "created is not a time") from error


def _url_of(path: str) -> str:
    # The library needs a whole URL. Host and scheme are not covered, because proxies change them.
    return f"https://gateway.invalid{path}"
