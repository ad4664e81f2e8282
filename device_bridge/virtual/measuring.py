"""Believable measurements of one imagined person. The same seed gives the same ones."""

from collections.abc import Iterator
from random import Random
from typing import Final

import msgspec

STEPS_PER_MINUTE_MAX: Final = 120
_WALKING_CHANCE: Final = 0.7


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """What the devices would measure at one moment: mm[Hg], /min, kg, and the wristband's total of {steps}."""

    systolic: int
    diastolic: int
    pulse: int
    weight_kg: float
    steps_total: int


def vitals(*, seed: int, interval_seconds: float) -> Iterator[Vitals]:
    """Endless measurements of a person's day. The same seed and interval give the same person."""
    chance = Random(seed)  # noqa: S311, an imagined person
    systolic, pulse = chance.gauss(132.0, 8.0), chance.gauss(70.0, 6.0)
    weight_kg, steps_total = chance.gauss(63.0, 0.4), chance.uniform(500.0, 4000.0)
    while True:
        walking = chance.random() < _WALKING_CHANCE
        steps_total += (
            walking * chance.uniform(0.7, 1.0) * STEPS_PER_MINUTE_MAX * interval_seconds / 60
        )
        pulse += 0.2 * ((95.0 if walking else 68.0) - pulse) + chance.gauss(0.0, 1.5)
        systolic += 0.3 * (132.0 - systolic) + chance.gauss(0.0, 3.0)
        yield Vitals(
            systolic=round(systolic),
            diastolic=round(0.6 * systolic + chance.gauss(0.0, 2.0)),
            pulse=round(pulse),
            weight_kg=weight_kg + chance.gauss(0.0, 0.05),
            steps_total=int(steps_total),
        )
