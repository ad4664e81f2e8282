"""Which versions of an upload's records stand, from what the database knows of these records."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from device_bridge.wire import (
    EARLIEST_MS,
    REFUSALS_LISTED_PER_BATCH_MAX,
    Batch,
    Refusal,
    SaidOrigin,
)
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.record_rows import KnownRecord
from wellness_api.health.samples.records import (
    DELETED,
    Column,
    DeletedRecord,
    Record,
    key_of,
    mark_of,
)
from wellness_api.health.samples.segments import UNSAID

OLDER: Final = Refusal(
    time_ms=0,
    field="record",
    reason="older_revision",
    limit="at least the revision already known of that record",
)
GONE: Final = Refusal(
    time_ms=0, field="record", reason="deleted", limit="a record that its sender has not deleted"
)
NOT_IN_WHOLE_STATE: Final = Refusal(
    time_ms=0,
    field="sequence",
    reason="not_in_whole_state",
    limit="in the whole state that holds there, or changed after it",
)

Late = frozenset[tuple[int, int]]
"""Marks of records, with the numbers of the metrics of which these records come too late (`overtaken`)."""

NONE_LATE: Final[Late] = frozenset()


class StorableBatch(NamedTuple):
    """A batch for the segments, and the samples of the upload that are not stored.

    `records`, `changed`: for each sample as `segments.Marks` has them; empty for samples without records. `refused`:
    samples in records that are out of date. `overtaken`: samples in versions that the same upload overtakes. `is_exported`: it
    comes back under ids of our own export.
    """

    batch: Batch
    records: Sequence[int]
    changed: Sequence[int]
    refusals: list[Refusal]
    refused: int
    overtaken: int
    is_exported: bool


class Storable(NamedTuple):
    """What is left of an upload's records after those were left out of which the database knows a newer version.

    `now`: the revision and source of each record of which the upload says something that holds; DELETED where the record
    ended.
    """

    batches: list[StorableBatch]
    now: Mapping[UUID, KnownRecord]


class _Place(NamedTuple):
    """What the samples of one batch share. `is_loose`: the samples have no record."""

    # The first `_SAME` fields tell samples of one span apart. The origin does not.
    metric: str
    source: str
    revision: int
    is_loose: bool
    says_lengths: bool
    origin: SaidOrigin | None
    is_exported: bool = False


_SAME: Final = 5


def _place(metric: str, record: Record, column: Column) -> _Place:
    return _Place(
        metric,
        record.source,
        revision=0,
        is_loose=False,
        says_lengths=bool(column.lengths_ms),
        origin=record.origin,
    )


def _loose_place(metric: str, record: Record, column: Column) -> _Place:
    """The place of samples without a record. The revision of a sample that we exported is its time, not a change, and it
    comes back as a file.
    """
    is_ours = record.record_id is not None
    revision = 0 if is_ours else record.revision
    origin: SaidOrigin | None = "file" if is_ours else record.origin
    return _Place(
        metric,
        record.source,
        revision=revision,
        is_loose=True,
        says_lengths=bool(column.lengths_ms),
        origin=origin,
        is_exported=is_ours,
    )


class _Gathered:
    """The samples of one place while they are gathered."""

    def __init__(self) -> None:
        self.times_ms: list[int] = []
        self.lengths_ms: list[int] = []
        self.values: list[float | None] = []
        self.records: list[int] = []
        self.changed: list[int] = []
        self.refusals: list[Refusal] = []
        self.refused = 0
        self.overtaken = 0

    def add(self, column: Column) -> None:
        self.times_ms.extend(column.times_ms)
        self.values.extend(column.values)
        self.lengths_ms.extend(column.lengths_ms)

    def mark(self, record: int, changed: int, count: int) -> None:
        self.records.extend([record] * count)
        self.changed.extend([changed] * count)

    def refuse(self, times_ms: Sequence[int], refusal: Refusal) -> None:
        self.refused += len(times_ms)
        room = REFUSALS_LISTED_PER_BATCH_MAX - len(self.refusals)
        self.refusals.extend(
            msgspec.structs.replace(refusal, time_ms=time_ms) for time_ms in times_ms[:room]
        )


class _Standing:
    """An upload's records as they stand in the end: for each id the last version, unless the database knows a newer one."""

    def __init__(
        self,
        records: Iterable[Record],
        deleted: Iterable[DeletedRecord],
        known: Mapping[UUID, KnownRecord],
    ) -> None:
        self.now: dict[UUID, KnownRecord] = {}
        self.counting: list[tuple[UUID | None, Record]] = []
        self.overtaken: list[Record] = []
        self.refused: list[tuple[Record, Refusal]] = []
        for ended in deleted:
            gone = key_of(ended)
            if gone is None:
                continue
            self.now[gone] = KnownRecord(DELETED, known[gone].source if gone in known else "", {})
        versions: list[tuple[UUID | None, Record]] = []
        newest: dict[UUID, Record] = {}
        for record in records:
            key = key_of(record)
            if key is not None:
                revision = _known_revision(key, newest, self.now, known)
                if revision > record.revision:
                    self.refused.append((record, GONE if revision == DELETED else OLDER))
                    continue
                newest[key] = record
            versions.append((key, record))
        for key, record in versions:
            if key is None or newest[key] is record:
                self.counting.append((key, record))
            else:
                self.overtaken.append(record)
            if key is not None and newest[key] is record:
                self.now[key] = KnownRecord(record.revision, record.source, {})


def _known_revision(
    key: UUID,
    newest: Mapping[UUID, Record],
    now: Mapping[UUID, KnownRecord],
    known: Mapping[UUID, KnownRecord],
) -> int:
    stored = newest.get(key) or now.get(key) or known.get(key)
    return 0 if stored is None else stored.revision


def storable_of(
    records: Iterable[Record],
    deleted: Iterable[DeletedRecord],
    known: Mapping[UUID, KnownRecord],
    late: Late = NONE_LATE,
) -> Storable:
    """The batches to store. `known`: what the database holds of these records."""
    gathered: defaultdict[_Place, _Gathered] = defaultdict(_Gathered)
    standing = _Standing(records, deleted, known)
    loose: list[tuple[_Place, Column]] = []
    for record, refusal in standing.refused:
        for code, column in record.columns.items():
            gathered[_place(code, record, column)].refuse(column.times_ms, refusal)
    for record in standing.overtaken:
        for code, column in record.columns.items():
            gathered[_place(code, record, column)].overtaken += len(column.times_ms)
    for key, record in standing.counting:
        for code, column in record.columns.items():
            if key is None:
                loose.append((_loose_place(code, record, column), column))
                continue
            of_place = gathered[_place(code, record, column)]
            if (mark_of(key), METRIC_BY_CODE[code].number) in late:
                of_place.refuse(column.times_ms, NOT_IN_WHOLE_STATE)
                continue
            before = len(of_place.times_ms)
            of_place.add(_existing(column))
            changed = record.revision if record.revision >= EARLIEST_MS else 0
            of_place.mark(mark_of(key), changed, len(of_place.times_ms) - before)
            of_place.overtaken += len(column.times_ms) - (len(of_place.times_ms) - before)
    _add_loose(loose, gathered)
    return Storable(
        [
            StorableBatch(
                Batch(
                    metric=place.metric,
                    source=place.source,
                    revision=place.revision,
                    times_ms=of_place.times_ms,
                    values=of_place.values,
                    lengths_ms=of_place.lengths_ms or None,
                    origin=place.origin,
                ),
                of_place.records,
                of_place.changed,
                of_place.refusals,
                of_place.refused,
                of_place.overtaken,
                place.is_exported,
            )
            for place, of_place in gathered.items()
        ],
        standing.now,
    )


def _add_loose(
    loose: Sequence[tuple[_Place, Column]], gathered: Mapping[_Place, _Gathered]
) -> None:
    """Adds samples without a record. A later sample replaces an earlier one of the same span.

    The samples of one place are compared when their batch is read. For several places, the order of batches would decide,
    so this compares them.
    """
    alike = Counter(place[:_SAME] for place in {place for place, _ in loose})
    last: dict[tuple[object, ...], tuple[_Place, int]] = {}
    for number, (place, column) in enumerate(loose):
        if alike[place[:_SAME]] > 1:
            for span in _known_spans(column):
                last[*place[:_SAME], *span] = place, number
    for number, (place, column) in enumerate(loose):
        of_place = gathered[place]
        if alike[place[:_SAME]] == 1:
            of_place.add(column)
            continue
        kept = []
        for index, span in enumerate(_known_spans(column)):
            last_place, last_number = last[*place[:_SAME], *span]
            if last_place == place or last_number == number:
                kept.append(index)
        of_place.add(_part(column, kept))
        of_place.overtaken += len(column.times_ms) - len(kept)


def _known_spans(column: Column) -> Iterable[tuple[int, int]]:
    """Start and length of each sample."""
    return zip(column.times_ms, column.lengths_ms or repeat(UNSAID), strict=False)


def _part(column: Column, kept: Sequence[int]) -> Column:
    return Column(
        [column.times_ms[place] for place in kept],
        [column.values[place] for place in kept],
        [column.lengths_ms[place] for place in kept] if column.lengths_ms else (),
    )


def _existing(column: Column) -> Column:
    """The column without samples that are taken back by their value: the record says nothing of these moments."""
    if None not in column.values:
        return column
    return _part(column, [place for place, value in enumerate(column.values) if value is not None])
