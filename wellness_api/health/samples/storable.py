"""What is to be stored of an upload's records, given what the database knows of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
import numpy as np

from device_bridge.wire import REFUSALS_LISTED_PER_BATCH_MAX, Batch, Refusal
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.plausibility import in_multiple, in_multiples
from wellness_api.health.samples.record_rows import (
    LISTED_MAX,
    KnownRecord,
    RecordRow,
    RecordSamples,
    record_row,
)
from wellness_api.health.samples.records import DELETED, Column, DeletedRecord, Record, record_key
from wellness_api.health.samples.segments import TOMBSTONE
from wellness_api.health.samples.taking_back import (
    NOBODY,
    Left,
    Others,
    Place,
    Vanishing,
    left_behind,
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


class StorableBatch(NamedTuple):
    """A batch for the segments, and the samples of the upload that came in vain.

    `refused`: in records that are out of date. `overtaken`: in versions that the same upload overtakes.
    """

    batch: Batch
    refusals: list[Refusal]
    refused: int
    overtaken: int


class Storable(NamedTuple):
    """What is left of an upload's records when those that the database knows better are left out."""

    batches: list[StorableBatch]
    rows: list[RecordRow]


class _Gathered:
    """The samples of one (metric, source, revision) as they are gathered."""

    def __init__(self) -> None:
        self.times_ms: list[int] = []
        self.values: list[float | None] = []
        self.refusals: list[Refusal] = []
        self.refused = 0
        self.overtaken = 0

    def add(self, column: Column) -> None:
        self.times_ms.extend(column.times_ms)
        self.values.extend(column.values)

    def refuse(self, times_ms: Sequence[int], refusal: Refusal) -> None:
        self.refused += len(times_ms)
        room = REFUSALS_LISTED_PER_BATCH_MAX - len(self.refusals)
        self.refusals.extend(
            msgspec.structs.replace(refusal, time_ms=time_ms) for time_ms in times_ms[:room]
        )


class _Standing:
    """An upload's records as they stand in the end: of each id the last version that the database does not know better.

    `now`: what is known of each record of which the upload says something that holds.
    """

    def __init__(
        self,
        records: Iterable[Record],
        deleted: Iterable[DeletedRecord],
        known: Mapping[UUID, KnownRecord],
    ) -> None:
        self.now: dict[UUID, KnownRecord] = {}
        self.counting: list[Record] = []
        self.overtaken: list[Record] = []
        self.refused: list[tuple[Record, Refusal]] = []
        for ended in deleted:
            gone = record_key(ended.record_id)
            self.now[gone] = KnownRecord(DELETED, known[gone].source if gone in known else "", {})
        versions: list[tuple[UUID | None, Record]] = []
        newest: dict[UUID, Record] = {}
        for record in records:
            key = None if record.record_id is None else record_key(record.record_id)
            if key is not None:
                stored = newest.get(key) or self.now.get(key) or known.get(key)
                if stored is not None and stored.revision > record.revision:
                    self.refused.append((record, GONE if stored.revision == DELETED else OLDER))
                    continue
                newest[key] = record
            versions.append((key, record))
        for key, record in versions:
            stands = key is None or newest[key] is record
            (self.counting if stands else self.overtaken).append(record)
            if stands and key is not None:
                self.now[key] = KnownRecord(record.revision, record.source, _samples(record))

    def vanishing(self, known: Mapping[UUID, KnownRecord]) -> Vanishing:
        """What the database knows of the records and they do not say any more."""
        gone: defaultdict[Place, defaultdict[int, set[int | None]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for key, now in self.now.items():
            before = known.get(key)
            for number, samples in before.samples.items() if before is not None else ():
                assert before is not None, "it has samples"
                kept = now.samples.get(number, {}) if now.source == before.source else {}
                for time_ms, value in samples.items():
                    if time_ms not in kept:
                        gone[number, before.source][time_ms].add(value)
        return gone


def vanishing(
    records: Iterable[Record], deleted: Iterable[DeletedRecord], known: Mapping[UUID, KnownRecord]
) -> Vanishing:
    """What the records said, as far as the database knows, and do not say any more."""
    return _Standing(records, deleted, known).vanishing(known)


def storable_of(
    records: Iterable[Record],
    deleted: Iterable[DeletedRecord],
    known: Mapping[UUID, KnownRecord],
    others: Others = NOBODY,
    *,
    received_on: date,
) -> Storable:
    """The batches to store and the rows to write.

    `known`: what the database holds of these records; `others`: of the moments that they leave (`vanishing`).
    """
    gathered: defaultdict[tuple[str, str, int], _Gathered] = defaultdict(_Gathered)
    standing = _Standing(records, deleted, known)
    for record, refusal in standing.refused:
        for code, column in record.columns.items():
            gathered[code, record.source, 0].refuse(column.times_ms, refusal)
    for record in standing.overtaken:
        for code, column in record.columns.items():
            gathered[code, record.source, 0].overtaken += len(column.times_ms)
    for record in standing.counting:
        revision = record.revision if record.record_id is None else 0
        for code, column in record.columns.items():
            gathered[code, record.source, revision].add(column)
    _leave(left_behind(standing.vanishing(known), others, standing.now.keys()), gathered)
    return Storable(
        [
            StorableBatch(
                Batch(
                    metric=metric,
                    source=source,
                    revision=revision,
                    times_ms=of.times_ms,
                    values=of.values,
                ),
                of.refusals,
                of.refused,
                of.overtaken,
            )
            for (metric, source, revision), of in gathered.items()
        ],
        [
            record_row(key, now, received_on=received_on)
            for key, now in standing.now.items()
            if now != known.get(key)
        ],
    )


def _leave(left: Iterable[Left], gathered: defaultdict[tuple[str, str, int], _Gathered]) -> None:
    """Adds what is to be at moments that records leave, unless the upload itself speaks of them."""
    spoken_of: dict[Place, set[int]] = {}
    for number, source, time_ms, value in left:
        metric = METRIC_BY_NUMBER[number]
        of = gathered[metric.code, source, 0]
        if time_ms not in spoken_of.setdefault((number, source), set(of.times_ms)):
            of.times_ms.append(time_ms)
            of.values.append(None if value is None else value / metric.per_unit)


def _samples(record: Record) -> RecordSamples:
    samples = {}
    for code, column in record.columns.items():
        metric = METRIC_BY_CODE[code]
        of = dict(zip(column.times_ms, _multiples(column.values, metric), strict=True))
        times_ms = sorted(of)
        if TOMBSTONE in of.values() or times_ms != list(of):
            # A sample that is taken back by its value says nothing of its moment.
            of = {time_ms: of[time_ms] for time_ms in times_ms if of[time_ms] != TOMBSTONE}
        if of:
            samples[metric.number] = of
    return samples


def _multiples(values: Sequence[float | None], metric: Metric) -> Sequence[int]:
    if len(values) <= LISTED_MAX:
        return [in_multiple(value, metric) for value in values]
    multiples: list[int] = in_multiples(np.array(values, np.float64), metric).tolist()
    return multiples
