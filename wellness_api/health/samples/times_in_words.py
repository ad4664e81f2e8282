"""Says what is wrong with a time, for whoever sent it: what it was, and the usual mistake that leads to it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from device_bridge.wire import EARLIEST_MS
from points.said import Said, said

WRITTEN_OUT: Final = "a date and a time with its offset, as 2026-09-21T22:14:00+09:00"

CHARACTERS_SHOWN_MAX: Final = 40
"""A message shows no more of what stands where a time should be; the rest is left out."""

NS_OF_UNIT: Final = {
    "seconds": 1_000_000_000,
    "milliseconds": 1_000_000,
    "microseconds": 1_000,
    "nanoseconds": 1,
}
"""The units in which senders count time since 1970. At most one of them makes a number a moment of this century."""

UNIT_SAID: Final = {
    "seconds": said("unit_of_time.seconds"),
    "milliseconds": said("unit_of_time.milliseconds"),
    "microseconds": said("unit_of_time.microseconds"),
    "nanoseconds": said("unit_of_time.nanoseconds"),
}

CENTURY_MS: Final = range(EARLIEST_MS, 4_102_444_800_000)
"""Unix milliseconds from 2000 until 2100."""

NS_PER_MS: Final = NS_OF_UNIT["milliseconds"]
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
WHOLE_NUMBER: Final = re.compile(r"[0-9]{9,20}", re.ASCII)
LOST_PLUS: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)? \d\d:?\d\d", re.ASCII
)


def unit_of(number: int) -> tuple[str, datetime] | None:
    """The unit since 1970 in which the number is a moment of this century, and that moment."""
    for unit, ns in NS_OF_UNIT.items():
        ms = number * ns // NS_PER_MS
        if ms in CENTURY_MS:
            return unit, EPOCH + timedelta(milliseconds=ms)
    return None


def no_moment(value: object) -> Said:
    """What is wrong with a value that should be a time with its offset."""
    return no_offset(str(value)) if _lacks_offset(value) else no_time(value)


def no_offset(time: str) -> Said:
    """What is wrong with a time that has no offset."""
    return said("time_problem.no_offset", time=time)


def _lacks_offset(value: object) -> bool:
    try:
        return datetime.fromisoformat(str(value)).tzinfo is None and not str(value).isdecimal()
    except ValueError:
        return False


def no_time(value: object) -> Said:
    """What is wrong with a value that should be a time written out."""
    text = str(value)
    shown = (
        repr(value) if len(text) <= CHARACTERS_SHOWN_MAX else f"{text[:CHARACTERS_SHOWN_MAX]!r}…"
    )
    if WHOLE_NUMBER.fullmatch(text) and (unit_and_moment := unit_of(int(text))) is not None:
        unit, moment = unit_and_moment
        return said(
            "time_problem.unit_written",
            shown=shown,
            unit=UNIT_SAID[unit],
            moment=moment.isoformat(),
        )
    if LOST_PLUS.fullmatch(text):
        return said("time_problem.lost_plus", shown=shown)
    return said("time_problem.none", shown=shown)


def impossible_moment(moment: datetime, now: datetime) -> Said:
    """What is wrong with a time that can be read, but at which nothing can have been measured."""
    if moment > now:
        return said(
            "time_problem.future", moment=moment.isoformat(), now=now.isoformat(timespec="seconds")
        )
    unit_and_moment = unit_of(round((moment - EPOCH).total_seconds() * 1000))
    if unit_and_moment is None or unit_and_moment[0] == "milliseconds":
        return said("time_problem.past", moment=moment.isoformat())
    unit, meant = unit_and_moment
    return said(
        "time_problem.past_unit",
        moment=moment.isoformat(),
        unit=UNIT_SAID[unit],
        meant=meant.isoformat(),
    )


def impossible_ms(time_ms: int, *, field: str) -> Said:
    """What is wrong with a number of milliseconds since 1970 that no sample can have. `field`: the name of where it stands."""
    unit_and_moment = unit_of(time_ms)
    if unit_and_moment is not None and unit_and_moment[0] != "milliseconds":
        unit, moment = unit_and_moment
        return said(
            "time_problem.ms_unit",
            time=str(time_ms),
            field=field,
            unit=UNIT_SAID[unit],
            moment=moment.isoformat(),
        )
    if time_ms < EARLIEST_MS:
        return said("time_problem.ms_past", time=str(time_ms))
    return said("time_problem.ms_future", time=str(time_ms))
