"""A resident's own segments, read back for whatever is made of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from wellness_api.database.pool import Database
from wellness_api.database.sql import read_named_sql
from wellness_api.health.samples.corrected import OwnRows, own_rows
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.spans import TimeSpan

OWN_SEGMENTS: Final = read_named_sql(__package__, "own_segments")


async def own_segments(
    database: Database,
    resident_id: int,
    span: TimeSpan,
    *,
    time_zone: str,
    metrics: Sequence[int] | None = None,
    source: str | None = None,
) -> OwnRows:
    """The rows of the segments that reach into the span, by day; see `stored_layer`. None: of every one."""
    return own_rows(
        await database.fetch(
            *OWN_SEGMENTS(
                resident_id=resident_id,
                # A day more on each side: a resident's days may have begun at another zone's midnight once.
                first_day=local_date(span.start, time_zone) - timedelta(days=1),
                last_day=local_date(span.end, time_zone) + timedelta(days=1),
                metrics=metrics,
                source=source,
            ),
        )
    )
