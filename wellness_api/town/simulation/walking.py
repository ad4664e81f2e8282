"""From a resident's day to steps in each minute: how much is walked, then in which episodes.

A day is a number of episodes, each some minutes long, at a pace that rises with its length: to the kitchen at 40
steps a minute, to the station at 110. Episodes are drawn until they make up what the day is meant to have.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from wellness_api.town.simulation.draws import (
    FloatArray,
    IntArray,
    Purpose,
    keys,
    normal,
    slots,
    spread,
    uniform,
)
from wellness_api.town.simulation.people import Habit, People
from wellness_api.town.simulation.seasons import (
    RETIRED_AGE,
    SATURDAY,
    season_factor,
    weather_factor,
    week_factor,
    weekday_of,
)

MINUTES_PER_DAY = 1440
STEPS_PER_MINUTE_MAX = 200
STEPS_PER_DAY_MEANT_MAX = 45_000.0

# A mood that lasts some days: an AR(1) process cut off after a week, so that no day needs all days before it.
_MOOD_DAYS = 7
_MOOD_DECAY = 0.6
_MOOD_SPREAD = 0.36
_MOOD_WEIGHTS = _MOOD_DECAY ** np.arange(_MOOD_DAYS)
_MOOD_WEIGHTS = _MOOD_WEIGHTS * (_MOOD_SPREAD / np.sqrt(np.sum(_MOOD_WEIGHTS**2)))

_TABLE_BITS = 10
_EPISODE_MINUTES_MAX = 90
_EPISODE_MEDIAN_MINUTES = (2.2, 2.6, 3.2, 4.5)  # By Habit.
_EPISODE_SPREAD = 1.0
_JITTER = 0.25

# How likely an episode is to start in each hour of the day: on a working day, then on any other.
_HOURS_WORKING = (0, 0, 0, 0, 1, 3, 9, 16, 11, 6, 6, 7, 12, 7, 6, 6, 8, 14, 12, 8, 5, 3, 2, 1)
_HOURS_FREE = (0, 0, 0, 0, 1, 3, 6, 8, 11, 14, 15, 12, 9, 10, 13, 13, 11, 8, 6, 4, 3, 2, 1, 0)


def _start_table(hours: tuple[int, ...]) -> IntArray:
    """Minutes of the day at equally likely quantiles."""
    bounds = np.concatenate([[0.0], np.cumsum(hours) / sum(hours)])
    quantiles = (np.arange(2**_TABLE_BITS) + 0.5) / 2**_TABLE_BITS
    minutes: FloatArray = np.interp(quantiles, bounds, 60.0 * np.arange(25))
    return minutes.astype(np.int64)


def _length_table(median_minutes: float) -> IntArray:
    """Episode lengths in minutes at equally likely quantiles: log-normal, since a few walks are long."""
    bell = NormalDist()
    quantiles = ((i + 0.5) / 2**_TABLE_BITS for i in range(2**_TABLE_BITS))
    minutes = [median_minutes * np.exp(_EPISODE_SPREAD * bell.inv_cdf(q)) for q in quantiles]
    lengths: IntArray = np.clip(np.rint(minutes), 1, _EPISODE_MINUTES_MAX).astype(np.int64)
    return lengths


_STARTS = np.stack([_start_table(_HOURS_WORKING), _start_table(_HOURS_FREE)])
_LENGTHS = np.stack([_length_table(minutes) for minutes in _EPISODE_MEDIAN_MINUTES])
# Steps a minute in an episode of each length.
_PACES = 28.0 + 84.0 * (1 - np.exp(-np.arange(_EPISODE_MINUTES_MAX + 1) / 5.0))
_EPISODE_STEPS = np.mean(_LENGTHS * _PACES[_LENGTHS], axis=1)

assert len(_LENGTHS) == len(Habit)


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes with steps, in order of row and minute: `row` of the request, `minute` of the local day, `steps`."""

    row: NDArray[np.intp]
    minute: IntArray
    steps: FloatArray


def meant_steps(people: People, resident: IntArray, day: IntArray) -> FloatArray:
    """Steps that each (resident, day) is meant to have: habit, season, weekday, weather and mood."""
    back = day[:, None] - np.arange(_MOOD_DAYS)
    mood = normal(keys(people.seed, Purpose.MOOD, resident[:, None], back)) @ _MOOD_WEIGHTS
    steps = (
        people.mean_steps[resident]
        * season_factor(people, resident, day)
        * week_factor(people, resident, day)
        * weather_factor(people, resident, day)
        * np.exp(mood - _MOOD_SPREAD**2 / 2)
    )
    return np.minimum(steps, STEPS_PER_DAY_MEANT_MAX)


def _within(counts: IntArray) -> IntArray:
    """0, 1 … count - 1 for each count, one after the other."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)


def walked_minutes(people: People, resident: IntArray, day: IntArray, meant: FloatArray) -> Minutes:
    """Steps in each minute of each (resident, day); `meant` steps a day, kept in the mean."""
    habit = people.habit[resident]
    chance = uniform(keys(people.seed, Purpose.EPISODE_COUNT, resident, day))
    episodes = np.floor(meant / _EPISODE_STEPS[habit] + chance).astype(np.int64)
    row = np.repeat(np.arange(len(day)), episodes)
    number = _within(episodes)

    length_key = keys(people.seed, Purpose.EPISODE_LENGTH, resident, day)[row]
    length = _LENGTHS[habit[row], slots(spread(length_key, number), _TABLE_BITS)]
    free = (people.age[resident] >= RETIRED_AGE) | (weekday_of(day) >= SATURDAY)
    start_key = keys(people.seed, Purpose.EPISODE_START, resident, day)[row]
    start = _STARTS[free.astype(np.intp)[row], slots(spread(start_key, number), _TABLE_BITS)]
    start = np.clip(start + people.rise_shift[resident][row], 0, MINUTES_PER_DAY - length)

    minute_key = keys(people.seed, Purpose.MINUTE, resident, day)
    walked = np.bincount(row, weights=length, minlength=len(day)).astype(np.int64)
    words = spread(np.repeat(minute_key, walked), _within(walked))
    steps = np.repeat(_PACES[length], length) * (1 - _JITTER + 2 * _JITTER * uniform(words))
    place = np.repeat(row * MINUTES_PER_DAY + start, length) + _within(length)

    grid = np.bincount(place, weights=steps, minlength=len(day) * MINUTES_PER_DAY)
    walked_places = np.flatnonzero(grid)
    counted = np.minimum(np.rint(grid[walked_places]), STEPS_PER_MINUTE_MAX)
    return Minutes(
        row=walked_places // MINUTES_PER_DAY, minute=walked_places % MINUTES_PER_DAY, steps=counted
    )
