"""What the messages of one FIT file become. The names of messages and fields are those of the profile."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from points.said import said
from wellness_api.health.formats.activities import minute_columns
from wellness_api.health.formats.amounts import amount
from wellness_api.health.formats.fit.counters import STEP_KINDS, Reading, StepCounters
from wellness_api.health.formats.fit.messages import Message
from wellness_api.health.formats.fit.sports import METRICS_OF_SLEEP_LEVEL, ON_FOOT, metrics_of_sport
from wellness_api.health.formats.format import Context
from wellness_api.health.formats.intervals import over_interval
from wellness_api.health.formats.items import ItemRefused, time_ms_of
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.records import Column, Record

FIT_EPOCH: Final = datetime(1989, 12, 31, tzinfo=UTC)
"""FIT counts seconds from this moment, in 32 bits."""

SECONDS_MAX: Final = 2**32
"""A message with a time beyond this is refused."""

SHORT_TIME_BITS: Final = 16

FIELDS_OF_METRICS: Final[Mapping[str, Mapping[str, str]]] = {
    "record": {"heart_rate": "heart_rate"},
    "monitoring": {"heart_rate": "heart_rate"},
    "monitoring_hr_data": {
        # The first is the mean of a week. The day's own value stands below it, and so replaces it where it is known.
        "resting_heart_rate": "resting_heart_rate",
        "current_day_resting_heart_rate": "resting_heart_rate",
    },
    "weight_scale": {
        "weight": "body_weight",
        "percent_fat": "body_fat",
        "bmi": "body_mass_index",
    },
    "blood_pressure": {
        "systolic_pressure": "systolic_pressure",
        "diastolic_pressure": "diastolic_pressure",
        "heart_rate": "heart_rate",
    },
    "spo2_data": {"reading_spo2": "oxygen_saturation"},
    "respiration_rate": {"respiration_rate": "respiratory_rate"},
}
"""Messages that say what was measured at their time, in the metrics' own units."""

WEIGHT_NOT_YET_KNOWN_KG: Final = 655.34
"""What a scale says while it is still weighing (the profile's type `weight`)."""

NO_MEASUREMENT: Final = frozenset(
    {"error_incomplete_data", "error_no_measurement", "error_data_out_of_range"}
)
"""Values of a blood pressure's `status` that mean no measurement. An irregular heart rate is not one of them."""

SLEEP_LEVEL_MS_MAX: Final = 4 * 60 * 60 * 1000
"""No level lasts longer; the watch was taken off."""


class SleepLevel(NamedTuple):
    """A level of sleep, and when it began."""

    since_ms: int
    name: str | None


class FitFile:
    """Reads one file's messages in order: some mean something only after earlier ones."""

    def __init__(self, source: str, context: Context) -> None:
        self._source = source
        self._context = context
        self._counters = StepCounters(ZoneInfo(context.time_zone))
        self._last_seconds: int | None = None
        self._sleep: SleepLevel | None = None

    def read(self, message: Message) -> list[Record]:
        """The records that the message gives, if any. Raises ItemRefused."""
        seconds = self._seconds(message)
        columns = self._measured(message, seconds)
        if message.kind == "monitoring":
            try:
                self._count(message, seconds)
            except ItemRefused:
                # A bad count of a counter says nothing against what else was measured then.
                if not columns:
                    raise
        if message.kind == "sleep_level":
            columns |= self._slept(message, seconds)
        if message.kind == "session":
            columns |= self._exercised(message, seconds)
        return self._record(columns)

    def steps(self) -> list[Record]:
        """The steps of the whole file."""
        column = self._counters.column()
        return self._record({"steps": column} if column.times_ms else {})

    def _record(self, columns: dict[str, Column]) -> list[Record]:
        return [Record(source=self._source, columns=columns, origin="file")] if columns else []

    def _seconds(self, message: Message) -> int | None:
        """The message's time. If only its last 16 bits are there, it is the first such time after the last message."""
        full, short = message.amount("timestamp"), message.amount("timestamp_16")
        if full is not None:
            self._last_seconds = int(full)
        elif short is not None and self._last_seconds is not None:
            elapsed = (int(short) - self._last_seconds) % (1 << SHORT_TIME_BITS)
            self._last_seconds += elapsed
        else:
            return None
        return self._last_seconds

    def _time_ms(self, seconds: float | None, *, field: str = "timestamp") -> int:
        if seconds is None or not 0 <= seconds < SECONDS_MAX:
            raise ItemRefused(
                field=field,
                limit="a time, in seconds from 1989-12-31",
                detail=said("refusal.fit_time_unsaid"),
            )
        return time_ms_of(FIT_EPOCH + timedelta(seconds=seconds), self._context, field=field)

    def _measured(self, message: Message, seconds: int | None) -> dict[str, Column]:
        values = {}
        for field, code in FIELDS_OF_METRICS.get(message.kind, {}).items():
            value = message.amount(field)
            # No measurement here can be 0 or less: devices write that when they measured nothing.
            if value is None or value <= 0:
                continue
            if field == "weight" and round(value, 2) == WEIGHT_NOT_YET_KNOWN_KG:
                continue
            metric = METRIC_BY_CODE[code]
            values[code] = amount(value, metric.unit, metric, field=field)
        if not values:
            return {}
        if message.word("status") in NO_MEASUREMENT:
            raise ItemRefused(
                field="status",
                limit="no_error or error_irregular_heart_rate",
                detail=said("refusal.not_measured"),
            )
        time_ms = self._time_ms(seconds)
        return {code: Column([time_ms], [value]) for code, value in values.items()}

    def _count(self, message: Message, seconds: int | None) -> None:
        kind, steps = message.word("activity_type"), _steps_so_far(message)
        if kind in STEP_KINDS and steps is not None:
            self._counters.read(kind, Reading(self._time_ms(seconds), steps))

    def _slept(self, message: Message, seconds: int | None) -> dict[str, Column]:
        """The minutes of the level before this one, which lasted until now."""
        now_ms = self._time_ms(seconds)
        before, self._sleep = self._sleep, SleepLevel(now_ms, message.word("sleep_level"))
        if before is None or not 0 < now_ms - before.since_ms <= SLEEP_LEVEL_MS_MAX:
            return {}
        metrics = METRICS_OF_SLEEP_LEVEL.get(before.name or "", ())
        return minute_columns(before.since_ms, now_ms, *metrics)

    def _exercised(self, message: Message, seconds: int | None) -> dict[str, Column]:
        start, elapsed = message.amount("start_time"), message.amount("total_elapsed_time")
        start_ms = self._time_ms(start, field="start_time")
        # The message's own time is when it was written, which may be long after the end.
        end = seconds if start is None or elapsed is None else start + elapsed
        end_ms = self._time_ms(end, field="timestamp" if elapsed is None else "total_elapsed_time")
        moving, sport = message.amount("total_timer_time"), message.word("sport")
        columns = minute_columns(
            start_ms,
            end_ms,
            *metrics_of_sport(sport, message.word("sub_sport")),
            spent_ms=None if moving is None else moving * 1000,
        )
        distance = message.amount("total_distance")
        if sport in ON_FOOT and distance is not None and distance > 0:
            metric = METRIC_BY_CODE["distance_walked"]
            metres = amount(distance, metric.unit, metric, field="total_distance")
            columns["distance_walked"] = over_interval(start_ms, end_ms, metres)
        return columns


def _steps_so_far(message: Message) -> float | None:
    """The steps in a message about walking or running. A cycle is two steps. A decoder gives steps only where it can tell."""
    steps, cycles = message.amount("steps"), message.amount("cycles")
    if steps is not None:
        counted: float | None = steps
    elif cycles is not None:
        counted = cycles * 2
    else:
        counted = message.amount("cycles_16")
    if counted is not None and not 0 <= counted < SECONDS_MAX:
        raise ItemRefused(
            field="cycles", limit="steps since midnight", detail=said("refusal.no_count")
        )
    return counted
