"""Deleted samples, as far as their segments still show them.

A segment is written once. So an earlier segment holds what was said before a deletion, until segments are folded or their
month is dropped. Of samples that are gone from there, we only know that they existed.
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

    `by_hand`: deleted by the resident. `by_sender`: taken back, or now said of another day. `untold`: how many more
    samples the sender deleted whose content is no longer known.
    """

    by_hand: Mapping[PlaceOfSegment, Living]
    by_sender: Mapping[PlaceOfSegment, Living]
    untold: Mapping[PlaceOfSegment, int]


def gone_samples(
    layers: LayersByPlace, corrections: Sequence[Correction], *, time_zone: str
) -> Gone:
    """What the layers still show of deleted samples. A source that the resident deleted as a whole is left out.

    `time_zone`: the zone of the days.
    """
    of_sources = [correction for correction in corrections if _is_of_source(correction)]
    no_spans = [
        correction
        for correction in corrections
        if correction.kind == "shift" or _is_of_source(correction)
    ]
    living = partial(living_samples, time_zone=time_zone)
    by_hand = {}
    if len(no_spans) < len(corrections):
        by_hand = _beyond(living(layers, no_spans), living(layers, corrections))
    with_deletions = {place: by_day for place, by_day in layers.items() if _any_deletion(by_day)}
    said = {place: _as_said(by_day) for place, by_day in with_deletions.items()}
    by_sender = _beyond(living(said, of_sources), living(with_deletions, of_sources))
    untold = {}
    if not of_sources:
        for place, by_day in with_deletions.items():
            unknown = _deletions(by_day) - _things(by_sender.get(place, NONE))
            if unknown > 0:
                untold[place] = unknown
    return Gone(by_hand, by_sender, untold)


def _is_of_source(correction: Correction) -> bool:
    span_ms = correction.from_ms, correction.until_ms
    return correction.kind == "deletion" and correction.source is not None and span_ms == EVER_MS


def _any_deletion(by_day: LayersByDay) -> bool:
    return any((layer.values == TOMBSTONE).any() for layers in by_day.values() for layer in layers)


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
    """How many records, and samples without a record, are taken back in the end."""
    deletions = 0
    for layers in by_day.values():
        merged = merge(layers)
        gone = merged.records[merged.values == TOMBSTONE]
        deletions += _count(gone)
    return deletions


def _things(living: Living) -> int:
    return _count(living.records)


def _count(records: Int64Array) -> int:
    loose = int((records == NO_RECORD).sum())
    return loose + len(np.unique(records[records != NO_RECORD]))


def _beyond(
    before: Mapping[PlaceOfSegment, Living], after: Mapping[PlaceOfSegment, Living]
) -> dict[PlaceOfSegment, Living]:
    """By place, the samples before that are not among those after. Places without such samples are left out."""
    beyond = {
        place: living.part(
            rows_missing(_what_is_said(living), _what_is_said(after.get(place, NONE)))
        )
        for place, living in before.items()
    }
    return {place: living for place, living in beyond.items() if len(living.times_ms)}


def _what_is_said(living: Living) -> Columns:
    """The samples' content. A sample without a record lasts a minute at least here: how long it lasted may depend on
    deleted samples.
    """
    lengths = np.where(
        living.records == NO_RECORD, np.maximum(living.lengths, MINUTE_MS), living.lengths
    )
    return living.times_ms, lengths.astype(np.int64), living.values, living.records
