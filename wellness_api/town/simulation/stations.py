"""Measurements at a station, by card: blood pressure at each visit, weight at most of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wellness_api.town.simulation.districts import DISTRICTS
from wellness_api.town.simulation.draws import (
    FloatArray,
    IntArray,
    Purpose,
    keys,
    normal,
    spread,
    uniform,
)
from wellness_api.town.simulation.people import People
from wellness_api.town.simulation.seasons import SATURDAY, weekday_of, winter_depth

_VISIT_CHANCE = 0.14  # On a day that the station is open: about three visits in a month.
_OPENS_MINUTE, _OPEN_MINUTES = 9 * 60, 7 * 60
_WEIGHED = 0.7
_PRESSURE_NOISE = 6.0
_WINTER_PRESSURE = 4.0  # Blood pressure is some mmHg higher in the cold.


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric's measurements: row of the request, minute of the local day, value in the metric's unit."""

    metric: str
    row: NDArray[np.intp]
    minute: IntArray
    values: FloatArray


def station_source(people: People, resident: int) -> str:
    """The source of what a resident measures: the station in their own district."""
    return f"station:{DISTRICTS[int(people.district[resident])].code}-1"


def measured_at_station(people: People, resident: IntArray, day: IntArray) -> tuple[Measured, ...]:
    """What card holders measured on those (resident, day) rows on which they came to the station."""
    key = keys(people.seed, Purpose.STATION, resident, day)
    came = (
        people.station_card[resident]
        & (day >= people.joined_day[resident])
        & (weekday_of(day) < SATURDAY)
        & (uniform(spread(key, np.array([0]))) < _VISIT_CHANCE)
    )
    row = np.flatnonzero(came)
    key, visitors = key[row], resident[row]

    def bell(index: int) -> FloatArray:
        return normal(spread(key, np.array([index])))

    minute = _OPENS_MINUTE + (uniform(spread(key, np.array([1]))) * _OPEN_MINUTES).astype(np.int64)
    systolic = people.systolic[visitors] + _WINTER_PRESSURE * winter_depth(day[row])
    systolic = np.clip(np.rint(systolic + _PRESSURE_NOISE * bell(2)), 80, 220)
    diastolic = np.rint(np.clip(0.48 * systolic + 18 + 4 * bell(3), 45, systolic - 20))
    weight = np.rint((people.body_weight[visitors] + 0.6 * bell(4)) * 10) / 10
    weighed = uniform(spread(key, np.array([5]))) < _WEIGHED
    return (
        Measured("systolic_pressure", row, minute, systolic),
        Measured("diastolic_pressure", row, minute, diastolic),
        Measured("body_weight", row[weighed], minute[weighed], weight[weighed]),
    )
