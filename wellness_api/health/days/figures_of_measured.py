"""What a day comes to of what is measured at moments: of many days side by side, or of one where it takes a look at each."""

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
"""How long a reading of glucose tells of, at most: sensors keep one each 5 to 15 minutes."""

KNOWN_SHARE_MIN: Final = 0.7
"""Of the day, or its share in range says nothing: the consensus asks for as much of the days that it looks at."""

READINGS_OF_A_SITTING: Final = 2


class Measured(NamedTuple):
    """The samples of a metric that count on a day, one or more; `at_home`: those that no station took."""

    day: LocalDay
    samples: Samples
    at_home: Samples


def figures_of_measured(figure: Figure, days: Sequence[Measured]) -> list[WorkedOut | None]:
    """Of each of the days; None where there is no such figure."""
    match figure.how:
        case "first_two" | "last_two":
            return [_of_readings_at_home(figure, of) for of in days]
        case "share_in_range":
            return [_share_in_range(figure, of) for of in days]
        case _:
            return _side_by_side(figure, [of.samples for of in days])


def _side_by_side(figure: Figure, days: Sequence[Samples]) -> list[WorkedOut | None]:
    """Calls for each day would cost more than its few samples."""
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
    # Division keeps 1,307 x 0.05 at 65.35.
    in_unit = (multiples / figure.per_unit).tolist()
    return [
        WorkedOut(value, len(day.times_ms), int(day.times_ms[-1]))
        for day, value in zip(days, in_unit, strict=True)
    ]


def _of_readings_at_home(figure: Figure, of: Measured) -> WorkedOut | None:
    """The mean of the two readings that one sits down for; a single one stands for itself."""
    readings = _within(of.at_home, of.day.between(figure.hours))
    two = slice(READINGS_OF_A_SITTING)
    if figure.how == "last_two":
        two = slice(-READINGS_OF_A_SITTING, None)
    times_ms, values = readings.times_ms[two].tolist(), readings.values[two].tolist()
    if not times_ms:
        return None
    # Halves of the resolution are kept, as the day's mean keeps them.
    return WorkedOut(sum(values) / len(values) / figure.per_unit, len(values), times_ms[-1])


def _share_in_range(figure: Figure, of: Measured) -> WorkedOut | None:
    """Of the time that is known: each reading tells of the time until the next one."""
    assert figure.inside is not None, "what is in range has a range"
    assert figure.of is not None, "it is of a metric"
    times_ms, values = of.samples
    next_ms = np.append(times_ms[1:], of.day.span.end)
    lasting = np.minimum(next_ms - times_ms, READING_TELLS_MS_MAX)
    known = int(lasting.sum())
    if known < KNOWN_SHARE_MIN * (of.day.span.end - of.day.span.start):
        return None
    per_unit = METRIC_BY_CODE[figure.of].per_unit
    least, greatest = (round(end * per_unit) for end in figure.inside)
    inside = int(lasting[(values >= least) & (values <= greatest)].sum())
    value = round(100 * figure.per_unit * inside / known) / figure.per_unit
    return WorkedOut(value, len(times_ms), int(times_ms[-1]))


def _within(samples: Samples, span: Span) -> Samples:
    first, last = np.searchsorted(samples.times_ms, span)
    return Samples(samples.times_ms[first:last], samples.values[first:last])
