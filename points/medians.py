"""The median of each resident's own days. A sorting network finds it: fixed comparators instead of a sort for each
resident.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from points.cohort import NONE, IntMatrix


class Comparator(NamedTuple):
    """Puts two lines in order. `keeps_lower`, `keeps_higher`: whether a later comparator or the median needs that
    result.
    """

    lower: int
    higher: int
    keeps_lower: bool
    keeps_higher: bool


@cache
def comparators(size: int) -> tuple[tuple[int, int], ...]:
    """The comparators of Batcher's odd-even merge sort (Batcher, 1968), which sorts any `size` values."""
    pairs: list[tuple[int, int]] = []
    block = 1
    while block < size:
        step = block
        while step >= 1:
            pairs += [
                (place, place + step)
                for start in range(step % block, size - step, 2 * step)
                for place in range(start, min(start + step, size - step))
                if place // (2 * block) == (place + step) // (2 * block)
            ]
            step //= 2
        block *= 2
    return tuple(pairs)


class Middle(NamedTuple):
    """The sorted lines that make the median. An even number of valid days has it between `low` and `high`; an odd
    number has it on `odd`.
    """

    low: int
    high: int
    odd: int


def middle_of(days: int) -> Middle:
    """The middle of lines that `_balanced` made. Half of their padding, rounded down, lies below the valid days."""
    if days % 2:
        return Middle(max(days // 2 - 1, 0), days // 2, days // 2)
    return Middle(days // 2 - 1, days // 2, days // 2 - 1)


@cache
def middle_comparators(days: int) -> tuple[Comparator, ...]:
    """The comparators that the middle lines depend on."""
    needed = set(middle_of(days))
    kept: list[Comparator] = []
    for lower, higher in reversed(comparators(days)):
        if lower in needed or higher in needed:
            kept.append(Comparator(lower, higher, lower in needed, higher in needed))
            needed |= {lower, higher}
    return tuple(reversed(kept))


def median_of_valid(
    amounts: IntMatrix, *, valid_from: int, valid_to: int, valid_days_min: int
) -> NDArray[np.int32]:
    """The median of each row's amounts from `valid_from` to `valid_to`, rounded down; NONE for fewer than
    `valid_days_min`.

    `amounts`: shape (residents, days), fewer than 256 days, best in Fortran order. Returns shape (residents,).
    """
    days = amounts.shape[1]
    lines, valid_days = _balanced(amounts, valid_from, valid_to)
    spare = np.empty_like(lines[0])
    for lower, higher, keeps_lower, keeps_higher in middle_comparators(days):
        if keeps_lower:
            np.minimum(lines[lower], lines[higher], out=spare)
        if keeps_higher:
            np.maximum(lines[lower], lines[higher], out=lines[higher])
        if keeps_lower:
            lines[lower], spare = spare, lines[lower]
    low, high, odd = (lines[place] for place in middle_of(days))
    median = np.where(valid_days % 2, odd, low + (high - low) // 2).astype(np.int32)
    return np.where(valid_days >= valid_days_min, median + np.int32(valid_from), np.int32(NONE))


def _balanced(
    amounts: IntMatrix, valid_from: int, valid_to: int
) -> tuple[list[NDArray[np.unsignedinteger[Any]]], NDArray[np.uint8]]:
    """The days as lines counted from `valid_from`, and the number of each resident's valid days.

    A day that is not valid becomes the highest and the lowest value in turn. So half of these days lie above the valid
    days and half below, and the median stays in the middle, however many there are. Two bytes are enough for most
    ranges, and twice as fast as four.
    """
    residents, days = amounts.shape
    highest = valid_to - valid_from
    dtype = np.dtype(np.uint16 if highest < np.iinfo(np.uint16).max else np.uint32)
    lines: list[NDArray[np.unsignedinteger[Any]]] = list(np.empty((days, residents), dtype))
    valid_days, is_low = np.zeros(residents, np.uint8), np.zeros(residents, np.bool_)
    above = np.empty(residents, np.uint32)
    for line, of_day in zip(lines, amounts.T, strict=True):
        # In unsigned arithmetic, an amount below `valid_from` becomes larger than every valid one.
        np.subtract(of_day, np.int32(valid_from), out=above.view(np.int32))
        is_valid = above <= highest
        valid_days += is_valid.view(np.uint8)
        is_not = ~is_valid
        np.copyto(line, above, casting="unsafe")
        np.bitwise_or(line, np.negative(is_not.astype(dtype)), out=line)
        np.multiply(line, (is_valid | ~is_low).astype(dtype), out=line)
        is_low ^= is_not
    return lines, valid_days
