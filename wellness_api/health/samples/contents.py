"""What an upload holds, in the two forms in which it can be stored: columns, and records that have ids."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, Protocol
from uuid import UUID

import msgspec

from device_bridge.wire import Batch, Upload
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER
from wellness_api.health.samples.columns import Arrival, ReadBatch, check_segments, read_upload
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.record_rows import KnownRecord, RecordRow
from wellness_api.health.samples.records import DeletedRecord, Record, record_key
from wellness_api.health.samples.storable import StorableBatch, storable_of, vanishing
from wellness_api.health.samples.taking_back import NOBODY, Others

_encoder = msgspec.msgpack.Encoder(order="sorted")


class Read(NamedTuple):
    """Batches to compare with what is stored, and the rows of the records that they come from."""

    batches: Sequence[ReadBatch]
    rows: Sequence[RecordRow]


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

    def read(self, known: Mapping[UUID, KnownRecord], others: Others = NOBODY) -> Read:
        """The samples, given what is known of their records, and of the moments that these leave."""
        ...

    def leaving(self, known: Mapping[UUID, KnownRecord]) -> Sequence[ReadBatch]:
        """Tombstones at the moments of which records do not speak any more; others may speak of them still."""
        ...


class Columns:
    """Samples without record ids."""

    record_keys: Sequence[UUID] = ()

    def __init__(self, upload: Upload, arrival: Arrival) -> None:
        """Raises InvalidUpload, see `read_upload`."""
        self._batches = read_upload(upload, arrival)
        self.is_large = are_large(self._batches)
        self.digest = digest(b"".join(batch.digest for batch in self._batches))

    def read(self, known: Mapping[UUID, KnownRecord], others: Others = NOBODY) -> Read:
        """The samples as they are: nothing is known of records."""
        assert not known, "columns name no records"
        assert others is NOBODY, "columns leave no moments"
        return Read(self._batches, ())

    def leaving(self, known: Mapping[UUID, KnownRecord]) -> Sequence[ReadBatch]:
        """None."""
        assert not known, "columns name no records"
        return ()


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
        self.record_keys = list(
            {record_key(record.record_id): None for record in taken if record.record_id is not None}
        )
        self.digest = digest(_encoder.encode((self._records, self._deleted)))

    def read(self, known: Mapping[UUID, KnownRecord], others: Others = NOBODY) -> Read:
        """The samples of those records that the database does not know better."""
        storable = storable_of(
            self._records,
            self._deleted,
            known,
            others,
            received_on=local_date(self._arrival.now, self._arrival.time_zone),
        )
        batches: list[ReadBatch] = []
        segments = 0
        for of_record in storable.batches:
            batches.append(self._read_batch(of_record))
            segments += len(batches[-1].segments)
            check_segments(segments)
        return Read(
            batches,
            [row for row in storable.rows if row.last_day >= self._arrival.first_day],
        )

    def leaving(self, known: Mapping[UUID, KnownRecord]) -> Sequence[ReadBatch]:
        """What the records said, as far as the database knows, and do not say any more."""
        batches = [
            Batch(
                metric=METRIC_BY_NUMBER[number].code,
                source=source,
                times_ms=list(moments),
                values=[None] * len(moments),
            )
            for (number, source), moments in vanishing(self._records, self._deleted, known).items()
        ]
        return read_upload(Upload(batches=batches), self._arrival, bounded=False)

    def _read_batch(self, storable: StorableBatch) -> ReadBatch:
        batch = storable.batch
        if not batch.times_ms:
            return ReadBatch(
                digest=b"",
                metric=METRIC_BY_CODE[batch.metric],
                source=batch.source,
                segments=[],
                length=storable.refused + storable.overtaken,
                repeated=storable.overtaken,
                refused=storable.refused,
                refusals=storable.refusals,
                flagged=0,
                flags=[],
            )
        (read,) = read_upload(Upload(batches=[batch]), self._arrival)
        read.length += storable.refused + storable.overtaken
        read.repeated += storable.overtaken
        read.refused += storable.refused
        read.refusals.extend(storable.refusals)
        return read
