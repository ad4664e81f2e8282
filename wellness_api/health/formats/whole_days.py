"""What is said of a whole day: under a date alone, or of an interval from one midnight to the next.

Of when in the day it was counted it says nothing. Shared out over the minutes it would be added to whatever another
source counted in some of them. So it is what the day's counter shows at its end (`health.days.counting`): it counts where no
better source has anything on that day, and then nothing else does.
"""

from datetime import UTC, date, datetime
from typing import Final

from wellness_api.health.formats.format import Context
from wellness_api.health.formats.intervals import MINUTE_MS
from wellness_api.health.formats.items import CLOCK_AHEAD_MAX, EARLIEST, ItemRefused
from wellness_api.health.metrics.catalogue import DAY_TOTAL_OF
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.local_days import day_bounds, local_date
from wellness_api.health.samples.records import Column

END_MS_SHORT_MAX: Final = MINUTE_MS
"""Some stores end a day at 23:59, or at 23:59:59."""

DAY_MS_MIN: Final = 22 * 60 * MINUTE_MS
"""Shorter is no day, also where clocks change; most intervals need no look at the zone."""


def whole_day(day: date, value: float, metric: Metric, context: Context) -> dict[str, Column]:
    """What a value of the metric says of a day in the resident's zone, by metric code.

    An amount is the counter's reading in the day's last millisecond. What is measured at a moment is kept at the day's
    first, before all that says its time. Raises ItemRefused for an amount of a day that is not over, or of a metric that
    has no counter, and for a day from before 2000.
    """
    first_ms = first_moment_ms(day, context)
    if metric.sample_time == "moment" and not metric.is_counter:
        return {metric.code: Column([first_ms], [value])}
    total = metric if metric.is_counter else DAY_TOTAL_OF.get(metric.code)
    if total is None:
        raise ItemRefused(
            field="time",
            limit=f"a time of day; of a date alone {', '.join(sorted(map(str, DAY_TOTAL_OF)))}",
            detail=f"A day's {metric.code} without times cannot be told from what others counted in it.",
        )
    _, end = day_bounds(day, context.time_zone)
    if end > context.now:
        raise ItemRefused(
            field="time",
            limit="a day that is over; or the day so far, with the time of the reading",
            detail="A date alone stands for the whole day, and this one is not over.",
        )
    return {total.code: Column([round(end.timestamp() * 1000) - 1], [value])}


def first_moment_ms(day: date, context: Context) -> int:
    """The day's first moment in the resident's zone; raises ItemRefused for one in the future or before 2000."""
    # Days at the ends of the calendar have no neighbour to be compared with.
    if EARLIEST.year - 1 <= day.year <= context.now.year + 1:
        start, _ = day_bounds(day, context.time_zone)
        if EARLIEST <= start <= context.now + CLOCK_AHEAD_MAX:
            return round(start.timestamp() * 1000)
    raise ItemRefused(
        field="time",
        limit="from 2000-01-01 to today",
        detail="The day is in the future or before 2000; check how dates are written.",
    )


def day_so_counted(start_ms: int, end_ms: int, metric: Metric, context: Context) -> Metric | None:
    """The counter whose reading at its end the interval is: of a day from midnight to midnight; None for any other."""
    total = DAY_TOTAL_OF.get(metric.code)
    if total is None or end_ms - start_ms < DAY_MS_MIN:
        return None
    day = local_date(datetime.fromtimestamp(start_ms / 1000, UTC), context.time_zone)
    first_ms, next_ms = (round(at.timestamp() * 1000) for at in day_bounds(day, context.time_zone))
    whole = start_ms == first_ms and next_ms - END_MS_SHORT_MAX <= end_ms <= next_ms
    return total if whole else None
