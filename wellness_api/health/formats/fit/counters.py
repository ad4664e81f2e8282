"""A watch's step counters, which start at midnight, as steps by the minute."""

from collections import defaultdict
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from device_bridge.wire import SAMPLES_PER_UPLOAD_MAX
from wellness_api.health.formats.intervals import spread
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.metrics.catalogue import STEPS
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.records import Column

STEP_KINDS: Final = ("walking", "running")


class Reading(NamedTuple):
    """What a counter showed, and when."""

    time_ms: int
    steps: float


class StepCounters:
    """The counters of one file, one for each kind of moving.

    What lies between two readings of a counter is spread over the time between them. The first reading of a file only
    tells where the counter stood. A reading below the one before it belongs to a new day.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._last: dict[str, Reading] = {}
        self._by_time: defaultdict[int, float] = defaultdict(float)
        self._shares = 0

    def read(self, kind: str, reading: Reading) -> None:
        """The counter's next reading; raises ItemRefused for one from before the last, or from days after it."""
        last = self._last.get(kind)
        if last is not None and reading.time_ms < last.time_ms:
            raise ItemRefused(
                field="timestamp",
                limit="readings in the order of their times",
                detail="The counter was read before the reading that stands before it.",
            )
        self._last[kind] = reading
        if last is None:
            return
        since, walked = last.time_ms, reading.steps - last.steps
        if walked < 0:
            since, walked = max(since, self._midnight_ms(reading.time_ms)), reading.steps
        if walked > 0:
            self._add(spread(since, reading.time_ms, walked, STEPS))

    def column(self) -> Column:
        """The steps of all kinds together, by time."""
        times_ms = sorted(self._by_time)
        return Column(times_ms, [self._by_time[time_ms] for time_ms in times_ms])

    def _add(self, column: Column) -> None:
        self._shares += len(column.times_ms)
        if self._shares > SAMPLES_PER_UPLOAD_MAX:
            raise InvalidUpload(
                field="body",
                limit=f"at most {SAMPLES_PER_UPLOAD_MAX} samples in an upload",
                detail="The file holds too many samples.",
            )
        for time_ms, value in zip(column.times_ms, column.values, strict=True):
            # Walking and running are counted apart and may share a moment.
            self._by_time[time_ms] += value or 0

    def _midnight_ms(self, time_ms: int) -> int:
        day = datetime.fromtimestamp(time_ms / 1000, self._zone).date()
        return int(datetime(day.year, day.month, day.day, tzinfo=self._zone).timestamp() * 1000)
