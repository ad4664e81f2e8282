"""Rows of `health.record`: what is kept of a record beside its samples' segments.

A deletion names nothing but an id, and segments do not say whose their samples are. So the row holds the record's
samples once more, in a few bytes: what it said is taken back by it, and what another record of the same moment said
comes back by that one's.
"""

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
import numpy as np

from wellness_api.health.samples.codec import AS_DIFFERENCES, compressed, decompressed
from wellness_api.health.samples.segments import decode_column

FIRST_TIME: Final = struct.Struct("<q")

LISTED_MAX: Final = 4
"""More times or values than these are compressed; fewer are shorter as they are."""

RecordSamples = Mapping[int, Mapping[int, int | None]]
"""A record's samples by metric number, one or more of each: multiples of the resolution by Unix milliseconds, ascending.

None for the value of a sample whose row is from before values were kept.
"""


class RecordRow(NamedTuple):
    """A row of `health.record`; the days are UTC's, of its first and last sample."""

    record: UUID
    revision: int
    source: str
    first_day: date
    last_day: date
    times: bytes
    values: bytes


class KnownRecord(NamedTuple):
    """What the database holds of a record, or an upload brings of it."""

    revision: int
    source: str
    samples: RecordSamples


_encoder: Final = msgspec.msgpack.Encoder()
_columns: Final = msgspec.msgpack.Decoder(dict[int, list[int] | bytes])


def record_row(record: UUID, known: KnownRecord, *, received_on: date) -> RecordRow:
    """The row of what is now known of a record; one without samples is of use from the day on which it came."""
    if not known.samples:
        return RecordRow(record, known.revision, known.source, received_on, received_on, b"", b"")
    times = {number: list(of) for number, of in known.samples.items()}
    assert all(times.values()), "a metric that a record speaks of has samples"
    return RecordRow(
        record,
        known.revision,
        known.source,
        utc_date(min(of[0] for of in times.values())),
        utc_date(max(of[-1] for of in times.values())),
        _encoder.encode({number: _packed_times(of) for number, of in times.items()}),
        _encoder.encode(
            {number: _packed_values(list(of.values())) for number, of in known.samples.items()}
        ),
    )


def known_record(revision: int, source: str, times: bytes, values: bytes) -> KnownRecord:
    """A row of the database as `storable_of` takes it."""
    return KnownRecord(revision, source, record_samples(times, values))


def record_samples(times: bytes, values: bytes) -> RecordSamples:
    """A row's samples; their values are None in a row from before values were kept."""
    if not times:
        return {}
    packed_values = _columns.decode(values) if values else {}
    samples = {}
    for number, packed in _columns.decode(times).items():
        times_ms = packed if isinstance(packed, list) else _unpacked_times(packed)
        samples[number] = dict(
            zip(times_ms, _unpacked_values(packed_values.get(number), len(times_ms)), strict=True)
        )
    return samples


def utc_date(time_ms: int) -> date:
    """The date in UTC at so many Unix milliseconds."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).date()


def _packed_times(times_ms: list[int]) -> list[int] | bytes:
    """Many as the first time in 8 bytes, then the differences to it."""
    if len(times_ms) <= LISTED_MAX:
        return times_ms
    offsets = np.array(times_ms, np.int64) - times_ms[0]
    assert (offsets[1:] > offsets[:-1]).all(), "times are ascending, each once"
    return FIRST_TIME.pack(times_ms[0]) + compressed(offsets, AS_DIFFERENCES)


def _unpacked_times(packed: bytes) -> list[int]:
    (first_ms,) = FIRST_TIME.unpack_from(packed)
    offsets = decompressed(packed[FIRST_TIME.size :])
    return [first_ms + offset for offset in offsets.tolist()]


def _packed_values(values: Sequence[int | None]) -> list[int] | bytes:
    """One stands for all where they are equal, as the minutes of a night are."""
    known = [value for value in values if value is not None]
    assert len(known) == len(values), "what an upload brings has its values"
    if len(set(known)) == 1:
        return known[:1]
    if len(known) <= LISTED_MAX:
        return known
    return compressed(np.array(known, np.int32), AS_DIFFERENCES)


def _unpacked_values(packed: list[int] | bytes | None, count: int) -> Sequence[int | None]:
    if packed is None:
        return [None] * count
    values: list[int] = packed if isinstance(packed, list) else decode_column(packed).tolist()
    return values * count if len(values) == 1 else values
