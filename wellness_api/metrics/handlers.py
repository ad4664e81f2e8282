"""`GET /v1/metrics`: the catalogue, for whoever sends or reads samples."""

import msgspec
from litestar import get

from wellness_api.metrics.catalogue import METRICS
from wellness_api.metrics.metric import Metric


class Catalogue(msgspec.Struct, kw_only=True):
    """Every metric."""

    items: tuple[Metric, ...]


@get(
    "/v1/metrics",
    operation_id="metrics",
    summary="The metrics that uploads may carry",
    tags=["samples"],
)
async def get_metrics() -> Catalogue:
    """The catalogue."""
    return Catalogue(items=METRICS)
