"""What rules have in common."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from points.caps import Caps
from points.conditions import Code
from points.periods import PeriodKind, period_of
from points.view import View

RuleCode = Code
Points = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
MetricCode = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Amount = Annotated[int, msgspec.Meta(ge=1, le=10_000_000)]

STEPS: Final = "steps"

Facts = Mapping[str, int]
"""What one award rests on, by name: enough to recompute it by hand, and never a measured value."""

FactColumns = dict[str, NDArray[np.int64]]


class NextAward(NamedTuple):
    """How many steps are missing today, and for how many more points."""

    steps_needed: int
    points: int


class RuleBase(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """What every kind of rule has. Beside it, each has

    - `metrics_needed`: codes of the metrics that it looks at;
    - `text()`: the rule in a sentence; `reason(span, facts)`: why a period got what it got.

    `code`: its name in the ledger. `segments`, `seasons`: codes of the programme's; the rule is for those residents who
    are in one of the segments, on days of one of the seasons; without them for all, all year.
    """

    code: RuleCode
    segments: list[Code] = []
    seasons: list[Code] = []

    @property
    def award_period(self) -> PeriodKind:
        """What the rule gives an award for: a day, a week, ..."""
        return "day"


class PersonalRuleBase(RuleBase, frozen=True, kw_only=True):
    """What every kind of rule has for which one resident's days are enough. Beside it, each has

    - `points(view, periods)`: whole points of shape (residents, periods), for the periods of `award_period`;
    - `facts(view, periods, at)`: what the points at those places rest on, also where they are none.

    `caps`: of this rule alone.
    """

    caps: Caps | None = None

    @property
    def waits_for_day_end(self) -> bool:
        """Whether an award may come or go because a day ends or begins, without new data."""
        return False

    def looks_back_to(self, day: date, *, in_force_from: date) -> date:
        """The first day that the award for the period with `day` depends on."""
        _ = in_force_from
        return period_of(self.award_period, day).first

    def matters_until(self, day: date) -> date:
        """The last day whose period's award may depend on what happened on `day`."""
        return period_of(self.award_period, day).last

    def next_award(self, view: View) -> NextAward | None:
        """For the one resident of the view on its last day: the steps that are missing for more points; None when no
        number of steps alone gives any.
        """
        _ = view
        return None


class Contribution(NamedTuple):
    """What residents bring to a group rule, columns of equal length over (resident, period) pairs.

    `resident_ids`; `periods`: index of the period; `amounts`: by name, whole numbers. Who brings nothing is not in it.
    """

    resident_ids: NDArray[np.int64]
    periods: NDArray[np.intp]
    amounts: FactColumns

    def of(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Contribution":
        """Some of the rows."""
        return Contribution(
            self.resident_ids[chosen],
            self.periods[chosen],
            {name: column[chosen] for name, column in self.amounts.items()},
        )


class Shares(NamedTuple):
    """What a group rule gives for each row of the contributions, and what that rests on."""

    points: NDArray[np.int64]
    facts: FactColumns


class CityShare(NamedTuple):
    """What a goal of the whole city gives for a period, and what that rests on."""

    period: int
    points: int
    facts: dict[str, int]


def columns(**facts: NDArray[np.generic]) -> FactColumns:
    """Fact columns of whole numbers."""
    return {name: values.astype(np.int64) for name, values in facts.items()}
