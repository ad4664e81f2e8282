"""Which samples can be true.

A value that no living person's device can show is kept as it came, for the resident may ask where it went, and counts
for nothing: not for the day, not for points. Nothing marks it in the store. What is plausible stands in the catalogue,
so a range that is mended there mends every day that is worked out anew.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wellness_api.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.metrics.metric import Metric
from wellness_api.samples.merging import Merged
from wellness_api.samples.segments import TOMBSTONE, Int32Array

LEAST: Final = TOMBSTONE + 1
GREATEST: Final = int(np.iinfo(np.int32).max)
"""A value beyond these is kept as these, which no metric's range reaches."""


BOUNDS: Final = {
    metric.number: (
        round(metric.minimum * metric.per_unit),
        round(metric.maximum * metric.per_unit),
    )
    for metric in METRIC_BY_NUMBER.values()
}
"""The least and the greatest plausible multiple by metric number: asked for each segment that is read."""


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


def is_implausible(multiples: Int32Array, metric: Metric) -> NDArray[np.bool_]:
    """Which of the values are samples outside of the metric's plausible range."""
    low, high = _bounds(metric)
    outside: NDArray[np.bool_] = (multiples < low) | (multiples > high)
    outside &= multiples != TOMBSTONE
    return outside


def counted(times: Int32Array, values: Int32Array, metric: Metric) -> tuple[Int32Array, Int32Array]:
    """Times and values of the samples that count: those that still exist and are plausible."""
    # A tombstone is below every range, so one comparison leaves both out; most days have neither.
    low, high = _bounds(metric)
    if len(values) and np.minimum.reduce(values) >= low and np.maximum.reduce(values) <= high:
        return times, values
    kept = (values >= low) & (values <= high)
    return times[kept], values[kept]


def flagged(merged: Merged, metric: Metric) -> Merged:
    """The samples that exist and count for nothing."""
    kept = is_implausible(merged.values, metric)
    return Merged(merged.times[kept], merged.values[kept], merged.revisions[kept])


def plausible_range(metric: Metric) -> str:
    """The range in words, for receipts and for the resident."""
    return f"{metric.minimum:g} to {metric.maximum:g} {metric.unit}"


def _bounds(metric: Metric) -> tuple[int, int]:
    return BOUNDS[metric.number]
