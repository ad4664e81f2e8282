"""Rounds what is shown of a figure, so that one resident who comes, goes or walks moves it by one step at most.

Otherwise somebody could subtract two looks on different days, and the difference is what one resident walked.
docs/decisions/0038 says what this protects against, and what not.
"""

from collections.abc import Callable
from math import ceil, floor
from typing import Final, Literal

import msgspec

from wellness_api.indicators.intervals import (
    Interval,
    Sample,
    difference_of_means,
    difference_of_shares,
    mean_interval,
    share_interval,
)

COUNT_STEP: Final = 5
"""In residents. The step hides who comes and goes, and changes a cell of 20 by at most a tenth; steps of ten would
change it by a quarter."""

PERCENT_FINE_BELOW: Final = 10
"""Percentages below it are shown with a tenth: where one in a hundred takes part, 0.6 and 1.4 would both become 1."""

RESIDENT_STEPS_MAX: Final = 20_000
"""A resident's mean daily steps count as this many at most: otherwise one runner alone could move a zone's mean at
will."""

MEAN_STEPS: Final = (100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""The steps for rounding means of daily steps. A mean is rounded to the first step that the RESIDENT_STEPS_MAX of one
resident cannot exceed."""

Comparison = Literal["better", "not_different", "worse"]


class Share(msgspec.Struct, frozen=True):
    """`count` residents of `denominator`. `of_population`: the denominator is the zone's population, which is public."""

    count: int
    denominator: int
    of_population: bool = False


Measure = Share | Sample


class Shown(msgspec.Struct, frozen=True):
    """A figure as it is shown: the value, its 95% interval, and the number of residents that it rests on."""

    value: float
    interval: Interval
    count: int
    denominator: int


def shown(measure: Measure) -> Shown:
    """The figure rounded to the step with which it may be seen. It rests on at least one resident."""
    return _shown_share(measure) if isinstance(measure, Share) else _shown_mean(measure)


def compared(zone: Measure, rest: Measure, *, higher_is_better: bool) -> Comparison | None:
    """How a zone compares with the rest of the city. It differs from the rest only where the 95% interval of the
    difference leaves zero out. None where one of the two has nobody, or too few people to know how much they differ.
    """
    difference = _difference(zone, rest)
    if difference is None:
        return None
    if difference.lower <= 0 <= difference.upper:
        return "not_different"
    return "better" if (difference.lower > 0) == higher_is_better else "worse"


def _difference(zone: Measure, rest: Measure) -> Interval | None:
    match zone, rest:
        case Share(), Share():
            if not zone.denominator or not rest.denominator:
                return None
            return difference_of_shares(
                (zone.count, zone.denominator), (rest.count, rest.denominator)
            )
        case Sample(), Sample():
            return difference_of_means(zone, rest)
        case _:
            raise AssertionError("a zone and the rest of the city have the same measure")


def _shown_share(share: Share) -> Shown:
    """The value and the interval are worked out from the two rounded counts, so they reveal nothing that the counts do
    not.
    """
    denominator = (
        share.denominator if share.of_population else _nearest(share.denominator, COUNT_STEP)
    )
    # "All of them" stays "all", as "none" stays "none".
    everybody = share.count == share.denominator
    count = denominator if everybody else _nearest(share.count, COUNT_STEP)
    low, high = share_interval(count, denominator)
    return Shown(
        _percent(count / denominator, lambda parts: floor(parts + 0.5)),
        Interval(_percent(low, floor), _percent(high, ceil)),
        count,
        denominator,
    )


def _percent(share: float, whole: Callable[[float], int]) -> float:
    """The share in percent, with a tenth where it is small. `whole`: how a part of a step is rounded."""
    return whole(1000 * share) / 10 if 100 * share < PERCENT_FINE_BELOW else whole(100 * share)


def _shown_mean(sample: Sample) -> Shown:
    step = _step_of(sample.count)
    interval = mean_interval(sample) or Interval(0, RESIDENT_STEPS_MAX)
    people = _nearest(sample.count, COUNT_STEP)
    return Shown(
        _nearest(sample.mean, step),
        Interval(max(0, step * floor(interval.lower / step)), step * ceil(interval.upper / step)),
        people,
        people,
    )


def _step_of(count: int) -> int:
    return next((step for step in MEAN_STEPS if step * count >= RESIDENT_STEPS_MAX), MEAN_STEPS[-1])


def _nearest(value: float, step: int) -> int:
    """The multiple of `step` that is nearest to the value; the greater one of two equally near."""
    return step * floor(value / step + 0.5)
