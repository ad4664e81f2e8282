"""What a day comes to of a metric that is counted, from living records with spans of one or several sources.

Pure and the same whatever order records came in. The rule in words and drawings: docs/counting.md.
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
    """How one source's records came to what counts of them.

    `of_day`: the records as far as they lie in the day. `places`: where each stood among those that were given.
    `plausible`: the places in `of_day` of those that can be true, which `alone` is about. Pieces know records by their
    places in these. `of_plausible_minutes`: without minutes that cannot be true; `plausible_pieces`: and none where the day
    cannot be. `counted`: what counts in the end.
    """

    of_day: Records
    places: Int64Array
    plausible: Int64Array
    alone: Alone
    of_plausible_minutes: Pieces
    plausible_pieces: Pieces
    counted: Pieces


class CountedDay(NamedTuple):
    """Pieces of time, apart and ascending, with what was counted in each and the place of the source that said it."""

    pieces: Pieces
    sources: Int64Array
    how: Sequence[CountedSource]

    @property
    def thousandths(self) -> int:
        """The day's amount, in thousandths of the resolution."""
        return int(self.pieces.amounts.sum())

    def between(self, span: Span) -> int:
        """What was counted in a part of the day, in thousandths."""
        return amount_between(self.pieces, span)


def in_resolutions(thousandths: int) -> int:
    """In multiples of the metric's resolution, halves up. Done once, of the day or of the part that is asked for."""
    return (2 * thousandths + THOUSANDTHS) // (2 * THOUSANDTHS)


def count_day(sources: Sequence[Records], most: Most, day: Span) -> CountedDay:
    """What the day comes to. `sources`: each one's living records, best first; those that do not meet the day add nothing.

    Raises TooTangled, of a source whose records overlap without end.
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
