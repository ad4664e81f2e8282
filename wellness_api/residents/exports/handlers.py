"""`GET /v1/me/fhir` and `/v1/me/open-mhealth`: a resident's own data, page by page."""

import re
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get
from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from device_bridge.wire import SOURCE_PATTERN
from points.said import said
from wellness_api.health.formats.fhir.resources import FHIR_JSON, FoundBundle, FoundEntry, Link
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.spans import InvalidSpan, TimeSpan
from wellness_api.http.access import only
from wellness_api.http.operations import goes, refuses
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.residents.exports.fhir import observations
from wellness_api.residents.exports.open_mhealth import data_points
from wellness_api.residents.exports.stored import (
    MEASUREMENTS_PER_PAGE_MAX,
    Asked,
    Page,
    exported_together,
    page_of,
)
from wellness_api.residents.exports.window import Key

CURSOR: Final = re.compile(
    r"(?P<time_ms>\d{1,13})\.(?P<group>\d{1,5})\.(?P<length_ms>\d{1,8})\.(?P<record>-?\d{1,19})\.(?P<source>.+)"
)

MetricCode = Annotated[
    str | None,
    QueryParameter(
        description="A code of /v1/metrics; all metrics without it. A blood pressure's parts come together.",
        examples=[Example(value="body_weight")],
    ),
]
From = Annotated[
    datetime,
    QueryParameter(
        name="from",
        description="First moment, RFC 3339 with offset.",
        examples=[Example(value="2026-09-21T00:00:00+09:00")],
    ),
]
To = Annotated[
    datetime,
    QueryParameter(
        description="The moment after the last one, at most 366 days later.",
        examples=[Example(value="2026-09-22T00:00:00+09:00")],
    ),
]
Source = Annotated[
    str | None,
    QueryParameter(
        pattern=SOURCE_PATTERN,
        description="Only what this source measured; all sources without it.",
        examples=[Example(value="phone:example")],
    ),
]
Limit = Annotated[
    int,
    QueryParameter(
        ge=1,
        le=MEASUREMENTS_PER_PAGE_MAX,
        description="The number of measurements on a page.",
        examples=[Example(value=100)],
    ),
]
Cursor = Annotated[
    str | None,
    QueryParameter(
        pattern=r"^\d{1,13}\.\d{1,5}\.\d{1,8}\.-?\d{1,19}\." + SOURCE_PATTERN.removeprefix("^"),
        description="From the page before: its `next` link has it.",
        examples=[Example(value="1790000040000.1.60000.0.phone:example")],
    ),
]


class DataPointPage(msgspec.Struct, kw_only=True):
    """Data points of Open mHealth and IEEE 1752.1, and the address of the next page; null on the last."""

    items: list[dict[str, Any]]
    next: str | None


@get(
    "/v1/me/fhir",
    operation_id="exportFhir",
    summary="All of one's data as FHIR",
    description=(
        "Everything that the resident's sources measured, as a searchset of FHIR R4 Observations, ascending by "
        "time. When it is sent back to /v1/uploads/fhir, the server knows all of it."
    ),
    tags=["resident"],
    media_type=FHIR_JSON,
    **only("resident"),
    **goes("first_to_go"),
    **refuses(InvalidSpan),
)
async def get_fhir(
    request: SignedInRequest,
    from_: From,
    to: To,
    metric: MetricCode = None,
    source: Source = None,
    limit: Limit = MEASUREMENTS_PER_PAGE_MAX,
    cursor: Cursor = None,
) -> Response[FoundBundle]:
    """A page of the resident's Observations."""
    page = await _page(request, metric, TimeSpan(from_, to), source, limit, cursor)
    resident_id, zone = request.user.principal_id, _zone(request)
    links = [Link(relation="self", url=str(request.url))]
    following = _next(request, page)
    if following is not None:
        links.append(Link(relation="next", url=following))
    entries = [
        FoundEntry(full_url=f"urn:uuid:{observation.id}", resource=observation)
        for measurement in page.measurements
        for observation in observations(measurement, resident_id=resident_id, zone=zone)
    ]
    return Response(FoundBundle(type="searchset", link=links, entry=entries), media_type=FHIR_JSON)


@get(
    "/v1/me/open-mhealth",
    operation_id="exportOpenMhealth",
    summary="All of one's data as Open mHealth data points",
    description=(
        "Everything that the resident's sources measured, as data points of Open mHealth with headers of IEEE "
        "1752.1, ascending by time. When it is sent back to /v1/uploads/open-mhealth, the server knows all of "
        "it."
    ),
    tags=["resident"],
    **only("resident"),
    **goes("first_to_go"),
    **refuses(InvalidSpan),
)
async def get_open_mhealth(
    request: SignedInRequest,
    from_: From,
    to: To,
    metric: MetricCode = None,
    source: Source = None,
    limit: Limit = MEASUREMENTS_PER_PAGE_MAX,
    cursor: Cursor = None,
) -> DataPointPage:
    """A page of the resident's data points."""
    page = await _page(request, metric, TimeSpan(from_, to), source, limit, cursor)
    resident_id, zone = request.user.principal_id, _zone(request)
    return DataPointPage(
        items=[
            point
            for measurement in page.measurements
            for point in data_points(measurement, resident_id=resident_id, zone=zone)
        ],
        next=_next(request, page),
    )


async def _page(
    request: SignedInRequest,
    metric: str | None,
    span: TimeSpan,
    source: str | None,
    limit: int,
    cursor: str | None,
) -> Page:
    if metric is not None and metric not in METRIC_BY_CODE:
        raise InvalidSpan(
            field="metric",
            limit="a code of GET /v1/metrics, or none for all",
            detail=said("refusal.no_metric", code=repr(metric)),
        )
    resident = request.user
    asked = Asked(
        metrics=exported_together(None if metric is None else METRIC_BY_CODE[metric]),
        span=span,
        source=source,
        time_zone=resident.home_zone,
    )
    return await page_of(
        services_of(request).pool,
        resident.principal_id,
        asked,
        after=None if cursor is None else _key(cursor),
        limit=limit,
    )


def _zone(request: SignedInRequest) -> ZoneInfo:
    return ZoneInfo(request.user.home_zone)


def _next(request: SignedInRequest, page: Page) -> str | None:
    """The address of the request, with a cursor after this page's last measurement."""
    if not page.more:
        return None
    last = page.measurements[-1].key
    cursor = f"{last.time_ms}.{last.group}.{last.length_ms}.{last.record}.{last.source}"
    query = {name: value for name, value in request.query_params.items() if name != "cursor"}
    return str(request.url.with_replacements(query=urlencode(query | {"cursor": cursor})))


def _key(cursor: str) -> Key:
    match = CURSOR.fullmatch(cursor)
    assert match is not None, "the parameter's pattern lets nothing else through"
    return Key(
        int(match["time_ms"]),
        match["source"],
        int(match["group"]),
        int(match["length_ms"]),
        int(match["record"]),
    )
