"""Decoding large uploads piece by piece.

msgspec holds the interpreter's lock for as long as one call of it takes, in a thread as anywhere. A body of 16 MiB can
name sixteen million values, half a second's work, though an upload may hold 250,000 samples. So its columns are left
as they came at first, refused if they are too long, and decoded one by one: between two of them the others have a turn.
"""

import struct
from collections.abc import Callable
from typing import Annotated, Final, NamedTuple, TypeVar

import msgspec

from device_bridge.wire import (
    BATCHES_PER_UPLOAD_MAX,
    JSON,
    LENGTH_MS_MAX,
    MESSAGEPACK,
    SAMPLES_PER_UPLOAD_MAX,
    SOURCE_PATTERN,
    Batch,
    SaidOrigin,
    Upload,
)
from wellness_api.health.samples.problems import InvalidUpload

Times = list[int] | bytes
Values = list[float | None] | bytes
Lengths = Annotated[int, msgspec.Meta(ge=0, le=LENGTH_MS_MAX)] | list[int] | bytes | None
Column = TypeVar("Column")

ARRAY_LENGTH: Final = {0xDC: struct.Struct(">xH"), 0xDD: struct.Struct(">xI")}
"""How long a MessagePack array is, by its first byte. Any other value cannot be too long a column, or is none."""


NOT_SAID: Final = msgspec.Raw()


class RawBatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A batch of the wire contract, with its columns as they came."""

    metric: str
    source: Annotated[str, msgspec.Meta(pattern=SOURCE_PATTERN)]
    times_ms: msgspec.Raw
    values: msgspec.Raw
    lengths_ms: msgspec.Raw = NOT_SAID
    revision: Annotated[int, msgspec.Meta(ge=0, le=2**62)] = 0
    origin: SaidOrigin | None = None


class RawUpload(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An upload of the wire contract, of such batches."""

    batches: Annotated[
        list[RawBatch], msgspec.Meta(min_length=1, max_length=BATCHES_PER_UPLOAD_MAX)
    ]
    card: Annotated[str, msgspec.Meta(min_length=4, max_length=64)] | None = None


def decode_large(content_type: str, body: bytes) -> Upload:
    """The upload; raises msgspec's errors as decoding it at once would, and InvalidUpload for too many samples."""
    form = _FORMS[content_type]
    raw = form.upload(body)
    return Upload(
        batches=[
            Batch(
                metric=batch.metric,
                source=batch.source,
                times_ms=_column(form, form.times, batch.times_ms, f"$.batches[{number}].times_ms"),
                values=_column(form, form.values, batch.values, f"$.batches[{number}].values"),
                lengths_ms=_lengths(form, batch.lengths_ms, f"$.batches[{number}].lengths_ms"),
                revision=batch.revision,
                origin=batch.origin,
            )
            for number, batch in enumerate(raw.batches)
        ],
        card=raw.card,
    )


def _lengths(form: "_Form", raw: msgspec.Raw, path: str) -> Lengths:
    return None if raw is NOT_SAID else _column(form, form.lengths, raw, path)


class _Form(NamedTuple):
    upload: Callable[[bytes], RawUpload]
    times: Callable[[bytes], Times]
    values: Callable[[bytes], Values]
    lengths: Callable[[bytes], Lengths]
    length_of: Callable[[bytes], int]


def _column(form: _Form, decode: Callable[[bytes], Column], raw: msgspec.Raw, path: str) -> Column:
    came = bytes(memoryview(raw))
    if form.length_of(came) > SAMPLES_PER_UPLOAD_MAX:
        raise InvalidUpload(
            field=path.removeprefix("$."),
            limit=f"at most {SAMPLES_PER_UPLOAD_MAX} samples in an upload",
            detail="The upload holds too many samples; send it in parts.",
        )
    try:
        return decode(came)
    except msgspec.ValidationError as error:
        what, _, inside = str(error).partition(" - at `$")
        raise msgspec.ValidationError(f"{what} - at `{path}{inside or '`'}") from error


def _length_in_json(column: bytes) -> int:
    return column.count(b",") + 1


def _length_in_messagepack(column: bytes) -> int:
    length = ARRAY_LENGTH.get(column[0])
    return 0 if length is None else int(length.unpack_from(column)[0])


_FORMS: Final = {
    JSON: _Form(
        msgspec.json.Decoder(RawUpload).decode,
        msgspec.json.Decoder(Times).decode,
        msgspec.json.Decoder(Values).decode,
        msgspec.json.Decoder(Lengths).decode,
        _length_in_json,
    ),
    MESSAGEPACK: _Form(
        msgspec.msgpack.Decoder(RawUpload).decode,
        msgspec.msgpack.Decoder(Times).decode,
        msgspec.msgpack.Decoder(Values).decode,
        msgspec.msgpack.Decoder(Lengths).decode,
        _length_in_messagepack,
    ),
}

LARGE_FORMS: Final = frozenset(_FORMS)
"""The content types that are known here."""
