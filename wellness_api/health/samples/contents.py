"""What an upload holds, in the two forms in which it can be stored: columns, and records that have ids."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol
from uuid import UUID

import msgspec
import numpy as np

from device_bridge.wire import Upload
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.columns import (
    Arrival,
    ReadBatch,
    check_segments,
    read_of_records,
    read_upload,
)
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.record_parts import days_of_records, ended_parts
from wellness_api.health.samples.record_rows import KnownRecord, RecordRow, record_row
from wellness_api.health.samples.records import DeletedRecord, Record, key_of, mark_of
from wellness_api.health.samples.segments import EncodedSegment, Marks
from wellness_api.health.samples.storable import StorableBatch, storable_of

_encoder = msgspec.msgpack.Encoder(order="sorted")


class ReadRecord(NamedTuple):
    """The row of a record, its mark in segments, and whether it says something else than the row that is there."""

    row: RecordRow
    mark: int
    is_new: bool


class Read(NamedTuple):
    """Batches to compare with what is stored, and the records that they come from.

    `ended`: segments that say where records have no samples any more; they are stored as they are.
    """

    batches: Sequence[ReadBatch]
    records: Sequence[ReadRecord] = ()
    ended: Sequence[EncodedSegment] = ()


SAMPLES_AT_ONCE_MAX: Final = 16_384
"""Of more samples an upload is worked on in a thread, so that it keeps nobody else waiting."""

SEGMENTS_AT_ONCE_MAX: Final = 128
"""What takes more than these is worked on in a thread, so that it keeps nobody else waiting."""


def are_large(batches: Sequence[ReadBatch]) -> bool:
    """Whether working out what is to be stored of the batches takes more than some milliseconds."""
    samples = segments = 0
    for batch in batches:
        samples += batch.length
        segments += len(batch.segments)
    return samples > SAMPLES_AT_ONCE_MAX or segments > SEGMENTS_AT_ONCE_MAX


class Contents(Protocol):
    """`digest` stands for what was sent; `record_keys` are those whose stored rows `read` wants to know."""

    @property
    def digest(self) -> UUID:
        """The same for the same content, whatever the database holds."""
        ...

    @property
    def record_keys(self) -> Sequence[UUID]:
        """The keys of the records spoken of."""
        ...

    @property
    def is_large(self) -> bool:
        """Whether reading it and working out what is to be stored takes more than a moment."""
        ...

    def read(self, known: Mapping[UUID, KnownRecord]) -> Read:
        """The samples, given what is known of their records."""
        ...


class Columns:
    """Samples without record ids."""

    record_keys: Sequence[UUID] = ()

    def __init__(self, upload: Upload, arrival: Arrival) -> None:
        """Raises InvalidUpload, see `read_upload`."""
        self._batches = read_upload(upload, arrival)
        self.is_large = are_large(self._batches)
        self.digest = digest(b"".join(batch.digest for batch in self._batches))

    def read(self, known: Mapping[UUID, KnownRecord]) -> Read:
        """The samples as they are: nothing is known of records."""
        assert not known, "columns name no records"
        return Read(self._batches)


class Records:
    """Samples in records, and deletions of records."""

    def __init__(self, taken: Sequence[Record | DeletedRecord], arrival: Arrival) -> None:
        self._records = [record for record in taken if isinstance(record, Record)]
        self._deleted = [record for record in taken if isinstance(record, DeletedRecord)]
        self._arrival = arrival
        samples = sum(
            len(of.times_ms) for record in self._records for of in record.columns.values()
        )
        # Each sample may be a segment of its own, and each deletion may speak of many.
        self.is_large = samples + len(self._deleted) > SEGMENTS_AT_ONCE_MAX
        keys = (key_of(record) for record in taken)
        self.record_keys = list(dict.fromkeys(key for key in keys if key is not None))
        self.digest = digest(_encoder.encode((self._records, self._deleted)))

    def read(self, known: Mapping[UUID, KnownRecord]) -> Read:
        """The samples of those records that the database does not know better."""
        storable = storable_of(self._records, self._deleted, known)
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
        received_on = local_date(self._arrival.now, self._arrival.time_zone)
        rows = [
            ReadRecord(
                record_row(key, record, received_on=received_on),
                mark_of(key),
                record != known.get(key),
            )
            for key, record in now.items()
        ]
        ended = ended_parts(now, known, self._arrival.time_zone)
        check_segments(segments + len(ended))
        return Read(
            batches,
            [record for record in rows if record.row.last_day >= self._arrival.first_day],
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
            read = read_of_records(batch, marks, self._arrival)
        else:
            (read,) = read_upload(Upload(batches=[batch]), self._arrival)
        read.length += storable.refused + storable.overtaken
        read.repeated += storable.overtaken
        read.refused += storable.refused
        read.refusals.extend(storable.refusals)
        return read
