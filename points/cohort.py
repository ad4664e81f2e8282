"""What the engine is given: columns about residents and their days, never rows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

BoolMatrix = NDArray[np.bool_]
IntMatrix = NDArray[np.int32]
Ids = NDArray[np.int64]

NONE: Final = -1
"""No value: below every amount, since no figure that points are given for goes below zero."""

RESIDENT_DAYS_PER_CHUNK: Final = 2**21
"""8 MiB of each figure: results in between stay in the last cache, and calls into numpy are few."""


class Residents(NamedTuple):
    """Columns about residents, each of shape (residents,).

    `ids`: int64. `birth_years`: integers. `joined`: the proleptic ordinal of the local day of joining (int32).
    `zones`, `channels`: codes, as strings.
    """

    ids: Ids
    birth_years: NDArray[np.int32]
    joined: NDArray[np.int32]
    zones: NDArray[np.str_]
    channels: NDArray[np.str_]

    def at(self, places: slice | NDArray[np.intp]) -> "Residents":
        """Those of the residents."""
        return Residents(
            self.ids[places],
            self.birth_years[places],
            self.joined[places],
            self.zones[places],
            self.channels[places],
        )


class GroupAwards(NamedTuple):
    """What one group rule gives the cohort's residents, before any cap.

    `last_days`: of the periods, in the order of the columns. `points`: whole points, int32. `facts`: what the points rest
    on, by name, int64. All matrices have the shape (residents, periods).
    """

    last_days: Sequence[date]
    points: IntMatrix
    facts: Mapping[str, Ids]

    def at(self, places: slice | NDArray[np.intp]) -> "GroupAwards":
        """The same of those of the residents."""
        return GroupAwards(
            self.last_days,
            self.points[places],
            {name: values[places] for name, values in self.facts.items()},
        )


class Cohort(NamedTuple):
    """Residents x days.

    `first_day`: the day of the first column; columns are consecutive days.
    `today`: what is decided at a day's or period's end is decided for those that ended before it.
    `todays`: the same of each resident, as ordinals (int32), where they live by other days; None: `today` is everybody's.
    `daily`: per figure the day's amount, int32, shape (residents, days), NONE where there is none. Whole units of
    what is counted; of what is measured, multiples of the figure's resolution.
    `per_unit`: how many multiples make a unit, for figures with decimals; 1 for those not named.
    `teams`: the resident's team on each day, 0 for none; None when nobody is in one.
    `consents`: per purpose, on which days the resident's consent was in force.
    `tickets`: per rule that draws lots, a number from 0 to 2**32 - 1 for each resident and day, NONE where not drawn
    (int64).
    `group_awards`: per group rule what is known to be given; of those not named nothing is.

    Matrices are best in Fortran order: a day of all residents side by side.
    """

    residents: Residents
    first_day: date
    today: date
    daily: Mapping[str, IntMatrix]
    per_unit: Mapping[str, int] = {}
    teams: Ids | None = None
    consents: Mapping[str, BoolMatrix] = {}
    tickets: Mapping[str, Ids] = {}
    group_awards: Mapping[str, GroupAwards] = {}
    todays: NDArray[np.int32] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """(residents, days)"""
        residents, days = next(iter(self.daily.values())).shape
        return residents, days

    @property
    def last_day(self) -> date:
        """The day of the last column."""
        return self.first_day + timedelta(days=self.shape[1] - 1)

    def column(self, day: date) -> int:
        """Where the day is, which may be outside."""
        return (day - self.first_day).days

    def day(self, column: int) -> date:
        """The day of the column."""
        return self.first_day + timedelta(days=int(column))

    def days_over(self) -> BoolMatrix:
        """Which days were over for whom, of a shape that spreads to (residents, days)."""
        return self._ordinals() < self._own_todays()

    def days_begun(self) -> BoolMatrix:
        """Which days are over or had begun for whom, of the same shape."""
        return self._ordinals() <= self._own_todays()

    def is_over_for(self, day: date) -> NDArray[np.bool_]:
        """For whom the day was over, which may be outside; of a shape that spreads to (residents,)."""
        over: NDArray[np.bool_] = day.toordinal() < self._own_todays()[:, 0]
        return over

    def _ordinals(self) -> NDArray[np.int32]:
        first = self.first_day.toordinal()
        return np.arange(first, first + self.shape[1], dtype=np.int32)[None, :]

    def _own_todays(self) -> NDArray[np.int32]:
        if self.todays is None:
            return np.array([[self.today.toordinal()]], np.int32)
        return self.todays[:, None]

    def amount(self, figure: str) -> IntMatrix:
        """The day's amount, NONE where there is none."""
        found = self.daily.get(figure)
        return np.full(self.shape, NONE, np.int32, order="F") if found is None else found

    def at(self, places: slice | NDArray[np.intp]) -> "Cohort":
        """The same days of those of the residents."""
        return self._replace(
            residents=self.residents.at(places),
            daily={figure: amounts[places] for figure, amounts in self.daily.items()},
            teams=None if self.teams is None else self.teams[places],
            consents={purpose: given[places] for purpose, given in self.consents.items()},
            tickets={rule: drawn[places] for rule, drawn in self.tickets.items()},
            group_awards={rule: given.at(places) for rule, given in self.group_awards.items()},
            todays=None if self.todays is None else self.todays[places],
        )

    def chunks(self, residents_per_chunk: int | None = None) -> Iterator["Cohort"]:
        """The cohort in parts, without copying; a personal rule gives a part what it gives the whole.

        `residents_per_chunk`: if not given, as many as make RESIDENT_DAYS_PER_CHUNK.
        """
        residents, days = self.shape
        step = residents_per_chunk or max(1, RESIDENT_DAYS_PER_CHUNK // days)
        for start in range(0, residents, step):
            yield self.at(slice(start, start + step))


def cohort_of(
    daily: Mapping[str, IntMatrix],
    *,
    first_day: date,
    today: date | None = None,
    age: int = 40,
) -> Cohort:
    """A cohort of people of whom nothing but their days is known: all of one age, joined long ago.

    `today`: the day after the last column, if not given.
    """
    residents, days = next(iter(daily.values())).shape
    return Cohort(
        Residents(
            ids=np.arange(1, residents + 1),
            birth_years=np.full(residents, first_day.year - age, np.int32),
            joined=np.ones(residents, np.int32),
            zones=np.full(residents, ""),
            channels=np.full(residents, ""),
        ),
        first_day,
        today or first_day + timedelta(days=days),
        daily,
    )
