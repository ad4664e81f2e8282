"""Turns the numbers of health stores into columns of a metric."""

from typing import Final

from points.said import said
from wellness_api.health.formats.intervals import over_interval
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.metrics.units import conversion
from wellness_api.health.samples.records import Column

AMOUNT_MAX: Final = 1e9
"""Far beyond what any metric can be, and small enough that sums and multiples of it stay exact."""


def amount(value: float, unit: str, metric: Metric, *, field: str = "value") -> float:
    """Converts the value from the UCUM unit to the metric's unit.

    Raises UnknownUnit, and ItemRefused for a number that cannot measure anything. A value that is only implausible goes
    through: the store keeps and flags it.
    """
    converted = conversion(unit, metric)(value)
    if not abs(converted) <= AMOUNT_MAX:
        raise ItemRefused(
            field=field,
            limit="a finite number, at most 1000000000 either way",
            detail=said("refusal.no_measure"),
        )
    return converted


def columns(start_ms: int, end_ms: int, value: float, metric: Metric) -> dict[str, Column]:
    """One sample at the start. Where the metric adds up, it lasts as long as the interval.

    `value`: in the metric's unit. Raises ItemRefused, see `check_interval`.
    """
    if metric.sample_time != "minute":
        return {metric.code: Column([start_ms], [value])}
    return {metric.code: over_interval(start_ms, end_ms, value)}
