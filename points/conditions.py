"""For whom and when a rule holds: conditions on residents, segments of residents, and seasons of the year."""

from datetime import date, timedelta
from typing import Annotated, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from points.cohort import BoolMatrix, Cohort
from points.said import Text

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$(?!\n)")]
Age = Annotated[int, msgspec.Meta(ge=0, le=150)]
LEAP_YEAR: Final = 2028
MonthDay = Annotated[str, msgspec.Meta(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$(?!\n)")]


class Conditions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may take part. Everything that is stated must hold on the day.

    - `age_from`, `age_to`: both are included. The age is the one that the resident reaches in the day's calendar
      year, because only the year of birth is kept.
    - `zones`: where the resident lives.
    - `channels`: by what the resident takes part (phone, card, paper).
    - `consents`: purposes. The resident's consent must be in force for all of them.
    """

    age_from: Age | None = None
    age_to: Age | None = None
    zones: list[str] = []
    channels: list[str] = []
    consents: list[str] = []

    def __post_init__(self) -> None:
        """Refuses conditions that nobody can meet."""
        if self.age_from is not None and self.age_to is not None and self.age_to < self.age_from:
            raise ValueError("age_to must not be below age_from")

    def hold(self, cohort: Cohort) -> BoolMatrix | None:
        """On which days the conditions hold for each resident; the shape broadcasts to (residents, days). None when
        they hold for all on every day.
        """
        holding: BoolMatrix | None = None
        people = cohort.residents
        if self.zones:
            holding = both(holding, np.isin(people.zones, self.zones)[:, None])
        if self.channels:
            holding = both(holding, np.isin(people.channels, self.channels)[:, None])
        if self.age_from is not None or self.age_to is not None:
            ages = ages_of(cohort)
            lowest = self.age_from if self.age_from is not None else 0
            highest = self.age_to if self.age_to is not None else 2**15
            holding = both(holding, (ages >= lowest) & (ages <= highest))
        for purpose in self.consents:
            in_force = cohort.consents.get(purpose)
            holding = both(holding, np.zeros((1, 1), np.bool_) if in_force is None else in_force)
        return holding


class Segment(Conditions, frozen=True, kw_only=True):
    """A part of the residents that rules can be for. Its conditions say who is in it, once for all rules."""

    code: Code
    name: Text


class Season(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of each year, such as the winter. `first` and `last` are month and day, and both are included.

    A season may reach over New Year.
    """

    code: Code
    name: Text
    first: MonthDay
    last: MonthDay

    def __post_init__(self) -> None:
        """Refuses days that are in no year."""
        for name, month_day in (("first", self.first), ("last", self.last)):
            try:
                date.fromisoformat(f"{LEAP_YEAR}-{month_day}")
            except ValueError as error:
                raise ValueError(f"{name}: no year has a {month_day}") from error

    def holds_on(self, day: date) -> bool:
        """Whether the day is in the season."""
        month_day = f"{day.month:02}-{day.day:02}"
        if self.first <= self.last:
            return self.first <= month_day <= self.last
        return month_day >= self.first or month_day <= self.last


def had_joined(cohort: Cohort) -> BoolMatrix | None:
    """Whether each resident had joined on each day, shape (residents, days); None when all had joined by the first day."""
    first, (_, days) = cohort.first_day.toordinal(), cohort.shape
    joined = cohort.residents.joined
    if joined.max(initial=0) <= first:
        return None
    return joined[:, None] <= np.arange(first, first + days, dtype=np.int32)[None, :]


def both(one: BoolMatrix | None, other: BoolMatrix | None) -> BoolMatrix | None:
    """Where both conditions hold; None stands for a condition that holds everywhere."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def ages_of(cohort: Cohort) -> NDArray[np.int32]:
    """The age that each resident reaches in the calendar year of each day. The shape is (residents, days), or
    (residents, 1) when all days are of one year.
    """
    _, days = cohort.shape
    years = np.array(
        [(cohort.first_day + timedelta(days=day)).year for day in range(days)], np.int32
    )
    if years[0] == years[-1]:
        years = years[:1]
    ages: NDArray[np.int32] = years[None, :] - cohort.residents.birth_years[:, None]
    return ages
