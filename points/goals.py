"""What a day has to reach, for rules that tell days that reached a goal from days that missed it."""

from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from points.cohort import BoolMatrix, IntMatrix
from points.conditions import Age, ages_of
from points.said import Said, amount_said, said
from points.view import Places, View

FigureCode = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$(?!\n)")]
DayAmount = Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class DayGoal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day reaches the goal with `at_least` of the metrics together: steps, or minutes of exercise and of shovelling
    snow.

    `from_age`, `at_least_from_age`: residents of this age or older need only `at_least_from_age`.
    """

    metrics: Annotated[tuple[FigureCode, ...], msgspec.Meta(min_length=1, max_length=10)] = (
        "steps",
    )
    at_least: DayAmount
    from_age: Age | None = None
    at_least_from_age: DayAmount | None = None

    def __post_init__(self) -> None:
        """Refuses an exception of which only one half is stated."""
        if (self.from_age is None) != (self.at_least_from_age is None):
            raise ValueError("from_age and at_least_from_age are stated together")

    def amounts(self, view: View) -> IntMatrix:
        """The day's amount, NONE where there is none."""
        return view.sum_of(self.metrics)

    def asked(self, view: View) -> IntMatrix:
        """What the goal asks of each resident; the shape broadcasts to (residents, days)."""
        if self.from_age is None or self.at_least_from_age is None:
            return np.full((1, 1), self.at_least, np.int32)
        return np.where(
            ages_of(view.cohort) >= self.from_age,
            np.int32(self.at_least_from_age),
            np.int32(self.at_least),
        )

    def asked_on(self, view: View, places: Places) -> NDArray[np.int32]:
        """What the goal asked of the resident on the day at each place."""
        return np.broadcast_to(self.asked(view), view.cohort.shape)[
            places.residents, places.periods
        ]

    def reached(self, view: View) -> BoolMatrix:
        """Whether each day reached the goal, shape (residents, days)."""
        is_reached: BoolMatrix = self.amounts(view) >= self.asked(view)
        return is_reached

    def text(self) -> Said:
        """The goal in words."""
        goal = amount_said(self.metrics, self.at_least)
        if self.from_age is None or self.at_least_from_age is None:
            return goal
        elders = amount_said(self.metrics, self.at_least_from_age)
        return said("goal.by_age", goal=goal, age=self.from_age, elders=elders)
