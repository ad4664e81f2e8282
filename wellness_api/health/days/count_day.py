"""What a day comes to for a metric that is counted, from living records with spans of one or several sources.

The code is pure, and the order in which records came in does not matter. docs/counting.md has the rule in words and
drawings.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from wellness_api.health.days.one_source import Alone, Look, looked_at, taken_alone
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
from wellness_api.health.days.uncountable import check_parts_of_day, check_sources


class SourceOfDay(NamedTuple):
    """What one source says of a day, looked at and not worked out yet.

    `of_day`: the records as far as they lie in the day. `places`: the place of each among the source's records.
    `plausible`: the places in `of_day` of the records that can be true. `look` is about these records only.
    """

    of_day: Records
    places: Int64Array
    plausible: Int64Array
    look: Look

    @property
    def says_something(self) -> bool:
        """Whether any of its records meets the day."""
        return bool(len(self.places))

    @property
    def plausible_records(self) -> Records:
        """The records of the day that can be true."""
        if len(self.plausible) == len(self.places):
            return self.of_day
        return self.of_day.kept(self.plausible)


class CountedSource(NamedTuple):
    """How the records of one source came to the amount that counts of them.

    `of_day`, `places`, `plausible`: as in `SourceOfDay`. `parts`: the number of parts into which its overlapping records were
    cut. `alone` is made of the records that can be true, and pieces name a record by its place among these.
    `of_plausible_minutes`: the pieces without minutes that cannot be true. `plausible_pieces`: the same, but none if the day
    cannot be true. `counted`: what counts in the end.
    """

    of_day: Records
    places: Int64Array
    plausible: Int64Array
    parts: int
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

    Raises Uncountable.
    """
    of_day = [source_of_day(records, most, day) for records in sources]
    check_parts_of_day(parts_of(of_day))
    return counted_together([counted_alone(source, most) for source in of_day])


def source_of_day(records: Records, most: Most, day: Span) -> SourceOfDay:
    """Looks at what a source's living records say of the day. Raises TooTangled."""
    records = with_a_length(records)
    is_plausible = plausible_records(records, most)
    of_day, places = cut_to_day(records, day)
    plausible = np.flatnonzero(is_plausible[places])
    looked = looked_at(of_day if len(plausible) == len(places) else of_day.kept(plausible))
    return SourceOfDay(of_day, places, plausible, looked)


def parts_of(sources: Iterable[SourceOfDay]) -> int:
    """The parts of these sources' overlapping records: the work of counting their metric. Raises TooManySources."""
    saying = [source.look.parts for source in sources if source.says_something]
    check_sources(len(saying))
    return sum(saying)


def counted_alone(source: SourceOfDay, most: Most) -> CountedSource:
    """What counts of the source if there is no other source."""
    alone = taken_alone(source.plausible_records, source.look)
    of_minutes = without_implausible_minutes(alone.pieces, most)
    pieces = of_plausible_day(of_minutes, most)
    of_day, places, plausible, look = source
    return CountedSource(of_day, places, plausible, look.parts, alone, of_minutes, pieces, pieces)


def counted_together(sources: Sequence[CountedSource]) -> CountedDay:
    """What counts of the sources together. Each was counted alone; the best source comes first."""
    counted = Better(NO_PIECES, NOTHING)
    how = []
    for place, alone in enumerate(sources):
        beside = counted_beside(alone.plausible_pieces, counted.pieces)
        how.append(alone._replace(counted=beside))
        counted = counted.with_source(beside, place)
    assert (counted.pieces.ends[:-1] <= counted.pieces.starts[1:]).all(), "no moment counts twice"
    return CountedDay(counted.pieces, counted.sources, how)
