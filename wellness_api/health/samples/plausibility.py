"""Which samples can be true.

A value that no living person's device can show is kept as it came, because the resident may ask where it went. It counts
for nothing: not for the day, and not for points. Nothing marks it in the store. The catalogue says what is plausible. So
if a range is mended there, every day that is worked out again is mended.
"""

import math
from typing import Final, Literal, NamedTuple, assert_never

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.metrics.metric import MINUTE_MS, Metric
from wellness_api.health.samples.segments import TOMBSTONE, Int32Array, Int64Array

MULTIPLE_MAX: Final = 2**31 - 1
"""A value beyond so many multiples of the resolution, either way, is kept as so many. No metric's range reaches that far."""

ROUNDED_PIECES_MAX: Final = 60
"""Pieces of one minute that may each be rounded up, one a second. More pieces are given no more room, or crumbs would add up to a minute that nobody walks."""

Flaw = Literal["sample", "minute", "day"]
"""What of a sample cannot be true: its own value, or what its source says of its minute or of its day."""

NO_FLAW: Final = 0
FLAWS: Final[tuple[Flaw, ...]] = ("sample", "minute", "day")
"""The arrays of `flaws_of` name a flaw by its place, counted from 1."""


class Bounds(NamedTuple):
    """The bounds of a metric, in parts. `of_day`: None where samples do not add up."""

    low: int
    high: int
    of_day: int | None


BOUNDS: Final = {
    metric.number: Bounds(
        round(metric.minimum * metric.parts_per_unit),
        round(metric.maximum * metric.parts_per_unit),
        None if metric.day_maximum is None else round(metric.day_maximum * metric.parts_per_unit),
    )
    for metric in METRIC_BY_NUMBER.values()
}
"""By metric number. They are looked up for each segment that is read."""


def in_parts(values: NDArray[np.float64], metric: Metric) -> Int64Array:
    """Values in the metric's unit as whole parts (see `segments`). NaN takes a sample back and becomes TOMBSTONE."""
    most = MULTIPLE_MAX * metric.parts_per_multiple
    parts = np.minimum(np.maximum(np.rint(values * metric.parts_per_unit), -most), most)
    gone = np.isnan(parts)
    if not gone.any():
        return parts.astype(np.int64)
    parts[gone] = 0
    whole = parts.astype(np.int64)
    whole[gone] = TOMBSTONE
    return whole


def in_whole_parts(value: float | None, metric: Metric) -> int:
    """Does the same as `in_parts` for one value. None or NaN takes a sample back."""
    if value is None or math.isnan(value):
        return TOMBSTONE
    most = MULTIPLE_MAX * metric.parts_per_multiple
    return round(min(max(value * metric.parts_per_unit, -most), most))


def flaws_of(
    times: Int32Array, lengths: Int32Array, values: Int64Array, metric: Metric
) -> NDArray[np.int8]:
    """What cannot be true of each of a source's samples on one day: a place in `FLAWS`, counted from 1, or `NO_FLAW`.

    `times`: milliseconds from the day's midnight UTC, ascending. A sample of what is counted may hold the metric's
    greatest value for each minute of its length, and a sample shorter than a minute may hold one minute's. If the samples
    that begin in a minute and are no longer than a minute hold more than that, the minute counts for nothing. A day that
    is still too much counts for nothing too. An amount may have been rounded up. So it is too much when it exceeds the
    bound by a whole multiple of the resolution, as in days.plausible_spans.
    """
    bounds = BOUNDS[metric.number]
    if all_count(times, lengths, values, metric):
        return np.zeros(len(values), np.int8)
    exists = values != TOMBSTONE
    if bounds.of_day is None:
        return _marked(exists & ((values < bounds.low) | (values > bounds.high)))
    a_multiple = metric.parts_per_multiple
    room = -(-bounds.high * np.maximum(lengths, MINUTE_MS).astype(np.int64) // MINUTE_MS)
    flaws = _marked(exists & ((values < bounds.low) | (values >= room + a_multiple)))
    summed = np.flatnonzero(exists & (flaws == NO_FLAW))
    if not len(summed):
        return flaws
    short = summed[lengths[summed] <= MINUTE_MS]
    minutes, starts = np.unique(times[short] // MINUTE_MS, return_index=True)
    counts = np.diff(starts, append=len(short))
    # Each of several samples in a minute may have been rounded up.
    sums, pieces = (
        np.add.reduceat(column, starts) if len(minutes) else np.empty(0, np.int64)
        for column in (values[short], (values[short] > 0).astype(np.int64))
    )
    crowded = sums >= bounds.high + a_multiple * np.clip(pieces, 1, ROUNDED_PIECES_MAX)
    flaws[short[np.repeat(crowded, counts)]] = FLAWS.index("minute") + 1
    left = summed[flaws[summed] == NO_FLAW]
    if int(values[left].sum()) >= bounds.of_day + a_multiple:
        flaws[left] = FLAWS.index("day") + 1
    return flaws


def can_be_of_a_minute(values: Int64Array, metric: Metric) -> NDArray[np.bool_]:
    """Which values of samples that are no longer than a minute can be true, each by itself."""
    bounds = BOUNDS[metric.number]
    plausible: NDArray[np.bool_] = values >= bounds.low
    return plausible & (values < bounds.high + metric.parts_per_multiple)


def _marked(wrong: NDArray[np.bool_]) -> NDArray[np.int8]:
    flaws = np.full(len(wrong), NO_FLAW, np.int8)
    flaws[wrong] = FLAWS.index("sample") + 1
    return flaws


def all_count(times: Int32Array, lengths: Int32Array, values: Int64Array, metric: Metric) -> bool:
    """Whether all samples count, and, where they add up, none begins before another's end. Most days are like that."""
    bounds = BOUNDS[metric.number]
    # A tombstone is below every range, so one comparison finds it too.
    if not len(values) or np.minimum.reduce(values) < bounds.low:
        return False
    if np.maximum.reduce(values) > bounds.high:
        return False
    if bounds.of_day is None:
        return True
    whole_minutes = np.minimum.reduce(lengths) >= MINUTE_MS
    apart = bool((times[1:] - times[:-1] >= lengths[:-1]).all())
    return bool(whole_minutes and apart) and int(np.add.reduce(values)) <= bounds.of_day


def limit_of(flaw: int, metric: Metric) -> str:
    """What would be plausible, in words, for receipts and for the resident. `flaw`: as in `flaws_of`."""
    match FLAWS[flaw - 1]:
        case "sample":
            plausible = f"{metric.minimum:g} to {metric.maximum:g} {metric.unit}"
            return plausible if metric.day_maximum is None else f"{plausible} in a minute"
        case "minute":
            return f"at most {metric.maximum:g} {metric.unit} in a minute"
        case "day":
            return f"at most {metric.day_maximum:g} {metric.unit} in a day"
        case other:
            assert_never(other)
