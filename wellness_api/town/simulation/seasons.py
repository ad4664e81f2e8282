"""What moves a day's steps for many people at once: snow, the weekday and the weather.

Furano lies under snow from November to mid-April. About 30% of regular exercisers stop in winter and icy roads are
the chief barrier (KAKEN 26350841); how far each habit drops is our assumption, the indifferent most.
"""

import numpy as np

from wellness_api.town.simulation.draws import FloatArray, IntArray, Purpose, keys, normal, uniform
from wellness_api.town.simulation.people import Habit, People

# Day of the year (0 is 1 January) and how wintry it is: full snow to 15 March, gone on 15 April, from 1 November
# building up until 10 December.
_SEASON_DAYS = (0, 73, 104, 304, 343, 365)
_SEASON_DEPTHS = (1.0, 1.0, 0.0, 0.0, 1.0, 1.0)
# Share of the steps lost in full winter, by Habit; then that of someone who stops exercising.
WINTER_LOSS: FloatArray = np.array([0.45, 0.34, 0.18, 0.12])
STOPPER_LOSS = 0.62

# Monday to Sunday; each row has mean 1.
_WEEK_WORKING = np.array([1.02, 1.03, 1.03, 1.03, 1.07, 0.97, 0.85])
_WEEK_RETIRED = np.array([1.02, 1.02, 1.02, 1.02, 1.02, 0.97, 0.93])
RETIRED_AGE = 65
SATURDAY = 5

_CITY_WEATHER_SPREAD = 0.10
_DISTRICT_WEATHER_SPREAD = 0.06
_BLIZZARD_CHANCE = 0.06
_BLIZZARD_LEFT = 0.55


def winter_depth(day: IntArray) -> FloatArray:
    """How wintry each day (from 1970-01-01) is, from 0 (no snow) to 1."""
    dates = day.astype("datetime64[D]")
    of_year = (dates - dates.astype("datetime64[Y]")).astype(np.float64)
    depth: FloatArray = np.interp(of_year, _SEASON_DAYS, _SEASON_DEPTHS)
    return depth


_YEAR_DEPTH = float(np.mean(winter_depth(np.arange(365, dtype=np.int64))))


def season_factor(people: People, resident: IntArray, day: IntArray) -> FloatArray:
    """Steps against the resident's mean over the year; the mean of the factor over a year is 1."""
    loss = np.where(
        people.winter_stopper[resident], STOPPER_LOSS, WINTER_LOSS[people.habit[resident]]
    )
    return (1 - loss * winter_depth(day)) / (1 - loss * _YEAR_DEPTH)


def weekday_of(day: IntArray) -> IntArray:
    """0 for Monday … 6 for Sunday; 1970-01-01 was a Thursday."""
    return (day + 3) % 7


def week_factor(people: People, resident: IntArray, day: IntArray) -> FloatArray:
    """Steps compared with the week's mean: residents who work walk to work; residents who do not work walk every day."""
    weekday = weekday_of(day)
    retired = people.age[resident] >= RETIRED_AGE
    return np.where(retired, _WEEK_RETIRED[weekday], _WEEK_WORKING[weekday])


def weather_factor(people: People, resident: IntArray, day: IntArray) -> FloatArray:
    """One number for everyone in a district on a day; blizzards strike the whole city."""
    district = people.district[resident]
    city = _CITY_WEATHER_SPREAD * normal(keys(people.seed, Purpose.CITY_WEATHER, day))
    local = _DISTRICT_WEATHER_SPREAD * normal(
        keys(people.seed, Purpose.DISTRICT_WEATHER, day, district)
    )
    spread_squared = _CITY_WEATHER_SPREAD**2 + _DISTRICT_WEATHER_SPREAD**2
    blizzard = uniform(keys(people.seed, Purpose.BLIZZARD, day)) < (
        _BLIZZARD_CHANCE * winter_depth(day)
    )
    return np.exp(city + local - spread_squared / 2) * np.where(blizzard, _BLIZZARD_LEFT, 1.0)


assert len(WINTER_LOSS) == len(Habit)
