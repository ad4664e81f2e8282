"""Records: samples that their sender knows by an id, so that the sender can edit and delete them by it.

A record's samples stand in segments that name it (`segments`), and the database keeps in which segments each record
stands (`record_rows`). A newer version says all of the record again, so whatever it no longer says is gone. A deletion
says that the record has nothing. What other records say, even of the same moments, belongs to them.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import msgspec

from device_bridge.wire import SaidOrigin
from wellness_api.health.samples.digests import digest

DELETED: Final = 2**63 - 1
"""The revision of a record that its sender deleted. It is greater than any revision that a sender may give."""


class Column(msgspec.Struct, frozen=True):
    """Samples of one metric: Unix milliseconds, values in the metric's unit, and lengths, all of equal number.

    `lengths_ms`: empty where the sender said none.
    """

    times_ms: Sequence[int]
    values: Sequence[float | None]
    lengths_ms: Sequence[int] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What one entry of a phone's health store holds: often one value, the two of a blood pressure, or many of a night.

    `columns`: by metric code. `record_id`: the sender's id. None where the form has no ids, and then a sample is known by
    its source and time alone. `revision`: of a record id the greatest revision counts, and of equal ones the last
    received. Without an id, see `device_bridge.wire.Batch`. `origin`: None where the form does not say how its values
    came to be.
    """

    source: str
    columns: Mapping[str, Column]
    record_id: str | None = None
    revision: int = 0
    origin: SaidOrigin | None = None


class DeletedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The sender deleted the record for good, even if the record itself is still on its way."""

    record_id: str


def record_key(record_id: str) -> UUID:
    """The key of a record id in the database."""
    return digest(record_id.encode())


_MARK_BYTES: Final = 8


def mark_of(key: UUID) -> int:
    """What stands for a record among the marks of segments: 64 bits of its key, never 0."""
    return int.from_bytes(key.bytes[:_MARK_BYTES], "little", signed=True) or 1


def keys_of_mark(mark: int) -> tuple[UUID, UUID]:
    """The least and the greatest key for which a mark of segments stands."""
    begins = mark.to_bytes(_MARK_BYTES, "little", signed=True)
    rest = len(UUID(int=0).bytes) - _MARK_BYTES
    return UUID(bytes=begins + bytes(rest)), UUID(bytes=begins + b"\xff" * rest)


_CHECKED_BYTES: Final = 10

_UUID_LENGTH: Final = 36
"""The length of a UUID in text."""


def exported_id(content: bytes) -> UUID:
    """An id for something that we export. It is the same for the same content, and `is_exported` recognises it."""
    own = digest(content).bytes[:_CHECKED_BYTES]
    return UUID(bytes=own + digest(own).bytes[_CHECKED_BYTES:])


def is_exported(record_id: str) -> bool:
    """Whether the id is one of ours. A form may put something before it.

    A sample that comes back with such an id is known by what it says, as if it had no id.
    """
    try:
        own = UUID(record_id[-_UUID_LENGTH:]).bytes
    except ValueError:
        return False
    return digest(own[:_CHECKED_BYTES]).bytes[_CHECKED_BYTES:] == own[_CHECKED_BYTES:]


def key_of(record: "Record | DeletedRecord") -> UUID | None:
    """The record's key in the database; None for a record that is known by what it says."""
    if record.record_id is None or is_exported(record.record_id):
        return None
    return record_key(record.record_id)
