"""The contents of an upload, in the two forms in which they can be stored: columns, and records that have ids."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol
from uuid import UUID

import msgspec
import numpy as np
from msgspec.structs import replace

from device_bridge.wire import Upload, WholeState
from points.said import said
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.columns import (
    Arrival,
    ReadBatch,
    check_segments,
    read_of_records,
    read_upload,
)
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.each_batch import NONE_REFUSED, Refused, read_each_batch
from wellness_api.health.samples.large_uploads import NO_MISFITS, Misfit
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.record_parts import days_of_records, ended_parts
from wellness_api.health.samples.record_rows import KnownRecord, RecordRow, record_row
from wellness_api.health.samples.records import DeletedRecord, Record, key_of, mark_of
from wellness_api.health.samples.segments import EncodedSegment, Marks
from wellness_api.health.samples.storable import NONE_LATE, Late, StorableBatch, storable_of
from wellness_api.health.samples.whole_states import Named, PlaceOfState, check_whole_states

_encoder = msgspec.msgpack.Encoder(order="sorted")


class ReadRecord(NamedTuple):
    """The row of a record, its mark in segments, and whether the row differs from the one that is stored."""

    row: RecordRow
    mark: int
    is_new: bool


class Read(NamedTuple):
    """Batches to compare with what is stored, and the records that they come from.

    `ended`: segments that say where records have no samples any more. They are stored as they are. `refused`: the
    receipts of batches that cannot be taken, where the sender asked for an answer to each batch.
    """

    batches: Sequence[ReadBatch]
    records: Sequence[ReadRecord] = ()
    ended: Sequence[EncodedSegment] = ()
    refused: Refused = NONE_REFUSED


SAMPLES_AT_ONCE_MAX: Final = 16_384
"""An upload with more samples is worked on in a thread, so that nobody else has to wait for it."""

SEGMENTS_AT_ONCE_MAX: Final = 128
"""An upload with more segments is worked on in a thread, so that nobody else has to wait for it."""


def are_large(batches: Sequence[ReadBatch]) -> bool:
    """Whether it takes more than some milliseconds to work out what is to be stored of the batches."""
    samples = segments = 0
    for batch in batches:
        samples += batch.length
        segments += len(batch.segments)
    return samples > SAMPLES_AT_ONCE_MAX or segments > SEGMENTS_AT_ONCE_MAX


class Whole(NamedTuple):
    """The whole states of an upload.

    `is_whole`: whether the upload has all that it says; it has not if something of it was refused. `named`: see
    `whole_states.Named`.
    """

    states: Sequence[WholeState]
    is_whole: bool
    named: Named


NOTHING_WHOLE: Final = Whole((), is_whole=False, named={})


class Contents(Protocol):
    """What an upload holds, in either form. `record_keys` are the keys of records whose stored rows `read` has to know."""

    @property
    def record_keys(self) -> Sequence[UUID]:
        """The keys of the records that the upload speaks of."""
        ...

    @property
    def is_large(self) -> bool:
        """Whether it takes more than a moment to read the upload and to work out what is to be stored."""
        ...

    @property
    def whole(self) -> Whole:
        """The upload's whole states."""
        ...

    @property
    def arrival(self) -> Arrival:
        """When the upload came, and whose it is."""
        ...

    def read(self, known: Mapping[UUID, KnownRecord], late: Late = NONE_LATE) -> Read:
        """The samples. `known`: what the database knows of their records. `late`: the records of which it comes too late."""
        ...


class KeyedContents(Contents, Protocol):
    """Contents that come under an idempotency key; `digest` stands for what was sent."""

    @property
    def digest(self) -> UUID:
        """The same for the same content, whatever the database holds and whenever it is read."""
        ...

    @property
    def is_told_anew(self) -> bool:
        """Whether their receipt, if all was new, can be told from them as well whenever they are sent again."""
        ...


class Columns:
    """Samples without record ids."""

    is_told_anew = True
    record_keys: Sequence[UUID] = ()

    def __init__(
        self, upload: Upload, arrival: Arrival, misfits: Mapping[int, Misfit] = NO_MISFITS
    ) -> None:
        """Raises InvalidUpload, see `read_upload` and `read_each_batch`."""
        if not (upload.batches or misfits or upload.whole_states):
            raise InvalidUpload(
                field="batches",
                limit="at least one batch, or a whole state",
                detail=said("refusal.nothing_sent"),
            )
        check_whole_states(upload.whole_states, arrival)
        self.arrival = arrival
        refused = NONE_REFUSED
        if upload.each_batch:
            self._batches, refused, digests = read_each_batch(upload, arrival, misfits)
        else:
            self._batches = read_upload(upload, arrival)
            digests = [batch.digest for batch in self._batches]
        self._refused = refused
        self.whole = Whole(upload.whole_states, is_whole=not refused, named={})
        self.is_large = bool(upload.whole_states) or are_large(self._batches)
        self.digest = digest(b"".join(digests) + _said_whole(upload.whole_states))

    def read(self, known: Mapping[UUID, KnownRecord], late: Late = NONE_LATE) -> Read:
        """The samples as they are. Columns name no records, so nothing is known of them."""
        assert not known, "columns name no records"
        assert not late, "records that are not named are not late"
        return Read(self._batches, refused=self._refused)


def _said_whole(states: Sequence[WholeState]) -> bytes:
    """The whole states as bytes. Without whole states there are none, so older uploads keep the digest that they had."""
    return _encoder.encode(states) if states else b""


class Records:
    """Samples in records, and deletions of records."""

    def __init__(
        self,
        taken: Sequence[Record | DeletedRecord],
        arrival: Arrival,
        states: Sequence[WholeState] = (),
        *,
        is_whole: bool = True,
    ) -> None:
        """Raises InvalidUpload for a whole state that nobody can mean."""
        check_whole_states(states, arrival)
        self._records = [record for record in taken if isinstance(record, Record)]
        self._deleted = [record for record in taken if isinstance(record, DeletedRecord)]
        self.arrival = arrival
        self.whole = Whole(states, is_whole, _named(self._records) if states else {})
        samples = sum(
            len(column.times_ms) for record in self._records for column in record.columns.values()
        )
        # Each sample may become a segment of its own, and each deletion may concern many segments.
        self.is_large = bool(states) or samples + len(self._deleted) > SEGMENTS_AT_ONCE_MAX
        keys = (key_of(record) for record in taken)
        self.record_keys = list(dict.fromkeys(key for key in keys if key is not None))

    def read(self, known: Mapping[UUID, KnownRecord], late: Late = NONE_LATE) -> Read:
        """The samples of the records, without those of which the database knows a newer version."""
        storable = storable_of(self._records, self._deleted, known, late)
        batches: list[ReadBatch] = []
        segments = 0
        for of_records in storable.batches:
            batches.append(self._read_batch(of_records))
            segments += len(batches[-1].segments)
            check_segments(segments)
        places = days_of_records(batches)
        now = {
            key: record._replace(places=places.get(mark_of(key), {}))
            for key, record in storable.now.items()
        }
        received_on = local_date(self.arrival.now, self.arrival.time_zone)
        rows = [
            ReadRecord(
                record_row(key, record, received_on=received_on),
                mark_of(key),
                record != known.get(key),
            )
            for key, record in now.items()
        ]
        ended = ended_parts(now, known, self.arrival.time_zone)
        check_segments(segments + len(ended))
        return Read(
            batches,
            [record for record in rows if record.row.last_day >= self.arrival.first_day],
            ended,
        )

    def _read_batch(self, storable: StorableBatch) -> ReadBatch:
        batch = storable.batch
        if not batch.times_ms:
            read = ReadBatch(
                digest=b"",
                metric=METRIC_BY_CODE[batch.metric],
                source=batch.source,
                segments=[],
                length=0,
                repeated=0,
                refused=0,
                refusals=[],
                flagged=0,
                flags=[],
            )
        elif storable.records:
            marks = Marks(
                np.array(storable.records, np.int64), np.array(storable.changed, np.int64)
            )
            read = read_of_records(batch, marks, self.arrival)
        else:
            (read,) = read_upload(Upload(batches=[batch]), self.arrival)
            if storable.is_exported:
                read.segments = [replace(of, is_exported=True) for of in read.segments]
        read.length += storable.refused + storable.overtaken
        read.repeated += storable.overtaken
        read.refused += storable.refused
        read.refusals.extend(storable.refusals)
        return read


def _named(records: Sequence[Record]) -> Named:
    named: defaultdict[PlaceOfState, set[int]] = defaultdict(set)
    for record in records:
        key = key_of(record)
        if key is not None:
            for code in record.columns:
                named[METRIC_BY_CODE[code].number, record.source].add(mark_of(key))
    return {place: frozenset(marks) for place, marks in named.items()}
