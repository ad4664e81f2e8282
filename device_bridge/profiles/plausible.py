"""What a device can have measured on a living person. Anything else is a fault of the device, and no reading.

A profile's ranges are those of the server's catalogue. The server keeps what is outside of them and counts it nowhere. A
test keeps the two equal.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from device_bridge.profiles.reading import Reading, RefusedReading

Ranges = Mapping[str, tuple[float, float]]
"""The least and the greatest value of each metric, in its unit. A profile states those of the metrics that it reads."""

Judged = tuple[tuple[Reading, ...], tuple[RefusedReading, ...]]


class Value(NamedTuple):
    """A decoded number in the metric's unit; NaN or an infinity where the device says that it has none."""

    metric: str
    number: float


def judged(values: Iterable[Value], ranges: Ranges, *, measured_at: datetime | None) -> Judged:
    """The values that can be true, as readings, and why the others are refused."""
    readings, refused = [], []
    for metric, number in values:
        reason = _doubt(number, *ranges[metric])
        if reason is None:
            readings.append(Reading(metric=metric, value=number, measured_at=measured_at))
        else:
            refused.append(RefusedReading(metric=metric, reason=reason))
    return tuple(readings), tuple(refused)


def _doubt(number: float, least: float, greatest: float) -> str | None:
    if not math.isfinite(number):
        return "not a number"
    if not least <= number <= greatest:
        return f"not between {least:g} and {greatest:g}"
    return None
