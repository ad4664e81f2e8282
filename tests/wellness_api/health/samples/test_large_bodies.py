"""A large body is decoded piece by piece, and says the same as one that is decoded at once."""

import base64
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from device_bridge.wire import JSON, MESSAGEPACK, SAMPLES_PER_UPLOAD_MAX, Batch, Upload
from wellness_api.health.samples.large_uploads import NOT_SAID, RawBatch, RawUpload, decode_large
from wellness_api.health.samples.problems import InvalidUpload

FORMS = {JSON: msgspec.json, MESSAGEPACK: msgspec.msgpack}

GOOD: dict[str, Any] = {
    "metric": "steps",
    "source": "phone:test",
    "times_ms": [1_790_000_040_000, 1_790_000_100_000],
    "values": [52, None],
    "revision": 3,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "upload",
    [
        {"batches": [GOOD]},
        {"batches": [GOOD, GOOD | {"values": [0.5, 1]}], "card": "card-1"},
        {"batches": []},
        {"batches": [GOOD, GOOD | {"values": ["many", 2]}]},
        {"batches": [GOOD, GOOD | {"times_ms": [1.5, 2]}]},
        {"batches": [GOOD | {"times_ms": {"first": 1}}]},
        {"batches": [GOOD | {"values": None}]},
        {"batches": [GOOD | {"source": "my phone"}]},
        {"batches": [GOOD | {"colour": "red"}]},
        {"batches": [GOOD], "cart": "card-1"},
        {"batches": [{key: GOOD[key] for key in ("metric", "source", "values")}]},
        {"batches": [GOOD | {"times_ms": base64.b64encode(bytes(16)).decode()}]},
        [1, 2],
    ],
)
def test_piece_by_piece_is_as_at_once(form: str, upload: Any) -> None:
    body = FORMS[form].encode(upload)

    def outcome(decode: Callable[[], Upload]) -> Upload | str:
        try:
            return decode()
        except msgspec.ValidationError as error:
            return str(error)

    at_once = outcome(lambda: FORMS[form].decode(body, type=Upload))
    assert outcome(lambda: decode_large(form, body).upload) == at_once


def test_packed_columns_are_taken_as_they_are() -> None:
    body = msgspec.msgpack.encode(
        {"batches": [GOOD | {"times_ms": bytes(16), "values": bytes(16)}]}
    )
    assert decode_large(MESSAGEPACK, body).upload == msgspec.msgpack.decode(body, type=Upload)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("column", ["times_ms", "values"])
def test_too_long_a_column_is_refused_before_it_is_decoded(form: str, column: str) -> None:
    body = FORMS[form].encode({"batches": [GOOD | {column: [1] * (SAMPLES_PER_UPLOAD_MAX + 1)}]})
    with pytest.raises(InvalidUpload, match="too many samples") as raised:
        decode_large(form, body)
    assert raised.value.field == f"batches[0].{column}"


@pytest.mark.parametrize("body", [b"", b"{", b"\xc1", b'{"batches": [{]}'])
@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_upload_is_malformed(form: str, body: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode_large(form, body)


@pytest.mark.parametrize(("raw", "contract"), [(RawBatch, Batch), (RawUpload, Upload)])
def test_the_raw_shapes_have_what_the_wire_contract_has(
    raw: type[msgspec.Struct], contract: type[msgspec.Struct]
) -> None:
    def fields(shape: type[msgspec.Struct]) -> list[tuple[str, bool, Any]]:
        return [
            # A column that is not said is no bytes that came.
            (field.name, field.required, None if field.default is NOT_SAID else field.default)
            for field in msgspec.structs.fields(shape)
        ]

    assert fields(raw) == fields(contract)
