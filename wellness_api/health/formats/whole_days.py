"""Samples of a whole day that come with a date alone. They last from one midnight at home to the next."""

from datetime import date

from points.said import said
from wellness_api.health.formats.format import Context
from wellness_api.health.formats.items import CLOCK_AHEAD_MAX, EARLIEST, ItemRefused
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.local_days import day_bounds
from wellness_api.health.samples.records import Column


def whole_day(day: date, value: float, metric: Metric, context: Context) -> Column:
    """The column for a value of the metric on a day in the resident's zone.

    An amount covers all of the day. A counter's reading is the day's last one, in the day's last millisecond. What is
    measured at a moment is kept at the day's first moment, before all samples with a time. Raises ItemRefused for a
    reading of a day that is not over, and for a day that has not begun or is from before 2000.
    """
    first_ms = first_moment_ms(day, context)
    _, end = day_bounds(day, context.time_zone)
    end_ms = round(end.timestamp() * 1000)
    if metric.sample_time == "minute":
        return Column([first_ms], [value], [end_ms - first_ms])
    if not metric.is_counter:
        return Column([first_ms], [value])
    if end > context.now:
        raise ItemRefused(
            field="time",
            limit="a day that is over; or the day so far, with the time of the reading",
            detail=said("refusal.day_not_over"),
        )
    return Column([end_ms - 1], [value])


def first_moment_ms(day: date, context: Context) -> int:
    """The day's first moment in the resident's zone. Raises ItemRefused for a day in the future or before 2000."""
    # Days at the ends of the calendar have no neighbour to be compared with.
    if EARLIEST.year - 1 <= day.year <= context.now.year + 1:
        start, _ = day_bounds(day, context.time_zone)
        if EARLIEST <= start <= context.now + CLOCK_AHEAD_MAX:
            return round(start.timestamp() * 1000)
    raise ItemRefused(
        field="time",
        limit="from 2000-01-01 to today",
        detail=said("refusal.no_day"),
    )
