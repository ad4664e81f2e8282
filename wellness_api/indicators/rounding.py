"""What is shown of a figure: rounded, so that one resident's coming, going or walking moves it by one step at most.

Two looks on different days could otherwise be subtracted, and the difference is what one resident walked. What this
protects against and what not: docs/decisions/0038.
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
"""Residents. It hides who comes and goes, and takes at most a tenth off a cell of 20; tens would take a quarter."""

PERCENT_FINE_BELOW: Final = 10
"""Percentages below it have a tenth: where one in a hundred takes part, 0.6 and 1.4 would both be 1."""

RESIDENT_STEPS_MAX: Final = 20_000
"""A resident's mean daily steps count as so many at most: else one runner alone could move a zone's mean at will."""

MEAN_STEPS: Final = (100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""Means of steps are rounded to the first of these that no one resident's RESIDENT_STEPS_MAX moves by more."""

Comparison = Literal["better", "not_different", "worse"]


class Share(msgspec.Struct, frozen=True):
    """`count` residents of `denominator`. `of_population`: the denominator is the zone's population, which is public."""

    count: int
    denominator: int
    of_population: bool = False


Measure = Share | Sample


class Shown(msgspec.Struct, frozen=True):
    """A figure as it is shown: the value, its 95% interval, and on how many residents it rests."""

    value: float
    interval: Interval
    count: int
    denominator: int


def shown(measure: Measure) -> Shown:
    """The figure, which rests on somebody, to the step that it may be seen with."""
    return _shown_share(measure) if isinstance(measure, Share) else _shown_mean(measure)


def compared(one: Measure, rest: Measure, *, higher_is_better: bool) -> Comparison | None:
    """How a zone does beside the rest of the city: another than the rest only where the 95% interval of the difference
    leaves zero out. None where one of the two has nobody, or too few to know how much they differ.
    """
    difference = _difference(one, rest)
    if difference is None:
        return None
    if difference.lower <= 0 <= difference.upper:
        return "not_different"
    return "better" if (difference.lower > 0) == higher_is_better else "worse"


def _difference(one: Measure, rest: Measure) -> Interval | None:
    match one, rest:
        case Share(), Share():
            if not one.denominator or not rest.denominator:
                return None
            return difference_of_shares(
                (one.count, one.denominator), (rest.count, rest.denominator)
            )
        case Sample(), Sample():
            return difference_of_means(one, rest)
        case _:
            raise AssertionError("a zone and the rest of the city have the same measure")


def _shown_share(share: Share) -> Shown:
    """Value and interval are worked out of the two rounded counts, so they tell nothing that those do not."""
    denominator = (
        share.denominator if share.of_population else _nearest(share.denominator, COUNT_STEP)
    )
    # "All of them" stays so, as "none" does.
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
    """The share in percent, with a tenth where it is small. `whole`: which way parts of a step are rounded."""
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
    """The multiple of `step` nearest to the value; of two the greater one."""
    return step * floor(value / step + 0.5)
