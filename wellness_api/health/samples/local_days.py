"""Which local day a sample belongs to."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

DAY_MS: Final = 86_400_000
HOURS_OF_A_DAY: Final = 24
EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=20_000)
def midnight_ms(ordinal: int, time_zone: str) -> int:
    """Unix milliseconds at which the local day `date.fromordinal(ordinal)` starts in `time_zone`."""
    start = datetime.combine(date.fromordinal(ordinal), time(), ZoneInfo(time_zone))
    return round(start.timestamp() * 1000)


@lru_cache(maxsize=20_000)
def hour_ms(ordinal: int, hour: int, time_zone: str) -> int:
    """Unix milliseconds at which the day's clocks in `time_zone` show the hour, from 0 to 24. Where clocks go back, the first time."""
    if hour == HOURS_OF_A_DAY:
        return midnight_ms(ordinal + 1, time_zone)
    moment = datetime.combine(date.fromordinal(ordinal), time(hour), ZoneInfo(time_zone))
    return round(moment.timestamp() * 1000)


def utc_midnight_ms(day: date) -> int:
    """Unix milliseconds of the day's midnight in UTC. A segment counts its times from there, in every time zone."""
    return (day.toordinal() - EPOCH_ORDINAL) * DAY_MS


def local_date(moment: datetime, time_zone: str) -> date:
    """The local date at `moment`."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def split_by_local_day(times_ms: NDArray[np.int64], time_zone: str) -> list[tuple[date, slice]]:
    """The local days on which the samples fall, with the slice of each.

    `times_ms`: Unix milliseconds, ascending. A day of 23 or 25 hours, where clocks change, is one day. Where clocks go
    back over midnight, the new day starts at the first midnight and keeps the hour that is repeated.
    """
    days: list[tuple[date, slice]] = []
    start = 0
    while start < len(times_ms):
        ordinal = _local_ordinal(int(times_ms[start]), time_zone)
        end = int(np.searchsorted(times_ms, midnight_ms(ordinal + 1, time_zone)))
        days.append((date.fromordinal(ordinal), slice(start, end)))
        start = end
    return days


def _local_ordinal(time_ms: int, time_zone: str) -> int:
    """The last day that has begun at the time. A local date differs from the date in UTC by one day at most."""
    ordinal = EPOCH_ORDINAL + time_ms // DAY_MS + 1
    while midnight_ms(ordinal, time_zone) > time_ms:
        ordinal -= 1
    return ordinal


def day_bounds(day: date, time_zone: str) -> tuple[datetime, datetime]:
    """The first moment of the local day and of the one after it."""
    zone = ZoneInfo(time_zone)
    return (
        datetime.combine(day, time(), zone),
        datetime.combine(day + timedelta(days=1), time(), zone),
    )
