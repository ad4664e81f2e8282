"""Records with spans of time, and how an amount is shared out over one so that nothing is lost to rounding.

Times are Unix milliseconds, each span from its start (included) to its end (not included). Amounts are whole thousandths
of the metric's resolution, so that a minute's share of an hour is a whole number too. What is shared out is rounded where
parts meet, and never part by part: up to a moment it is the amount times the time gone over the time in all, halves up,
and a part is what this gained within it. So parts sum to the whole whatever it is cut into. docs/counting.md.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Int64Array = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

THOUSANDTHS: Final = 1_000
"""Of one multiple of a metric's resolution."""

NO_ID: Final = -(2**63)
"""Stands for the id of what has none: of records that agree in all else one with an id stands."""

_NARROW: Final = 2**31
"""A product of two numbers up to this fits into 64 bits, and so does twice what is left of one."""


class Span(NamedTuple):
    """A stretch of time, as a local day: 23 to 25 hours of Unix milliseconds."""

    start: int
    end: int


class Records(NamedTuple):
    """Living records of one source and metric, in any order; one array an attribute.

    `changed`: when the record was changed last, in Unix milliseconds by its own word; without one its end.
    `ids`: order records that agree in all else; they must not depend on what came first.
    """

    starts: Int64Array
    ends: Int64Array
    amounts: Int64Array
    changed: Int64Array
    ids: Int64Array

    def kept(self, places: BoolArray | Int64Array) -> "Records":
        """Those at the places."""
        return Records(*(column[places] for column in self))

    def and_these(self, others: "Records") -> "Records":
        """And further ones of the source, as those between a counter's readings, whose places follow."""
        return Records(*(np.concatenate(both) for both in zip(self, others, strict=True)))


class Pieces(NamedTuple):
    """Stretches of time, apart and ascending, with what was counted in each.

    `records`: the place of the record that said it, in the columns of its source.
    """

    starts: Int64Array
    ends: Int64Array
    amounts: Int64Array
    records: Int64Array

    def kept(self, places: BoolArray | Int64Array) -> "Pieces":
        """Those at the places."""
        return Pieces(*(column[places] for column in self))


NOTHING: Final = np.empty(0, np.int64)
NO_RECORDS: Final = Records(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
NO_PIECES: Final = Pieces(NOTHING, NOTHING, NOTHING, NOTHING)


def with_a_length(records: Records) -> Records:
    """A record of no length counts in its first millisecond."""
    if (records.ends > records.starts).all():
        return records
    assert (records.ends >= records.starts).all(), "a record ends after it began"
    return records._replace(ends=np.maximum(records.ends, records.starts + 1))


def cut_to_day(records: Records, day: Span) -> tuple[Records, Int64Array]:
    """What the records say of the day, and their places before: those that do not meet it are left out."""
    if not len(records.starts):
        return records, NOTHING
    if records.starts.min() >= day.start and records.ends.max() <= day.end:
        return records, np.arange(len(records.starts))
    places = np.flatnonzero((records.starts < day.end) & (records.ends > day.start))
    meeting = records.kept(places)
    starts, ends = np.maximum(meeting.starts, day.start), np.minimum(meeting.ends, day.end)
    amounts = share_between(meeting.amounts, meeting.starts, meeting.ends, starts, ends)
    return meeting._replace(starts=starts, ends=ends, amounts=amounts), places


def shares(amounts: Int64Array, gone: Int64Array, whole: Int64Array) -> Int64Array:
    """Of each amount as much as of the whole is gone: amounts * gone / whole, rounded to whole numbers, halves up.

    Exact for all that 64 bits hold. Arrays of one length; 0 <= gone <= whole, and no whole is 0.
    """
    if whole.max(initial=0) >= _NARROW:
        return _wide_shares(amounts, gone, whole)
    each, left = np.divmod(amounts, whole)
    upto, rest = np.divmod(left * gone, whole)
    upto += each * gone
    upto += 2 * rest >= whole
    return upto


def _wide_shares(amounts: Int64Array, gone: Int64Array, whole: Int64Array) -> Int64Array:
    """As `shares`, by Python's own numbers: no plausible day needs them."""
    twice = 2 * whole.astype(object)
    upto: Int64Array = ((amounts * gone.astype(object) * 2 + whole) // twice).astype(np.int64)
    return upto


def share_between(
    amounts: Int64Array, starts: Int64Array, ends: Int64Array, since: Int64Array, until: Int64Array
) -> Int64Array:
    """What is said of the time since a moment until another, both within the span from start to end."""
    whole = ends - starts
    return shares(amounts, until - starts, whole) - shares(amounts, since - starts, whole)


def shared_out(amounts: Int64Array, weights: Int64Array, begins: Int64Array) -> Int64Array:
    """Each amount over its run of weights, in their order and by their size.

    `begins`: where each amount's run begins in `weights`; every run has one weight or more and does not sum to 0.
    """
    lengths = np.diff(begins, append=len(weights))
    gone = np.cumsum(weights)
    before = np.repeat(gone[begins] - weights[begins], lengths)
    whole = np.repeat(np.add.reduceat(weights, begins), lengths)
    upto = shares(np.repeat(amounts, lengths), gone - before, whole)
    parts = np.diff(upto, prepend=0)
    parts[begins] = upto[begins]
    return parts


def run_begins(groups: NDArray[np.int64]) -> Int64Array:
    """Where a run of equal numbers begins."""
    return np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]])[: len(groups)])


def pieces_met(pieces: Pieces, span: Span) -> slice:
    """Which of the pieces, apart and ascending, reach into the span; an empty one where none does."""
    if not len(pieces.starts) or pieces.ends[-1] <= span.start or pieces.starts[0] >= span.end:
        return slice(0, 0)
    first, last = (
        int(pieces.ends.searchsorted(span.start, side="right")),
        int(pieces.starts.searchsorted(span.end)),
    )
    return slice(first, max(first, last))


def amount_between(pieces: Pieces, span: Span) -> int:
    """What the pieces come to in the span, in thousandths."""
    return amount_of_met(pieces, pieces_met(pieces, span), span)


def amount_of_met(pieces: Pieces, met: slice, span: Span) -> int:
    """The same, where it is known which pieces reach into the span."""
    if met.start == met.stop:
        return 0
    amount = int(pieces.amounts[met].sum())
    # Only the first and the last that meet it may reach out of it.
    for place in {met.start, met.stop - 1}:
        if pieces.starts[place] < span.start or pieces.ends[place] > span.end:
            cut = pieces.kept(np.array([place]))
            since, until = np.maximum(cut.starts, span.start), np.minimum(cut.ends, span.end)
            inside = share_between(cut.amounts, cut.starts, cut.ends, since, until)
            amount += int(inside[0]) - int(cut.amounts[0])
    return amount


def meetings(pieces: Pieces, starts: Int64Array, ends: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Which piece reaches into which span: their places, by pieces. Both are apart and ascending."""
    first = np.searchsorted(ends, pieces.starts, side="right")
    count = np.maximum(np.searchsorted(starts, pieces.ends) - first, 0)
    piece = np.repeat(np.arange(len(count)), count)
    span = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count) + first[piece]
    return piece, span


def pieces_between(pieces: Pieces, starts: Int64Array, ends: Int64Array) -> Pieces:
    """The parts of the pieces that lie in the spans, which are apart and ascending as the pieces are."""
    piece, span = meetings(pieces, starts, ends)
    whole = pieces.kept(piece)
    since, until = np.maximum(whole.starts, starts[span]), np.minimum(whole.ends, ends[span])
    amounts = share_between(whole.amounts, whole.starts, whole.ends, since, until)
    return Pieces(since, until, amounts, whole.records)


def pieces_outside(pieces: Pieces, starts: Int64Array, ends: Int64Array) -> Pieces:
    """The parts of the pieces that lie in none of the spans, which are apart and ascending."""
    bounds = np.iinfo(np.int64)
    gap_starts, gap_ends = np.append(bounds.min, ends), np.append(starts, bounds.max)
    open_ = gap_starts < gap_ends
    return pieces_between(pieces, gap_starts[open_], gap_ends[open_])
