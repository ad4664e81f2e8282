"""The simulated residents: who they are, how they walk, what they carry and how it syncs.

A resident's traits depend on the seed and the resident's own number only, so the first 300 residents of a large
city are the whole of a small one.

Ages: a model, not a census. The shares follow the shape of Japan's 2020 census by five-year bands (the bulges of
those born 1947-49 and 1971-74, few in their twenties since they leave to study and work), bent so that 34.0% are
65 or older, as in an ageing Hokkaido town. Shares of habits, devices and sync behaviour are assumptions.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np

from wellness_api.town.simulation.districts import CITY_POPULATION, DISTRICTS
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

PARTICIPANT_AGE_MIN = 18
NEVER = 2**40  # A day that does not come.

_MILLE = 1000
# Per mille of the population, 0-4, 5-9 … 90-94, 95 and over.
AGE_BANDS = (29, 34, 38, 38, 36, 41, 45, 53, 60, 69, 70, 70, 77, 76, 84, 64, 54, 38, 18, 6)
_BAND_YEARS = 5
# Women's share of a band: even at birth, two in three above 85.
_WOMEN = (0.49,) * 4 + (0.48,) * 4 + (0.5,) * 5 + (0.52, 0.53, 0.56, 0.6, 0.66, 0.73, 0.8)

assert sum(AGE_BANDS) == _MILLE
assert len(_WOMEN) == len(AGE_BANDS)


class Sex(IntEnum):
    """As the resident register has it; ages and weights depend on it."""

    FEMALE = 0
    MALE = 1


class Habit(IntEnum):
    """How much someone walks when left alone; the indifferent are whom the programme is for."""

    INDIFFERENT = 0
    IRREGULAR = 1
    REGULAR = 2
    KEEN = 3


class Devices(IntEnum):
    """What counts a resident's steps. Those with neither device measure at a station, by card."""

    CARD_ONLY = 0
    PHONE = 1
    WATCH = 2
    BOTH = 3


class Sync(IntEnum):
    """How often what was measured reaches the server; LATE is by one to four weeks, with overlaps."""

    DAILY = 0
    WEEKLY = 1
    LATE = 2


# Steps a day, mean over a year, by Habit.
HABIT_STEPS: FloatArray = np.array([3_000.0, 5_000.0, 7_500.0, 10_500.0])
_STEADY_SPREAD = 0.18
_WINTER_STOPPERS = 0.30  # The share of regular and keen walkers (KAKEN 26350841).

_AGE_GROUP_STARTS = np.array(
    [40, 65, 75, 85]
)  # Groups below: up to 39, 40-64, 65-74, 75-84, 85 and over.
_HABITS = np.array(
    [
        [0.36, 0.34, 0.20, 0.10],
        [0.34, 0.32, 0.23, 0.11],
        [0.25, 0.28, 0.32, 0.15],
        [0.36, 0.30, 0.27, 0.07],
        [0.62, 0.26, 0.11, 0.01],
    ]
)
_DEVICES = np.array(  # Card only, phone, watch, both.
    [
        [0.03, 0.55, 0.07, 0.35],
        [0.07, 0.59, 0.08, 0.26],
        [0.22, 0.58, 0.08, 0.12],
        [0.45, 0.43, 0.07, 0.05],
        [0.72, 0.22, 0.05, 0.01],
    ]
)
_SYNC = np.array([0.62, 0.26, 0.12])
_CARD_BESIDES_DEVICE = 0.2
_JOINED_LONG_AGO = 0.75
_RECENT_DAYS = 120
LONGEST_AGO_DAYS = 700
_STOPPED = 0.08
_NIGHT_WEARERS = 0.6


@dataclass(frozen=True, slots=True)
class People:
    """Residents as columns; element i is resident i. Days are counted from 1970-01-01, local.

    `participant`: 18 or older, and so in the programme. `joined_day`: first day of data. `stopped_day`: first day
    without data, NEVER for most. `mean_steps`: steps a day over a year. `winter_stopper`: walks for exercise, but
    not on snow. `resting_rate`: heart beats a minute. `carried`: the share of hours in which a watch wearer's
    phone is carried too. `rise_shift`: minutes by which the day starts later than usual.
    """

    seed: int
    today: int
    age: IntArray
    sex: IntArray
    district: IntArray
    habit: IntArray
    devices: IntArray
    station_card: BoolArray
    joined_day: IntArray
    stopped_day: IntArray
    sync: IntArray
    participant: BoolArray
    mean_steps: FloatArray
    winter_stopper: BoolArray
    resting_rate: FloatArray
    body_weight: FloatArray
    systolic: FloatArray
    carried: FloatArray
    night_wearer: BoolArray
    rise_shift: IntArray

    def __len__(self) -> int:
        """How many residents there are."""
        return len(self.age)


def epoch_day(day: date) -> int:
    """Days from 1970-01-01, which is how this package counts days."""
    return (day - date(1970, 1, 1)).days


def _choose(draw: FloatArray, shares: FloatArray) -> IntArray:
    """Index of the share that each draw falls into; `shares` is (options) or (residents, options)."""
    bounds = np.cumsum(shares, axis=-1)[..., :-1]
    chosen: IntArray = np.sum(draw[:, None] >= bounds, axis=1, dtype=np.int64)
    return chosen


def _ages(draw: FloatArray, age_min: int) -> IntArray:
    per_year = np.repeat(np.array(AGE_BANDS, dtype=np.float64) / _BAND_YEARS, _BAND_YEARS)
    bounds = np.cumsum(per_year[age_min:])
    years = np.searchsorted(bounds, draw * bounds[-1], side="right")
    ages: IntArray = np.minimum(years, len(bounds) - 1).astype(np.int64) + age_min
    return ages


def _joined_and_stopped(
    joined: FloatArray, stopped: FloatArray, today: int
) -> tuple[IntArray, IntArray]:
    """Most joined before any demo's window; a few devices fall silent between joining and today."""
    recent = (joined - _JOINED_LONG_AGO) / (1 - _JOINED_LONG_AGO) * _RECENT_DAYS
    earlier = _RECENT_DAYS + joined / _JOINED_LONG_AGO * (LONGEST_AGO_DAYS - _RECENT_DAYS)
    days_ago = np.where(joined < _JOINED_LONG_AGO, earlier, recent).astype(np.int64)
    silent_for = (stopped / _STOPPED * np.minimum(days_ago, _RECENT_DAYS)).astype(np.int64)
    return today - days_ago, np.where(stopped < _STOPPED, today - silent_for, NEVER)


def draw_people(size: int, *, seed: int, today: date, age_min: int = PARTICIPANT_AGE_MIN) -> People:
    """Residents of at least `age_min` years; with 0 the whole population, children without devices included."""
    numbers = np.arange(size, dtype=np.int64)

    def draw(purpose: Purpose, index: int = 0) -> FloatArray:
        return uniform(spread(keys(seed, purpose, numbers), np.array([index])))

    def bell(purpose: Purpose, index: int = 0) -> FloatArray:
        return normal(spread(keys(seed, purpose, numbers), np.array([index])))

    age = _ages(draw(Purpose.AGE), age_min)
    band = np.minimum(age // _BAND_YEARS, len(AGE_BANDS) - 1)
    sex = np.where(draw(Purpose.SEX) < np.array(_WOMEN)[band], Sex.FEMALE, Sex.MALE)
    group = np.searchsorted(_AGE_GROUP_STARTS, age, side="right")
    population = np.array([district.population for district in DISTRICTS], dtype=np.float64)
    district = _choose(draw(Purpose.DISTRICT), population / CITY_POPULATION)
    habit = _choose(draw(Purpose.HABIT), _HABITS[group])
    participant = age >= PARTICIPANT_AGE_MIN
    devices = np.where(participant, _choose(draw(Purpose.DEVICES), _DEVICES[group]), 0)
    joined, stopped = _joined_and_stopped(
        draw(Purpose.JOINED), draw(Purpose.STOPPED), epoch_day(today)
    )
    walking = np.array([district.walking for district in DISTRICTS])
    walking = walking / np.average(walking, weights=population)
    steady = np.exp(_STEADY_SPREAD * bell(Purpose.STEADY_STEPS) - _STEADY_SPREAD**2 / 2)
    exercises = habit >= Habit.REGULAR
    return People(
        seed=seed,
        today=epoch_day(today),
        age=age,
        sex=sex.astype(np.int64),
        district=district,
        habit=habit,
        devices=devices.astype(np.int64),
        station_card=participant
        & ((devices == Devices.CARD_ONLY) | (draw(Purpose.CARD) < _CARD_BESIDES_DEVICE)),
        joined_day=np.where(participant, joined, NEVER),
        stopped_day=stopped,
        sync=_choose(draw(Purpose.SYNC), _SYNC),
        participant=participant,
        mean_steps=HABIT_STEPS[habit] * walking[district] * steady,
        winter_stopper=exercises & (draw(Purpose.WINTER) < _WINTER_STOPPERS),
        resting_rate=66 - 2.5 * habit + 6 * bell(Purpose.BODY),
        body_weight=np.maximum(
            np.where(sex == Sex.FEMALE, 54.0, 67.0) + 8 * bell(Purpose.BODY, 1), 35.0
        ),
        systolic=116 + 0.35 * (age - 40) + 9 * bell(Purpose.BODY, 2),
        carried=0.45 + 0.5 * draw(Purpose.WEARING),
        night_wearer=draw(Purpose.WEARING, 1) < _NIGHT_WEARERS,
        rise_shift=np.rint(35 * bell(Purpose.WEARING, 2)).astype(np.int64),
    )
