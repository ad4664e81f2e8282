"""A resident's own living samples, for whatever is made of them."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from wellness_api.database.pool import Database
from wellness_api.health.samples.corrected import OwnRows
from wellness_api.health.samples.living import Living, PlaceOfSegment, by_place, living_samples
from wellness_api.health.samples.merging import stored_layer
from wellness_api.health.samples.own_segments import own_segments
from wellness_api.health.samples.spans import TimeSpan


async def own_living(
    database: Database,
    resident_id: int,
    span: TimeSpan,
    *,
    time_zone: str,
    metrics: Sequence[int] | None = None,
    source: str | None = None,
) -> dict[PlaceOfSegment, Living]:
    """The living samples that begin in the span, by metric and source. `metrics`, `source`: None for all."""
    rows = await own_segments(
        database, resident_id, span, time_zone=time_zone, metrics=metrics, source=source
    )
    # In a thread, because these may be all samples of all devices in these days.
    return await asyncio.to_thread(living_in, rows, span, time_zone)


def living_in(rows: OwnRows, span: TimeSpan, time_zone: str) -> dict[PlaceOfSegment, Living]:
    """The living samples of such rows that begin in the span, but for places that have none."""
    living = living_of(rows, time_zone)
    start_ms, end_ms = _ms(span.start), _ms(span.end)
    inside = {
        place: samples.part(slice(*np.searchsorted(samples.times_ms, [start_ms, end_ms]).tolist()))
        for place, samples in living.items()
    }
    return {place: samples for place, samples in inside.items() if len(samples.times_ms)}


def living_of(rows: OwnRows, time_zone: str) -> Mapping[PlaceOfSegment, Living]:
    """The living samples of a resident's segments as the statements give them."""
    segments = (
        (row["metric"], row["source"], row["day"], stored_layer(row)) for row in rows.segments
    )
    return living_samples(by_place(segments), rows.corrections, time_zone=time_zone)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
