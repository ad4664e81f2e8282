"""What a figure is."""

from typing import Literal, NamedTuple

import msgspec

How = Literal[
    "sum",
    "mean",
    "last",
    "least",
    "greatest",
    "times",
    "first_two",
    "last_two",
    "share_in_range",
    "sum_within",
    "minutes_worn",
]
"""How what counts of a metric becomes the figure.

"times": how often it was said, each time once. "first_two", "last_two": the mean of the first or last two readings at
home, that is of no station; of one, its value. "share_in_range": how much of the time of which a reading tells it lies
in the figure's range. "sum_within": what was counted in the time of another metric. "minutes_worn": the minutes that
anything tells of that is measured by what is worn.
"""


class Hours(NamedTuple):
    """From one hour of the resident's clocks, which is part of it, to another, which is not; 0 to 24 is the whole day."""

    since: int
    until: int


WHOLE_DAY = Hours(0, 24)


class Range(NamedTuple):
    """Both ends are in it; in the metric's unit."""

    least: float
    greatest: float


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What a day comes to in one respect. Its name stands in the files of languages, under its code.

    `number` stands for the figure in tables and is never given to another one. `of`: the metric's code; None of all that
    is worn. `resolution`: amounts are rounded to whole multiples of it, once. `digits`, `page_name`: as the metric has them.
    `within`: the metric in whose time it is counted. `inside`: what is in range.
    `is_kept`: of every day; others are kept of days while a programme names them, since a row for each would be more than
    all that a phone's day takes.
    """

    code: str
    number: int
    of: str | None
    how: How
    hours: Hours
    unit: str
    resolution: float
    digits: int
    page_name: str | None
    within: str | None
    inside: Range | None
    is_kept: bool

    @property
    def per_unit(self) -> int:
        """How many multiples of the resolution make one unit."""
        return round(1 / self.resolution)

    @property
    def adds_up(self) -> bool:
        """Whether it is an amount of which an unfinished unit is none, as half a step is."""
        return self.how in {"sum", "sum_within", "minutes_worn"}
