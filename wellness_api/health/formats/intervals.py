"""Amounts over an interval: one sample that lasts as long as the interval, and is not cut."""

from typing import Final

from device_bridge.wire import LENGTH_MS_MAX
from points.said import said
from wellness_api.health.formats.items import ItemRefused
from wellness_api.health.samples.records import Column

MINUTE_MS: Final = 60_000
HOURS_MAX: Final = LENGTH_MS_MAX // 3_600_000
"""A longer interval is refused with its item."""


def check_interval(start_ms: int, end_ms: int, *, field: str = "end") -> None:
    """Raises ItemRefused for an interval that ends before it starts or is longer than the longest day."""
    if not 0 <= end_ms - start_ms <= LENGTH_MS_MAX:
        raise ItemRefused(
            field=field,
            limit=f"at or after the start, at most {HOURS_MAX} hours later",
            detail=said("refusal.interval_backwards")
            if end_ms < start_ms
            else said("refusal.interval_too_long", hours=HOURS_MAX),
        )


def over_interval(start_ms: int, end_ms: int, amount: float) -> Column:
    """The amount, in its metric's unit, over the interval. Raises ItemRefused, see `check_interval`."""
    check_interval(start_ms, end_ms)
    return Column([start_ms], [amount], [end_ms - start_ms])
