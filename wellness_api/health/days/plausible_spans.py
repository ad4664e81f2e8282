"""Which records, minutes and days of one source can be true, where amounts have spans.

The rules are those of wellness_api.health.samples.plausibility for samples, for the same reasons. A record that says more
than its time can hold counts for nothing. A minute in which its source comes to more than a minute can hold counts for
nothing too, and so does a day that is still too much without such records and minutes. Where something counts for
nothing, it is as if its source had said nothing, so the next source counts.

We or the device may have rounded an amount up where it was cut. So an amount is too much when it exceeds the bound by a
whole multiple of the resolution for each piece that it is made of.
"""

from typing import Final, NamedTuple

import numpy as np

from wellness_api.health.days.spans import (
    THOUSANDTHS,
    BoolArray,
    Int64Array,
    Pieces,
    Records,
    pieces_outside,
    run_begins,
    share_between,
)
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.plausibility import BOUNDS, ROUNDED_PIECES_MAX

MINUTE_MS: Final = 60_000


class Most(NamedTuple):
    """What a minute and a day may hold, in thousandths of the resolution."""

    of_minute: int
    of_day: int

    def may_go_on_for(self, length_ms: int, amount: int) -> bool:
        """Whether this many milliseconds can hold the amount without a minute that holds too much, beside neighbours that can too."""
        return amount * MINUTE_MS < self.of_minute * length_ms + THOUSANDTHS * MINUTE_MS


def most_of(metric: Metric) -> Most:
    """The bounds of a metric that adds up over the day."""
    bounds = BOUNDS[metric.number]
    assert bounds.of_day is not None, "only what adds up over a day has spans"
    assert bounds.low == 0, "what is counted begins at nothing"
    return Most(bounds.high, bounds.of_day)


def plausible_records(records: Records, most: Most) -> BoolArray:
    """Which records can be true. Records are looked at whole, before they are cut to a day. A record shorter than a minute may hold what a minute may."""
    lengths = np.maximum(records.ends - records.starts, MINUTE_MS)
    minutes, rest = np.divmod(lengths, MINUTE_MS)
    room = most.of_minute * minutes - (-most.of_minute * rest // MINUTE_MS)
    plausible: BoolArray = (records.amounts >= 0) & (records.amounts < room + THOUSANDTHS)
    return plausible


def without_implausible_minutes(pieces: Pieces, most: Most) -> Pieces:
    """The pieces of one source's day, without the minutes that are too much."""
    minutes = implausible_minutes(pieces, most)
    if not len(minutes):
        return pieces
    starts = minutes * MINUTE_MS
    return pieces_outside(pieces, starts, starts + MINUTE_MS)


def of_plausible_day(pieces: Pieces, most: Most) -> Pieces:
    """The pieces of one source's day, or none if they are too much for a day."""
    if int(pieces.amounts.sum()) >= most.of_day + THOUSANDTHS:
        return pieces.kept(np.empty(0, np.int64))
    return pieces


def implausible_minutes(pieces: Pieces, most: Most) -> Int64Array:
    """The minutes of Unix time, ascending, in which the pieces come to more than a minute can hold."""
    minutes, rest = np.divmod(pieces.ends - pieces.starts, MINUTE_MS)
    if (pieces.amounts <= most.of_minute * minutes + most.of_minute * rest // MINUTE_MS).all():
        # No piece is that dense, so no piece has to be cut into minutes.
        return np.empty(0, np.int64)
    by_minute = _cut_at_minutes(pieces)
    minutes = by_minute.starts // MINUTE_MS
    begins = run_begins(minutes)
    sums = np.add.reduceat(by_minute.amounts, begins)
    counts = np.add.reduceat((by_minute.amounts > 0).astype(np.int64), begins)
    room = most.of_minute + THOUSANDTHS * np.minimum(counts, ROUNDED_PIECES_MAX)
    crowded: Int64Array = minutes[begins][sums >= room]
    return crowded


def _cut_at_minutes(pieces: Pieces) -> Pieces:
    first = pieces.starts // MINUTE_MS
    counts = (pieces.ends - 1) // MINUTE_MS - first + 1
    piece = np.repeat(np.arange(len(counts)), counts)
    minute = np.arange(len(piece)) - np.repeat(np.cumsum(counts) - counts, counts) + first[piece]
    whole = pieces.kept(piece)
    since = np.maximum(whole.starts, minute * MINUTE_MS)
    until = np.minimum(whole.ends, (minute + 1) * MINUTE_MS)
    amounts = share_between(whole.amounts, whole.starts, whole.ends, since, until)
    return Pieces(since, until, amounts, whole.records)
