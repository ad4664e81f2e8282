"""How an upload's samples fare against what is stored and against each other, all batches of a day in one pass."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.samples.merging import Layer, Merged

Mask = NDArray[np.bool_]


class Trimmed(NamedTuple):
    """How a batch's samples fare: of the first three masks just one is set for each sample.

    `new`: it says something new when its batch comes to be stored. `duplicate`: it is known. `older`: an edit has
    overtaken it. `kept`: it is new, and no later batch of the upload says something else of its time; so the upload's
    kept samples have no time in common.
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
    if len(batches) == 1:
        return [_compare_alone(stored, batches[0])]
    times = np.concatenate([stored.times, *(batch.times for batch in batches)])
    values = np.concatenate([stored.values, *(batch.values for batch in batches)])
    lengths = [len(batch.times) for batch in batches]
    revisions = np.concatenate(
        [stored.revisions, np.repeat(np.array([b.revision for b in batches], np.int64), lengths)]
    )
    # A stable sort brings equal times together and leaves them in the order in which they come to be stored.
    order = np.argsort(times, kind="stable")
    times, values, revisions = times[order], values[order], revisions[order]
    begins = np.ones(len(times), np.bool_)
    begins[1:] = times[1:] != times[:-1]
    before = _counts_before(begins, revisions)
    same_value = ~begins & (values[before] == values)
    duplicate = same_value & (revisions[before] >= revisions)
    older = ~begins & ~same_value & (revisions[before] > revisions)
    new = ~duplicate & ~older
    masks = np.empty((4, len(times)), np.bool_)
    masks[:, order] = new, duplicate, older, _last_of_time(begins, new)
    ends = np.cumsum([len(stored.times), *lengths])
    return [Trimmed(*masks[:, start:end]) for start, end in pairwise(ends)]


def _compare_alone(stored: Merged, batch: Layer) -> Trimmed:
    """As `compare`, of one batch: what nearly every upload has of a day, so it is looked up instead of sorted in."""
    count = len(batch.times)
    duplicate, older = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    if len(stored.times):
        place = np.minimum(np.searchsorted(stored.times, batch.times), len(stored.times) - 1)
        known = stored.times[place] == batch.times
        same_value = known & (stored.values[place] == batch.values)
        revisions = stored.revisions[place]
        duplicate = same_value & (revisions >= batch.revision)
        older = known & ~same_value & (revisions > batch.revision)
    new = ~duplicate & ~older
    return Trimmed(new, duplicate, older, new)


def _counts_before(begins: Mask, revisions: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of the sample of the same time that counts before each: of the greatest revision the last.

    `begins`: where a new time begins; what stands there for that place is of no meaning.
    """
    count = len(begins)
    ranks = np.unique(revisions, return_inverse=True)[1].astype(np.int64)
    ranks_count = int(ranks.max(initial=0)) + 1
    assert count * count * ranks_count < 2**62, (
        "a day's samples of a source, each with its rank, fit into int64"
    )
    place = np.arange(count)
    # Times ascend, so the greatest so far is never of an earlier time than the place itself.
    standing = ((np.cumsum(begins) - 1) * ranks_count + ranks) * count + place
    greatest = np.maximum.accumulate(standing)
    before = np.zeros(count, np.int64)
    before[1:] = greatest[:-1] % max(count, 1)
    return before


def _last_of_time(begins: Mask, new: Mask) -> Mask:
    """Of the new samples of each time the last."""
    starts = np.flatnonzero(begins)
    kept = np.zeros(len(begins), np.bool_)
    if len(starts):
        last = np.maximum.reduceat(np.where(new, np.arange(len(begins)), -1), starts)
        kept[last[last >= 0]] = True
    return kept
