"""What a figure comes to on one day."""

from typing import NamedTuple


class WorkedOut(NamedTuple):
    """The value in the figure's unit, on how many pieces or samples it rests, and when the last begins, in Unix milliseconds."""

    value: float
    sample_count: int
    last_ms: int
