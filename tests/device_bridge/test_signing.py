"""A signature holds for exactly the request it was made for, for five minutes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from device_bridge.keys import key_id
from device_bridge.signing import CREATED_WITHIN, SignatureRefused, Verified, sign, verify

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
BODY = b"\x81\xa1a\x01"


def signed(body: bytes = BODY, key: Ed25519PrivateKey = KEY) -> dict[str, str]:
    return sign(
        key=key,
        method="POST",
        path="/v1/uploads",
        content_type="application/msgpack",
        idempotency_key="0123456789abcdef",
        body=body,
        now=NOW,
    )


def check(
    headers: dict[str, str],
    *,
    method: str = "POST",
    path: str = "/v1/uploads",
    body: bytes = BODY,
    now: datetime = NOW,
) -> Verified:
    return verify(
        method=method, path=path, headers=headers, body=body, public_key_of=KEYS.get, now=now
    )


def refusal(headers: dict[str, str], **request: Any) -> str:
    with pytest.raises(SignatureRefused) as caught:
        check(headers, **request)
    return caught.value.reason


def test_a_signed_request_names_its_key_and_its_nonce() -> None:
    verified = check(signed())
    assert verified.key_id in KEYS
    assert verified.created == NOW
    assert 16 <= len(verified.nonce) <= 64


def test_each_signing_draws_another_nonce_so_that_a_replay_can_be_told() -> None:
    assert check(signed()).nonce != check(signed()).nonce


def test_the_signature_follows_rfc_9421() -> None:
    headers = signed()
    assert headers["Signature-Input"].startswith(
        'gateway=("@method" "@path" "@query" "content-digest" "content-type" "idempotency-key");created='
    )
    assert 'alg="ed25519"' in headers["Signature-Input"]
    assert 'tag="wellness-gateway"' in headers["Signature-Input"]
    assert headers["Content-Digest"].startswith("sha-256=:")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"method": "PUT"}, "bad_signature"),
        ({"path": "/v1/uploads/1"}, "bad_signature"),
        ({"path": "/v1/uploads?dry=1"}, "bad_signature"),
        ({"path": "(/v1/uploads"}, "malformed"),
        ({"path": "elsewhere/v1/uploads"}, "malformed"),
        ({"path": "/v1/uploads#there"}, "malformed"),
        ({"body": b"another"}, "digest_mismatch"),
        ({"now": NOW + CREATED_WITHIN + timedelta(seconds=1)}, "expired"),
        ({"now": NOW - CREATED_WITHIN - timedelta(seconds=1)}, "expired"),
    ],
)
def test_a_changed_or_old_request_is_refused(change: dict[str, Any], reason: str) -> None:
    assert refusal(signed(), **change) == reason


@pytest.mark.parametrize("within", [CREATED_WITHIN, -CREATED_WITHIN])
def test_a_clock_off_by_five_minutes_still_passes(within: timedelta) -> None:
    check(signed(), now=NOW + within)


@pytest.mark.parametrize("header", ["Content-Type", "Idempotency-Key"])
def test_a_changed_covered_header_is_refused(header: str) -> None:
    assert refusal(signed() | {header: "other-value"}) == "bad_signature"


@pytest.mark.parametrize(
    "header",
    ["Signature", "Signature-Input", "Content-Digest", "Content-Type", "Idempotency-Key"],
)
def test_a_missing_header_is_named(header: str) -> None:
    headers = signed()
    del headers[header]
    assert refusal(headers) == "missing"


def test_a_digest_swapped_with_the_body_is_refused() -> None:
    other = signed(b"another")
    assert (
        refusal(signed() | {"Content-Digest": other["Content-Digest"]}, body=b"another")
        == "bad_signature"
    )


def test_an_unknown_key_is_refused() -> None:
    assert refusal(signed(key=Ed25519PrivateKey.generate())) == "unknown_key"


def test_a_signature_by_another_key_under_a_known_name_is_refused() -> None:
    stranger = signed(key=Ed25519PrivateKey.generate())
    ours = signed()
    assert refusal(ours | {"Signature": stranger["Signature"]}) == "bad_signature"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (' "idempotency-key"', "", "not_covered"),
        (' "content-digest"', "", "not_covered"),
        (';alg="ed25519"', "", "malformed"),
        ("ed25519", "rsa-pss-sha512", "malformed"),
        ("wellness-gateway", "other", "malformed"),
        ("gateway=(", "gateway=((", "malformed"),
    ],
)
def test_a_rewritten_signature_input_is_refused(old: str, new: str, reason: str) -> None:
    headers = signed()
    headers["Signature-Input"] = headers["Signature-Input"].replace(old, new)
    # Leaving a component out also breaks the signature itself; both are refusals of the right kind.
    assert refusal(headers) in {reason, "bad_signature"}


def test_headers_are_found_in_any_case() -> None:
    check({name.lower(): value for name, value in signed().items()})


@given(st.dictionaries(st.sampled_from(sorted(signed())), st.text(max_size=80)))
def test_garbage_in_headers_is_always_a_typed_refusal(garbage: dict[str, str]) -> None:
    headers = signed()
    changed = {name: value for name, value in garbage.items() if headers[name] != value}
    if changed:
        try:
            check(headers | changed)
        except SignatureRefused:
            return
        # White space around a field value is not part of it.
        assert all(headers[name].strip() == value.strip() for name, value in changed.items())
