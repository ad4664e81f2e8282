"""What the engine is given and what it gives back: columns, never rows."""

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatMatrix = NDArray[np.float64]
IntMatrix = NDArray[np.int64]


class Cohort(NamedTuple):
    """Residents x days.

    `resident_ids`: int64, shape (residents,).
    `first_day`: the day of the first column; columns are consecutive days.
    `daily`: per metric code the day's value in the metric's unit, shape (residents, days); NaN where there is none.
    """

    resident_ids: NDArray[np.int64]
    first_day: date
    daily: dict[str, FloatMatrix]

    @property
    def shape(self) -> tuple[int, int]:
        """(residents, days)"""
        residents, days = next(iter(self.daily.values())).shape
        return residents, days


class RuleAwards(NamedTuple):
    """Awards above zero of one rule, as columns of equal length, ordered by resident and day.

    `resident_index`, `day_index`: places in the cohort. `points`: whole points.
    `facts`: what each award rests on, enough to recompute it by hand.
    """

    rule: str
    resident_index: NDArray[np.intp]
    day_index: NDArray[np.intp]
    points: NDArray[np.int64]
    facts: dict[str, NDArray[np.int64]]
