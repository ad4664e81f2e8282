"""The figures of a zone's people over a period, before disclosure control."""

from typing import NamedTuple


class Figures(NamedTuple):
    """A zone's raw figures over the period."""

    zone: str
    population: int
    walkers: int
    steps: float
    steps_squared: float
    below_target: int
