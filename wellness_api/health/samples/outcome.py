"""What is to be stored of an upload, and what its receipt says, given what is stored: pure, all of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec
import numpy as np

from device_bridge.wire import REFUSALS_LISTED_PER_BATCH_MAX, BatchReceipt, Refusal
from wellness_api.health.samples.columns import ReadBatch
from wellness_api.health.samples.comparing import Mask, Trimmed, compare
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.merging import NOTHING, Layer, Merged
from wellness_api.health.samples.segments import EncodedSegment, Segment, encode

Part = tuple[date, int, str]
"""(day, metric number, source): what a segment is compared within."""


class Outcome(NamedTuple):
    """The segments to store, and how each batch fared."""

    segments: list[EncodedSegment]
    batches: list[BatchReceipt]


def outcome_of(batches: Sequence[ReadBatch], stored: Mapping[Part, Merged]) -> Outcome:
    """What is to be stored and what the receipt says, given what a reader sees of these days. Raises CodecFailed."""
    # Alone, a batch has nothing to be compared with: its segments are of different days.
    fares = _fares(batches, stored) if stored or len(batches) > 1 else {}
    kept: list[EncodedSegment] = []
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
            of_part = fares.get(_part_of(segment)) if fares else None
            if of_part is None:
                receipt.accepted += len(segment.times)
                kept.append(encode(segment))
                continue
            trimmed = next(of_part)
            _count(segment, trimmed, receipt)
            if trimmed.kept.any():
                kept.append(encode(_only(segment, trimmed.kept)))
        receipts.append(receipt)
    return Outcome(kept, receipts)


def _fares(
    batches: Sequence[ReadBatch], stored: Mapping[Part, Merged]
) -> dict[Part, Iterator[Trimmed]]:
    """Of each part that is spoken of more than once how its segments fare, in the order of their batches."""
    gathered: defaultdict[Part, list[Segment]] = defaultdict(list)
    for segment in (segment for batch in batches for segment in batch.segments):
        gathered[_part_of(segment)].append(segment)
    return {
        part: iter(compare(stored.get(part, NOTHING), [_layer(segment) for segment in segments]))
        for part, segments in gathered.items()
        if len(segments) > 1 or part in stored
    }


def spans_of(batches: Sequence[ReadBatch]) -> dict[Part, tuple[int, int]]:
    """By part the first and the last time that the batches speak of."""
    spans: dict[Part, tuple[int, int]] = {}
    for segment in (segment for batch in batches for segment in batch.segments):
        first, last = spans.get(_part_of(segment), (segment.time_first, segment.time_last))
        spans[_part_of(segment)] = min(first, segment.time_first), max(last, segment.time_last)
    return spans


def _part_of(segment: Segment) -> Part:
    return segment.day, segment.metric.number, segment.source


def _layer(segment: Segment) -> Layer:
    return Layer(0, segment.revision, segment.times, segment.values)


def _only(segment: Segment, mask: Mask) -> Segment:
    return msgspec.structs.replace(segment, times=segment.times[mask], values=segment.values[mask])


def _count(segment: Segment, trimmed: Trimmed, receipt: BatchReceipt) -> None:
    receipt.accepted += int(np.count_nonzero(trimmed.new))
    receipt.duplicate += int(np.count_nonzero(trimmed.duplicate))
    receipt.refused += int(np.count_nonzero(trimmed.older))
    room = REFUSALS_LISTED_PER_BATCH_MAX - len(receipt.refusals)
    receipt.refusals.extend(
        Refusal(
            time_ms=utc_midnight_ms(segment.day) + int(time),
            field="revision",
            reason="older_revision",
            limit="at least the revision already stored for that time",
        )
        for time in segment.times[trimmed.older][:room]
    )
