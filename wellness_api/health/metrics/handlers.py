"""`GET /v1/metrics`: the catalogue, for whoever sends or reads samples."""

import msgspec
from litestar import get

from points.said import Text
from wellness_api.health.metrics.catalogue import METRICS
from wellness_api.health.metrics.metric import Code, Metric
from wellness_api.words.languages import named


class CatalogueCode(Code, frozen=True, kw_only=True):
    """What one value of a coded metric stands for, and its name in each language."""

    name: Text


class CatalogueMetric(Metric, frozen=True, kw_only=True):
    """A metric and its name in each language. `cumulative`: its samples state the day so far, so a later one replaces
    those before it.
    """

    name: Text
    codes: tuple[CatalogueCode, ...]
    cumulative: bool


class Catalogue(msgspec.Struct, kw_only=True):
    """Every metric."""

    items: tuple[CatalogueMetric, ...]


CATALOGUE = Catalogue(
    items=tuple(
        CatalogueMetric(
            **{
                field: getattr(metric, field)
                for field in Metric.__struct_fields__
                if field != "codes"
            },
            name=named("metric", metric.code),
            codes=tuple(
                CatalogueCode(value=code.value, code=code.code, name=named("answer", code.code))
                for code in metric.codes
            ),
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
