"""Everything that a resident's sources measured, as it is stored, measurement by measurement and page by page.

An export does not choose what counts: it leaves nothing out, so that a resident who leaves takes everything along. When
they send the data back, the server knows all of it.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from wellness_api.database.pool import Connection, Pool
from wellness_api.health.metrics.catalogue import METRICS
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.corrected import OwnRows, own_rows
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.own_living import living_in
from wellness_api.health.samples.own_segments import OWN_SEGMENTS
from wellness_api.health.samples.spans import TimeSpan, check_span
from wellness_api.residents.exports.window import PRESSURE_GROUP, Key, Measurement, measurements

MEASUREMENTS_PER_PAGE_MAX: Final = 1_000
"""The rest is on the next page."""

FIRST_WINDOW_MS: Final = 24 * 60 * 60 * 1000
"""The time that is read at once. Where little was measured, each window is twice as long as the one before, since a
page may cover a year."""

SEGMENTS_OF_A_LONG_WINDOW: Final = 64
"""After a window of this many segments the next window is short again, since each segment may be as long as an upload."""


class Asked(NamedTuple):
    """What to export; all sources if `source` is None. Days are the resident's own."""

    metrics: Sequence[Metric]
    span: TimeSpan
    source: str | None
    time_zone: str


class Page(NamedTuple):
    """Measurements in the order of their keys, and whether more follow."""

    measurements: list[Measurement]
    more: bool


def exported_together(metric: Metric | None) -> Sequence[Metric]:
    """The metrics to read when one metric is requested; all metrics for None."""
    if metric is None:
        return METRICS
    return PRESSURE_GROUP if metric in PRESSURE_GROUP else (metric,)


async def page_of(
    pool: Pool, resident_id: int, asked: Asked, *, after: Key | None, limit: int
) -> Page:
    """At most `limit` measurements after the key `after`. Raises InvalidSpan, see `check_span`."""
    check_span(asked.span)
    start_ms, end_ms = _ms(asked.span.start), _ms(asked.span.end)
    if after is not None:
        start_ms = max(start_ms, after.time_ms)
    page: list[Measurement] = []
    length_ms = FIRST_WINDOW_MS
    # Everything is read as of one moment, since segments may be folded meanwhile.
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        while start_ms < end_ms:
            window_end_ms = min(start_ms + length_ms, end_ms)
            rows = await _rows(connection, resident_id, asked, start_ms, window_end_ms)
            span = TimeSpan(_moment(start_ms), _moment(window_end_ms))
            living = await asyncio.to_thread(living_in, rows, span, asked.time_zone)
            page += await asyncio.to_thread(measurements, living, after, limit + 1 - len(page))
            if len(page) > limit:
                return Page(page[:limit], more=True)
            start_ms = window_end_ms
            length_ms = (
                length_ms * 2 if len(rows.segments) < SEGMENTS_OF_A_LONG_WINDOW else FIRST_WINDOW_MS
            )
    return Page(page, more=False)


async def _rows(
    connection: Connection, resident_id: int, asked: Asked, start_ms: int, end_ms: int
) -> OwnRows:
    return own_rows(
        await connection.fetch(
            *OWN_SEGMENTS(
                resident_id=resident_id,
                first_day=local_date(_moment(start_ms), asked.time_zone),
                last_day=local_date(_moment(end_ms - 1), asked.time_zone),
                metrics=[metric.number for metric in asked.metrics],
                source=asked.source,
            ),
        )
    )


def _moment(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
