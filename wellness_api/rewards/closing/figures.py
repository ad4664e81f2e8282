"""Whether the ledger's next day waits, and why, for Prometheus."""

from typing import Final

from prometheus_client import Gauge

from wellness_api.http.services import Services

LEDGER_DAY_WAITS: Final = Gauge(
    "wellness_ledger_day_waits",
    "1 for the reason why the worker does not open the ledger's next day, else 0",
    ["reason"],
)
WAIT_REASONS: Final = ("clocks_apart", "days_missing", "day_is_past")
DAY_WAITS: Final = "SELECT reason FROM rewards.day_waiting"


async def set_figures(services: Services) -> None:
    """Sets one of the reasons, or none."""
    waits = await services.pool.fetchval(DAY_WAITS)
    for reason in WAIT_REASONS:
        LEDGER_DAY_WAITS.labels(reason).set(reason == waits)
