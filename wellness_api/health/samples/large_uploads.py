"""Decodes large uploads piece by piece.

msgspec holds the interpreter's lock during each call, in a thread as anywhere else. A body of 16 MiB can name sixteen
million values, which is half a second's work, though an upload may hold 250,000 samples. So the code first leaves an
upload's columns undecoded, refuses columns that are too long, and then decodes the columns one by one. Between two
columns, other requests have a turn. The code also looks at the batches one by one if each batch is answered and one does
not fit.
"""

import struct
from collections.abc import Callable, Mapping
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
    BatchProblem,
    SaidOrigin,
    Upload,
    WholeStates,
)
from points.said import said
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.http.choices import with_choices

Times = list[int] | bytes
Values = list[float | None] | bytes
Lengths = Annotated[int, msgspec.Meta(ge=0, le=LENGTH_MS_MAX)] | list[int] | bytes | None
Column = TypeVar("Column")
Decoded = TypeVar("Decoded")

BEFORE_PATH: Final = " - at `$."
"""What comes before the path at the end of msgspec's message about a misfit."""

ARRAY_LENGTH: Final = {0xDC: struct.Struct(">xH"), 0xDD: struct.Struct(">xI")}
"""The length field of a MessagePack array, by the array's first byte. Any other first byte is no column that could be too long."""


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
    """An upload of the wire contract, with its batches as they came."""

    batches: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=BATCHES_PER_UPLOAD_MAX)]
    card: Annotated[str, msgspec.Meta(min_length=4, max_length=64)] | None = None
    each_batch: bool = False
    whole_states: WholeStates = []


class Misfit(NamedTuple):
    """A batch that does not fit the wire contract, in an upload whose batches are answered one by one: the problem, and
    the batch as it came.
    """

    problem: BatchProblem
    came: bytes


NO_MISFITS: Final[Mapping[int, Misfit]] = {}


class Sent(NamedTuple):
    """An upload without the batches that do not fit. `misfits`: these batches by their places among all."""

    upload: Upload
    misfits: Mapping[int, Misfit]


def decode_large(content_type: str, body: bytes) -> Sent:
    """Decodes the upload. Raises the errors that msgspec raises for the whole body, and InvalidUpload for too many
    samples.

    Where each batch is answered, a batch that does not fit costs the others nothing.
    """
    form = _FORMS[content_type]
    raw = form.upload(body)
    batches: list[Batch] = []
    misfits: dict[int, Misfit] = {}
    for number, raw_batch in enumerate(raw.batches):
        came = bytes(memoryview(raw_batch))
        try:
            batches.append(_batch(form, came, f"$.batches[{number}]"))
        except msgspec.ValidationError as error:
            told = with_choices(error, Upload)
            if not raw.each_batch:
                raise told from error
            misfits[number] = Misfit(_problem(told), came)
    upload = Upload(
        batches=batches, card=raw.card, each_batch=raw.each_batch, whole_states=raw.whole_states
    )
    return Sent(upload, misfits)


def _batch(form: "_Form", came: bytes, path: str) -> Batch:
    batch = _decoded(form.batch, came, path)
    return Batch(
        metric=batch.metric,
        source=batch.source,
        times_ms=_column(form, form.times, batch.times_ms, f"{path}.times_ms"),
        values=_column(form, form.values, batch.values, f"{path}.values"),
        lengths_ms=_lengths(form, batch.lengths_ms, f"{path}.lengths_ms"),
        revision=batch.revision,
        origin=batch.origin,
    )


def _problem(error: msgspec.ValidationError) -> BatchProblem:
    problem, _, path = str(error).partition(BEFORE_PATH)
    return BatchProblem(
        reason="wrong_shape", field=path.rstrip("`"), limit="the schema of a batch", detail=problem
    )


def _lengths(form: "_Form", raw: msgspec.Raw, path: str) -> Lengths:
    return None if raw is NOT_SAID else _column(form, form.lengths, raw, path)


class _Form(NamedTuple):
    upload: Callable[[bytes], RawUpload]
    batch: Callable[[bytes], RawBatch]
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
            detail=said("refusal.too_many_samples", most=SAMPLES_PER_UPLOAD_MAX),
        )
    return _decoded(decode, came, path)


def _decoded(decode: Callable[[bytes], Decoded], came: bytes, path: str) -> Decoded:
    """What stands at the path. Raises a ValidationError with the same path that decoding the whole body would give."""
    try:
        return decode(came)
    except msgspec.ValidationError as error:
        problem, _, inside = str(error).partition(" - at `$")
        raise msgspec.ValidationError(f"{problem} - at `{path}{inside or '`'}") from error


def _length_in_json(column: bytes) -> int:
    return column.count(b",") + 1


def _length_in_messagepack(column: bytes) -> int:
    length = ARRAY_LENGTH.get(column[0])
    return 0 if length is None else int(length.unpack_from(column)[0])


_FORMS: Final = {
    JSON: _Form(
        msgspec.json.Decoder(RawUpload).decode,
        msgspec.json.Decoder(RawBatch).decode,
        msgspec.json.Decoder(Times).decode,
        msgspec.json.Decoder(Values).decode,
        msgspec.json.Decoder(Lengths).decode,
        _length_in_json,
    ),
    MESSAGEPACK: _Form(
        msgspec.msgpack.Decoder(RawUpload).decode,
        msgspec.msgpack.Decoder(RawBatch).decode,
        msgspec.msgpack.Decoder(Times).decode,
        msgspec.msgpack.Decoder(Values).decode,
        msgspec.msgpack.Decoder(Lengths).decode,
        _length_in_messagepack,
    ),
}

LARGE_FORMS: Final = frozenset(_FORMS)
"""The content types that can be decoded here."""
