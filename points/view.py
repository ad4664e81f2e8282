"""What one rule sees of a cohort: the days that count for it, and the other days only to look back on."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from points.cohort import NONE, BoolMatrix, Cohort, IntMatrix
from points.periods import Period, PeriodKind, periods_of, programme_years

Integers = NDArray[np.integer[Any]]
"""Points, shape (residents, periods), in the integer type that the rule works with."""

SUMMAND_MAX: Final = np.iinfo(np.int32).max // 10
"""The most of each figure that counts where several are added. A rule adds ten at most, so no sum overflows."""


def dtype_for(points_max: int) -> np.dtype[np.integer[Any]]:
    """The smallest integer type that holds so many points: the fewer bytes, the faster."""
    return np.dtype(np.uint8 if points_max < 2**8 else np.int16 if points_max < 2**15 else np.int32)


class Places(NamedTuple):
    """Places of awards: the index of the resident and of the period, columns of equal length."""

    residents: NDArray[np.intp]
    periods: NDArray[np.intp]


class View(NamedTuple):
    """A cohort as one rule sees it.

    `counting`: the days that count; the shape broadcasts to (residents, days). None when all days count.
    `in_force_from`: the programme's first day.
    """

    cohort: Cohort
    counting: BoolMatrix | None
    in_force_from: date

    def amount(self, figure: str) -> IntMatrix:
        """The day's amount where the day counts, else NONE; shape (residents, days)."""
        amounts = self.cohort.amount(figure)
        if self.counting is None:
            return amounts
        return np.where(self.counting, amounts, np.int32(NONE))

    def sum_of(self, figures: Sequence[str]) -> IntMatrix:
        """The amounts of several figures together; NONE where none of them has an amount."""
        first, *others = (self.amount(figure) for figure in figures)
        if not others:
            return first
        total = np.clip(first, 0, SUMMAND_MAX)
        known = first != NONE
        for amounts in others:
            total += np.clip(amounts, 0, SUMMAND_MAX)
            known |= amounts != NONE
        return np.where(known, total, np.int32(NONE))

    def counts(self) -> BoolMatrix:
        """Whether each day counts, shape (residents, days)."""
        if self.counting is None:
            return np.ones(self.cohort.shape, np.bool_)
        return np.broadcast_to(self.counting, self.cohort.shape)

    def periods(self, kind: PeriodKind) -> Sequence[Period]:
        """The cohort's periods of the kind."""
        return periods_of(kind, self.cohort.first_day, self.cohort.shape[1])

    def years(self) -> Sequence[Period]:
        """The cohort's days by programme year."""
        return programme_years(
            self.cohort.first_day, self.cohort.shape[1], in_force_from=self.in_force_from
        )

    def days_over(self) -> BoolMatrix:
        """Whether each of the cohort's days was over for each resident, shape (residents, days)."""
        return np.broadcast_to(self.cohort.days_over(), self.cohort.shape)

    def days_begun(self) -> BoolMatrix:
        """Whether each of the cohort's days had begun or was over for each resident, shape (residents, days)."""
        return np.broadcast_to(self.cohort.days_begun(), self.cohort.shape)

    def at(self, places: slice | NDArray[np.intp]) -> "View":
        """The view of the residents at these places."""
        counting = self.counting
        if counting is not None and counting.shape[0] > 1:
            counting = counting[places]
        return self._replace(cohort=self.cohort.at(places), counting=counting)
