"""How many days wait for the worker, for Prometheus."""

from typing import Final

from prometheus_client import Gauge

from wellness_api.http.services import Services

PENDING_DAYS: Final = Gauge("wellness_pending_days", "Days that the worker has still to take in")
"""PostgreSQL estimates the number from the table's statistics: to count the rows would cost more than the number is worth."""

ESTIMATE: Final = (
    "SELECT n_live_tup FROM pg_stat_user_tables WHERE relid = 'health.pending_day'::regclass"
)


async def set_figures(services: Services) -> None:
    """Sets the figures as the database last estimated them."""
    PENDING_DAYS.set(await services.pool.fetchval(ESTIMATE) or 0)
