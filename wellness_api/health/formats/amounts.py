"""Numbers as health stores give them, as columns of a metric."""

from typing import Final

from wellness_api.health.formats.format import Context
from wellness_api.health.formats.intervals import spread
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.formats.whole_days import day_so_counted
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.metrics.units import conversion
from wellness_api.health.samples.records import Column

AMOUNT_MAX: Final = 1e9
"""Far beyond what any metric can be, and small enough that sums and multiples of it stay exact."""


def amount(value: float, unit: str, metric: Metric, *, field: str = "value") -> float:
    """The value, which is in the UCUM unit, in the metric's.

    Raises UnknownUnit, and ItemRefused for what is no number of anything. What is only implausible goes through: the
    store keeps and flags it.
    """
    converted = conversion(unit, metric)(value)
    if not abs(converted) <= AMOUNT_MAX:
        raise ItemRefused(
            field=field,
            limit="a finite number, at most 1000000000 either way",
            detail="The number measures nothing; check how it was read.",
        )
    return converted


def columns(
    start_ms: int, end_ms: int, value: float, metric: Metric, context: Context
) -> dict[str, Column]:
    """One sample at the start, or where the metric is counted by minutes, a share for each minute of the interval.

    An amount of a whole day is what its counter shows at its end (`whole_days`). `value`: in the metric's unit. Raises
    ItemRefused, see `check_interval`.
    """
    if metric.sample_time != "minute":
        return {metric.code: Column([start_ms], [value])}
    total = day_so_counted(start_ms, end_ms, metric, context)
    if total is not None:
        return {total.code: Column([end_ms - 1], [value])}
    return {metric.code: spread(start_ms, end_ms, value, metric)}
