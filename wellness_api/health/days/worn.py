"""The minutes of a day of which anything tells that is measured by what is worn or carried: 0 steps in them is a count, and
outside of them nobody knows.
"""

from collections.abc import Iterable

import numpy as np

from wellness_api.health.days.samples_of_moments import Samples
from wellness_api.health.days.spans import Int64Array, Pieces, Span
from wellness_api.health.metrics.metric import MINUTE_MS


class WornMinutes:
    """Gathers what counts of a day, metric by metric; of a minute it is enough that something touches it."""

    def __init__(self, day: Span) -> None:
        self._day = day
        self._minutes = -(-(day.end - day.start) // MINUTE_MS)
        self._changes = np.zeros(self._minutes + 1, np.int64)
        self.count = 0
        self.last_ms = day.start

    def add_counted(self, pieces: Pieces) -> None:
        """Of what is counted over spans, 0 included."""
        self._add(pieces.starts, pieces.ends)

    def add_measured(self, samples: Samples) -> None:
        """Of what is measured at moments."""
        self._add(samples.times_ms, samples.times_ms + 1)

    def _add(self, starts: Int64Array, ends: Int64Array) -> None:
        if not len(starts):
            return
        size = self._minutes + 1
        first = (starts - self._day.start) // MINUTE_MS
        after = (ends - 1 - self._day.start) // MINUTE_MS + 1
        self._changes += np.bincount(first, minlength=size) - np.bincount(after, minlength=size)
        self.count += len(starts)
        self.last_ms = max(self.last_ms, int(starts[-1]))

    def minutes(self) -> int:
        """How many there are."""
        return int(np.count_nonzero(np.cumsum(self._changes)))


def worn_minutes(day: Span, counted: Iterable[Pieces], measured: Iterable[Samples]) -> WornMinutes:
    """Of all that counts on the day."""
    worn = WornMinutes(day)
    for pieces in counted:
        worn.add_counted(pieces)
    for samples in measured:
        worn.add_measured(samples)
    return worn
