"""What a day comes to for a metric that is counted, from living records with spans of one or several sources.

The code is pure, and the order in which records came in does not matter. docs/counting.md has the rule in words and
drawings.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from wellness_api.health.days.one_source import Alone, taken_alone
from wellness_api.health.days.plausible_spans import (
    Most,
    of_plausible_day,
    plausible_records,
    without_implausible_minutes,
)
from wellness_api.health.days.several_sources import Better, counted_beside
from wellness_api.health.days.spans import (
    NO_PIECES,
    NOTHING,
    THOUSANDTHS,
    Int64Array,
    Pieces,
    Records,
    Span,
    amount_between,
    cut_to_day,
    with_a_length,
)


class CountedSource(NamedTuple):
    """How the records of one source came to the amount that counts of them.

    `of_day`: the records as far as they lie in the day. `places`: the place of each among the source's records.
    `plausible`: the places in `of_day` of the records that can be true. `alone` is made of these records only, and pieces
    name a record by its place among them. `of_plausible_minutes`: the pieces without minutes that cannot be true.
    `plausible_pieces`: the same, but none if the day cannot be true. `counted`: what counts in the end.
    """

    of_day: Records
    places: Int64Array
    plausible: Int64Array
    alone: Alone
    of_plausible_minutes: Pieces
    plausible_pieces: Pieces
    counted: Pieces


class CountedDay(NamedTuple):
    """Pieces of time that do not overlap, ascending, with the amount of each and the place of the source that said it."""

    pieces: Pieces
    sources: Int64Array
    how: Sequence[CountedSource]

    @property
    def thousandths(self) -> int:
        """The day's amount, in thousandths of the resolution."""
        return int(self.pieces.amounts.sum())

    def between(self, span: Span) -> int:
        """The amount that was counted in a part of the day, in thousandths."""
        return amount_between(self.pieces, span)


def in_resolutions(thousandths: int) -> int:
    """The amount as a multiple of the metric's resolution, halves up. It is rounded once: for the day, or for the part asked for."""
    return (2 * thousandths + THOUSANDTHS) // (2 * THOUSANDTHS)


def count_day(sources: Sequence[Records], most: Most, day: Span) -> CountedDay:
    """What the day comes to. `sources`: the living records of each source, best source first. Records outside of the day
    add nothing.

    Raises TooTangled when a source has too many records that overlap.
    """
    counted = Better(NO_PIECES, NOTHING)
    how = []
    for place, records in enumerate(sources):
        of_source = _counted_source(records, most, day, counted.pieces)
        how.append(of_source)
        counted = counted.with_source(of_source.counted, place)
    assert (counted.pieces.ends[:-1] <= counted.pieces.starts[1:]).all(), "no moment counts twice"
    return CountedDay(counted.pieces, counted.sources, how)


def _counted_source(records: Records, most: Most, day: Span, better: Pieces) -> CountedSource:
    records = with_a_length(records)
    is_plausible = plausible_records(records, most)
    of_day, places = cut_to_day(records, day)
    plausible = np.flatnonzero(is_plausible[places])
    alone = taken_alone(of_day if len(plausible) == len(places) else of_day.kept(plausible))
    of_minutes = without_implausible_minutes(alone.pieces, most)
    pieces = of_plausible_day(of_minutes, most)
    return CountedSource(
        of_day, places, plausible, alone, of_minutes, pieces, counted_beside(pieces, better)
    )
