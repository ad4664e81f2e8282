"""What is wrong with a time, for whoever sent it: what it was, and by which usual mistake it became that."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from device_bridge.wire import EARLIEST_MS

WRITTEN_OUT: Final = "a date and a time with its offset, as 2026-09-21T22:14:00+09:00"

CHARACTERS_SHOWN_MAX: Final = 40
"""Of what stands where a time should be; the rest is left out."""

NS_OF_UNIT: Final = {
    "seconds": 1_000_000_000,
    "milliseconds": 1_000_000,
    "microseconds": 1_000,
    "nanoseconds": 1,
}
"""In which senders count time since 1970. Of a number at most one makes a moment of this century."""

CENTURY_MS: Final = range(EARLIEST_MS, 4_102_444_800_000)
"""Unix milliseconds from 2000 until 2100."""

NS_PER_MS: Final = NS_OF_UNIT["milliseconds"]
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
WHOLE_NUMBER: Final = re.compile(r"[0-9]{9,20}", re.ASCII)
LOST_PLUS: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)? \d\d:?\d\d", re.ASCII
)


def unit_of(number: int) -> tuple[str, datetime] | None:
    """In which unit since 1970 the number is a moment of this century, and which."""
    for unit, ns in NS_OF_UNIT.items():
        ms = number * ns // NS_PER_MS
        if ms in CENTURY_MS:
            return unit, EPOCH + timedelta(milliseconds=ms)
    return None


def no_moment(value: object) -> str:
    """Of what stands where a time with its offset should be written out, and is none."""
    return no_offset(value) if _lacks_offset(value) else no_time(value)


def no_offset(time: object) -> str:
    """Of a time that is one, but for its offset."""
    return f"{time} has no offset, so it could be anywhere."


def _lacks_offset(value: object) -> bool:
    try:
        return datetime.fromisoformat(str(value)).tzinfo is None and not str(value).isdecimal()
    except ValueError:
        return False


def no_time(value: object) -> str:
    """Of what stands where a time should be written out, and is none."""
    text = str(value)
    shown = (
        repr(value) if len(text) <= CHARACTERS_SHOWN_MAX else f"{text[:CHARACTERS_SHOWN_MAX]!r}…"
    )
    if WHOLE_NUMBER.fullmatch(text) and (found := unit_of(int(text))) is not None:
        unit, at = found
        return f"{shown} is a number of {unit} since 1970, {at.isoformat()}; write the time out."
    if LOST_PLUS.fullmatch(text):
        return f"In {shown} the + of the offset became a space; in an address it is written %2B."
    return f"{shown} is no such time."


def impossible_moment(at: datetime, now: datetime) -> str:
    """Of a time that can be read and that nothing was measured at."""
    if at > now:
        return f"{at.isoformat()} is in the future; here it is {now.isoformat(timespec='seconds')}. Check the clock."
    found = unit_of(round((at - EPOCH).total_seconds() * 1000))
    why = (
        "Check the clock."
        if found is None or found[0] == "milliseconds"
        else f"A number of {found[0]} taken for milliseconds gives such a time; meant was {found[1].isoformat()}."
    )
    return f"{at.isoformat()} is before 2000. {why}"


def impossible_ms(time_ms: int) -> str:
    """Of a number of milliseconds since 1970 that no sample can have."""
    found = unit_of(time_ms)
    if found is not None and found[0] != "milliseconds":
        unit, at = found
        return f"{time_ms} is a number of {unit}, {at.isoformat()}; times_ms takes milliseconds."
    if time_ms < EARLIEST_MS:
        return f"{time_ms} is from before 2000; check the clock, and that it is milliseconds since 1970."
    return f"{time_ms} is in the future; check the clock, and that it is milliseconds since 1970."
