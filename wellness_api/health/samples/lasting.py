"""How long a count lasted whose length nobody said.

Some apps only say when a count began. They count minute by minute, or every few seconds. So a count lasted a minute, or
until the next such count of its source began, or until its day ended. Which count is next depends on the living ones. So
readers work this out; it is not worked out when samples come in.
"""

from typing import Final

import numpy as np

from wellness_api.health.metrics.metric import MINUTE_MS, Metric
from wellness_api.health.samples.plausibility import can_be_of_a_minute
from wellness_api.health.samples.segments import UNSAID, Int32Array, Int64Array

NO_END: Final = int(np.iinfo(np.int64).max)
"""Stands for the end of a day that is not known."""


def lasting(
    times: Int32Array | Int64Array,
    lengths: Int32Array,
    values: Int64Array,
    metric: Metric,
    *,
    day_ends: int = NO_END,
) -> Int32Array:
    """The lengths of one source's samples on a day; lengths that nobody said are worked out.

    `times`: milliseconds, ascending. `values`: in parts (see `segments`). `day_ends`: the end of the day on which they
    began, counted as `times` are. A count that cannot be true ends no other one.
    """
    if not len(lengths) or np.maximum.reduce(lengths) < UNSAID:
        return lengths
    unsaid = np.flatnonzero(lengths == UNSAID)
    begun = times[unsaid].astype(np.int64)
    ends = begun + MINUTE_MS
    can_be_true = begun[can_be_of_a_minute(values[unsaid], metric)]
    following = np.searchsorted(can_be_true, begun, side="right")
    ends = np.minimum(ends, np.append(can_be_true, NO_END)[following])
    # If a resident has moved since, what was yesterday evening may be today.
    ends = np.where(begun < day_ends, np.minimum(ends, day_ends), ends)
    lasted = lengths.copy()
    lasted[unsaid] = ends - begun
    return lasted
