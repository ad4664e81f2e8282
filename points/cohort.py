"""What the engine is given and what it gives back: columns, never rows."""

from datetime import date, timedelta
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
    `birth_years`: int64, shape (residents,).
    """

    resident_ids: NDArray[np.int64]
    first_day: date
    daily: dict[str, FloatMatrix]
    birth_years: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, int]:
        """(residents, days)"""
        residents, days = next(iter(self.daily.values())).shape
        return residents, days

    def whole(self, metric: str) -> IntMatrix:
        """The day's whole units of the metric, 0 where there is none."""
        if metric not in self.daily:
            return np.zeros(self.shape, np.int64)
        return np.nan_to_num(self.daily[metric], nan=0.0).astype(np.int64)

    def has(self, metric: str) -> NDArray[np.bool_]:
        """On which days there is a value of the metric, shape (residents, days)."""
        if metric not in self.daily:
            return np.zeros(self.shape, np.bool_)
        found: NDArray[np.bool_] = ~np.isnan(self.daily[metric])
        return found

    @property
    def ages(self) -> IntMatrix:
        """The age that each resident reaches in the calendar year of each day, shape (residents, days)."""
        _, days = self.shape
        years = [(self.first_day + timedelta(days=day)).year for day in range(days)]
        return np.array(years, np.int64)[None, :] - self.birth_years[:, None]


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
