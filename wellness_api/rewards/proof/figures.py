"""The result of the last check of the ledger, for Prometheus."""

from typing import Final

from prometheus_client import Gauge

from wellness_api.http.services import Services
from wellness_api.rewards.proof.last_check import last_check

LEDGER_DIFFERENCES: Final = Gauge(
    "wellness_ledger_differences",
    "Residents' balances, residents' chains, awards, redemptions, programmes' totals and day summaries that differ by the last"
    " check of the ledger",
    ["what"],
)
LEDGER_CHECKED_AT: Final = Gauge(
    "wellness_ledger_checked_timestamp_seconds", "When the worker last checked the whole ledger"
)


async def set_figures(services: Services) -> None:
    """Sets nothing before the first check."""
    checked = await last_check(services.pool)
    if checked is not None:
        LEDGER_CHECKED_AT.set(checked["checked_at"].timestamp())
        for kind in ("balances", "chains", "awards", "redemptions", "totals", "summaries"):
            LEDGER_DIFFERENCES.labels(kind).set(checked[kind])
