"""What the engine takes: columns about residents and their days, never rows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

BoolMatrix = NDArray[np.bool_]
IntMatrix = NDArray[np.int32]
Ids = NDArray[np.int64]

NONE: Final = -1
"""No amount. It is below every amount, since no figure that earns points goes below zero."""

RESIDENT_DAYS_PER_CHUNK: Final = 2**21
"""8 MiB of each figure: intermediate arrays stay in the last-level cache, and calls into numpy are few."""


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
        """The residents at these places."""
        return Residents(
            self.ids[places],
            self.birth_years[places],
            self.joined[places],
            self.zones[places],
            self.channels[places],
        )


class GroupAwards(NamedTuple):
    """What one group rule gives the cohort's residents, before any cap.

    `last_days`: the last day of each period, in the order of the columns. `points`: whole points, int32. `facts`: by
    name, the figures that the points rest on, int64. All matrices have the shape (residents, periods).
    """

    last_days: Sequence[date]
    points: IntMatrix
    facts: Mapping[str, Ids]

    def at(self, places: slice | NDArray[np.intp]) -> "GroupAwards":
        """The awards of the residents at these places."""
        return GroupAwards(
            self.last_days,
            self.points[places],
            {name: amounts[places] for name, amounts in self.facts.items()},
        )


class Cohort(NamedTuple):
    """Residents x days.

    `first_day`: the day of the first column; columns are consecutive days.
    `today`: a rule that decides at the end of a day or period has decided on those that ended before `today`.
    `todays`: each resident's own today, as ordinals (int32), where residents live by different days. None: `today` is
    everybody's.
    `daily`: for each figure the amount of each day, int32, shape (residents, days), NONE where there is none. Figures
    that are counted are in whole units; figures that are measured are in multiples of the figure's resolution.
    `per_unit`: how many multiples make a unit, for figures with decimals; 1 for figures that are not named.
    `teams`: the resident's team on each day, 0 for none; None when nobody is in a team.
    `consents`: for each purpose, the days on which the resident's consent was in force.
    `tickets`: for each rule that draws lots, a number from 0 to 2**32 - 1 for each resident and day, NONE where no
    ticket was drawn (int64).
    `group_awards`: for each group rule, the awards that are known; a rule that is not named gives nothing.

    Matrices are best in Fortran order: the amounts of all residents on one day side by side.
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
        """The column of the day; it can lie outside of the cohort."""
        return (day - self.first_day).days

    def day(self, column: int) -> date:
        """The day of the column."""
        return self.first_day + timedelta(days=int(column))

    def days_over(self) -> BoolMatrix:
        """Whether each day was over for each resident; the shape broadcasts to (residents, days)."""
        return self._ordinals() < self._own_todays()

    def days_begun(self) -> BoolMatrix:
        """Whether each day had begun or was over for each resident; the shape broadcasts to (residents, days)."""
        return self._ordinals() <= self._own_todays()

    def is_over_for(self, day: date) -> NDArray[np.bool_]:
        """Whether the day was over for each resident; the shape broadcasts to (residents,). The day can lie outside of
        the cohort.
        """
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
        """The figure's amount of each day, NONE where there is none."""
        amounts = self.daily.get(figure)
        return np.full(self.shape, NONE, np.int32, order="F") if amounts is None else amounts

    def at(self, places: slice | NDArray[np.intp]) -> "Cohort":
        """The same days of the residents at these places."""
        return self._replace(
            residents=self.residents.at(places),
            daily={figure: amounts[places] for figure, amounts in self.daily.items()},
            teams=None if self.teams is None else self.teams[places],
            consents={purpose: days[places] for purpose, days in self.consents.items()},
            tickets={rule: drawn[places] for rule, drawn in self.tickets.items()},
            group_awards={rule: awards.at(places) for rule, awards in self.group_awards.items()},
            todays=None if self.todays is None else self.todays[places],
        )

    def chunks(self, residents_per_chunk: int | None = None) -> Iterator["Cohort"]:
        """The cohort in parts, without copying. A personal rule gives the residents of a part what it gives them in the
        whole.

        `residents_per_chunk`: by default, as many as make RESIDENT_DAYS_PER_CHUNK.
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
    """A cohort of residents about whom only their days are known: all have one age and joined long ago.

    `today`: by default the day after the last column.
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
