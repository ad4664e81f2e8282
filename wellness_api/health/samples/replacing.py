"""What a whole state ends: all stored samples of its metric and source that begin in its span and are not in its upload.

It is written as if the sender had taken these samples back: samples without a record by their spans, and records by what
they say of the metric. So readers need to know nothing of whole states, and an ended sample may come back with the next
whole state.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np

from device_bridge.wire import EARLIEST_MS, LENGTH_MS_MAX, WholeState, WholeStateReceipt
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.samples.columns import Arrival, ReadBatch
from wellness_api.health.samples.comparing import Mask, rows_in
from wellness_api.health.samples.local_days import DAY_MS, midnight_ms, utc_midnight_ms
from wellness_api.health.samples.merging import NO_RECORD, NOTHING, Merged
from wellness_api.health.samples.outcome import Part, StoredPart
from wellness_api.health.samples.overtaken import (
    place_of_segment,
    stored_begins,
    times_of_segment,
)
from wellness_api.health.samples.record_parts import nothing_of
from wellness_api.health.samples.segments import (
    TOMBSTONE,
    EncodedSegment,
    Int32Array,
    Int64Array,
    Segment,
    encode,
    known_by,
)
from wellness_api.health.samples.whole_states import (
    Named,
    PlaceOfState,
    Stated,
    StatedByPlace,
    StateRow,
    after,
    is_time,
    parts_beyond,
    place_of,
    state_row,
    stated,
)

LENGTH_BITS: Final = LENGTH_MS_MAX.bit_length()
FAR_MS: Final = 2 ** (62 - LENGTH_BITS)
"""Over a year. So a sample that begins in a whole state's span fits into an int64 together with its length."""


class Replaced(NamedTuple):
    """What is stored once the whole states of an upload hold, and what is to be written for that.

    `ended`: segments that take back what is gone. `rows`: what is to be remembered.
    """

    parts: Mapping[Part, StoredPart]
    ended: Sequence[EncodedSegment]
    rows: Sequence[StateRow]
    receipts: Sequence[WholeStateReceipt]


class Has(NamedTuple):
    """What the upload has: its batches, and the records that it names."""

    batches: Sequence[ReadBatch]
    named: Named


def replaced(
    states: Sequence[WholeState],
    has: Has,
    kept: StatedByPlace,
    parts: Mapping[Part, StoredPart],
    arrival: Arrival,
) -> Replaced:
    """Carries out the whole states of an upload that has all that it says, in their order."""
    left = dict(parts)
    holding: dict[PlaceOfState, Sequence[Stated]] = dict(kept)
    ended: list[EncodedSegment] = []
    receipts: list[WholeStateReceipt] = []
    changed: dict[PlaceOfState, None] = {}
    first_ms = EARLIEST_MS
    if utc_midnight_ms(arrival.first_day) > EARLIEST_MS:
        first_ms = midnight_ms(arrival.first_day.toordinal(), arrival.time_zone)
    for state in states:
        place = place_of(state)
        before = holding.get(place, ())
        spans = [
            part._replace(from_ms=max(part.from_ms, first_ms))
            for part in parts_beyond(before, stated(state))
        ]
        gone = 0
        if spans:
            holding[place] = after(before, stated(state))
            changed[place] = None
            of_place = {part: stored for part, stored in left.items() if part[1:] == place}
            base_ms = min(span.from_ms for span in spans) - DAY_MS
            masks = _gone(of_place, spans, has, base_ms)
            gone = _samples_in(of_place, masks, base_ms)
            for part, mask in masks.items():
                ended.extend(_ended(part, of_place[part].merged.part(mask)))
                left[part] = _without(of_place[part], mask)
        receipts.append(receipt_of(state, "holds" if spans else "overtaken", gone))
    rows = [state_row(place, holding[place]) for place in changed]
    return Replaced(left, ended, rows, receipts)


def receipt_of(
    state: WholeState, outcome: Literal["holds", "overtaken", "not_whole"], gone: int = 0
) -> WholeStateReceipt:
    """The receipt of a whole state."""
    return WholeStateReceipt(
        metric=state.metric,
        source=state.source,
        sequence=state.sequence,
        outcome=outcome,
        gone=gone,
    )


def _gone(
    parts: Mapping[Part, StoredPart], spans: Sequence[Stated], has: Has, base_ms: int
) -> dict[Part, Mask]:
    """Which samples of the parts are gone. All parts are of one place, and parts of which nothing is gone are left out."""
    if not parts:
        return {}
    place = next(iter(parts))[1:]
    named = _named_spans(has.batches, place, base_ms)
    living = {part: _living(stored) for part, stored in parts.items()}
    ended = _ended_records(
        {
            part: StoredPart(stored.merged.part(living[part]), NOTHING)
            for part, stored in parts.items()
        },
        spans,
        has.named.get(place, frozenset()),
        place,
    )
    masks = {}
    for part, stored in parts.items():
        merged = stored.merged
        times_ms = _times_ms(part, merged)
        loose = living[part] & (merged.records == NO_RECORD)
        loose &= _inside(times_ms, spans) & ~_changed_after(merged.changed, spans)
        loose &= ~np.isin(_key(times_ms, merged.lengths, base_ms), named)
        mask = loose | np.isin(merged.records, ended)
        if mask.any():
            masks[part] = mask
    return masks


def _ended_records(
    parts: Mapping[Part, StoredPart],
    spans: Sequence[Stated],
    named: frozenset[int],
    place: PlaceOfState,
) -> Int64Array:
    """The marks of living records that begin in the spans and are not named, without records that were changed since."""
    begins = stored_begins(parts).get(place, {})
    marks = np.array([mark for mark in begins if mark not in named], np.int64)
    begin_ms = np.array([begins[mark] for mark in marks.tolist()], np.int64)
    since = [
        stored.merged.records[_changed_after(stored.merged.changed, spans)]
        for stored in parts.values()
    ]
    unknown = marks[_inside(begin_ms, spans)]
    return np.setdiff1d(unknown, np.concatenate(since)) if since else unknown


def _living(stored: StoredPart) -> Mask:
    """Which samples are living. A sample that was deleted by hand is not, and stays deleted when it is sent again."""
    merged, deleted = stored.merged, stored.deleted
    living: Mask = merged.values != TOMBSTONE
    return living & ~rows_in(
        np.column_stack([merged.spans, merged.records]),
        np.column_stack([deleted.spans, deleted.records]),
    )


def _named_spans(batches: Iterable[ReadBatch], place: PlaceOfState, base_ms: int) -> Int64Array:
    keys = [
        _key(times_of_segment(segment), segment.lengths, base_ms)[segment.values != TOMBSTONE]
        for batch in batches
        for segment in batch.segments
        if segment.marks is None and place_of_segment(segment) == place
    ]
    return np.concatenate(keys) if keys else np.empty(0, np.int64)


def _key(times_ms: Int64Array, lengths: Int32Array, base_ms: int) -> Int64Array:
    """The start and the length that identify a sample, as one number.

    For samples that begin before `base_ms`, or years after it, the number has no meaning.
    """
    since_ms = np.clip(times_ms - base_ms, -1, FAR_MS)
    return (since_ms << LENGTH_BITS) | known_by(lengths)


def _times_ms(part: Part, merged: Merged) -> Int64Array:
    return utc_midnight_ms(part[0]) + merged.times.astype(np.int64)


def _inside(times_ms: Int64Array, spans: Sequence[Stated]) -> Mask:
    inside = np.zeros(len(times_ms), np.bool_)
    for span in spans:
        inside |= (times_ms >= span.from_ms) & (times_ms < span.until_ms)
    return inside


def _changed_after(changed: Int64Array, spans: Sequence[Stated]) -> Mask:
    """What was changed after the whole state was read, as far as both have a time."""
    sequence = spans[0].sequence
    after_it: Mask = changed > sequence
    return after_it if is_time(sequence) else np.zeros(len(changed), np.bool_)


def _samples_in(parts: Mapping[Part, StoredPart], masks: Mapping[Part, Mask], base_ms: int) -> int:
    """How many samples are gone. A sample that reaches over midnight stands in two parts, and counts once."""
    gone = {
        part: parts[part].merged.part(mask & _living(parts[part])) for part, mask in masks.items()
    }
    if not gone:
        return 0
    keys = np.concatenate(
        [_key(_times_ms(part, samples), samples.lengths, base_ms) for part, samples in gone.items()]
    )
    records = np.concatenate([samples.records for samples in gone.values()])
    order = np.lexsort((records, keys))
    keys, records = keys[order], records[order]
    others = (keys[1:] != keys[:-1]) | (records[1:] != records[:-1])
    return int(np.count_nonzero(others)) + (len(keys) > 0)


def _ended(part: Part, gone: Merged) -> Iterator[EncodedSegment]:
    """Segments that take these samples back. Loose samples need one segment for each revision, because a sample is taken
    back in its own revision.
    """
    day, number, source = part
    loose = gone.part(gone.records == NO_RECORD)
    for revision in np.unique(loose.revisions).tolist():
        of_revision = loose.part(loose.revisions == revision)
        yield encode(
            Segment(
                metric=METRIC_BY_NUMBER[number],
                source=source,
                day=day,
                revision=revision,
                times=of_revision.times,
                lengths=of_revision.lengths,
                values=np.full(len(of_revision.times), TOMBSTONE),
            )
        )
    marks = np.unique(gone.records[gone.records != NO_RECORD])
    if len(marks):
        yield nothing_of(part, marks.tolist())


def _without(stored: StoredPart, mask: Mask) -> StoredPart:
    merged = stored.merged
    return stored._replace(merged=merged._replace(values=np.where(mask, TOMBSTONE, merged.values)))
