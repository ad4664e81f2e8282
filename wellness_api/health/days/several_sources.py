"""What counts of a source beside better sources, which have been counted already.

In each moment the best source that says anything of it counts, and to say that there was nothing is to say something. A
record of a worse source has the time and the amount that the record tells itself and no finer record of its source tells.
Better sources may have told a part of that time. Then the record gives the rest: its amount less what the better sources
counted inside of its own time, but never less than nothing. This rest is spread evenly over the time that the better
sources leave.

So an hour of 600 beside a better source's six minutes of the same 600 gives nothing more. Beside six minutes of 100 it
gives 500 over the other 54. What a source tells in detail is compared in detail: an hour that says no more than its
minutes changes nothing.
"""

from typing import NamedTuple

import numpy as np

from wellness_api.health.days.spans import (
    Int64Array,
    Pieces,
    pieces_outside,
    run_begins,
    shared_out,
    shares,
)


class Better(NamedTuple):
    """The pieces of all better sources, and for each piece the place of its source."""

    pieces: Pieces
    sources: Int64Array

    def with_source(self, pieces: Pieces, source: int) -> "Better":
        """These pieces and the pieces of another source, which overlap none of them."""
        if not len(pieces.starts):
            return self
        sources = np.full(len(pieces.starts), source)
        if not len(self.sources):
            return Better(pieces, sources)
        together = (np.concatenate(columns) for columns in zip(self.pieces, pieces, strict=True))
        both = Pieces(*together)
        order = np.argsort(both.starts, kind="stable")
        return Better(both.kept(order), np.concatenate([self.sources, sources])[order])


def counted_beside(pieces: Pieces, better: Pieces) -> Pieces:
    """What counts of a source's pieces beside better ones: pieces outside of their time that do not overlap, ascending.

    A piece that gives nothing more stays with 0 on the time that the better pieces leave: its source spoke of that time.
    """
    if not len(better.starts) or not len(pieces.starts):
        return pieces
    next_one = np.searchsorted(better.ends, pieces.starts, side="right")
    starts = np.append(better.starts, np.iinfo(np.int64).max)
    met = starts[next_one] < pieces.ends
    if not met.any():
        return pieces
    told_in_part = np.zeros(pieces.records.max() + 1, np.bool_)
    told_in_part[pieces.records[met]] = True
    touched = told_in_part[pieces.records]
    besides = _rest(pieces.kept(touched), better)
    if touched.all():
        return besides
    whole = pieces.kept(~touched)
    both = Pieces(*(np.concatenate(columns) for columns in zip(whole, besides, strict=True)))
    return both.kept(np.argsort(both.starts, kind="stable"))


def _rest(pieces: Pieces, better: Pieces) -> Pieces:
    """What the records of these pieces give in addition. Better sources told a part of each of these records."""
    free = pieces_outside(pieces, better.starts, better.ends)
    if not len(free.starts):
        return free
    gives = np.zeros(pieces.records.max() + 1, np.bool_)
    gives[free.records] = True
    pieces = pieces.kept(gives[pieces.records])
    rest = np.zeros(len(gives), np.int64)
    np.add.at(rest, pieces.records, pieces.amounts)
    np.subtract.at(
        rest,
        pieces.records,
        _counted_until(better, pieces.ends) - _counted_until(better, pieces.starts),
    )
    by_record = np.argsort(free.records, kind="stable")
    records = free.records[by_record]
    begins = run_begins(records)
    lengths = (free.ends - free.starts)[by_record]
    amounts = np.empty(len(lengths), np.int64)
    amounts[by_record] = shared_out(np.maximum(rest, 0)[records[begins]], lengths, begins)
    return free._replace(amounts=amounts)


def _counted_until(pieces: Pieces, moments: Int64Array) -> Int64Array:
    """The amount of the pieces before each moment."""
    gone = np.searchsorted(pieces.ends, moments, side="right")
    before = np.concatenate([[0], np.cumsum(pieces.amounts)])
    counted: Int64Array = before[gone]
    cut = np.flatnonzero(gone < len(pieces.starts))
    places = gone[cut]
    cut, places = cut[inside := pieces.starts[places] < moments[cut]], places[inside]
    starts = pieces.starts[places]
    counted[cut] += shares(
        pieces.amounts[places], moments[cut] - starts, pieces.ends[places] - starts
    )
    return counted
