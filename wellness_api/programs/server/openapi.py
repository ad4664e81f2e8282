"""The API's description of itself, with what the framework cannot know: upload bodies, examples, roles."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
from litestar import Litestar, MediaType, Response, get
from litestar.openapi.plugins import OpenAPIRenderPlugin

from device_bridge.wire import JSON, MESSAGEPACK, Upload
from wellness_api.health.corrections.handlers import Shift
from wellness_api.health.formats.format import Parameter
from wellness_api.health.formats.handlers import operation_id
from wellness_api.health.formats.table import FORMATS
from wellness_api.health.imports.shapes import NewImport
from wellness_api.health.metrics.catalogue import METRICS
from wellness_api.http.access import ROLES
from wellness_api.http.credentials import COOKIE
from wellness_api.http.examples import (
    APP_UPLOAD,
    CHECK_INS,
    DEMO_PUBLIC_VALUE,
    DEMO_RESIDENT_CODE,
    DEMO_TEAM_CODE,
    NEW_CLASS,
    NEW_DRAW,
    NEW_ITEM,
)
from wellness_api.http.reports import Problem
from wellness_api.http.services import AnyRequest
from wellness_api.identity.accounts.handlers import SignIn
from wellness_api.identity.consents.handlers import Word
from wellness_api.identity.erasure.handlers import Leave
from wellness_api.residents.sources.handlers import Chosen
from wellness_api.residents.view.sample_formats import ARROW, CSV, PackedSamples, Samples
from wellness_api.rewards.check_ins.class_handlers import NewClass, TypedCode
from wellness_api.rewards.check_ins.csv_list import EXAMPLE as CHECK_IN_LIST
from wellness_api.rewards.check_ins.entries import Entries
from wellness_api.rewards.draws.definition import NewDraw
from wellness_api.rewards.draws.handlers import PublicValue
from wellness_api.rewards.items.shapes import NewItem, OfferDates, Stock
from wellness_api.rewards.redemptions.shapes import NewRedemption
from wellness_api.rewards.settlement.shapes import NewSettlement
from wellness_api.rewards.teams.handlers import JoinCode, NewTeam


class Body(NamedTuple):
    """What an operation that reads its body itself takes: its type (None: bytes), an example, media types, query."""

    shape: type[msgspec.Struct] | None
    example: Any
    media_types: Sequence[str] = (JSON, MESSAGEPACK)
    parameters: Sequence[Parameter] = ()


BODIES: Final = {
    "openSession": Body(SignIn, {"code": DEMO_RESIDENT_CODE}),
    "makeDraw": Body(NewDraw, NEW_DRAW),
    "enterPublicValue": Body(PublicValue, {"value": DEMO_PUBLIC_VALUE}),
    "recordCheckIns": Body(Entries, CHECK_INS, (JSON,)),
    "withdrawCheckIns": Body(Entries, CHECK_INS, (JSON,)),
    "recordCheckInList": Body(None, CHECK_IN_LIST, ("text/csv",)),
    "makeClass": Body(NewClass, NEW_CLASS),
    "checkIn": Body(TypedCode, {"code": "1234 5678"}),
    "sayConsent": Body(Word, {"given": True, "version": 1}),
    "makeTeam": Body(NewTeam, {"name": "朝の散歩", "size_max": 2}),
    "joinTeam": Body(JoinCode, {"code": DEMO_TEAM_CODE}),
    "eraseMe": Body(Leave, {"confirm": "erase"}),
    "takeUpload": Body(Upload, APP_UPLOAD),
    "shiftSamples": Body(
        Shift,
        {
            "source": "phone:example",
            "from": "2026-09-21T00:00:00+09:00",
            "to": "2026-09-22T00:00:00+09:00",
            "seconds": 3600,
        },
    ),
    "openImport": Body(NewImport, {"form": "apple-health", "bytes": 1_000}),
    "sendImportPart": Body(None, b"", ("application/octet-stream",)),
    "chooseSources": Body(Chosen, {"sources": ["phone:example", "watch:example"]}),
    "redeem": Body(NewRedemption, {"item": "library-thanks"}),
    "addItem": Body(NewItem, NEW_ITEM),
    "changeOfferDates": Body(
        OfferDates, {"offered_from": "2026-04-01", "offered_to": "2027-03-31"}
    ),
    "setStock": Body(Stock, {"units_total": 500}),
    "addCodes": Body(None, "code\nEXAMPLE-0001\nEXAMPLE-0002\n", ("text/csv",)),
    "settle": Body(NewSettlement, {"from": "2026-09-01", "to": "2026-09-30"}),
} | {
    operation_id(each): Body(each.shape, each.example, each.media_types, each.parameters)
    for each in FORMATS
}
"""By operation."""

WITH_RECEIPTS: Final = frozenset(
    {"openSession", "takeUpload", "openImport", "redeem"} | {operation_id(each) for each in FORMATS}
)
"""Operations that answer 200 instead of 201 to what they were sent before."""

COMPONENTS: Final = "#/components/schemas/{name}"
METRIC_CODE: Final = {"$ref": COMPONENTS.format(name="MetricCode")}
SECURITY_SCHEMES: Final = {
    "session": {"type": "http", "scheme": "bearer"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature",
        "description": "A gateway's HTTP Message Signature (RFC 9421, Ed25519, tag wellness-gateway) with"
        " Signature-Input and Content-Digest; docs/api.md says what it covers.",
    },
}

References: TypeAlias = dict[type[msgspec.Struct], dict[str, Any]]
"""Where the document has the schema of a type."""

METRIC_FIELDS: Final = (
    ("CatalogueMetric", "code"),
    ("Measure", "metric"),
    ("Batch", "metric"),
    ("Row", "metric"),
    ("MetricSources", "metric"),
    ("FlaggedSample", "metric"),
)
"""Schemas and their properties that hold the code of a metric."""


@get("/openapi.json", include_in_schema=False, sync_to_thread=False)
def get_description(request: AnyRequest) -> Response[bytes]:
    """The OpenAPI document."""
    return Response(_encoded(request.app), media_type="application/json")


class Description(OpenAPIRenderPlugin):
    """At the framework's own address as well: the document, and no page, whose viewer would be somebody else's script."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json", media_type=MediaType.JSON)

    def render(self, request: AnyRequest, openapi_schema: dict[str, Any]) -> bytes:
        """The document; `openapi_schema` is what the framework knows of it."""
        assert openapi_schema, "the framework describes the routes"
        return _encoded(request.app)


@lru_cache(maxsize=4)
def _encoded(app: Litestar) -> bytes:
    # In lines: people open it in a browser too.
    return msgspec.json.format(msgspec.json.encode(describe(app)), indent=2)


def describe(app: Litestar) -> dict[str, Any]:
    """The OpenAPI 3.1 document as plain data."""
    document = app.openapi_schema.to_schema()
    schemas = document["components"].setdefault("schemas", {})
    shapes: list[type[msgspec.Struct]] = [
        Problem,
        Samples,
        PackedSamples,
        *(body.shape for body in BODIES.values() if body.shape is not None),
    ]
    found, components = msgspec.json.schema_components(shapes, ref_template=COMPONENTS)
    references = dict(zip(shapes, found, strict=True))
    schemas.update(components)
    _name_the_metrics(schemas)
    document["components"]["securitySchemes"] = SECURITY_SCHEMES
    roles = _roles(app)
    for path in document["paths"].values():
        for operation in path.values():
            _say_who_may(operation, roles)
            _say_what_it_takes(operation, references)
            _say_what_it_answers(operation, references)
    return document


def _say_who_may(operation: dict[str, Any], roles: dict[str, list[str]]) -> None:
    allowed = roles.get(operation["operationId"])
    if allowed is None:
        return
    operation["x-roles"] = allowed
    operation["security"] = [{"session": []}, {"cookie": []}]
    if "gateway" in allowed:
        operation["security"].append({"signature": []})


def _say_what_it_takes(operation: dict[str, Any], references: References) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "metric":
            parameter["schema"] = METRIC_CODE
    body = BODIES.get(operation["operationId"])
    if body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": dict.fromkeys(body.media_types, _content(body, references)),
        }
        operation.setdefault("parameters", []).extend(
            {
                "name": each.name,
                "in": "query",
                "description": each.about,
                "schema": {"type": "string"},
                "example": each.example,
            }
            for each in body.parameters
        )


def _content(body: Body, references: References) -> dict[str, Any]:
    if isinstance(body.example, bytes):
        # JSON has no way to write them down as they are sent.
        return {"schema": {"type": "string", "format": "binary"}}
    schema = {"type": "string"} if body.shape is None else references[body.shape]
    return {"schema": schema, "example": body.example}


def _say_what_it_answers(operation: dict[str, Any], references: References) -> None:
    responses = operation["responses"]
    if operation["operationId"] == "samples":
        responses["200"]["content"] = {
            JSON: {"schema": references[Samples]},
            MESSAGEPACK: {"schema": references[PackedSamples]},
            CSV: {"schema": {"type": "string"}},
            ARROW: {"schema": {"type": "string", "format": "binary"}},
        }
    if operation["operationId"] in WITH_RECEIPTS:
        replayed = {"description": "The same came before; the same answer again."}
        responses["200"] = responses["201"] | replayed
    _only_problems(responses, references[Problem])


def _roles(app: Litestar) -> dict[str, list[str]]:
    return {
        handler.operation_id: list(handler.opt[ROLES])
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if ROLES in handler.opt and isinstance(handler.operation_id, str)
    }


def _name_the_metrics(schemas: dict[str, Any]) -> None:
    """Lists the codes, so that the pages do not compile before each metric has its words."""
    schemas["MetricCode"] = {"type": "string", "enum": [metric.code for metric in METRICS]}
    for schema, field in METRIC_FIELDS:
        schemas[schema]["properties"][field] = METRIC_CODE


def _only_problems(responses: dict[str, Any], problem: dict[str, Any]) -> None:
    """Every error is a problem report; the framework describes its own form, which we never send."""
    for status in [status for status in responses if status.startswith(("4", "5"))]:
        del responses[status]
    responses["default"] = {
        "description": "A problem report (RFC 9457) that names the field and the limit.",
        "content": {"application/problem+json": {"schema": problem}},
    }
