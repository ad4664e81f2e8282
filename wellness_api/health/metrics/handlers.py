"""`GET /v1/metrics`: the catalogue, for whoever sends or reads samples."""

import msgspec
from litestar import get

from wellness_api.health.metrics.catalogue import METRICS
from wellness_api.health.metrics.metric import Metric


class CatalogueMetric(Metric, frozen=True, kw_only=True):
    """A metric. `cumulative`: its samples state the day so far, so a later one takes the place of those before it."""

    cumulative: bool


class Catalogue(msgspec.Struct, kw_only=True):
    """Every metric."""

    items: tuple[CatalogueMetric, ...]


CATALOGUE = Catalogue(
    items=tuple(
        CatalogueMetric(
            **{name: getattr(metric, name) for name in Metric.__struct_fields__},
            cumulative=metric.is_counter,
        )
        for metric in METRICS
    )
)


@get(
    "/v1/metrics",
    operation_id="metrics",
    summary="The metrics that uploads may carry",
    tags=["samples"],
)
async def get_metrics() -> Catalogue:
    """The catalogue."""
    return CATALOGUE
