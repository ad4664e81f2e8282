"""What a resident's devices would have recorded on a day, as columns ready for the wire.

Any day of any resident can be made alone, in any order, with the same result: each draw is keyed by the seed, the
resident and the day. Many at once cost far less each.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wellness_api.town.simulation.draws import (
    BoolArray,
    FloatArray,
    IntArray,
    Purpose,
    keys,
    normal,
    spread,
    uniform,
)
from wellness_api.town.simulation.people import Devices, People
from wellness_api.town.simulation.stations import measured_at_station, station_source
from wellness_api.town.simulation.walking import (
    MINUTES_PER_DAY,
    Minutes,
    meant_steps,
    walked_minutes,
)

MINUTE_MS = 60_000
DAY_MS = MINUTES_PER_DAY * MINUTE_MS
JAPAN_AHEAD_MS = 9 * 60 * MINUTE_MS  # No daylight saving time since 1951.
SLOT_MINUTES = 5
SLOTS_PER_DAY = MINUTES_PER_DAY // SLOT_MINUTES
HOURS_PER_DAY = 24

_LEFT_AT_HOME = 0.05
_PHONE_MISSES = 0.04
_CHARGING_STARTS = 19 * 60 + 30
_RISE, _BED = 6 * 60, 22 * 60
_RATE_NOISE = 3.0
_RATE_PER_STEP = 0.34  # Beats a minute for each step a minute: a brisk walk adds about 35.
_RATE_MIN = 38.0
_RATE_AGE_CEILING = 215.0
_RATE_LAG = 0.3
# Beats above or below rest: lowest at 4, highest in the late afternoon.
_RATE_OF_DAY: FloatArray = 4 + 8 * np.sin(
    (np.arange(SLOTS_PER_DAY) / SLOTS_PER_DAY - 0.42) * 2 * np.pi
)


@dataclass(frozen=True, slots=True)
class Series:
    """Samples of one metric from one source: Unix times in milliseconds, ascending, and values in the metric's unit."""

    metric: str
    source: str
    times_ms: IntArray
    values: FloatArray


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that was recorded of a resident on a local day (from 1970-01-01); a series without samples is left
    out.
    """

    resident: int
    day: int
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    """Samples of many (resident, day) rows, in order of row, then time."""

    metric: str
    device: str
    row: NDArray[np.intp]
    times_ms: IntArray
    values: FloatArray


def day_start_ms(day: IntArray) -> IntArray:
    """Unix time in milliseconds of each local day's midnight."""
    return day * DAY_MS - JAPAN_AHEAD_MS


def _recording(people: People, resident: IntArray, day: IntArray) -> BoolArray:
    """Whether one of the resident's devices is in use: after joining, and before it fell silent."""
    recording: BoolArray = (
        (people.devices[resident] != Devices.CARD_ONLY)
        & (day >= people.joined_day[resident])
        & (day < people.stopped_day[resident])
    )
    return recording


def _taken_along(people: People, resident: IntArray, day: IntArray, device: Devices) -> BoolArray:
    """Whether the resident has this device, and did not leave it at home that day."""
    draw = uniform(
        spread(keys(people.seed, Purpose.DEVICE_DAY, resident, day), np.array([int(device)]))
    )
    taken: BoolArray = ((people.devices[resident] & int(device)) != 0) & (draw >= _LEFT_AT_HOME)
    return taken


def _worn_slots(people: People, resident: IntArray, day: IntArray) -> BoolArray:
    """(rows, slots): when a watch is on the wrist; off to charge in the evening, and for some at night."""
    key = keys(people.seed, Purpose.DEVICE_DAY, resident, day)
    off = _CHARGING_STARTS + 45 * normal(spread(key, np.array([10])))
    back = off + 40 + 70 * uniform(spread(key, np.array([11])))
    shift = people.rise_shift[resident]
    rise = _RISE + shift + 20 * normal(spread(key, np.array([12])))
    bed = _BED + shift + 30 * normal(spread(key, np.array([13])))
    minute = np.arange(SLOTS_PER_DAY) * SLOT_MINUTES
    charging = (minute >= off[:, None]) & (minute < back[:, None])
    up = (minute >= rise[:, None]) & (minute < bed[:, None])
    return (up | people.night_wearer[resident][:, None]) & ~charging


def _steps_column(
    minutes: Minutes, kept: BoolArray, start_ms: IntArray, *, device: str, misses: float
) -> _Column:
    row, minute = minutes.row[kept], minutes.minute[kept]
    steps = np.rint(minutes.steps[kept] * (1 - misses))
    counted = steps > 0
    row = row[counted]
    return _Column(
        metric="steps",
        device=device,
        row=row,
        times_ms=start_ms[row] + minute[counted] * MINUTE_MS,
        values=steps[counted],
    )


def _phone_steps(people: People, resident: IntArray, day: IntArray, minutes: Minutes) -> _Column:
    """A phone alone counts all; beside a watch it counts the hours in which it is carried."""
    key = keys(people.seed, Purpose.PHONE_HOUR, resident, day)
    draw = uniform(spread(key[:, None], np.arange(HOURS_PER_DAY)))
    both = (people.devices[resident] == Devices.BOTH)[:, None]
    carried = ~both | (draw < people.carried[resident][:, None])
    carried &= _taken_along(people, resident, day, Devices.PHONE)[:, None]
    kept = carried[minutes.row, minutes.minute // 60]
    start_ms = day_start_ms(day)
    return _steps_column(minutes, kept, start_ms, device="phone", misses=_PHONE_MISSES)


def _heart_rate(
    people: People, resident: IntArray, day: IntArray, minutes: Minutes, worn: BoolArray
) -> _Column:
    """One rate each five minutes while the watch is worn, following the steps with a lag."""
    count = len(day)
    slot = minutes.row * SLOTS_PER_DAY + minutes.minute // SLOT_MINUTES
    steps = np.bincount(slot, weights=minutes.steps, minlength=count * SLOTS_PER_DAY)
    pace = steps.reshape(count, SLOTS_PER_DAY) / SLOT_MINUTES
    effort = (1 - _RATE_LAG) * pace
    effort[:, 1:] += _RATE_LAG * pace[:, :-1]
    worn_places = np.flatnonzero(worn)
    row, of_day = worn_places // SLOTS_PER_DAY, worn_places % SLOTS_PER_DAY
    noise = normal(spread(keys(people.seed, Purpose.HEART_RATE, resident, day)[row], of_day))
    rate = (
        people.resting_rate[resident][row]
        + _RATE_OF_DAY[of_day]
        + _RATE_PER_STEP * effort.ravel()[worn_places]
        + _RATE_NOISE * noise
    )
    ceiling = _RATE_AGE_CEILING - people.age[resident]
    # Watches measure at their own moments, not at whole minutes.
    phase_ms = resident * 7919 % (SLOT_MINUTES * 60) * 1000
    return _Column(
        metric="heart_rate",
        device="watch",
        row=row,
        times_ms=(day_start_ms(day) + phase_ms)[row] + of_day * (SLOT_MINUTES * MINUTE_MS),
        values=np.rint(np.clip(rate, _RATE_MIN, ceiling[row])),
    )


def _columns(people: People, resident: IntArray, day: IntArray) -> list[_Column]:
    meant = meant_steps(people, resident, day) * _recording(people, resident, day)
    minutes = walked_minutes(people, resident, day, meant)
    on_wrist = _taken_along(people, resident, day, Devices.WATCH) & (meant > 0)
    columns = [_phone_steps(people, resident, day, minutes)]
    if on_wrist.any():
        worn = _worn_slots(people, resident, day) & on_wrist[:, None]
        kept = worn[minutes.row, minutes.minute // SLOT_MINUTES]
        columns += [
            _steps_column(minutes, kept, day_start_ms(day), device="watch", misses=0.0),
            _heart_rate(people, resident, day, minutes, worn),
        ]
    columns += [
        _Column(
            metric=measured.metric,
            device="station",
            row=measured.row,
            times_ms=day_start_ms(day)[measured.row] + measured.minute * MINUTE_MS,
            values=measured.values,
        )
        for measured in measured_at_station(people, resident, day)
    ]
    return columns


def source_of(people: People, resident: int, device: str) -> str:
    """The wire's name of a resident's phone or watch, or of the station that the resident goes to."""
    if device == "station":
        return station_source(people, resident)
    return f"{device}:sim-{resident:06d}"


def sample_days(people: People, resident: IntArray, day: IntArray) -> Iterator[Day]:
    """The days of each (resident, day) pair, in the order asked; pairs in bulk share the cost of a call."""
    columns = _columns(people, resident, day)
    bounds = [np.searchsorted(column.row, np.arange(len(day) + 1)).tolist() for column in columns]
    for i, (resident_number, when) in enumerate(zip(resident.tolist(), day.tolist(), strict=True)):
        series = tuple(
            Series(
                metric=column.metric,
                source=source_of(people, resident_number, column.device),
                times_ms=column.times_ms[bound[i] : bound[i + 1]],
                values=column.values[bound[i] : bound[i + 1]],
            )
            for column, bound in zip(columns, bounds, strict=True)
            if bound[i] < bound[i + 1]
        )
        yield Day(resident=resident_number, day=when, series=series)


def sample_day(people: People, resident: int, day: int) -> Day:
    """One day of one resident."""
    return next(sample_days(people, np.array([resident]), np.array([day])))


def sample_history(people: People, resident: int, days: range) -> tuple[Series, ...]:
    """A resident's consecutive days as one series for each metric and source; empty ones are left out."""
    day = np.arange(days.start, days.stop, dtype=np.int64)
    return tuple(
        Series(
            metric=column.metric,
            source=source_of(people, resident, column.device),
            times_ms=column.times_ms,
            values=column.values,
        )
        for column in _columns(people, np.full(len(day), resident, dtype=np.int64), day)
        if len(column.row)
    )
