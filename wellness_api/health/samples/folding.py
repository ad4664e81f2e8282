"""Folds a day's many small segments into few, and changes nothing that any reader sees.

A phone that syncs each quarter of an hour leaves a hundred segments a day, each with a row's overhead. The code folds
runs of segments of one (metric, source) that follow each other. All segments of a run have records or none has, they have
the same revision and origin, and they were received on the same local date. The date matters because a programme counts
or leaves out late samples by whole dates, so a fold is never too late in part. A correction does not touch what came
after it, so a run also ends where a correction was made. The folded segment takes the run's last sequence, so it keeps
its place among the others.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final, NamedTuple

from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.merging import Layer, merge
from wellness_api.health.samples.origins import Origin
from wellness_api.health.samples.segments import Marks

SEGMENTS_FOLDED_MIN: Final = 8
"""Fewer are not worth the writing. A sample is written again at most once for each so many uploads of its day."""


class StoredSegment(NamedTuple):
    """A segment as read from the database, decoded."""

    metric: int
    source: str
    day: date
    received_at: datetime
    layer: Layer
    origin: Origin | None = None


class Fold(NamedTuple):
    """A run of segments that become one. The row of `sequence` takes the columns, and the rows of `gone` are deleted."""

    metric: int
    source: str
    sequence: int
    gone: list[int]
    layer: Layer


def folds_of(
    segments: Iterable[StoredSegment], *, time_zone: str, cuts: Sequence[int] = ()
) -> Iterator[Fold]:
    """The folds that are worth their cost among the segments of one resident's day.

    `cuts`: ascending sequences. Segments up to a cut and segments after it are folded apart.
    """
    parts: defaultdict[tuple[int, str], list[StoredSegment]] = defaultdict(list)
    for segment in segments:
        parts[segment.metric, segment.source].append(segment)
    for of_part in parts.values():
        if len(of_part) < SEGMENTS_FOLDED_MIN:
            continue
        of_part.sort(key=lambda segment: segment.layer.sequence)

        def alike(segment: StoredSegment) -> tuple[bool, int, Origin | None, date, int]:
            layer = segment.layer
            return (
                layer.marks is None,
                layer.revision,
                segment.origin,
                local_date(segment.received_at, time_zone),
                bisect_left(cuts, layer.sequence),
            )

        for _, run in groupby(of_part, key=alike):
            folded = list(run)
            if len(folded) >= SEGMENTS_FOLDED_MIN:
                yield _fold(folded)


def _fold(run: Sequence[StoredSegment]) -> Fold:
    layers = [segment.layer for segment in run]
    merged = merge(layers)
    first, *_ = layers
    *gone, kept = [layer.sequence for layer in layers]
    layer = Layer(
        kept,
        first.revision,
        merged.times,
        merged.lengths,
        merged.values,
        None if first.marks is None else Marks(merged.records, merged.changed),
    )
    return Fold(run[0].metric, run[0].source, kept, gone, layer)
