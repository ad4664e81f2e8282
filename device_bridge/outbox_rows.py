"""What a row of the outbox must be. A disk may change any byte, and SQLite keeps a value of any type in any column.

A row that cannot be used is put aside, and all the others go on.
"""

import re
from typing import Annotated, Any, Final, TypeVar

import msgspec

from device_bridge.errors import BridgeError
from device_bridge.wire import EARLIEST_MS, SOURCE_PATTERN, Upload

SAMPLES_PER_UPLOAD: Final = 5_000
BOOT_MS_MAX: Final = 10 * 366 * 86_400_000
"""No box runs for ten years."""

_VALUE_MAX: Final = 1e12
TRIES_MAX: Final = 1_000_000
"""A higher count is not what was written, and starts again from 0."""

_STEPS_MAX: Final = 2**40  # A device's counter has 32 bits.
_KEY: Final = re.compile(r"^[!-~]{1,255}$(?!\n)")  # What can stand in a header.

Card = Annotated[str, msgspec.Meta(min_length=4, max_length=64, pattern=r"^[^\x00-\x1f]*$(?!\n)")]
Source = Annotated[str, msgspec.Meta(pattern=SOURCE_PATTERN)]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Value = Annotated[float, msgspec.Meta(ge=-_VALUE_MAX, le=_VALUE_MAX)]
BootMs = Annotated[int, msgspec.Meta(ge=0, le=BOOT_MS_MAX)]
Steps = Annotated[int, msgspec.Meta(ge=0, le=_STEPS_MAX)]

Row = TypeVar("Row")


class RowBroken(BridgeError):
    """The disk has changed a row: it is no longer what was written."""


class UploadRow(msgspec.Struct, frozen=True, array_like=True):
    """An upload. Its body has `card` and `samples` too."""

    idempotency_key: str
    body: bytes
    samples: int
    made_ms: int
    card: str
    tries: Annotated[int, msgspec.Meta(ge=0, le=TRIES_MAX)]


class ReadingRow(msgspec.Struct, frozen=True, array_like=True):
    """A reading. The server judges the metric, and whether the time and value can be true."""

    card: Card
    source: Source
    metric: Word
    time_ms: int
    value: float


class UntimedRow(msgspec.Struct, frozen=True, array_like=True):
    """A measurement without a time. `told` may be anything: the value stays even if the date is not a date."""

    card: Card
    source: Source
    metric: Word
    value: Value
    cumulative: int
    told: Any
    boot_id: str
    boot_ms: BootMs


class BootRow(msgspec.Struct, frozen=True, array_like=True):
    """A start of the box. Its times may be anything: without usable ones the latest possible ones count."""

    boot_id: str
    last_boot_ms: Any
    offset_ms: Any


class StepCounterRow(msgspec.Struct, frozen=True, array_like=True):
    """What was known of a device's counter."""

    source: str
    card: str
    total: Steps
    minute_ms: Annotated[int, msgspec.Meta(ge=EARLIEST_MS)]
    minute_steps: Steps


class SeenRow(msgspec.Struct, frozen=True, array_like=True):
    """A record that was kept."""

    source: str
    digest: bytes
    place: int
    sighting: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    boot_id: str
    boot_ms: BootMs
    utc_ms: int | None


class KeepsMemoryRow(msgspec.Struct, frozen=True, array_like=True):
    """A device that keeps a memory."""

    source: str


class RefusedRow(msgspec.Struct, frozen=True, array_like=True):
    """An upload or a row that was put aside."""

    idempotency_key: str
    body: bytes
    samples: int
    status: int
    problem: bytes
    refused_ms: int


def row_of(kind: type[Row], columns: tuple[object, ...]) -> Row:
    """The row. Raises RowBroken when a column does not fit."""
    try:
        return msgspec.convert(columns, type=kind)
    except msgspec.ValidationError as error:
        raise RowBroken(str(error)) from error


def content_of(body: object) -> Upload:
    """The content of an upload's body. Raises RowBroken when no gateway wrote it like this."""
    if not isinstance(body, bytes):
        raise RowBroken("the body is not bytes")
    try:
        upload = msgspec.msgpack.decode(body, type=Upload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RowBroken(str(error)) from error
    if upload.card is None or not upload.card.isprintable():
        raise RowBroken("the body names no card")
    for batch in upload.batches:
        if isinstance(batch.times_ms, bytes) or isinstance(batch.values, bytes):
            raise RowBroken("a column is not a list")
    return upload


def samples_in(upload: Upload) -> int:
    """How many samples the upload has."""
    return sum(len(batch.times_ms) for batch in upload.batches)


def can_be_sent(idempotency_key: object) -> bool:
    """Whether a header can hold this key."""
    return isinstance(idempotency_key, str) and _KEY.fullmatch(idempotency_key) is not None


def text_of(content: bytes) -> str:
    """The text, with a replacement for broken bytes. The server may refuse such a word, and the rest can still be sent."""
    return content.decode("utf-8", "replace")
