"""All that a resident's sources measured, as it is stored, measurement by measurement and page by page.

Not what counts: an export leaves nothing out, so that whoever leaves takes everything along, and what is sent back is
known throughout.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_named_sql
from wellness_api.health.metrics.catalogue import METRICS
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.spans import TimeSpan, check_span
from wellness_api.residents.exports.window import PRESSURE_GROUP, Key, Measurement, Window

SEGMENTS_IN_ORDER: Final = read_named_sql(__package__, "segments_in_order")

MEASUREMENTS_PER_PAGE_MAX: Final = 1_000
"""The rest is on the next page."""

SEGMENTS_AT_ONCE: Final = 16
"""So many are read and decoded at a time; each may be as long as an upload."""

FIRST_WINDOW_MS: Final = 24 * 60 * 60 * 1000
"""As long as windows are followed to their ends, each is twice as long as the one before: a page's worth may be a
year's. After one that had to end earlier they are short again."""


class Asked(NamedTuple):
    """What is to be exported; of all sources without one. Days are the resident's own."""

    metrics: Sequence[Metric]
    span: TimeSpan
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
    start_ms, end_ms = _ms(asked.span.start), _ms(asked.span.end)
    if after is not None:
        start_ms = max(start_ms, after.time_ms)
    found: list[Measurement] = []
    length_ms = FIRST_WINDOW_MS
    # All of it as it was at one moment: segments may be folded meanwhile.
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        while start_ms < end_ms:
            window = Window(start_ms, min(start_ms + length_ms, end_ms))
            whole_ms = window.end_ms
            await _fill(window, connection, resident_id, asked)
            found += await asyncio.to_thread(window.measurements, after, limit + 1 - len(found))
            if len(found) > limit:
                return Page(found[:limit], more=True)
            start_ms = window.end_ms
            length_ms = length_ms * 2 if window.end_ms == whole_ms else FIRST_WINDOW_MS
    return Page(found, more=False)


async def _fill(window: Window, connection: Connection, resident_id: int, asked: Asked) -> None:
    """Reads the window's segments by the order of their first samples, until one begins behind its end."""
    cursor = await connection.cursor(
        *SEGMENTS_IN_ORDER(
            resident_id=resident_id,
            # A day more on each side: a resident's days may have begun at another zone's midnight once.
            first_day=local_date(_moment(window.start_ms), asked.time_zone) - timedelta(days=1),
            last_day=local_date(_moment(window.end_ms), asked.time_zone) + timedelta(days=1),
            metrics=[metric.number for metric in asked.metrics],
            source=asked.source,
            start_ms=window.start_ms,
            end_ms=window.end_ms,
        ),
    )
    while rows := await cursor.fetch(SEGMENTS_AT_ONCE):
        if not window.reaches(rows[0]):
            return
        await asyncio.to_thread(window.take, rows)


def _moment(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
