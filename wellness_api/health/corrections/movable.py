"""What a shift may move: nothing to a time that has not come, and nothing that only others may record."""

from datetime import datetime, timedelta
from typing import Final

from device_bridge.wire import CLOCK_AHEAD_MS_MAX
from points.said import said
from wellness_api.database.pool import Connection
from wellness_api.health.corrections.asked import Asked
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER, METRICS
from wellness_api.health.samples.columns import NOT_AHEAD
from wellness_api.health.samples.own_living import own_living
from wellness_api.health.samples.spans import InvalidSpan, TimeSpan

CLOCK_AHEAD_MAX: Final = timedelta(milliseconds=CLOCK_AHEAD_MS_MAX)
"""A shift that would move a sample further ahead of the server's clock is refused."""

RECORDED_BY_OTHERS: Final = [
    metric for metric in METRICS if not metric.may_be_recorded_by("anyone")
]
"""Metrics that a resident may delete, and may not move."""


def movable_span(span: TimeSpan, by: timedelta, *, asked_at: datetime) -> TimeSpan:
    """The part of the span from which nothing is moved beyond the moment of the request. A shift also concerns what was
    written before it and comes later; that had been measured before it, too.

    Raises InvalidSpan where no part is left.
    """
    end = min(span.end, asked_at + CLOCK_AHEAD_MAX - by)
    if end <= span.start:
        raise _moved_ahead(asked_at)
    return TimeSpan(span.start, end)


async def check_movable(
    connection: Connection,
    resident_id: int,
    asked: Asked,
    *,
    movable: TimeSpan,
    asked_at: datetime,
    time_zone: str,
) -> None:
    """Raises InvalidSpan if a sample that the shift would move lies beyond what is `movable`, or only others may record its metric."""
    metrics = RECORDED_BY_OTHERS if movable == asked.span else METRICS
    living = await own_living(
        connection,
        resident_id,
        asked.span,
        time_zone=time_zone,
        metrics=[of.number for of in metrics if asked.metric in {None, of}],
        source=asked.source,
    )
    end_ms = movable.end.timestamp() * 1000
    for (number, _), samples in living.items():
        of = METRIC_BY_NUMBER[number]
        if of in RECORDED_BY_OTHERS:
            raise InvalidSpan(
                field="metric",
                limit=f"recorded by {of.recorders}",
                detail=said("refusal.not_recorded_by", code=of.code, recorders=of.recorders_said),
            )
        if (samples.times_ms >= end_ms).any():
            raise _moved_ahead(asked_at)


def _moved_ahead(asked_at: datetime) -> InvalidSpan:
    return InvalidSpan(
        field="seconds",
        limit=NOT_AHEAD,
        detail=said("span_problem.shift_ahead", now=asked_at.isoformat(timespec="seconds")),
    )
