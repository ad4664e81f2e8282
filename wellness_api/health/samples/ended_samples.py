"""Which stored samples of a metric and source the whole states of an upload end.

All its states and all their days are looked at together. What is stored and what was sent are sorted once, so the cost does not
grow with states times days times samples.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

import numpy as np

from wellness_api.health.samples.columns import ReadBatch
from wellness_api.health.samples.comparing import Mask, rows_in
from wellness_api.health.samples.local_days import utc_midnight_ms
from wellness_api.health.samples.merging import NO_RECORD
from wellness_api.health.samples.outcome import Part, StoredPart
from wellness_api.health.samples.overtaken import place_of_segment, times_of_segment
from wellness_api.health.samples.rows import Columns, rows_missing
from wellness_api.health.samples.segments import TOMBSTONE, Int64Array, known_by
from wellness_api.health.samples.whole_states import PlaceOfState, Stated, is_time

NOWHERE: Final = -1
"""Stands among places for none."""

NEVER_MS: Final = int(np.iinfo(np.int64).max)
"""Up to then everything was changed: for sequences that are no times."""


class HeldSpan(NamedTuple):
    """A span in which a whole state holds; `state`: the state's place in the upload."""

    state: int
    span: Stated


class HeldSpans(NamedTuple):
    """Where the whole states of a metric and source hold: ascending, no two with a moment in common.

    `states`: the place of each one's state in the upload. `read_ms`: what was changed later stays.
    """

    from_ms: Int64Array
    until_ms: Int64Array
    states: Int64Array
    read_ms: Int64Array

    def of(self, times_ms: Int64Array) -> Int64Array:
        """In which of the spans each time is, or NOWHERE."""
        if not len(self.from_ms):
            return np.full(len(times_ms), NOWHERE, np.int64)
        last = np.searchsorted(self.from_ms, times_ms, side="right") - 1
        # Before the first span the place is -1 already, which is NOWHERE.
        return np.where(times_ms < self.until_ms[last], last, NOWHERE)


def held_spans(held: Iterable[HeldSpan]) -> HeldSpans:
    """As columns, without those of no length."""
    spans = sorted(
        (of.span.from_ms, of.span.until_ms, of.state, _read_ms(of.span.sequence))
        for of in held
        if of.span.from_ms < of.span.until_ms
    )
    return HeldSpans(*np.array(spans, np.int64).reshape(-1, len(HeldSpans._fields)).T)


def _read_ms(sequence: int) -> int:
    return sequence if is_time(sequence) else NEVER_MS


class StoredSamples(NamedTuple):
    """All that is stored of a metric and source, one part after the other.

    `lengths`: those by which samples are known. `living`: see `_living`.
    """

    times_ms: Int64Array
    lengths: Int64Array
    records: Int64Array
    changed: Int64Array
    living: Mask


def stored_samples(parts: Mapping[Part, StoredPart]) -> StoredSamples:
    """The samples of the parts, of which there is one at least."""
    merged = [of.merged for of in parts.values()]
    times_ms = [
        utc_midnight_ms(day) + of.times.astype(np.int64)
        for (day, *_), of in zip(parts, merged, strict=True)
    ]
    return StoredSamples(
        np.concatenate(times_ms),
        np.concatenate([known_by(of.lengths).astype(np.int64) for of in merged]),
        np.concatenate([of.records for of in merged]),
        np.concatenate([of.changed for of in merged]),
        np.concatenate([_living(of) for of in parts.values()]),
    )


def _living(stored: StoredPart) -> Mask:
    """Which samples there are; what was deleted by hand is not there, and stays so when it is sent again."""
    merged, deleted = stored.merged, stored.deleted
    living: Mask = merged.values != TOMBSTONE
    return living & ~rows_in(
        np.column_stack([merged.spans, merged.records]),
        np.column_stack([deleted.spans, deleted.records]),
    )


def sent_samples(
    batches: Iterable[ReadBatch], places: Collection[PlaceOfState]
) -> dict[PlaceOfState, Columns]:
    """Start and length of all samples that the upload has of these places and that belong to no record."""
    sent: dict[PlaceOfState, list[Columns]] = {}
    for batch in batches:
        for segment in batch.segments:
            place = place_of_segment(segment)
            if segment.marks is not None or place not in places:
                continue
            exists = segment.values != TOMBSTONE
            times_ms, lengths = times_of_segment(segment), known_by(segment.lengths)
            sent.setdefault(place, []).append((times_ms[exists], lengths[exists].astype(np.int64)))
    return {
        place: [np.concatenate(of) for of in zip(*columns, strict=True)]
        for place, columns in sent.items()
    }


class EndedRecords(NamedTuple):
    """The marks of records that are ended, ascending, and the place of the state that ends each."""

    marks: Int64Array
    states: Int64Array

    def by(self, records: Int64Array) -> Int64Array:
        """Which state ends each of the records, or NOWHERE."""
        if not len(self.marks):
            return np.full(len(records), NOWHERE, np.int64)
        place = np.minimum(np.searchsorted(self.marks, records), len(self.marks) - 1)
        return np.where(self.marks[place] == records, self.states[place], NOWHERE)


NO_RECORDS: Final = EndedRecords(np.empty(0, np.int64), np.empty(0, np.int64))


def ended_records(samples: StoredSamples, spans: HeldSpans, spared: frozenset[int]) -> EndedRecords:
    """The living records that begin in the spans, but for those that are spared or were changed since."""
    (living,) = (samples.living & (samples.records != NO_RECORD)).nonzero()
    if not len(living) or not len(spans.states):
        return NO_RECORDS
    living = living[np.lexsort((samples.times_ms[living], samples.records[living]))]
    marks, first = np.unique(samples.records[living], return_index=True)
    begins_in = spans.of(samples.times_ms[living[first]])
    changed = np.maximum.reduceat(samples.changed[living], first)
    ended = (begins_in != NOWHERE) & (changed <= spans.read_ms[begins_in])
    ended &= ~np.isin(marks, np.fromiter(spared, np.int64, len(spared)))
    return EndedRecords(marks[ended], spans.states[begins_in[ended]])


def ended_by(
    samples: StoredSamples, spans: HeldSpans, sent: Columns | None, records: EndedRecords
) -> Int64Array:
    """The place of the state that ends each of the samples, or NOWHERE. `sent`: see `sent_samples`."""
    by = records.by(samples.records)
    inside = spans.of(samples.times_ms)
    (loose,) = (samples.living & (samples.records == NO_RECORD) & (inside != NOWHERE)).nonzero()
    loose = loose[samples.changed[loose] <= spans.read_ms[inside[loose]]]
    if sent is not None and len(loose):
        loose = loose[rows_missing((samples.times_ms[loose], samples.lengths[loose]), sent)]
    by[loose] = spans.states[inside[loose]]
    return by


def ended_counts(samples: StoredSamples, by: Int64Array, states: int) -> Int64Array:
    """How many living samples each of so many states ends; what reaches over midnight stands in two parts."""
    (ended,) = (samples.living & (by != NOWHERE)).nonzero()
    keys = (samples.lengths[ended], samples.times_ms[ended], samples.records[ended])
    order = np.lexsort(keys)
    others = np.zeros(len(order), np.bool_)
    others[:1] = True
    for key in keys:
        ordered = key[order]
        others[1:] |= ordered[1:] != ordered[:-1]
    counts: Int64Array = np.bincount(by[ended[order[others]]], minlength=states)
    return counts
