"""What is to be stored of an upload, and what its receipt says, from what is stored already. All of it is pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

import numpy as np
from msgspec.structs import replace

from device_bridge.wire import REFUSALS_LISTED_PER_BATCH_MAX, BatchReceipt, Refusal
from wellness_api.health.samples.columns import ReadBatch
from wellness_api.health.samples.comparing import (
    Mask,
    Trimmed,
    are_among,
    are_copies,
    compare,
    compare_records,
    without_copies,
)
from wellness_api.health.samples.lasting import lasting
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.merging import NO_RECORD, NOTHING, Layer, Merged
from wellness_api.health.samples.origins import Origin, says_more
from wellness_api.health.samples.segments import TOMBSTONE, EncodedSegment, Segment, encode

OLDER: Final = Refusal(
    time_ms=0,
    field="revision",
    reason="older_revision",
    limit="at least the revision already stored for that time",
)
GONE_BY_HAND: Final = Refusal(
    time_ms=0,
    field="values",
    reason="deleted",
    limit="what the resident has not deleted, or a later change of it",
)

Part = tuple[date, int, str]
"""(day, metric number, source): segments are compared within a part."""


class Outcome(NamedTuple):
    """The segments to store, what became of each batch, and the marks of records that say something new."""

    segments: list[EncodedSegment]
    batches: list[BatchReceipt]
    restated: set[int]


class StoredPart(NamedTuple):
    """What is stored of a part, and what the resident deleted of it by hand.

    `origins`: of its segments, by sequence.
    """

    merged: Merged
    deleted: Merged
    origins: Mapping[int, Origin | None] = {}


NOTHING_OF_PART: Final = StoredPart(NOTHING, NOTHING)


def outcome_of(batches: Sequence[ReadBatch], stored: Mapping[Part, StoredPart]) -> Outcome:
    """What is to be stored of the batches, and what the receipt says. `stored`: what is stored of their parts. Raises CodecFailed."""
    # A batch alone has nothing to be compared with: its segments are of different days.
    fares = _fares(batches, stored) if stored or len(batches) > 1 else {}
    kept: list[EncodedSegment] = []
    restated: set[int] = set()
    receipts: list[BatchReceipt] = []
    for batch in batches:
        receipt = BatchReceipt(
            metric=batch.metric.code,
            source=batch.source,
            accepted=0,
            duplicate=batch.repeated,
            refused=batch.refused,
            refusals=list(batch.refusals),
            flagged=batch.flagged,
            flags=batch.flags,
            from_clock_ahead=batch.from_clock_ahead,
        )
        for segment in batch.segments:
            if segment.marks is not None:
                said = _said_anew(segment, stored.get(part_of(segment), NOTHING_OF_PART), receipt)
                if said is not None:
                    assert said.marks is not None, "a part of what has marks has marks"
                    restated.update(said.marks.records.tolist())
                    kept.append(encode(said))
                continue
            of_part = fares.get(part_of(segment)) if fares else None
            if of_part is None:
                receipt.accepted += len(segment.times) - segment.spilled
                kept.append(encode(segment))
                continue
            known = stored.get(part_of(segment), NOTHING_OF_PART)
            trimmed = _without_copies(segment, next(of_part), known)
            gone = _deleted(segment, trimmed.duplicate, known)
            _count(segment, trimmed, gone, receipt)
            to_keep = trimmed.kept | _says_more(segment, trimmed.duplicate & ~gone, known)
            if to_keep.any():
                kept.append(encode(only(segment, to_keep)))
        receipts.append(receipt)
    return Outcome(kept, receipts, restated)


def _without_copies(segment: Segment, trimmed: Trimmed, stored: StoredPart) -> Trimmed:
    """Marks as duplicates the copies that must not live on without the samples that they copy.

    A sample that we exported is such a copy. Our export states a length where the sender had stated none. The other kind is
    a sample without an id that says what a record said which the resident deleted by hand, as from an export of the phone.
    """
    if segment.is_exported:
        told = stored.merged.part(stored.merged.values != TOMBSTONE)
        metric = segment.metric
        told = told._replace(lengths=lasting(told.times, told.lengths, told.values, metric))
        lengths = lasting(segment.times, segment.lengths, segment.values, metric)
        segment = replace(segment, lengths=lengths)
        return without_copies(trimmed, segment, told)
    of_records = stored.deleted.part(stored.deleted.records != NO_RECORD)
    return without_copies(trimmed, segment, of_records) if len(of_records.times) else trimmed


def _deleted(segment: Segment, duplicate: Mask, stored: StoredPart) -> Mask:
    """Which of the duplicates the resident has deleted by hand: a copy does not bring a deleted sample back."""
    if not len(stored.deleted.times):
        return np.zeros(len(segment.times), np.bool_)
    return duplicate & are_among(segment, stored.deleted)


def _says_more(segment: Segment, duplicate: Mask, stored: StoredPart) -> Mask:
    """Which of the duplicates are stored again, because this copy says more of how they came to be.

    The copy tells the resident nothing new, so for the receipt these samples stay duplicates.
    """
    merged = stored.merged
    told_less = [
        sequence
        for sequence, origin in stored.origins.items()
        if says_more(segment.origin, than=origin)
    ]
    if not told_less or not duplicate.any():
        return np.zeros(len(segment.times), np.bool_)
    # A copy with another revision would not be the one that counts.
    of_these = np.isin(merged.sequences, told_less) & (merged.revisions == segment.revision)
    return duplicate & are_copies(segment, merged.part(of_these))


def _said_anew(segment: Segment, stored: StoredPart, receipt: BatchReceipt) -> Segment | None:
    """The part of a segment of records that is to be stored."""
    fares = compare_records(stored.merged, segment)
    gone = _deleted(segment, fares.duplicate & ~fares.kept, stored)
    own = slice(segment.spilled, None)
    receipt.accepted += int(np.count_nonzero(fares.new[own]))
    receipt.duplicate += int(np.count_nonzero((fares.duplicate & ~gone)[own]))
    _refuse(segment, gone, GONE_BY_HAND, receipt)
    assert segment.marks is not None, "the segment is of records"
    records = segment.marks.records
    told_better = _says_more(segment, fares.duplicate & ~gone, stored)
    # Only the last segment of a record counts, so that segment has to repeat all of the record.
    to_keep = fares.kept | np.isin(records, records[told_better])
    if not to_keep.any():
        return None
    return segment if to_keep.all() else only(segment, to_keep)


def _fares(
    batches: Sequence[ReadBatch], stored: Mapping[Part, StoredPart]
) -> dict[Part, Iterator[Trimmed]]:
    """For each part with more than one segment, the comparisons of its segments, in the order of their batches."""
    gathered: defaultdict[Part, list[Segment]] = defaultdict(list)
    for segment in (segment for batch in batches for segment in batch.segments):
        if segment.marks is None:
            gathered[part_of(segment)].append(segment)
    return {
        part: iter(
            compare(
                stored.get(part, NOTHING_OF_PART).merged, [_layer(segment) for segment in segments]
            )
        )
        for part, segments in gathered.items()
        if len(segments) > 1 or part in stored
    }


def times_of(batches: Sequence[ReadBatch]) -> dict[Part, tuple[int, int]]:
    """By part, the first and the last time of the batches' samples; samples of records are left out."""
    spans: dict[Part, tuple[int, int]] = {}
    for segment in (segment for batch in batches for segment in batch.segments):
        if segment.marks is not None:
            continue
        first, last = spans.get(part_of(segment), (segment.time_first, segment.time_last))
        spans[part_of(segment)] = min(first, segment.time_first), max(last, segment.time_last)
    return spans


def part_of(segment: Segment) -> Part:
    """The part in which the segment stands."""
    return segment.day, segment.metric.number, segment.source


def _layer(segment: Segment) -> Layer:
    return Layer(0, segment.revision, segment.times, segment.lengths, segment.values)


def only(segment: Segment, mask: Mask) -> Segment:
    """Some of the segment's samples. `spilled` of the result has no meaning."""
    return replace(
        segment,
        times=segment.times[mask],
        lengths=segment.lengths[mask],
        values=segment.values[mask],
        marks=None if segment.marks is None else segment.marks.part(mask),
    )


def _count(segment: Segment, trimmed: Trimmed, gone: Mask, receipt: BatchReceipt) -> None:
    """Counts the segment's own samples. A sample that began on an earlier day was counted there."""
    own = slice(segment.spilled, None)
    receipt.accepted += int(np.count_nonzero(trimmed.new[own]))
    receipt.duplicate += int(np.count_nonzero((trimmed.duplicate & ~gone)[own]))
    _refuse(segment, trimmed.older, OLDER, receipt)
    _refuse(segment, gone, GONE_BY_HAND, receipt)


def _refuse(segment: Segment, which: Mask, refusal: Refusal, receipt: BatchReceipt) -> None:
    own = slice(segment.spilled, None)
    times = segment.times[own][which[own]]
    receipt.refused += len(times)
    room = REFUSALS_LISTED_PER_BATCH_MAX - len(receipt.refusals)
    midnight_ms = utc_midnight_ms(segment.day)
    receipt.refusals.extend(
        replace(refusal, time_ms=midnight_ms + time) for time in times[:room].tolist()
    )
