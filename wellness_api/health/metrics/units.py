"""Units of what comes in. pint converts any UCUM unit of the same kind to the metric's own unit.

A unit that is not UCUM's is looked up among the spellings of people and devices (`unit_words`). Formats that name units
in their own way say which UCUM unit each name stands for, and come here too. So a pound becomes kilograms in one place.
"""

import math
import re
import threading
from functools import cache, lru_cache
from typing import Final, NamedTuple

from lark.exceptions import LarkError
from pint import Quantity
from pint.errors import PintError
from ucumvert import PintUcumRegistry

from points.said import said
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.metrics.unit_words import ucum_of
from wellness_api.words.telling import told

UNIT_LENGTH_MAX: Final = 40
"""In characters; a longer unit is unknown."""

UNITS_REMEMBERED_MAX: Final = 4_096
"""When there are more, the unit that was used least recently is forgotten and is worked out again."""

ANNOTATION: Final = re.compile(r"\{[^}]*\}")
"""What is between braces names what is counted, and is not a unit (UCUM 6)."""

LONG_NUMBER: Final = re.compile(r"\d{3}")
"""No unit of a measurement needs a number of three digits. 10*999999999 would be computed to its last digit."""

NUTRITION_CALORIE: Final = "[Cal]"
"""1,000 calories (UCUM, table 38); the library takes it for one calorie."""

SAID_OTHERWISE: Final = {NUTRITION_CALORIE: "kcal"}

_one_at_a_time: Final = threading.Lock()
"""The library reads its definitions into one place for all threads. When two threads began at once, some definitions were
missing for as long as the process lived. A unit's conversion is remembered, so nobody waits here for long.
"""


class UnknownUnit(Exception):
    """The unit is not UCUM's, or is of another kind than the metric's."""

    def __init__(self, unit: str, metric: Metric) -> None:
        self.sentence = said(
            "refusal.unknown_unit", unit=repr(unit), code=metric.code, own=metric.unit
        )
        super().__init__(told(self.sentence, None))
        self.limit = f"a UCUM unit that converts to {metric.unit}"


class Conversion(NamedTuple):
    """value in the metric's unit = value x scale + offset."""

    scale: float
    offset: float

    def __call__(self, value: float) -> float:
        """The value in the metric's unit."""
        return value * self.scale + self.offset


def conversion(unit: str, metric: Metric) -> Conversion:
    """How values in the unit become the metric's. The unit may be UCUM's or another spelling. Raises UnknownUnit."""
    known = None if len(unit) > UNIT_LENGTH_MAX else worked_out(unit, metric)
    if known is None:
        raise UnknownUnit(unit[:UNIT_LENGTH_MAX], metric)
    return known


@lru_cache(maxsize=UNITS_REMEMBERED_MAX)
def worked_out(unit: str, metric: Metric) -> Conversion | None:
    """The conversion, which is remembered; None for an unknown unit. An upload may name a unit twenty thousand times."""
    known = _by_ucum(unit, metric)
    if known is not None:
        return known
    meant = ucum_of(unit, metric.unit)
    return None if meant is None else _by_ucum(meant, metric)


def _by_ucum(unit: str, metric: Metric) -> Conversion | None:
    if unit == metric.unit:
        return Conversion(1.0, 0.0)
    if len(unit) > UNIT_LENGTH_MAX or LONG_NUMBER.search(unit):
        return None
    try:
        with _one_at_a_time:
            zero, one = (_converted(value, unit, metric) for value in (0.0, 1.0))
    except (LarkError, PintError, ArithmeticError):
        return None
    return Conversion(one - zero, zero) if math.isfinite(one) else None


def _converted(value: float, unit: str, metric: Metric) -> float:
    quantity, own = _quantity(unit), _quantity(metric.unit)
    molar_mass = metric.molar_mass_g_per_mol
    # A unit with an offset, as degrees Celsius, needs the value itself in the conversion; a factor cannot convert it.
    amount = _registry().Quantity(value * quantity.magnitude, quantity.units)
    if molar_mass is not None and quantity.check("[substance] / [volume]"):
        amount = amount * _registry().Quantity(molar_mass, "g/mol")
    return float(amount.to(own.units).magnitude) / float(own.magnitude)


def _quantity(unit: str) -> "Quantity[float]":
    bare = ANNOTATION.sub("", SAID_OTHERWISE.get(unit, unit))
    quantity: Quantity[float] = (
        _registry().Quantity(1.0, "") if bare in {"", "1"} else _registry().from_ucum(bare)
    )
    return quantity


@cache
def _registry() -> PintUcumRegistry:
    # Made when it is first needed: reading the definitions takes half a second, and a gateway's uploads never need them.
    return PintUcumRegistry()
