"""Amounts over an interval as amounts of its minutes, so that two sources can be compared minute by minute.

The first piece keeps the interval's own start, the others start with their minute. So two records of one source that
share a minute, one ending in it and one beginning, never speak of the same moment and are both counted.
"""

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.records import Column

Milliseconds = TypeVar("Milliseconds", int, NDArray[np.int64])

MINUTE_MS: Final = 60_000
INTERVAL_MS_MAX: Final = 25 * 60 * MINUTE_MS
"""A local day where clocks go back. Longer ones say nothing about when people moved."""


def check_interval(start_ms: int, end_ms: int, *, field: str = "end") -> None:
    """Raises ItemRefused for an interval that ends before it starts or is longer than a day."""
    if not 0 <= end_ms - start_ms <= INTERVAL_MS_MAX:
        raise ItemRefused(
            field=field,
            limit="at or after the start, at most 25 hours later",
            detail="The interval ends before it starts, or is longer than a day.",
        )


def spread(start_ms: int, end_ms: int, amount: float, metric: Metric) -> Column:
    """The amount, in the metric's unit, shared out evenly over the interval's minutes.

    Each share is a whole multiple of the metric's resolution, less than one away from the part of the amount that falls
    into its minute, and they sum to the amount: what lies before each minute's end is rounded, in whole numbers, so that
    halves always go up. So of time that is spent no minute has more than a minute. Raises ItemRefused, see
    `check_interval`.
    """
    check_interval(start_ms, end_ms)
    if end_ms - start_ms <= MINUTE_MS - start_ms % MINUTE_MS:
        return Column([start_ms], [amount])
    first_whole = start_ms - start_ms % MINUTE_MS + MINUTE_MS
    times = np.concatenate([[start_ms], np.arange(first_whole, end_ms, MINUTE_MS)])
    elapsed, whole = np.append(times[1:], end_ms) - start_ms, end_ms - start_ms
    total = round(amount * metric.per_unit)
    if metric.unit == "min" and total == _minutes_in(whole, metric):
        # Of the rounded total a minute's part would be a little more than a minute.
        so_far = _minutes_in(elapsed, metric)
    else:
        # The multiples of each whole millisecond apart from the rest, since their product with the time would not fit.
        each, rest = divmod(total, whole)
        so_far = each * elapsed + (2 * rest * elapsed + whole) // (2 * whole)
    shares = np.diff(so_far, prepend=0) / metric.per_unit
    return Column(times.tolist(), shares.tolist())


def _minutes_in(elapsed_ms: Milliseconds, metric: Metric) -> Milliseconds:
    """So many milliseconds in multiples of a metric that counts minutes, halves up."""
    return (2 * elapsed_ms * metric.per_unit + MINUTE_MS) // (2 * MINUTE_MS)


def minutes(start_ms: int, end_ms: int, metric: Metric) -> Column:
    """The interval itself as minutes: of a metric that counts minutes, one for each whole one and a part for the rest."""
    return spread(start_ms, end_ms, (end_ms - start_ms) / MINUTE_MS, metric)
