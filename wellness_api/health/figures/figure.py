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

"times": how often it was said; each time counts once. "first_two", "last_two": the mean of the first or last two readings
at home, which no station took; if there is only one, its value. "share_in_range": the share of the known time in which
the readings lie in the figure's range. "sum_within": what was counted in the time of another metric. "minutes_worn": the
minutes of which a worn device tells anything.
"""


class Hours(NamedTuple):
    """From one hour of the resident's clocks (included) to another (not included). 0 to 24 is the whole day."""

    since: int
    until: int


WHOLE_DAY = Hours(0, 24)


class Range(NamedTuple):
    """A range in the metric's unit. Both ends are in it."""

    least: float
    greatest: float


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What a day comes to in one respect. Its name stands in the files of languages, under its code.

    `number` stands for the figure in tables and is never given to another one. `of`: the metric's code; None for all
    metrics that are worn. `resolution`: amounts are rounded to whole multiples of it, once. `digits`, `page_name`: as for
    a metric. `within`: the metric in whose time it is counted. `inside`: the range that counts. `is_kept`: the figure is
    kept of every day. Other figures are kept of a day only while a programme names them, because a row for each would
    take more room than all of a phone's day.
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
        """Whether it is an amount that counts in whole units only, as half a step is no step."""
        return self.how in {"sum", "sum_within", "minutes_worn"}
