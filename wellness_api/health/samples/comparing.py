"""How an upload's samples compare with stored samples and with each other. All batches of a day are compared in one pass."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.samples.merging import NO_RECORD, Layer, Merged, spans_of
from wellness_api.health.samples.segments import TOMBSTONE, Int64Array, Segment

Mask = NDArray[np.bool_]


class Trimmed(NamedTuple):
    """What becomes of a batch's samples. Just one of the first three masks is set for each sample.

    `new`: the sample says something new at the moment when its batch is stored. `duplicate`: it is known. `older`: an
    edit has overtaken it. `kept`: it is new, and no later batch of the upload says something else of its span. So no two
    kept samples of the upload share a span.
    """

    new: Mask
    duplicate: Mask
    older: Mask
    kept: Mask


def compare(stored: Merged, batches: Sequence[Layer]) -> list[Trimmed]:
    """Compares an upload's batches of one (metric, source, day), in order. Each is compared with stored samples and
    earlier batches.

    A greater revision with the same value is new: if it were dropped, a revision between the two could win later. The
    cost grows with the number of samples, not with batches times samples.

    A sample without a record is compared with such samples alone. If a copy of a record were left out, a deletion of the
    record would also remove what somebody else had said, but only if the copy came after the record.
    """
    return _compare(stored.part(stored.records == NO_RECORD), batches)


def _compare(stored: Merged, batches: Sequence[Layer]) -> list[Trimmed]:
    if len(batches) == 1:
        return [_compare_alone(stored, batches[0])]
    spans = np.concatenate([stored.spans, *map(_spans, batches)])
    values = np.concatenate([stored.values, *(batch.values for batch in batches)])
    lengths = [len(batch.times) for batch in batches]
    revisions = np.concatenate(
        [stored.revisions, np.repeat(np.array([b.revision for b in batches], np.int64), lengths)]
    )
    # A stable sort brings equal spans together, and leaves them in the order in which they are stored.
    order = np.argsort(spans, kind="stable")
    spans, values, revisions = spans[order], values[order], revisions[order]
    begins = np.ones(len(spans), np.bool_)
    begins[1:] = spans[1:] != spans[:-1]
    before = _counts_before(begins, revisions)
    same_value = ~begins & (values[before] == values)
    duplicate = same_value & (revisions[before] >= revisions)
    older = ~begins & ~same_value & (revisions[before] > revisions)
    new = ~duplicate & ~older
    masks = np.empty((4, len(spans)), np.bool_)
    masks[:, order] = new, duplicate, older, _last_of_span(begins, new)
    ends = np.cumsum([len(stored.times), *lengths])
    return [Trimmed(*masks[:, start:end]) for start, end in pairwise(ends)]


class Restated(NamedTuple):
    """What becomes of a segment of records. `new`, `duplicate`: by sample. `kept`: the samples of records with any difference."""

    new: Mask
    duplicate: Mask
    kept: Mask


def compare_records(stored: Merged, segment: Segment) -> Restated:
    """Compares what a segment says of its records with what is stored of these records in its part.

    A record that says the same in all respects is left out. A record that says the same but was changed at another time
    is stored again, because of records that cross, the one that was changed last counts. Its samples are still
    duplicates.
    """
    assert segment.marks is not None, "the segment is of records"
    records, changed = segment.marks
    of_these = stored.part(np.isin(stored.records, records) & (stored.values != TOMBSTONE))
    ours = np.column_stack(
        [records, spans_of(segment.times, segment.lengths), segment.values, changed]
    )
    theirs = np.column_stack([of_these.records, of_these.spans, of_these.values, of_these.changed])
    duplicate = rows_in(ours[:, :3], theirs[:, :3])
    same = rows_in(ours, theirs)
    named, record = np.unique(records, return_inverse=True)
    stood = np.sort(of_these.records)
    before = np.searchsorted(stood, named, side="right") - np.searchsorted(stood, named)
    unchanged = np.bincount(record, weights=same, minlength=len(named)).astype(np.int64)
    own = np.bincount(record, minlength=len(named))
    differs = (unchanged != own) | (before != own)
    return Restated(~duplicate, duplicate, differs[record])


def without_copies(trimmed: Trimmed, segment: Segment, others: Merged) -> Trimmed:
    """Marks as duplicates the samples that are among the others, with a record or without one."""
    copies = trimmed.new & are_among(segment, others)
    return Trimmed(
        trimmed.new & ~copies, trimmed.duplicate | copies, trimmed.older, trimmed.kept & ~copies
    )


def are_among(segment: Segment, others: Merged) -> Mask:
    """Which samples of the segment are among the others, with a record or without one."""
    return rows_in(
        np.column_stack([spans_of(segment.times, segment.lengths), segment.values]),
        np.column_stack([others.spans, others.values]),
    )


def are_copies(segment: Segment, others: Merged) -> Mask:
    """Which samples of the segment are among the others with the same record, or also without a record."""
    records = (
        np.full(len(segment.times), NO_RECORD, np.int64)
        if segment.marks is None
        else segment.marks.records
    )
    return rows_in(
        np.column_stack([records, spans_of(segment.times, segment.lengths), segment.values]),
        np.column_stack([others.records, others.spans, others.values]),
    )


def rows_in(rows: Int64Array, others: Int64Array) -> Mask:
    """Which rows are among the others."""
    if not len(others):
        return np.zeros(len(rows), np.bool_)
    _, number = np.unique(np.concatenate([rows, others]), axis=0, return_inverse=True)
    number = number.reshape(-1)
    are_among_others: Mask = np.isin(number[: len(rows)], number[len(rows) :])
    return are_among_others


def _compare_alone(stored: Merged, batch: Layer) -> Trimmed:
    """Does the same as `compare` for one batch. Nearly every upload has one batch of a day, so this looks samples up and
    does not sort.
    """
    count = len(batch.times)
    duplicate, older = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    if len(stored.times):
        stored_spans, spans = stored.spans, _spans(batch)
        place = np.minimum(np.searchsorted(stored_spans, spans), len(stored_spans) - 1)
        known = stored_spans[place] == spans
        same_value = known & (stored.values[place] == batch.values)
        revisions = stored.revisions[place]
        duplicate = same_value & (revisions >= batch.revision)
        older = known & ~same_value & (revisions > batch.revision)
    new = ~duplicate & ~older
    return Trimmed(new, duplicate, older, new)


def _spans(batch: Layer) -> Int64Array:
    return spans_of(batch.times, batch.lengths)


def _counts_before(begins: Mask, revisions: Int64Array) -> Int64Array:
    """For each sample, the place of the sample before it with the same span that counts: the last one of the greatest
    revision.

    `begins`: where a new span begins. The answer for such a place has no meaning.
    """
    count = len(begins)
    ranks = np.unique(revisions, return_inverse=True)[1].astype(np.int64)
    ranks_count = int(ranks.max(initial=0)) + 1
    assert count * count * ranks_count < 2**62, (
        "a day's samples of a source, each with its rank, fit into int64"
    )
    place = np.arange(count)
    # Spans ascend, so the greatest value so far never belongs to a span before the place's own.
    standing = ((np.cumsum(begins) - 1) * ranks_count + ranks) * count + place
    greatest = np.maximum.accumulate(standing)
    before = np.zeros(count, np.int64)
    before[1:] = greatest[:-1] % max(count, 1)
    return before


def _last_of_span(begins: Mask, new: Mask) -> Mask:
    """The last new sample of each span."""
    starts = np.flatnonzero(begins)
    kept = np.zeros(len(begins), np.bool_)
    if len(starts):
        last = np.maximum.reduceat(np.where(new, np.arange(len(begins)), -1), starts)
        kept[last[last >= 0]] = True
    return kept
