"""The minutes of a day of which anything tells that is measured by what is worn or carried: 0 steps in them is a count, and
outside of them nobody knows.
"""

from collections.abc import Iterable

import numpy as np

from wellness_api.health.days.samples_of_moments import Samples
from wellness_api.health.days.spans import Int64Array, Pieces
from wellness_api.health.days.worked_out import WorkedOut
from wellness_api.health.metrics.metric import MINUTE_MS


def worn_minutes(counted: Iterable[Pieces], measured: Iterable[Samples]) -> WorkedOut | None:
    """Of all that counts on a day, metric by metric; 0 counts too. Of a minute it is enough that something touches it."""
    spans = [(of.starts, of.ends) for of in counted if len(of.starts)]
    spans += [(of.times_ms, of.times_ms + 1) for of in measured if len(of.times_ms)]
    if not spans:
        return None
    firsts, ends = spans[0]
    if len(spans) > 1:
        firsts, ends = (np.concatenate(column) for column in zip(*spans, strict=True))
        order = firsts.argsort(kind="stable")
        firsts, ends = firsts[order], ends[order]
    last_ms = max(int(starts[-1]) for starts, _ in spans)
    minutes = _touched(firsts // MINUTE_MS, (ends - 1) // MINUTE_MS + 1)
    return WorkedOut(minutes, len(firsts), last_ms)


def _touched(first: Int64Array, after: Int64Array) -> int:
    """How many minutes lie in spans of them that may overlap, ascending by their first."""
    reached = np.maximum.accumulate(after)
    minutes = int(reached[-1] - first[0])
    gaps = first[1:] - reached[:-1]
    return minutes - int(gaps[gaps > 0].sum())
