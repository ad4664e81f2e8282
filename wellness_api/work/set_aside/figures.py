"""How much is set aside, for Prometheus."""

from typing import Final

from prometheus_client import Gauge

from wellness_api.http.services import Services
from wellness_api.work.set_aside.items import KINDS
from wellness_api.work.set_aside.listing import COUNT

SET_ASIDE: Final = Gauge(
    "wellness_set_aside", "Items of work that failed alone and were set aside", ["kind"]
)


async def set_figures(services: Services) -> None:
    """Sets the number of items of each kind."""
    items = {row["kind"]: row["items"] for row in await services.pool.fetch(COUNT)}
    for kind in KINDS:
        SET_ASIDE.labels(kind).set(items.get(kind, 0))
