"""The minutes of a day of which a device tells that somebody wears or carries.

In these minutes, 0 steps is a count. Outside of them, nobody knows.
"""

from collections.abc import Iterable

import numpy as np

from wellness_api.health.days.samples_of_moments import Samples
from wellness_api.health.days.spans import Int64Array, Pieces
from wellness_api.health.days.worked_out import WorkedOut
from wellness_api.health.metrics.metric import MINUTE_MS


def worn_minutes(counted: Iterable[Pieces], measured: Iterable[Samples]) -> WorkedOut | None:
    """The minutes of all that counts on a day, metric by metric; an amount of 0 counts too. A minute counts if anything touches it."""
    spans = [(pieces.starts, pieces.ends) for pieces in counted if len(pieces.starts)]
    spans += [
        (samples.times_ms, samples.times_ms + 1) for samples in measured if len(samples.times_ms)
    ]
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
    """How many minutes lie in the spans. Spans may overlap, and ascend by their first minute."""
    reached = np.maximum.accumulate(after)
    minutes = int(reached[-1] - first[0])
    gaps = first[1:] - reached[:-1]
    return minutes - int(gaps[gaps > 0].sum())
