"""Samples that were deleted, as far as their segments still tell of them.

A segment is written once, so what was said before a deletion stands in an earlier one, until segments are folded or their
month is dropped. Of what is gone from there only that something was is known.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from wellness_api.health.metrics.metric import MINUTE_MS
from wellness_api.health.samples.corrected import Correction
from wellness_api.health.samples.living import (
    NONE,
    LayersByDay,
    Living,
    PlaceOfSegment,
    living_samples,
)
from wellness_api.health.samples.merging import NO_RECORD, Layer, merge
from wellness_api.health.samples.rows import Columns, rows_missing
from wellness_api.health.samples.segments import TOMBSTONE, Int64Array
from wellness_api.health.samples.spans import EARLIEST, LATEST

LayersByPlace = Mapping[PlaceOfSegment, LayersByDay]

EVER_MS: Final = tuple(round(moment.timestamp() * 1000) for moment in (EARLIEST, LATEST))


class Gone(NamedTuple):
    """Deleted samples by metric and source.

    `by_hand`: by the resident. `by_sender`: taken back, or said of another day now. `untold`: of how many more of these it is
    not known any more what they said.
    """

    by_hand: Mapping[PlaceOfSegment, Living]
    by_sender: Mapping[PlaceOfSegment, Living]
    untold: Mapping[PlaceOfSegment, int]


def gone_samples(
    layers: LayersByPlace, corrections: Sequence[Correction], *, time_zone: str
) -> Gone:
    """What the layers still tell of deleted samples. A source that the resident deleted as a whole is told of no more.

    `time_zone`: in which the days are.
    """
    of_sources = [of for of in corrections if _is_of_source(of)]
    no_spans = [of for of in corrections if of.kind == "shift" or _is_of_source(of)]
    living = partial(living_samples, time_zone=time_zone)
    by_hand = {}
    if len(no_spans) < len(corrections):
        by_hand = _beyond(living(layers, no_spans), living(layers, corrections))
    with_deletions = {place: of for place, of in layers.items() if _any_deletion(of)}
    said = {place: _as_said(of) for place, of in with_deletions.items()}
    by_sender = _beyond(living(said, of_sources), living(with_deletions, of_sources))
    untold = {}
    if not of_sources:
        for place, of in with_deletions.items():
            unknown = _deletions(of) - _things(by_sender.get(place, NONE))
            if unknown > 0:
                untold[place] = unknown
    return Gone(by_hand, by_sender, untold)


def _is_of_source(correction: Correction) -> bool:
    span_ms = correction.from_ms, correction.until_ms
    return correction.kind == "deletion" and correction.source is not None and span_ms == EVER_MS


def _any_deletion(by_day: LayersByDay) -> bool:
    return any((layer.values == TOMBSTONE).any() for of in by_day.values() for layer in of)


def _as_said(by_day: LayersByDay) -> LayersByDay:
    """The layers as if nothing had been taken back."""
    return {
        day: [said for layer in layers if len((said := _that_say(layer)).times)]
        for day, layers in by_day.items()
    }


def _that_say(layer: Layer) -> Layer:
    exists = layer.values != TOMBSTONE
    if exists.all():
        return layer
    return layer._replace(
        times=layer.times[exists],
        lengths=layer.lengths[exists],
        values=layer.values[exists],
        marks=None if layer.marks is None else layer.marks.part(exists),
    )


def _deletions(by_day: LayersByDay) -> int:
    """How many records, and samples that no record has, are taken back in the end."""
    found = 0
    for layers in by_day.values():
        merged = merge(layers)
        gone = merged.records[merged.values == TOMBSTONE]
        found += _count(gone)
    return found


def _things(living: Living) -> int:
    return _count(living.records)


def _count(records: Int64Array) -> int:
    loose = int((records == NO_RECORD).sum())
    return loose + len(np.unique(records[records != NO_RECORD]))


def _beyond(
    before: Mapping[PlaceOfSegment, Living], after: Mapping[PlaceOfSegment, Living]
) -> dict[PlaceOfSegment, Living]:
    """By place the samples that are not among those after, without places that have none."""
    found = {
        place: of.part(rows_missing(_what_is_said(of), _what_is_said(after.get(place, NONE))))
        for place, of in before.items()
    }
    return {place: of for place, of in found.items() if len(of.times_ms)}


def _what_is_said(living: Living) -> Columns:
    """With a minute for what is shorter and of no record: how long it lasted may depend on what was deleted."""
    lengths = np.where(
        living.records == NO_RECORD, np.maximum(living.lengths, MINUTE_MS), living.lengths
    )
    return living.times_ms, lengths.astype(np.int64), living.values, living.records
