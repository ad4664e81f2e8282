"""Rows of columns of equal length. A row is the same as another one when all its columns are."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wellness_api.health.samples.segments import Int64Array

Columns = Sequence[Int64Array]


def rows_missing(columns: Columns, others: Columns) -> NDArray[np.bool_]:
    """Which rows of the columns are not among those of the others."""
    both = [np.concatenate(pair) for pair in zip(others, columns, strict=True)]
    known = len(others[0])
    order = np.lexsort(both)
    anew = np.zeros(len(order), np.bool_)
    for column in both:
        ordered = column[order]
        anew[1:] |= ordered[1:] != ordered[:-1]
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.cumsum(anew)
    is_known = np.zeros(len(order), np.bool_)
    is_known[numbers[:known]] = True
    missing: NDArray[np.bool_] = ~is_known[numbers[known:]]
    return missing
