"""Which samples can be true.

A value that no living person's device can show is kept as it came, for the resident may ask where it went, and counts
for nothing: not for the day, not for points. Nothing marks it in the store. What is plausible stands in the catalogue,
so a range that is mended there mends every day that is worked out anew.
"""

import math
from typing import Final, Literal, NamedTuple, assert_never

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.segments import TOMBSTONE, Int32Array

LEAST: Final = TOMBSTONE + 1
GREATEST: Final = int(np.iinfo(np.int32).max)
"""A value beyond these is kept as these, which no metric's range reaches."""


MINUTE_MS: Final = 60_000

Flaw = Literal["sample", "minute", "day"]
"""What of a sample cannot be true: its own value, what its source says of its minute, or of its day."""

NO_FLAW: Final = 0
FLAWS: Final[tuple[Flaw, ...]] = ("sample", "minute", "day")
"""In the arrays of `flaws_of` by their places, from 1."""


class Bounds(NamedTuple):
    """In multiples of a metric's resolution; `of_day` None where samples do not add up."""

    low: int
    high: int
    of_day: int | None


BOUNDS: Final = {
    metric.number: Bounds(
        round(metric.minimum * metric.per_unit),
        round(metric.maximum * metric.per_unit),
        None if metric.day_maximum is None else round(metric.day_maximum * metric.per_unit),
    )
    for metric in METRIC_BY_NUMBER.values()
}
"""By metric number: asked for each segment that is read."""


def in_multiples(values: NDArray[np.float64], metric: Metric) -> Int32Array:
    """Values in the metric's unit as whole multiples of its resolution; NaN, which takes a sample back, as TOMBSTONE."""
    multiples = np.minimum(np.maximum(np.rint(values * metric.per_unit), LEAST), GREATEST)
    multiples[np.isnan(values)] = TOMBSTONE
    return multiples.astype(np.int32)


def in_multiple(value: float | None, metric: Metric) -> int:
    """As `in_multiples`, of one value; None, as NaN, takes a sample back."""
    if value is None or math.isnan(value):
        return TOMBSTONE
    return round(min(max(value * metric.per_unit, LEAST), GREATEST))


def flaws_of(times: Int32Array, values: Int32Array, metric: Metric) -> NDArray[np.int8]:
    """What cannot be true of each of a source's samples on one day: a place in `FLAWS` from 1, or `NO_FLAW`.

    `times`: milliseconds from the day's midnight UTC, ascending. Where minutes are counted, a minute of which all samples
    together are too much counts for nothing, and so does a day that is too much without these.
    """
    bounds = BOUNDS[metric.number]
    if _plain(times, values, bounds):
        return np.zeros(len(values), np.int8)
    exists = values != TOMBSTONE
    flaws = ((values < bounds.low) | (values > bounds.high)).astype(np.int8)
    flaws[~exists] = NO_FLAW
    if bounds.of_day is None:
        return flaws
    summed = np.flatnonzero(exists & (flaws == NO_FLAW))
    if not len(summed):
        return flaws
    minutes = times[summed] // MINUTE_MS
    starts = np.flatnonzero(np.concatenate([[True], minutes[1:] != minutes[:-1]]))
    counts = np.diff(starts, append=len(summed))
    sums = np.add.reduceat(values[summed], starts, dtype=np.int64)
    # Of several samples in a minute each may be rounded up to the next multiple.
    crowded = sums > bounds.high + counts - 1
    of_day = int(sums[~crowded].sum()) > bounds.of_day
    by_minute = np.where(crowded, FLAWS.index("minute") + 1, of_day * (FLAWS.index("day") + 1))
    flaws[summed] = np.repeat(by_minute, counts)
    return flaws


def counted(times: Int32Array, values: Int32Array, metric: Metric) -> tuple[Int32Array, Int32Array]:
    """Times and values of a source's samples of one day that count: those that still exist and are plausible."""
    if _plain(times, values, BOUNDS[metric.number]):
        return times, values
    kept = (flaws_of(times, values, metric) == NO_FLAW) & (values != TOMBSTONE)
    return times[kept], values[kept]


def _plain(times: Int32Array, values: Int32Array, bounds: Bounds) -> bool:
    """Whether all samples count, and where minutes are counted, there is one in each; so it is on most days."""
    # A tombstone is below every range, so that one comparison finds it too.
    if not len(values) or np.minimum.reduce(values) < bounds.low:
        return False
    if np.maximum.reduce(values) > bounds.high:
        return False
    if bounds.of_day is None:
        return True
    minutes = times // MINUTE_MS
    one_each = bool((minutes[1:] != minutes[:-1]).all())
    return one_each and int(np.add.reduce(values, dtype=np.int64)) <= bounds.of_day


def limit_of(flaw: int, metric: Metric) -> str:
    """What would be plausible, in words, for receipts and for the resident; `flaw`: as in `flaws_of`."""
    match FLAWS[flaw - 1]:
        case "sample":
            return f"{metric.minimum:g} to {metric.maximum:g} {metric.unit}"
        case "minute":
            return f"at most {metric.maximum:g} {metric.unit} in a minute"
        case "day":
            return f"at most {metric.day_maximum:g} {metric.unit} in a day"
        case other:
            assert_never(other)
