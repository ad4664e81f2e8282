"""When a data point holds: its `effective_time_frame`, a moment or an interval."""

from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from points.said import Said, said
from wellness_api.health.formats.format import Context
from wellness_api.health.formats.items import ItemRefused, end_ms_of, time_ms_of
from wellness_api.health.formats.open_mhealth.schemas import MS_OF_UNIT

FRAME: Final = "body.effective_time_frame"


class UnitValue(msgspec.Struct, kw_only=True):
    """A number in a unit, as the schemas name units."""

    value: float
    unit: str


class _Interval(msgspec.Struct, kw_only=True):
    start_date_time: datetime | None = None
    end_date_time: datetime | None = None
    duration: UnitValue | None = None


class TimeFrame(msgspec.Struct, kw_only=True):
    """A moment, or an interval by two of its start, its end and its duration."""

    date_time: datetime | None = None
    time_interval: _Interval | None = None


class Span(NamedTuple):
    """A span in Unix milliseconds. For a moment, start and end are the same."""

    start_ms: int
    end_ms: int
    moment: bool


def span_of(frame: TimeFrame, context: Context) -> Span:
    """The time frame as Unix milliseconds. Raises ItemRefused, also for a date with a part of the day."""
    if frame.date_time is not None:
        moment_ms = time_ms_of(frame.date_time, context, field=f"{FRAME}.date_time")
        return Span(moment_ms, moment_ms, moment=True)
    interval = frame.time_interval
    if interval is None:
        raise _untold(said("time_frame.neither"))
    start = _ms(interval.start_date_time, context, "start_date_time")
    end = _ms(interval.end_date_time, context, "end_date_time")
    if start is not None and end is not None:
        return Span(start, end, moment=False)
    duration = None if interval.duration is None else _duration_ms(interval.duration)
    if start is not None and duration is not None:
        return Span(start, start + duration, moment=False)
    if end is not None and duration is not None:
        return Span(end - duration, end, moment=False)
    raise _untold(said("time_frame.half_interval"))


def _ms(moment: datetime | None, context: Context, name: str) -> int | None:
    if moment is None:
        return None
    read = end_ms_of if name == "end_date_time" else time_ms_of
    return read(moment, context, field=f"{FRAME}.time_interval.{name}")


def _duration_ms(duration: UnitValue) -> int:
    ms = MS_OF_UNIT.get(duration.unit)
    # The longest interval is 25 hours, so a duration of more than a year cannot be right.
    if ms is None or not 0 <= duration.value * ms <= 366 * MS_OF_UNIT["d"]:
        raise ItemRefused(
            field=f"{FRAME}.time_interval.duration",
            limit=f"a length of time in {', '.join(MS_OF_UNIT)}",
            detail=said("refusal.no_duration"),
        )
    return round(duration.value * ms)


def _untold(flaw: Said) -> ItemRefused:
    return ItemRefused(
        field=FRAME,
        limit="date_time, or time_interval with two of start_date_time, end_date_time and duration",
        detail=said("refusal.time_frame", flaw=flaw),
    )
