"""What a whole state ends: all stored samples of its metric and source that begin in its span and are not in its upload.

It is written as if the sender had taken these samples back: samples without a record by their spans, and records by what
they say of the metric. So readers need to know nothing of whole states, and an ended sample may come back with the next
whole state.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from device_bridge.wire import EARLIEST_MS, WholeState, WholeStateReceipt
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.samples.columns import Arrival, ReadBatch
from wellness_api.health.samples.comparing import Mask
from wellness_api.health.samples.ended_samples import (
    NOWHERE,
    HeldSpan,
    ended_by,
    ended_counts,
    ended_records,
    held_spans,
    sent_samples,
    stored_samples,
)
from wellness_api.health.samples.local_days import midnight_ms, utc_midnight_ms
from wellness_api.health.samples.merging import NO_RECORD, Merged
from wellness_api.health.samples.outcome import Part, StoredPart
from wellness_api.health.samples.record_parts import nothing_of
from wellness_api.health.samples.segments import TOMBSTONE, EncodedSegment, Segment, encode
from wellness_api.health.samples.whole_states import (
    NONE_NAMED,
    Named,
    PlaceOfState,
    Stated,
    StatedByPlace,
    StateRow,
    after,
    parts_beyond,
    place_of,
    state_row,
    stated,
)


class Replaced(NamedTuple):
    """What is stored once the whole states of an upload hold, and what is to be written for that.

    `ended`: segments that take back what is gone. `rows`: what is to be remembered.
    """

    parts: Mapping[Part, StoredPart]
    ended: Sequence[EncodedSegment]
    rows: Sequence[StateRow]
    receipts: Sequence[WholeStateReceipt]


class Has(NamedTuple):
    """What the upload has: its batches, and the records that are named in it.

    `begun`: records that begin on days that are not kept any more, so that no state touches them.
    """

    batches: Sequence[ReadBatch]
    named: Named
    begun: Named = NONE_NAMED


def replaced(
    states: Sequence[WholeState],
    has: Has,
    kept: StatedByPlace,
    parts: Mapping[Part, StoredPart],
    arrival: Arrival,
) -> Replaced:
    """Carries out the whole states of an upload that has all of what it says."""
    holding = holding_states(states, kept, arrival)
    left = dict(parts)
    ended: list[EncodedSegment] = []
    gone = np.zeros(len(states), np.int64)
    sent = sent_samples(has.batches, holding.spans)
    for place, of_place in parts_by_place(parts, holding).items():
        samples = stored_samples(of_place)
        spans = held_spans(holding.spans[place])
        spared = has.named.get(place, frozenset()) | has.begun.get(place, frozenset())
        records = ended_records(samples, spans, spared)
        by = ended_by(samples, spans, sent.get(place), records)
        gone += ended_counts(samples, by, len(states))
        first = 0
        for part, of in of_place.items():
            last = first + len(of.merged.times)
            mask = by[first:last] != NOWHERE
            first = last
            if mask.any():
                ended.extend(_ended(part, of.merged.part(mask)))
                left[part] = _without(of, mask)
    holds = {of.state for spans in holding.spans.values() for of in spans}
    receipts = [
        receipt_of(state, "holds" if place in holds else "overtaken", count)
        for place, (state, count) in enumerate(zip(states, gone.tolist(), strict=True))
    ]
    rows = [state_row(place, holding.after[place]) for place in holding.spans]
    return Replaced(left, ended, rows, receipts)


class Holding(NamedTuple):
    """Where the whole states of an upload hold, by metric and source, and all that holds there after them."""

    spans: Mapping[PlaceOfState, Sequence[HeldSpan]]
    after: StatedByPlace


def holding_states(states: Sequence[WholeState], kept: StatedByPlace, arrival: Arrival) -> Holding:
    """The states, in their order, on the days that are kept; one that is overtaken everywhere holds nowhere."""
    holding: dict[PlaceOfState, Sequence[Stated]] = dict(kept)
    spans: defaultdict[PlaceOfState, list[HeldSpan]] = defaultdict(list)
    first_ms = EARLIEST_MS
    if utc_midnight_ms(arrival.first_day) > EARLIEST_MS:
        first_ms = midnight_ms(arrival.first_day.toordinal(), arrival.time_zone)
    for number, state in enumerate(states):
        place = place_of(state)
        before = holding.get(place, ())
        beyond = parts_beyond(before, stated(state))
        if beyond:
            spans[place].extend(
                HeldSpan(number, part._replace(from_ms=max(part.from_ms, first_ms)))
                for part in beyond
            )
            holding[place] = after(before, stated(state))
    return Holding(spans, holding)


def parts_by_place(
    parts: Mapping[Part, StoredPart], holding: Holding
) -> dict[PlaceOfState, dict[Part, StoredPart]]:
    """The parts of which the whole states speak."""
    found: dict[PlaceOfState, dict[Part, StoredPart]] = {}
    for part, of in parts.items():
        place = part[1:]
        if place in holding.spans:
            found.setdefault(place, {})[part] = of
    return found


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
