"""What rules have in common."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple

import msgspec

RuleCode = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Points = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
MetricCode = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$")]

STEPS = "steps"


class DayFacts(NamedTuple):
    """A resident's day as a rule looks at it by itself: values by metric code, and the age (see `AgeBand`)."""

    values: Mapping[str, float]
    age: int

    @property
    def steps(self) -> int:
        """The day's whole steps."""
        return int(self.values.get(STEPS, 0))


class NextAward(NamedTuple):
    """How many steps are missing today, and for how many more points."""

    steps_needed: int
    points: int
