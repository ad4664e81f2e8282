"""Turns a watch's step counters, which start at midnight, into steps."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from device_bridge.wire import SAMPLES_PER_UPLOAD_MAX
from points.said import said
from wellness_api.health.formats.intervals import check_interval
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.records import Column

STEP_KINDS: Final = ("walking", "running")


class Reading(NamedTuple):
    """What a counter showed, and when."""

    time_ms: int
    steps: float


class Counted(NamedTuple):
    """What a counter counted between two readings, whose times are Unix milliseconds."""

    since_ms: int
    until_ms: int
    steps: float


class StepCounters:
    """The counters of one file, one for each kind of movement.

    What lies between two readings of a counter belongs to the time between them. The first reading of a file only says
    where the counter stood. A reading below the one before it belongs to a new day.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._last: dict[str, Reading] = {}
        self._counted: defaultdict[str, list[Counted]] = defaultdict(list)

    def read(self, kind: str, reading: Reading) -> None:
        """Takes the counter's next reading. Raises ItemRefused for a reading from before the last one, or from days after it."""
        last = self._last.get(kind)
        if last is not None and reading.time_ms < last.time_ms:
            raise ItemRefused(
                field="timestamp",
                limit="readings in the order of their times",
                detail=said("refusal.counter_back"),
            )
        self._last[kind] = reading
        if last is None:
            return
        since, walked = last.time_ms, reading.steps - last.steps
        if walked < 0:
            since, walked = max(since, self._midnight_ms(reading.time_ms)), reading.steps
        if walked > 0:
            check_interval(since, reading.time_ms, field="timestamp")
            self._add(kind, Counted(since, reading.time_ms, walked))

    def column(self) -> Column:
        """The steps of all kinds together. Walking and running are counted separately and may share a time."""
        if not self._counted:
            return Column([], [])
        moments = np.unique(
            [moment for counted in self._counted.values() for moment in _ends(counted)]
        )
        steps = np.diff(sum(_so_far(counted, moments) for counted in self._counted.values()))
        walked = steps > 0
        return Column(
            moments[:-1][walked].tolist(), steps[walked].tolist(), np.diff(moments)[walked].tolist()
        )

    def _add(self, kind: str, counted: Counted) -> None:
        self._counted[kind].append(counted)
        if sum(map(len, self._counted.values())) > SAMPLES_PER_UPLOAD_MAX:
            raise InvalidUpload(
                field="body",
                limit=f"at most {SAMPLES_PER_UPLOAD_MAX} samples in an upload",
                detail=said("refusal.too_many_in_file", most=SAMPLES_PER_UPLOAD_MAX),
            )

    def _midnight_ms(self, time_ms: int) -> int:
        day = datetime.fromtimestamp(time_ms / 1000, self._zone).date()
        return int(datetime(day.year, day.month, day.day, tzinfo=self._zone).timestamp() * 1000)


def _ends(counted: Sequence[Counted]) -> list[int]:
    return [moment for stretch in counted for moment in (stretch.since_ms, stretch.until_ms)]


def _so_far(counted: Sequence[Counted], moments: NDArray[np.int64]) -> NDArray[np.float64]:
    """What one counter had counted at the moments. The times of `counted` follow each other."""
    steps = np.cumsum([stretch.steps for stretch in counted])
    counts = np.repeat(np.concatenate([[0.0], steps]), 2)[1:-1]
    so_far: NDArray[np.float64] = np.interp(moments, _ends(counted), counts)
    return so_far
