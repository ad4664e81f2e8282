"""What of an upload was read before a whole state that holds, and is missing from that whole state: it comes too late.

A record or a sample is in a whole state when it is living where the whole state holds: it came with the whole state, or
was changed after it. A sample that is not there, and was changed before the whole state, is gone already. Its time of
change is its own, or that of the whole state that brings it. A sender that does not say when something was changed says
it as of now.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np

from device_bridge.wire import EARLIEST_MS, REFUSALS_LISTED_PER_BATCH_MAX
from wellness_api.health.samples.columns import ReadBatch
from wellness_api.health.samples.comparing import Mask, rows_in
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.merging import NO_RECORD, changed_at, spans_of
from wellness_api.health.samples.outcome import Part, StoredPart, only, part_of
from wellness_api.health.samples.segments import TOMBSTONE, Int64Array, Segment
from wellness_api.health.samples.storable import NOT_IN_WHOLE_STATE
from wellness_api.health.samples.whole_states import (
    PlaceOfState,
    Stated,
    StatedByPlace,
    sequences_at,
)

Parts = Mapping[Part, StoredPart]
Begins = Mapping[PlaceOfState, Mapping[int, int]]
"""By place and mark, when a record begins in this place: with its first sample of the metric."""


class States(NamedTuple):
    """Whole states that hold, and whole states that the upload itself states."""

    kept: StatedByPlace
    said: StatedByPlace


NO_STATES: Final = States({}, {})


def overtaken_records(
    batches: Sequence[ReadBatch], states: States, parts: Parts
) -> frozenset[tuple[int, int]]:
    """Mark and metric number of the upload's records that come too late with what they say of the metric."""
    said = _begins(
        (place_of_segment(segment), *_marked(segment))
        for batch in batches
        for segment in batch.segments
        if segment.marks is not None and states.kept.get(place_of_segment(segment))
    )
    if not said:
        return frozenset()
    stored = stored_begins(parts)
    changed = {
        (mark, place_of_segment(segment)): time_ms
        for batch in batches
        for segment in batch.segments
        if segment.marks is not None
        for mark, time_ms in zip(
            segment.marks.records.tolist(), segment.marks.changed.tolist(), strict=True
        )
    }
    late = set()
    for place, begins in said.items():
        marks = list(begins)
        begin_ms = np.array([begins[mark] for mark in marks], np.int64)
        holds = sequences_at(states.kept[place], begin_ms)
        before = _read_before(
            holds,
            sequences_at(states.said.get(place, ()), begin_ms),
            np.array([changed[mark, place] for mark in marks], np.int64),
        )
        living = stored.get(place, {})
        for mark, sequence, is_before in zip(marks, holds.tolist(), before.tolist(), strict=True):
            if is_before and not _is_in(states.kept[place], sequence, living.get(mark)):
                late.add((mark, place[0]))
    return frozenset(late)


def _is_in(kept: Sequence[Stated], sequence: int, begins_ms: int | None) -> bool:
    """Whether a record that begins at this time is in the whole state of the sequence."""
    if begins_ms is None:
        return False
    return any(
        span.from_ms <= begins_ms < span.until_ms for span in kept if span.sequence == sequence
    )


def without_overtaken(batch: ReadBatch, states: States, parts: Parts) -> ReadBatch:
    """The batch without the loose samples that come too late, which are refused. A loose sample has no record."""
    segments: list[Segment] = []
    refused = 0
    is_late = False
    refusals = list(batch.refusals)
    for segment in batch.segments:
        late = _late(segment, states, parts.get(part_of(segment)))
        if late is None or not late.any():
            segments.append(segment)
            continue
        is_late = True
        own = late[segment.spilled :]
        times = segment.times[segment.spilled :][own]
        refused += len(times)
        room = REFUSALS_LISTED_PER_BATCH_MAX - len(refusals)
        midnight_ms = utc_midnight_ms(segment.day)
        refusals.extend(
            msgspec.structs.replace(NOT_IN_WHOLE_STATE, time_ms=midnight_ms + time)
            for time in times[: max(room, 0)].tolist()
        )
        if not late.all():
            spilled = int(np.count_nonzero(~late[: segment.spilled]))
            segments.append(msgspec.structs.replace(only(segment, ~late), spilled=spilled))
    if not is_late:
        return batch
    return msgspec.structs.replace(
        batch, segments=segments, refused=batch.refused + refused, refusals=refusals
    )


def _late(segment: Segment, states: States, stored: StoredPart | None) -> Mask | None:
    place = place_of_segment(segment)
    if segment.marks is not None or not states.kept.get(place):
        return None
    times_ms = times_of_segment(segment)
    late = _read_before(
        sequences_at(states.kept[place], times_ms),
        sequences_at(states.said.get(place, ()), times_ms),
        np.full(len(times_ms), changed_at(segment.revision), np.int64),
    )
    # A removal of a sample that is gone already changes nothing, so it is not late.
    late &= segment.values != TOMBSTONE
    if stored is None or not late.any():
        return late
    living = stored.merged.part(stored.merged.values != TOMBSTONE)
    loose = living.part(living.records == NO_RECORD)
    spans = spans_of(segment.times, segment.lengths)
    late &= ~np.isin(spans, loose.spans)
    return late & ~rows_in(
        np.column_stack([spans, segment.values]), np.column_stack([living.spans, living.values])
    )


def _read_before(holds: Int64Array, said: Int64Array, changed: Int64Array) -> Mask:
    """What was read before the sequence that holds. The upload's own sequence decides, or else the time of the last change."""
    by_change = (changed > 0) & (holds >= EARLIEST_MS) & (changed <= holds)
    before: Mask = (holds > 0) & np.where(said > 0, said <= holds, by_change)
    return before


def stored_begins(parts: Parts) -> Begins:
    """When the stored records begin."""
    return _begins(_stored_marks(parts))


def _stored_marks(parts: Parts) -> Iterator[tuple[PlaceOfState, Int64Array, Int64Array]]:
    for (day, metric, source), stored in parts.items():
        merged = stored.merged
        living = merged.part((merged.values != TOMBSTONE) & (merged.records != NO_RECORD))
        times_ms = utc_midnight_ms(day) + living.times.astype(np.int64)
        yield (metric, source), living.records, times_ms


def _begins(said: Iterable[tuple[PlaceOfState, Int64Array, Int64Array]]) -> Begins:
    begins: dict[PlaceOfState, dict[int, int]] = {}
    for place, marks, times_ms in said:
        of_place = begins.setdefault(place, {})
        order = np.lexsort((times_ms, marks))
        first, place_of_first = np.unique(marks[order], return_index=True)
        for mark, time_ms in zip(
            first.tolist(), times_ms[order][place_of_first].tolist(), strict=True
        ):
            of_place[mark] = min(time_ms, of_place.get(mark, time_ms))
    return begins


def _marked(segment: Segment) -> tuple[Int64Array, Int64Array]:
    assert segment.marks is not None, "the segment is of records"
    return segment.marks.records, times_of_segment(segment)


def place_of_segment(segment: Segment) -> PlaceOfState:
    """The metric and source of the segment."""
    return segment.metric.number, segment.source


def times_of_segment(segment: Segment) -> Int64Array:
    """The segment's times in Unix milliseconds."""
    return utc_midnight_ms(segment.day) + segment.times.astype(np.int64)
