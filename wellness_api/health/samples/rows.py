"""Rows of columns of equal length, told apart by all that they say."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.samples.segments import Int64Array

Columns = Sequence[Int64Array]


def rows_missing(columns: Columns, others: Columns) -> NDArray[np.bool_]:
    """Which rows of the columns are not among those of the others."""
    rows, known = (np.stack(list(of), axis=1) for of in (columns, others))
    _, numbers = np.unique(np.concatenate([known, rows]), axis=0, return_inverse=True)
    numbers = numbers.ravel()
    missing: NDArray[np.bool_] = ~np.isin(numbers[len(known) :], numbers[: len(known)])
    return missing
