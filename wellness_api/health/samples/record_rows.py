"""Rows of `health.record`, which say where a record's samples stand: a deletion names nothing but the record's id."""

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from wellness_api.health.samples.codec import decompressed

Places = Mapping[int, Sequence[date]]
"""The local days on which a record has samples, ascending, by metric number."""

OldMoments = Mapping[int, Sequence[int]]
"""Unix milliseconds by metric number."""


NO_MOMENTS: Final[OldMoments] = {}


class RecordRow(NamedTuple):
    """A row of `health.record`. It is needed as long as samples of `last_day` are kept."""

    record: UUID
    revision: int
    source: str
    last_day: date
    places: bytes


class KnownRecord(NamedTuple):
    """What the database holds of a record, or what an upload brings of it.

    `old`: in a row from before segments named their records, the moments of its samples. These samples stand in segments
    as samples without a record.
    """

    revision: int
    source: str
    places: Places
    old: OldMoments = NO_MOMENTS


_encoder: Final = msgspec.msgpack.Encoder()
_places: Final = msgspec.msgpack.Decoder(dict[int, list[int]])
_old_times: Final = msgspec.msgpack.Decoder(dict[int, list[int] | bytes])
_FIRST_TIME: Final = struct.Struct("<q")


def record_row(record: UUID, known: KnownRecord, *, received_on: date) -> RecordRow:
    """The row of what is now known of a record. A record without samples counts as of the day on which it came."""
    last_day = max((days[-1] for days in known.places.values()), default=received_on)
    return RecordRow(record, known.revision, known.source, last_day, _packed(known.places))


def known_record(revision: int, source: str, places: bytes | None, old_times: bytes) -> KnownRecord:
    """What a row of the database says. `places`: None in a row from before rows had places."""
    if places is None:
        return KnownRecord(revision, source, {}, _old_moments(old_times))
    return KnownRecord(revision, source, _unpacked(places))


def _packed(places: Places) -> bytes:
    """For each metric: the first day, and for each other day the number of days since the day before it."""
    packed = {}
    for number, days in places.items():
        ordinals = [day.toordinal() for day in days]
        steps = [later - earlier for earlier, later in pairwise(ordinals)]
        assert all(step > 0 for step in steps), "days are ascending, each once"
        packed[number] = [*ordinals[:1], *steps]
    return _encoder.encode(packed) if packed else b""


def _unpacked(packed: bytes) -> Places:
    if not packed:
        return {}
    places = {}
    for number, steps in _places.decode(packed).items():
        ordinal, days = 0, []
        for step in steps:
            ordinal += step
            days.append(date.fromordinal(ordinal))
        places[number] = days
    return places


def _old_moments(packed: bytes) -> OldMoments:
    """A few moments stand as they are. Many moments are the first in 8 bytes, and then the differences to it."""
    if not packed:
        return {}
    return {
        number: times if isinstance(times, list) else _unpacked_times(times)
        for number, times in _old_times.decode(packed).items()
    }


def _unpacked_times(packed: bytes) -> list[int]:
    (first_ms,) = _FIRST_TIME.unpack_from(packed)
    return [first_ms + later for later in decompressed(packed[_FIRST_TIME.size :]).tolist()]


def utc_date(time_ms: int) -> date:
    """The date in UTC at this many Unix milliseconds."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).date()
