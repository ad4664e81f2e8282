"""How an upload's samples fare against what is stored and against each other, all batches of a day in one pass."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.samples.merging import NO_RECORD, Layer, Merged, spans_of
from wellness_api.health.samples.segments import TOMBSTONE, Int64Array, Segment

Mask = NDArray[np.bool_]


class Trimmed(NamedTuple):
    """How a batch's samples fare: of the first three masks just one is set for each sample.

    `new`: it says something new when its batch comes to be stored. `duplicate`: it is known. `older`: an edit has
    overtaken it. `kept`: it is new, and no later batch of the upload says something else of its span; so the upload's
    kept samples have no span in common.
    """

    new: Mask
    duplicate: Mask
    older: Mask
    kept: Mask


def compare(stored: Merged, batches: Sequence[Layer]) -> list[Trimmed]:
    """Compares an upload's batches of one (metric, source, day), in their order, each with all that stands before it.

    A greater revision with the same value is new: were it dropped, a revision between the two could win later. The cost
    grows with the samples, not with batches times samples.
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
    # A stable sort brings equal spans together and leaves them in the order in which they come to be stored.
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
    """How a segment of records fares: `new` and `duplicate` by sample; `kept`: those of records of which anything differs."""

    new: Mask
    duplicate: Mask
    kept: Mask


def compare_records(stored: Merged, segment: Segment) -> Restated:
    """Compares what a segment says of its records with what is stored of them in its part.

    A record that says the same of everything is left out. One that says it as of another time is stored anew, for of
    records that cross the one changed last counts; its samples are duplicates all the same.
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
    """What the others say already, by a record or by none, is known."""
    copies = trimmed.new & are_among(segment, others)
    return Trimmed(
        trimmed.new & ~copies, trimmed.duplicate | copies, trimmed.older, trimmed.kept & ~copies
    )


def are_among(segment: Segment, others: Merged) -> Mask:
    """Which samples of the segment are said by the others, by a record or by none."""
    return rows_in(
        np.column_stack([spans_of(segment.times, segment.lengths), segment.values]),
        np.column_stack([others.spans, others.values]),
    )


def are_copies(segment: Segment, others: Merged) -> Mask:
    """Which samples of the segment the others say just so: by the same record, or by none as well."""
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
    found: Mask = np.isin(number[: len(rows)], number[len(rows) :])
    return found


def _compare_alone(stored: Merged, batch: Layer) -> Trimmed:
    """As `compare`, of one batch: what nearly every upload has of a day, so it is looked up instead of sorted in."""
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
    """The place of the sample of the same span that counts before each: of the greatest revision the last.

    `begins`: where a new span begins; what stands there for that place is of no meaning.
    """
    count = len(begins)
    ranks = np.unique(revisions, return_inverse=True)[1].astype(np.int64)
    ranks_count = int(ranks.max(initial=0)) + 1
    assert count * count * ranks_count < 2**62, (
        "a day's samples of a source, each with its rank, fit into int64"
    )
    place = np.arange(count)
    # Spans ascend, so the greatest so far is never of an earlier one than the place itself.
    standing = ((np.cumsum(begins) - 1) * ranks_count + ranks) * count + place
    greatest = np.maximum.accumulate(standing)
    before = np.zeros(count, np.int64)
    before[1:] = greatest[:-1] % max(count, 1)
    return before


def _last_of_span(begins: Mask, new: Mask) -> Mask:
    """Of the new samples of each span the last."""
    starts = np.flatnonzero(begins)
    kept = np.zeros(len(begins), np.bool_)
    if len(starts):
        last = np.maximum.reduceat(np.where(new, np.arange(len(begins)), -1), starts)
        kept[last[last >= 0]] = True
    return kept
