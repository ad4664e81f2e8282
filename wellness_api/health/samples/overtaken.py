"""What of an upload was read before a whole state that holds, and is missing from that whole state: it comes too late.

A record or a sample is in a whole state when it is living where the whole state holds: it came with the whole state, or
was changed after it. A sample that is not there, and was changed before the whole state, is gone already. Its time of
change is its own, or that of the whole state that brings it. A sender that does not say when something was changed says
it as of now.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Final, NamedTuple

import msgspec
import numpy as np

from device_bridge.wire import EARLIEST_MS, REFUSALS_LISTED_PER_BATCH_MAX
from wellness_api.health.samples.columns import ReadBatch
from wellness_api.health.samples.comparing import Mask
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.merging import NO_RECORD, Merged, changed_at, spans_of
from wellness_api.health.samples.outcome import Part, StoredPart, only, part_of
from wellness_api.health.samples.rows import rows_missing
from wellness_api.health.samples.segments import TOMBSTONE, Int64Array, Segment
from wellness_api.health.samples.storable import NOT_IN_WHOLE_STATE
from wellness_api.health.samples.whole_states import (
    PlaceOfState,
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


NEVER_MS: Final = -1
"""Stands for the begin of a record that is not there: no whole state speaks of that time."""


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
    late: set[tuple[int, int]] = set()
    for place, begins in said.items():
        marks = list(begins)
        begin_ms = np.array([begins[mark] for mark in marks], np.int64)
        holds = sequences_at(states.kept[place], begin_ms)
        before = _read_before(
            holds,
            sequences_at(states.said.get(place, ()), begin_ms),
            np.array([changed[mark, place] for mark in marks], np.int64),
        )
        # One is in a whole state when it stands where that holds; what does not stand begins before all times.
        living = stored.get(place, {})
        stands_ms = np.array([living.get(mark, NEVER_MS) for mark in marks], np.int64)
        is_in = sequences_at(states.kept[place], stands_ms) == holds
        late.update((marks[number], place[0]) for number in (before & ~is_in).nonzero()[0])
    return frozenset(late)


def without_overtaken(
    batches: Sequence[ReadBatch], states: States, parts: Parts
) -> list[ReadBatch]:
    """The batches without their samples that come too late, and that no record has; these are refused."""
    segments = [segment for batch in batches for segment in batch.segments]
    if not any(map(states.kept.get, map(place_of_segment, segments))):
        return list(batches)
    masks = _late(segments, states, parts)
    late = map(masks.get, count())
    return [_without(batch, list(islice(late, len(batch.segments)))) for batch in batches]


def _without(batch: ReadBatch, late_of: Sequence[Mask | None]) -> ReadBatch:
    """The batch without what is late of its segments."""
    if not any(late is not None for late in late_of):
        return batch
    segments: list[Segment] = []
    refused = 0
    refusals = list(batch.refusals)
    for segment, late in zip(batch.segments, late_of, strict=True):
        if late is None:
            segments.append(segment)
            continue
        times = segment.times[segment.spilled :][late[segment.spilled :]]
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
    return msgspec.structs.replace(
        batch, segments=segments, refused=batch.refused + refused, refusals=refusals
    )


def _late(segments: Sequence[Segment], states: States, parts: Parts) -> dict[int, Mask]:
    """Which samples are late, by the place of the segment; of segments of which some are.

    All segments of a metric and source are looked at together, and so are all of a part: an upload may speak of one in each of
    its batches.
    """
    late: dict[int, Mask] = {}
    by_place: defaultdict[PlaceOfState, list[int]] = defaultdict(list)
    for number, segment in enumerate(segments):
        if segment.marks is None and states.kept.get(place_of_segment(segment)):
            by_place[place_of_segment(segment)].append(number)
    by_part: defaultdict[Part, list[int]] = defaultdict(list)
    for place, numbers in by_place.items():
        of_place = [segments[number] for number in numbers]
        masks = _split(of_place, _late_of_place(of_place, place, states))
        for number, segment, mask in zip(numbers, of_place, masks, strict=True):
            if mask.any():
                late[number] = mask
                by_part[part_of(segment)].append(number)
    for part, numbers in by_part.items():
        if part in parts:
            of_part = [segments[number] for number in numbers]
            masks = _split(of_part, _is_living(of_part, parts[part].merged))
            for number, living in zip(numbers, masks, strict=True):
                late[number] &= ~living
    return {number: mask for number, mask in late.items() if mask.any()}


def _split(segments: Sequence[Segment], together: Mask) -> list[Mask]:
    """What is said of the samples of all segments, one after the other, by segment."""
    return np.split(together, np.cumsum([len(segment.times) for segment in segments])[:-1])


def _late_of_place(segments: Sequence[Segment], place: PlaceOfState, states: States) -> Mask:
    """Which samples of a metric and source, one segment after the other, were read before a whole state that holds there."""
    times_ms = np.concatenate([times_of_segment(segment) for segment in segments])
    changed = [changed_at(segment.revision) for segment in segments]
    late: Mask = _read_before(
        sequences_at(states.kept[place], times_ms),
        sequences_at(states.said.get(place, ()), times_ms),
        np.repeat(np.array(changed, np.int64), [len(segment.times) for segment in segments]),
    )
    # To take back what is gone already says nothing else.
    late &= np.concatenate([segment.values for segment in segments]) != TOMBSTONE
    return late


def _is_living(segments: Sequence[Segment], merged: Merged) -> Mask:
    """Which samples of a part, one segment after the other, are living: by their span, or as a record says it."""
    spans = np.concatenate([spans_of(segment.times, segment.lengths) for segment in segments])
    values = np.concatenate([segment.values for segment in segments])
    living = merged.part(merged.values != TOMBSTONE)
    loose = living.part(living.records == NO_RECORD)
    missing = rows_missing((spans, values), (living.spans, living.values))
    is_living: Mask = np.isin(spans, loose.spans) | ~missing
    return is_living


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
