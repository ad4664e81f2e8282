"""What a figure comes to on one day."""

from typing import NamedTuple


class WorkedOut(NamedTuple):
    """The value in the figure's unit, the number of pieces or samples behind it, and when the last of these begins, in
    Unix milliseconds.
    """

    value: float
    sample_count: int
    last_ms: int
