"""Records with spans of time, and how an amount is shared out over a span so that rounding loses nothing.

Times are Unix milliseconds. A span goes from its start (included) to its end (not included). Amounts are whole
thousandths of the metric's resolution, so that a minute's share of an hour is a whole number too. An amount is rounded
where its parts meet, and not for each part. Up to a moment it is the amount times the time gone, divided by the whole
time, halves up. A part is the difference between its end and its begin. So the parts add up to the whole however it is
cut. docs/counting.md.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Int64Array = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

THOUSANDTHS: Final = 1_000
"""One multiple of a metric's resolution has as many."""

NO_ID: Final = -(2**63)
"""Stands for the id of what has none: of records that agree in all else one with an id stands."""

_NARROW: Final = 2**31
"""A product of two numbers up to this fits into 64 bits, and so does twice a remainder of such a number."""


class Span(NamedTuple):
    """A stretch of time, such as a local day: 23 to 25 hours of Unix milliseconds."""

    start: int
    end: int


class Records(NamedTuple):
    """Living records of one source and metric, in any order. Each attribute is an array.

    `changed`: when the record was changed last, in Unix milliseconds, as the sender says; its end where the sender does
    not say. `ids`: they order records that agree in all else. They must not depend on which record came first.
    """

    starts: Int64Array
    ends: Int64Array
    amounts: Int64Array
    changed: Int64Array
    ids: Int64Array

    def kept(self, places: BoolArray | Int64Array) -> "Records":
        """The records in these places."""
        return Records(*(column[places] for column in self))

    def and_these(self, others: "Records") -> "Records":
        """These records and other records of the source, whose places follow, as those between a counter's readings."""
        return Records(*(np.concatenate(both) for both in zip(self, others, strict=True)))


class Pieces(NamedTuple):
    """Stretches of time that do not overlap, ascending, with the amount that was counted in each.

    `records`: the place of the record that said it, in the columns of its source.
    """

    starts: Int64Array
    ends: Int64Array
    amounts: Int64Array
    records: Int64Array

    def kept(self, places: BoolArray | Int64Array) -> "Pieces":
        """The pieces in these places."""
        return Pieces(*(column[places] for column in self))


NOTHING: Final = np.empty(0, np.int64)
NO_RECORDS: Final = Records(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
NO_PIECES: Final = Pieces(NOTHING, NOTHING, NOTHING, NOTHING)


def with_a_length(records: Records) -> Records:
    """The records, where one without a length gets the length of its first millisecond."""
    if (records.ends > records.starts).all():
        return records
    assert (records.ends >= records.starts).all(), "a record ends after it began"
    return records._replace(ends=np.maximum(records.ends, records.starts + 1))


def cut_to_day(records: Records, day: Span) -> tuple[Records, Int64Array]:
    """The records as far as they lie in the day, and their places before. Records outside of the day are left out."""
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
    """The share of each amount that belongs to the part `gone` of the `whole`: amounts * gone / whole, halves up.

    The shares are exact for all that 64 bits hold. The arrays have one length; 0 <= gone <= whole, and no whole is 0.
    """
    if whole.max(initial=0) >= _NARROW:
        return _wide_shares(amounts, gone, whole)
    quotients, remainders = np.divmod(amounts, whole)
    upto, rest = np.divmod(remainders * gone, whole)
    upto += quotients * gone
    upto += 2 * rest >= whole
    return upto


def _wide_shares(amounts: Int64Array, gone: Int64Array, whole: Int64Array) -> Int64Array:
    """Does the same as `shares` with Python's own integers. No plausible day needs them."""
    twice = 2 * whole.astype(object)
    upto: Int64Array = ((amounts * gone.astype(object) * 2 + whole) // twice).astype(np.int64)
    return upto


def share_between(
    amounts: Int64Array, starts: Int64Array, ends: Int64Array, since: Int64Array, until: Int64Array
) -> Int64Array:
    """The share of each amount between two moments, `since` and `until`. Both lie within its span."""
    whole = ends - starts
    return shares(amounts, until - starts, whole) - shares(amounts, since - starts, whole)


def shared_out(amounts: Int64Array, weights: Int64Array, begins: Int64Array) -> Int64Array:
    """Shares each amount out over its run of weights, in their order and by their size.

    `begins`: where each amount's run begins in `weights`. Every run has one weight or more, and its sum is not 0.
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
    """The places where a run of equal numbers begins."""
    return np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]])[: len(groups)])


def pieces_met(pieces: Pieces, span: Span) -> slice:
    """Which of the pieces reach into the span; an empty slice where none does. The pieces do not overlap and ascend."""
    if not len(pieces.starts) or pieces.ends[-1] <= span.start or pieces.starts[0] >= span.end:
        return slice(0, 0)
    first, last = (
        int(pieces.ends.searchsorted(span.start, side="right")),
        int(pieces.starts.searchsorted(span.end)),
    )
    return slice(first, max(first, last))


def amount_between(pieces: Pieces, span: Span) -> int:
    """The amount of the pieces in the span, in thousandths."""
    return amount_of_met(pieces, pieces_met(pieces, span), span)


def amount_of_met(pieces: Pieces, met: slice, span: Span) -> int:
    """The amount of the pieces in the span. `met`: the pieces that reach into it."""
    if met.start == met.stop:
        return 0
    amount = int(pieces.amounts[met].sum())
    # Only the first and the last of these pieces may reach out of the span.
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
    """The parts of the pieces that lie in none of the spans, which do not overlap and ascend."""
    bounds = np.iinfo(np.int64)
    gap_starts, gap_ends = np.append(bounds.min, ends), np.append(starts, bounds.max)
    open_ = gap_starts < gap_ends
    return pieces_between(pieces, gap_starts[open_], gap_ends[open_])
