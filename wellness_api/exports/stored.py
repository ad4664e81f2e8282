"""All that a resident's sources measured, as it is stored, measurement by measurement and page by page.

Not what counts: an export leaves nothing out, so that whoever leaves takes everything along, and what is sent back is
known throughout.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

import asyncpg
import numpy as np
from numpy.typing import NDArray

from wellness_api.database.pool import Pool
from wellness_api.metrics.catalogue import METRIC_BY_CODE, METRIC_BY_NUMBER, METRICS
from wellness_api.metrics.metric import Metric
from wellness_api.samples.local_days import utc_midnight_ms
from wellness_api.samples.merging import Layer, merge, stored_layer
from wellness_api.samples.own_segments import own_segments
from wellness_api.samples.segments import TOMBSTONE
from wellness_api.samples.spans import Span, check_span

MEASUREMENTS_PER_PAGE_MAX: Final = 1_000
"""The rest is on the next page."""

PRESSURE_GROUP: Final = tuple(
    METRIC_BY_CODE[code]
    for code in (
        "systolic_pressure",
        "diastolic_pressure",
        "blood_pressure_posture",
        "blood_pressure_site",
    )
)
"""What a cuff says at once: of one source and time it is one measurement."""

GROUP_OF: Final = {metric.number: metric.number for metric in METRICS} | {
    metric.number: PRESSURE_GROUP[0].number for metric in PRESSURE_GROUP
}


class Key(NamedTuple):
    """Which measurement: no two have the same, and they come in this order."""

    time_ms: int
    source: str
    group: int


class Measurement(NamedTuple):
    """What one source measured at one time: usually one value, a blood pressure's up to four."""

    key: Key
    values: dict[str, float]


class Asked(NamedTuple):
    """What is to be exported; of all sources without one. Days are the resident's own."""

    metrics: Sequence[Metric]
    span: Span
    source: str | None
    time_zone: str


class Page(NamedTuple):
    """Measurements in the order of their keys, and whether there are more behind them."""

    measurements: list[Measurement]
    more: bool


def exported_together(metric: Metric | None) -> Sequence[Metric]:
    """The metrics to read where one is asked for; all of them without one."""
    if metric is None:
        return METRICS
    return PRESSURE_GROUP if metric in PRESSURE_GROUP else (metric,)


async def page_of(
    pool: Pool, resident_id: int, asked: Asked, *, after: Key | None, limit: int
) -> Page:
    """At most `limit` measurements, those behind `after`. Raises InvalidSpan, see `check_span`."""
    check_span(asked.span)
    found: list[Measurement] = []
    for window in _windows(asked.span, after):
        rows = await own_segments(
            pool,
            resident_id,
            window,
            time_zone=asked.time_zone,
            metrics=[metric.number for metric in asked.metrics],
            source=asked.source,
        )
        for measurement in _measurements(rows, window):
            if after is not None and measurement.key <= after:
                continue
            if len(found) == limit:
                return Page(found, more=True)
            found.append(measurement)
    return Page(found, more=False)


def _windows(span: Span, after: Key | None) -> Iterator[Span]:
    """The span in parts, each twice as long as the one before: a page's worth may be an hour's or a year's."""
    start, length = span.start, timedelta(days=1)
    if after is not None:
        start = max(start, datetime.fromtimestamp(after.time_ms / 1000, UTC))
    while start < span.end:
        end = min(start + length, span.end)
        yield Span(start, end)
        start, length = end, length * 2


def _measurements(rows: Sequence[asyncpg.Record], window: Span) -> Iterator[Measurement]:
    samples = _samples(rows, window)
    for key, of_key in groupby(samples, key=lambda sample: sample[0]):
        yield Measurement(
            key, {METRIC_BY_NUMBER[number].code: value for _, number, value in of_key}
        )


def _samples(rows: Sequence[asyncpg.Record], window: Span) -> Iterator[tuple[Key, int, float]]:
    """(key, metric number, value in the metric's unit), ascending."""
    layers: defaultdict[tuple[int, str, int], list[Layer]] = defaultdict(list)
    for row in rows:
        layers[row["metric"], row["source"], utc_midnight_ms(row["day"])].append(stored_layer(row))
    parts = sorted(layers)
    if not parts:
        return
    columns = [_existing(layers[part], midnight_ms=part[2]) for part in parts]
    times = np.concatenate([column[0] for column in columns])
    values = np.concatenate([column[1] for column in columns])
    part_of = np.repeat(np.arange(len(parts)), [len(column[0]) for column in columns])
    inside = (times >= _ms(window.start)) & (times < _ms(window.end))
    times, values, part_of = times[inside], values[inside], part_of[inside]
    names = sorted({source for _, source, _ in parts})
    sources = np.array([names.index(source) for _, source, _ in parts])[part_of]
    groups = np.array([GROUP_OF[number] for number, _, _ in parts])[part_of]
    order = np.lexsort((part_of, groups, sources, times))
    for at, part, multiples in zip(
        times[order].tolist(), part_of[order].tolist(), values[order].tolist(), strict=True
    ):
        number, source, _ = parts[part]
        yield (
            Key(at, source, GROUP_OF[number]),
            number,
            multiples / METRIC_BY_NUMBER[number].per_unit,
        )


def _existing(
    layers: Sequence[Layer], *, midnight_ms: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Unix milliseconds, and multiples of the resolution, of the samples that were not taken back."""
    merged = merge(layers)
    kept = merged.values != TOMBSTONE
    return midnight_ms + merged.times[kept].astype(np.int64), merged.values[kept]


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
