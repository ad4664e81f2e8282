"""The time formats that a table's query may use: formats that fix one moment, or one day, and no others.

If a format leaves something open, strptime fills it up without a word: with January, with the morning, with the year
1900.
"""

import re
import time
from collections.abc import Collection
from datetime import date, datetime, timedelta, timezone
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from points.said import Said, said

DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)
DIRECTIVES: Final = "YymdHIMSfpz"
"""The directives of strptime that do not depend on the server's language. Fractions of a second are read and dropped."""

HOURS: Final = "HI"
"""A format without any of these has no time of day."""

TIME_FORMAT_CHARACTERS_MAX: Final = 40
"""A longer format of times is refused with 422."""


class Unusable(NamedTuple):
    """Why a format cannot be used, and what would do."""

    limit: str
    detail: Said


class _Needed(NamedTuple):
    """What a format needs. If it has one of `having`, or always, it needs one of `one_of`; `else_`: what it says otherwise."""

    having: str
    one_of: str
    else_: Said


NEEDED: Final = (
    _Needed("", "Yy", said("time_format.no_year")),
    _Needed("", "m", said("time_format.no_month")),
    _Needed("", "d", said("time_format.no_day")),
    _Needed("I", "p", said("time_format.no_half_of_day")),
    _Needed("p", "I", said("time_format.no_hour_of_twelve")),
    _Needed("M", "HI", said("time_format.no_hour")),
    _Needed("S", "M", said("time_format.no_minute")),
    _Needed("f", "S", said("time_format.no_second")),
    _Needed("z", "HI", said("time_format.no_time_of_offset")),
)
SAID_ONCE: Final = (("Yy", said("time_format.year_twice")), ("HI", said("time_format.hour_twice")))


def flaw_of(time_format: str, *, has_clock: bool) -> Unusable | None:
    """Why the format does not fix a moment or a day; None if it does.

    `has_clock`: whether there is a column for the time of day, so that the format must have one.
    """
    used = [directive for directive in DIRECTIVE.findall(time_format) if directive != "%"]
    if (
        len(time_format) > TIME_FORMAT_CHARACTERS_MAX
        or not used
        or not all(directive and directive in DIRECTIVES for directive in used)
        or len(set(used)) < len(used)
    ):
        return Unusable(
            f"each at most once: {_named(DIRECTIVES)}; at most {TIME_FORMAT_CHARACTERS_MAX} characters",
            said("time_format.unusable"),
        )
    for having, one_of, otherwise in NEEDED:
        if (not having or having in used) and not set(one_of) & set(used):
            return Unusable(f"with {_named(one_of)}", otherwise)
    for both, twice in SAID_ONCE:
        if set(both) <= set(used):
            return Unusable(f"one of {_named(both)}", twice)
    if has_clock and not set(HOURS) & set(used):
        return Unusable(
            f"with {_named(HOURS)}",
            said("time_format.no_clock"),
        )
    return None


def formatted(text: str, time_format: str, zone: ZoneInfo) -> datetime | date:
    """The time as the format reads it. Raises ValueError."""
    year, month, day, hour, minute, second, *_ = read = time.strptime(text, time_format)
    directives = DIRECTIVE.findall(time_format)
    if not set(directives) & set(HOURS):
        return date(year, month, day)
    offset = timezone(timedelta(seconds=read.tm_gmtoff)) if "z" in directives else zone
    return datetime(year, month, day, hour, minute, second, tzinfo=offset)


def _named(directives: Collection[str]) -> str:
    return " or ".join(f"%{directive}" for directive in directives)
