"""A resident's own segments, read back for whatever is made of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import asyncpg

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.spans import TimeSpan

OWN_SEGMENTS: Final = read_named_sql(__package__, "own_segments")


async def own_segments(
    pool: Pool,
    resident_id: int,
    span: TimeSpan,
    *,
    time_zone: str,
    metrics: Sequence[int] | None = None,
    source: str | None = None,
) -> list[asyncpg.Record]:
    """The rows of the segments that reach into the span, by day; see `stored_layer`. `metrics`, `source`: None for all."""
    return await pool.fetch(
        *OWN_SEGMENTS(
            resident_id=resident_id,
            # One more day on each side: a resident's days may once have begun at another zone's midnight.
            first_day=local_date(span.start, time_zone) - timedelta(days=1),
            last_day=local_date(span.end, time_zone) + timedelta(days=1),
            metrics=metrics,
            source=source,
        ),
    )
