"""`/v1/me/sources`: the sources of a resident's samples, and which source counts first."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Final

import asyncpg
import msgspec
from litestar import get, put
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from device_bridge.wire import SOURCE_PATTERN
from points.said import said
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE, METRICS, counted_as
from wellness_api.health.metrics.metric import Metric
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.sources.choices import own_choices
from wellness_api.health.sources.orders import SOURCE_KINDS, by_name, chosen_for, in_order
from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.operations import refuses, takes
from wellness_api.http.principals import Principal
from wellness_api.http.services import Services, SignedInRequest, services_of
from wellness_api.residents.sources.problems import InvalidChoice
from wellness_api.rewards.awards.programmes import not_frozen_from, programmes_kept
from wellness_api.work.doorbell import DOORBELL
from wellness_api.work.once.handling import once

OWN_SOURCES: Final = read_sql(__package__, "own_sources")
CHOOSE: Final = read_named_sql(__package__, "choose")

LOOK_BACK_DAYS: Final = 366
SOURCES_CHOSEN_MAX: Final = 32
"""A choice of more sources is refused with 422."""

OF_A_KIND: Final = "|".join(SOURCE_KINDS)
SourceOrKind = Annotated[str, msgspec.Meta(pattern=rf"{SOURCE_PATTERN}|^({OF_A_KIND})$(?!\n)")]


class Chosen(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Sources, best first; sources that are not named come after them in everybody's order. None: it does not matter.

    A kind alone (`watch`) stands for all its sources that are not named: they come there, and each day decides between
    them.
    """

    sources: Annotated[
        list[SourceOrKind],
        msgspec.Meta(
            max_length=SOURCES_CHOSEN_MAX,
            extra_json_schema={"uniqueItems": True},
        ),
    ]


class SourceSeen(msgspec.Struct, kw_only=True):
    """A source, and the first and last day of its samples.

    `venue`: the name of the hall or counter whose staff recorded them; null for devices and apps.
    """

    source: str
    first_day: date
    last_day: date
    venue: str | None


class MetricSources(msgspec.Struct, kw_only=True):
    """The sources of a metric, best first as they count today. `chosen`: whether the resident chose the order. `choice`:
    the choice as it was made, a kind alone for its sources in no order; null if there is none.

    For several sources of one kind without an order, each day decides by itself; they are listed by name.
    """

    metric: str
    chosen: bool
    choice: list[str] | None
    sources: list[SourceSeen]


class Sources(msgspec.Struct, kw_only=True):
    """The sources of every metric that the resident has samples of."""

    items: list[MetricSources]


CHOSEN: Final = BodyDecoder(Chosen)


@get(
    "/v1/me/sources",
    operation_id="sources",
    summary="What samples come from, best first",
    tags=["resident"],
    **only("resident"),
)
async def get_sources(request: SignedInRequest) -> Sources:
    """The resident's sources of the last year."""
    services, resident = services_of(request), request.user
    today = _today(services, resident)
    seen = await services.pool.fetch(
        OWN_SOURCES, resident.principal_id, today - timedelta(days=LOOK_BACK_DAYS)
    )
    choices = await own_choices(services.pool, resident.principal_id)
    items = []
    for metric in METRICS:
        of_metric = _sources_of(metric, seen)
        if of_metric and not metric.is_counter:
            ordered = in_order(of_metric, choices, metric=metric.number, day=today, weigh=by_name)
            chosen = chosen_for(choices, metric=metric.number, day=today)
            items.append(
                MetricSources(
                    metric=metric.code,
                    chosen=bool(chosen),
                    choice=None if chosen is None else list(chosen),
                    sources=[of_metric[source] for source in ordered],
                )
            )
    return Sources(items=items)


def _sources_of(metric: Metric, seen: Sequence[asyncpg.Record]) -> dict[str, SourceSeen]:
    """The sources of the metric's samples, and of counters of its day."""
    sources: dict[str, SourceSeen] = {}
    for row in seen:
        if row["metric"] in counted_as(metric):
            source, first_day, last_day = row["source"], row["first_day"], row["last_day"]
            seen_before = sources.get(source)
            if seen_before is not None:
                first_day, last_day = (
                    min(first_day, seen_before.first_day),
                    max(last_day, seen_before.last_day),
                )
            sources[source] = SourceSeen(
                source=source, first_day=first_day, last_day=last_day, venue=row["venue"]
            )
    return sources


@put(
    "/v1/me/sources/{metric:str}",
    operation_id="chooseSources",
    summary="Choose which source counts first",
    description=(
        "The choice holds for every day that is not frozen yet. The worker works the summaries and points of "
        "these days out anew; changed points are posted as a correction. An empty list means everybody's order, "
        "and the resident is not asked about it any more."
    ),
    tags=["resident"],
    status_code=204,
    **only("resident"),
    **takes(Chosen, {"sources": ["phone:example", "watch:example"]}),
    **refuses(InvalidChoice),
)
@once
async def choose_sources(
    request: SignedInRequest,
    metric: Annotated[
        str, PathParameter(description="A code of /v1/metrics.", examples=[Example(value="steps")])
    ],
) -> None:
    """Stores the resident's choice."""
    services, resident = services_of(request), request.user
    chosen = CHOSEN.decode(request, await read_body(request)).sources
    if len(set(chosen)) != len(chosen):
        raise InvalidChoice(
            field="sources", limit="each source once", detail=said("order_problem.twice")
        )
    chosen_for = _metric(metric)
    await services.pool.execute(
        *CHOOSE(
            resident_id=resident.principal_id,
            metric=chosen_for.number,
            from_day=await _holds_from(services, _today(services, resident)),
            sources=chosen,
            now=services.clock(),
            metrics_counted=counted_as(chosen_for),
        ),
    )
    DOORBELL.of(services).press()


def _metric(code: str) -> Metric:
    metric = METRIC_BY_CODE.get(code)
    if metric is None:
        raise InvalidChoice(
            field="metric",
            limit="a code of GET /v1/metrics",
            detail=said("refusal.no_metric", code=repr(code)),
        )
    if metric.total_of is not None:
        raise InvalidChoice(
            field="metric",
            limit=metric.total_of,
            detail=said("order_problem.counts_towards", code=code, total=metric.total_of),
        )
    return metric


def _today(services: Services, resident: Principal) -> date:
    return local_date(services.clock(), resident.home_zone)


async def _holds_from(services: Services, today: date) -> date:
    """The first day for which a choice holds."""
    async with services.pool.acquire() as connection:
        return not_frozen_from(await programmes_kept(connection), today)
