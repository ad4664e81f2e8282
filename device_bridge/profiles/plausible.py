"""What a device can have measured of a living person. Anything else is a fault of the device, and no reading.

The ranges are those of the server's catalogue, which keeps what is outside of them and counts it nowhere. A test holds
the two together.
"""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Final, NamedTuple

from device_bridge.profiles.reading import Reading, RefusedReading

RANGES: Final[dict[str, tuple[float, float]]] = {
    "heart_rate": (20, 300),  # /min
    "systolic_pressure": (50, 300),  # mm[Hg]
    "diastolic_pressure": (20, 200),  # mm[Hg]
    "body_weight": (1, 400),  # kg
}

Judged = tuple[tuple[Reading, ...], tuple[RefusedReading, ...]]


class Value(NamedTuple):
    """A decoded number in the metric's unit; NaN or an infinity where the device says that it has none."""

    metric: str
    number: float


def judged(values: Iterable[Value], *, measured_at: datetime | None) -> Judged:
    """The values that can be true as readings, and why the others are none."""
    readings, refused = [], []
    for metric, number in values:
        reason = _doubt(metric, number)
        if reason is None:
            readings.append(Reading(metric=metric, value=number, measured_at=measured_at))
        else:
            refused.append(RefusedReading(metric=metric, reason=reason))
    return tuple(readings), tuple(refused)


def _doubt(metric: str, number: float) -> str | None:
    least, greatest = RANGES[metric]
    if not math.isfinite(number):
        return "not a number"
    if not least <= number <= greatest:
        return f"not between {least:g} and {greatest:g}"
    return None
