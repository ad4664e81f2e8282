"""Units of what comes in: from any UCUM unit of the same kind to the metric's own, by pint.

What is none is looked up among the spellings of people and devices (`unit_words`). Formats that name units in their own
way say which UCUM unit each name stands for, and come here too. So there is one place where a pound becomes kilograms.
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

from wellness_api.health.metrics.metric import Metric
from wellness_api.health.metrics.unit_words import ucum_of

UNIT_LENGTH_MAX: Final = 40
"""In characters; a longer unit is unknown."""

UNITS_REMEMBERED_MAX: Final = 4_096
"""Beyond it the unit that was used least is worked out anew."""

ANNOTATION: Final = re.compile(r"\{[^}]*\}")
"""What is between braces names what is counted and is no unit (UCUM 6)."""

LONG_NUMBER: Final = re.compile(r"\d{3}")
"""No unit of a measurement needs a number of three digits; 10*999999999 would be computed to the last of them."""

NUTRITION_CALORIE: Final = "[Cal]"
"""1,000 calories (UCUM, table 38); the library reads it as one."""

SAID_OTHERWISE: Final = {NUTRITION_CALORIE: "kcal"}

_one_at_a_time: Final = threading.Lock()
"""The library reads its definitions into one place for all threads: two that began at once left some of them out, for as
long as the process lived. What a unit comes to is remembered, so that nobody waits here for long."""


class UnknownUnit(Exception):
    """The unit is none of UCUM, or of another kind than the metric's."""

    def __init__(self, unit: str, metric: Metric) -> None:
        super().__init__(f"{unit!r} is no unit of {metric.code}.")
        self.limit = f"a UCUM unit that converts to {metric.unit}"


class Conversion(NamedTuple):
    """value in the metric's unit = value x scale + offset."""

    scale: float
    offset: float

    def __call__(self, value: float) -> float:
        """The value in the metric's unit."""
        return value * self.scale + self.offset


def conversion(unit: str, metric: Metric) -> Conversion:
    """How values in the unit, UCUM's or another spelling, become the metric's; raises UnknownUnit."""
    known = None if len(unit) > UNIT_LENGTH_MAX else worked_out(unit, metric)
    if known is None:
        raise UnknownUnit(unit[:UNIT_LENGTH_MAX], metric)
    return known


@lru_cache(maxsize=UNITS_REMEMBERED_MAX)
def worked_out(unit: str, metric: Metric) -> Conversion | None:
    """The same, remembered, and None for an unknown unit: an upload may name it twenty thousand times."""
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
    given, own = _quantity(unit), _quantity(metric.unit)
    molar_mass = metric.molar_mass_g_per_mol
    # A unit with an offset, as degrees Celsius, can only be had by the value itself, never by multiplying.
    amount = _registry().Quantity(value * given.magnitude, given.units)
    if molar_mass is not None and given.check("[substance] / [volume]"):
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
    # Made when first needed: reading the definitions takes half a second, and a gateway's uploads never need it.
    return PintUcumRegistry()
