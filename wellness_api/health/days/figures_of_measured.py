"""What a day comes to for a metric that is measured at moments. Most figures are worked out for many days side by side."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.days.counting import LocalDay
from wellness_api.health.days.samples_of_moments import Samples
from wellness_api.health.days.spans import Span
from wellness_api.health.days.worked_out import WorkedOut
from wellness_api.health.figures.figure import Figure
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.metrics.metric import MINUTE_MS

READING_TELLS_MS_MAX: Final = 15 * MINUTE_MS
"""The longest time that one reading of glucose speaks for: sensors keep a reading each 5 to 15 minutes."""

KNOWN_SHARE_MIN: Final = 0.7
"""The share of the day that must be known, or the day has no share in range. The consensus asks for the same share of the
days that it looks at.
"""

READINGS_OF_A_SITTING: Final = 2


class Measured(NamedTuple):
    """The samples of a metric that count on a day, one or more. `at_home`: the samples that no station took."""

    day: LocalDay
    samples: Samples
    at_home: Samples


def figures_of_measured(figure: Figure, days: Sequence[Measured]) -> list[WorkedOut | None]:
    """The figure on each of the days, or None where a day has no such figure."""
    match figure.how:
        case "first_two" | "last_two":
            return [_of_readings_at_home(figure, day) for day in days]
        case "share_in_range":
            return [_share_in_range(figure, day) for day in days]
        case _:
            return _side_by_side(figure, [day.samples for day in days])


def _side_by_side(figure: Figure, days: Sequence[Samples]) -> list[WorkedOut | None]:
    """Works all days out with one call: a call for each day would cost more than its few samples."""
    values = np.concatenate([day.values for day in days])
    counts = np.array([len(day.values) for day in days])
    ends = np.cumsum(counts)
    starts = ends - counts
    multiples: NDArray[np.number[Any]]
    match figure.how:
        case "mean":
            multiples = np.add.reduceat(values, starts, dtype=np.int64) / counts
        case "last":
            multiples = values[ends - 1]
        case "least":
            multiples = np.minimum.reduceat(values, starts)
        case "greatest":
            multiples = np.maximum.reduceat(values, starts)
        case "times":
            multiples = counts
        case other:
            raise AssertionError(f"{other} is of what is counted over spans")
    # A division gives 65.35 for 1,307 multiples of 0.05; a multiplication would not.
    in_unit = (multiples / figure.per_unit).tolist()
    return [
        WorkedOut(value, len(day.times_ms), int(day.times_ms[-1]))
        for day, value in zip(days, in_unit, strict=True)
    ]


def _of_readings_at_home(figure: Figure, measured: Measured) -> WorkedOut | None:
    """The mean of the two readings of one sitting. If there is only one reading, it is the mean."""
    readings = _within(measured.at_home, measured.day.between(figure.hours))
    two = slice(READINGS_OF_A_SITTING)
    if figure.how == "last_two":
        two = slice(-READINGS_OF_A_SITTING, None)
    times_ms, values = readings.times_ms[two].tolist(), readings.values[two].tolist()
    if not times_ms:
        return None
    # Halves of the resolution stay, as in the mean of a day.
    return WorkedOut(sum(values) / len(values) / figure.per_unit, len(values), times_ms[-1])


def _share_in_range(figure: Figure, measured: Measured) -> WorkedOut | None:
    """The share of the known time. Each reading speaks for the time until the next one."""
    assert figure.inside is not None, "what is in range has a range"
    assert figure.of is not None, "it is of a metric"
    times_ms, values = measured.samples
    next_ms = np.append(times_ms[1:], measured.day.span.end)
    lasting = np.minimum(next_ms - times_ms, READING_TELLS_MS_MAX)
    known = int(lasting.sum())
    if known < KNOWN_SHARE_MIN * (measured.day.span.end - measured.day.span.start):
        return None
    per_unit = METRIC_BY_CODE[figure.of].per_unit
    least, greatest = (round(end * per_unit) for end in figure.inside)
    inside = int(lasting[(values >= least) & (values <= greatest)].sum())
    value = round(100 * figure.per_unit * inside / known) / figure.per_unit
    return WorkedOut(value, len(times_ms), int(times_ms[-1]))


def _within(samples: Samples, span: Span) -> Samples:
    first, last = np.searchsorted(samples.times_ms, span)
    return Samples(samples.times_ms[first:last], samples.values[first:last])
