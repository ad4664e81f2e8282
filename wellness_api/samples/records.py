"""Records: samples that their sender knows by an id, so that it can edit and delete them by it.

Of each record the database keeps which samples it brought (`health.record`), not the samples: these are in segments
like all others. An edited record takes back those that its newer version no longer has; a deletion takes back all.
So what stands in the end does not depend on the order in which versions and deletions arrive.
"""

import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
import numpy as np

from device_bridge.wire import REFUSALS_LISTED_PER_BATCH_MAX, Batch, Refusal
from wellness_api.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER
from wellness_api.samples.codec import AS_DIFFERENCES, compressed, decompressed
from wellness_api.samples.digests import digest

DELETED: Final = 2**63 - 1
"""The revision of a record that its sender deleted: greater than any that a sender may give."""

FIRST_TIME: Final = struct.Struct("<q")

TIMES_LISTED_MAX: Final = 4
"""More times than these are compressed; fewer are shorter as they are."""


class Column(msgspec.Struct, frozen=True):
    """Samples of one metric: Unix milliseconds and values in the metric's unit, of equal length."""

    times_ms: Sequence[int]
    values: Sequence[float | None]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What one entry of a phone's health store holds: often one value, a blood pressure's two, or a night's many.

    `columns`: by metric code.
    `record_id`: the sender's; None where the form has none, and then a sample is known by its source and time alone.
    `revision`: the greatest of a record id counts, and of equal ones the last received. Without an id, see
    `device_bridge.wire.Batch`.
    """

    source: str
    columns: Mapping[str, Column]
    record_id: str | None = None
    revision: int = 0


class DeletedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The sender deleted the record, for good; also when the record itself is still on its way."""

    record_id: str


Times = dict[int, list[int]]
"""Unix milliseconds of a record's samples, ascending, by metric number."""


class RecordRow(NamedTuple):
    """A row of `health.record`."""

    record: UUID
    revision: int
    source: str
    last_day: date
    times: bytes


class KnownRecord(NamedTuple):
    """What the database holds of a record."""

    revision: int
    source: str
    times: Times


class SettledBatch(NamedTuple):
    """A batch for the segments, and the samples of it that came in records which are out of date."""

    batch: Batch
    refusals: list[Refusal]
    refused: int


class Settled(NamedTuple):
    """What is left of an upload's records when those that the database knows better are left out."""

    batches: list[SettledBatch]
    rows: list[RecordRow]


class _Gathered:
    """The samples of one (metric, source, revision) as they are gathered."""

    def __init__(self) -> None:
        self.times_ms: list[int] = []
        self.values: list[float | None] = []
        self.refusals: list[Refusal] = []
        self.refused = 0

    def refuse(self, times_ms: Sequence[int], refusal: Refusal) -> None:
        self.refused += len(times_ms)
        room = REFUSALS_LISTED_PER_BATCH_MAX - len(self.refusals)
        self.refusals.extend(
            msgspec.structs.replace(refusal, time_ms=time_ms) for time_ms in times_ms[:room]
        )


OLDER: Final = Refusal(
    time_ms=0,
    field="record",
    reason="older_revision",
    limit="at least the revision already known of that record",
)
GONE: Final = Refusal(
    time_ms=0, field="record", reason="deleted", limit="a record that its sender has not deleted"
)

_times_encoder: Final = msgspec.msgpack.Encoder()
_times_decoder: Final = msgspec.msgpack.Decoder(dict[int, list[int] | bytes])


def record_key(record_id: str) -> UUID:
    """What stands for a record id in the database."""
    return digest(record_id.encode())


def settle(
    records: Iterable[Record],
    deleted: Iterable[DeletedRecord],
    known: Mapping[UUID, KnownRecord],
    *,
    received_on: date,
) -> Settled:
    """The batches to store and the rows to write, given what the database knows of these records."""
    gathered: defaultdict[tuple[str, str, int], _Gathered] = defaultdict(_Gathered)
    rows: dict[UUID, RecordRow] = {}
    now_known = dict(known)
    for each in deleted:
        key = record_key(each.record_id)
        before = now_known.get(key, KnownRecord(0, "", {}))
        _take_back(before, before.times, gathered)
        now_known[key] = KnownRecord(DELETED, before.source, {})
        if before.revision != DELETED:
            rows[key] = RecordRow(key, DELETED, before.source, received_on, b"")
    for record in records:
        if record.record_id is None:
            _gather(record, record.revision, gathered)
            continue
        key = record_key(record.record_id)
        stored = now_known.get(key)
        if stored is not None and stored.revision > record.revision:
            refusal = GONE if stored.revision == DELETED else OLDER
            for code, column in record.columns.items():
                gathered[code, record.source, 0].refuse(column.times_ms, refusal)
            continue
        times = _times(record)
        if stored is not None:
            _take_back(stored, _vanished(stored, times, record.source), gathered)
        _gather(record, 0, gathered)
        now_known[key] = KnownRecord(record.revision, record.source, times)
        if now_known[key] != known.get(key):
            rows[key] = RecordRow(
                key,
                record.revision,
                record.source,
                _last_day(times) if times else received_on,
                _encoded(times),
            )
        else:
            # An earlier item of this upload said something else of the record; the stored row is right again.
            rows.pop(key, None)
    return Settled(
        [
            SettledBatch(
                Batch(
                    metric=metric,
                    source=source,
                    revision=revision,
                    times_ms=of.times_ms,
                    values=of.values,
                ),
                of.refusals,
                of.refused,
            )
            for (metric, source, revision), of in gathered.items()
        ],
        list(rows.values()),
    )


def known_record(revision: int, source: str, times: bytes) -> KnownRecord:
    """A row of the database as settling wants it."""
    if not times:
        return KnownRecord(revision, source, {})
    return KnownRecord(
        revision,
        source,
        {
            number: column if isinstance(column, list) else _decompressed(column)
            for number, column in _times_decoder.decode(times).items()
        },
    )


def _gather(
    record: Record, revision: int, gathered: defaultdict[tuple[str, str, int], _Gathered]
) -> None:
    for code, column in record.columns.items():
        of = gathered[code, record.source, revision]
        of.times_ms.extend(column.times_ms)
        of.values.extend(column.values)


def _take_back(
    stored: KnownRecord,
    times: Times,
    gathered: defaultdict[tuple[str, str, int], _Gathered],
) -> None:
    for number, times_ms in times.items():
        of = gathered[METRIC_BY_NUMBER[number].code, stored.source, 0]
        of.times_ms.extend(times_ms)
        of.values.extend([None] * len(times_ms))


def _times(record: Record) -> Times:
    return {
        METRIC_BY_CODE[code].number: sorted(set(column.times_ms))
        for code, column in record.columns.items()
        if column.times_ms
    }


def _vanished(stored: KnownRecord, times: Times, source: str) -> Times:
    """The samples that the record had and has no more."""
    if stored.source != source:
        return stored.times
    return {
        number: gone
        for number, before in stored.times.items()
        if (gone := sorted(set(before).difference(times.get(number, ()))))
    }


def _last_day(times: Times) -> date:
    last_ms = max(times_ms[-1] for times_ms in times.values())
    return datetime.fromtimestamp(last_ms / 1000, UTC).date()


def _encoded(times: Times) -> bytes:
    return _times_encoder.encode(
        {
            number: times_ms if len(times_ms) <= TIMES_LISTED_MAX else _compressed(times_ms)
            for number, times_ms in times.items()
        }
    )


def _compressed(times_ms: list[int]) -> bytes:
    """The first time in 8 bytes, then the differences to it."""
    offsets = np.array(times_ms, np.int64) - times_ms[0]
    return FIRST_TIME.pack(times_ms[0]) + compressed(offsets, AS_DIFFERENCES)


def _decompressed(column: bytes) -> list[int]:
    (first_ms,) = FIRST_TIME.unpack_from(column)
    offsets = decompressed(column[FIRST_TIME.size :])
    return [first_ms + offset for offset in offsets.tolist()]
