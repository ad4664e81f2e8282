"""The API's description of itself: what the framework knows of the handlers, and what the handlers say about themselves
in addition.
"""

from functools import lru_cache
from inspect import cleandoc
from typing import Any, Final, TypeAlias

import msgspec
from litestar import Litestar, MediaType, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import OpenAPIRenderPlugin

from wellness_api.health.figures.catalogue import FIGURES
from wellness_api.health.metrics.catalogue import METRICS
from wellness_api.http.access import ROLES
from wellness_api.http.credentials import COOKIE
from wellness_api.http.idempotency import COUNTS_ONCE, KEY_PATTERN
from wellness_api.http.operations import (
    ANSWERS,
    ANSWERS_AGAIN,
    ANSWERS_LATER,
    BODY,
    REFUSES,
    Body,
    operations,
)
from wellness_api.http.reports import MEDIA_TYPE, Problem
from wellness_api.http.services import AnyRequest

COMPONENTS: Final = "#/components/schemas/{name}"
METRIC_CODE: Final = {"$ref": COMPONENTS.format(name="MetricCode")}
FIGURE_CODE: Final = {"$ref": COMPONENTS.format(name="FigureCode")}
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
"""The place of each type's schema in the document."""

PLAIN: Final[dict[type[Any], dict[str, Any]]] = {
    str: {"type": "string"},
    bytes: {"type": "string", "format": "binary"},
}
"""The schemas of answers that have no shape of their own."""

KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Chosen by the client: the same request under it is carried out once, and answered the same for a day.",
    "required": False,
    "schema": {"type": "string", "pattern": KEY_PATTERN},
}
"""Each operation has its own example, since a key covers the request."""

METRIC_FIELDS: Final = (
    ("CatalogueMetric", "code"),
    ("Measure", "metric"),
    ("Batch", "metric"),
    ("Row", "metric"),
    ("MetricSources", "metric"),
    ("FlaggedSample", "metric"),
    ("FigureReceipt", "metric"),
)
"""Schemas and their properties that hold the code of a metric."""

FIGURE_FIELDS: Final = (("Measure", "figure"), ("LeftOutOfDay", "figure"), ("PartOfDay", "figure"))
"""The same for the code of a figure."""


@get("/openapi.json", include_in_schema=False, sync_to_thread=False)
def get_description(request: AnyRequest) -> Response[bytes]:
    """The OpenAPI document."""
    return Response(_encoded(request.app), media_type="application/json")


class Description(OpenAPIRenderPlugin):
    """Also answers at the framework's own address: with the document and no page, whose viewer would be somebody else's
    script.
    """

    def __init__(self) -> None:
        super().__init__(path="/openapi.json", media_type=MediaType.JSON)

    def render(self, request: AnyRequest, openapi_schema: dict[str, Any]) -> bytes:
        """The document; `openapi_schema` is the framework's part of it."""
        assert openapi_schema, "the framework describes the routes"
        return _encoded(request.app)


@lru_cache(maxsize=4)
def _encoded(app: Litestar) -> bytes:
    # With line breaks, since people also open it in a browser.
    return msgspec.json.format(msgspec.json.encode(describe(app)), indent=2)


def describe(app: Litestar) -> dict[str, Any]:
    """The OpenAPI 3.1 document as plain data."""
    document = app.openapi_schema.to_schema()
    schemas = document["components"].setdefault("schemas", {})
    handlers = operations(app)
    shapes: list[type[msgspec.Struct]] = [
        Problem,
        *dict.fromkeys(shape for handler in handlers.values() for shape in _shapes(handler)),
    ]
    of_shapes, components = msgspec.json.schema_components(shapes, ref_template=COMPONENTS)
    references = dict(zip(shapes, of_shapes, strict=True))
    schemas.update(components)
    for schema in schemas.values():
        if "description" in schema:
            # Up to Python 3.12 a docstring keeps the spaces before its lines.
            schema["description"] = cleandoc(schema["description"])
    _name_metrics_and_figures(schemas)
    document["components"]["securitySchemes"] = SECURITY_SCHEMES
    for path in document["paths"].values():
        for operation in path.values():
            handler = handlers[operation["operationId"]]
            _say_who_may(operation, handler)
            _say_what_it_takes(operation, handler, references)
            _say_what_it_answers(operation, handler, references)
    return document


def _shapes(handler: HTTPRouteHandler) -> list[type[msgspec.Struct]]:
    body: Body | None = handler.opt.get(BODY)
    said = [
        body.shape if body else None,
        handler.opt.get(ANSWERS_LATER),
        *handler.opt.get(ANSWERS, {}).values(),
    ]
    return [shape for shape in said if shape is not None and issubclass(shape, msgspec.Struct)]


def _say_who_may(operation: dict[str, Any], handler: HTTPRouteHandler) -> None:
    allowed = handler.opt.get(ROLES)
    if allowed is None:
        return
    operation["x-roles"] = list(allowed)
    operation["security"] = [{"session": []}, {"cookie": []}]
    if "gateway" in allowed:
        operation["security"].append({"signature": []})


def _say_what_it_takes(
    operation: dict[str, Any], handler: HTTPRouteHandler, references: References
) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "metric":
            parameter["schema"] = METRIC_CODE
    if getattr(handler.fn, COUNTS_ONCE, False):
        operation.setdefault("parameters", []).append(
            KEY | {"example": f"{handler.operation_id}-example"}
        )
    body: Body | None = handler.opt.get(BODY)
    if body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": dict.fromkeys(body.media_types, _content(body, references)),
        }
        operation.setdefault("parameters", []).extend(
            {
                "name": parameter.name,
                "in": "query",
                "description": parameter.about,
                "schema": {"type": "string"},
                "example": parameter.example,
            }
            for parameter in body.parameters
        )


def _content(body: Body, references: References) -> dict[str, Any]:
    if isinstance(body.example, bytes):
        # JSON cannot write them down as they are sent.
        return {"schema": {"type": "string", "format": "binary"}}
    schema = {"type": "string"} if body.shape is None else references[body.shape]
    return {"schema": schema, "example": body.example}


def _say_what_it_answers(
    operation: dict[str, Any], handler: HTTPRouteHandler, references: References
) -> None:
    responses = operation["responses"]
    shapes: dict[str, type[Any]] = handler.opt.get(ANSWERS, {})
    if shapes:
        responses["200"]["content"] = {
            media_type: {"schema": PLAIN.get(shape) or references[shape]}
            for media_type, shape in shapes.items()
        }
    if handler.opt.get(ANSWERS_AGAIN):
        replayed = {"description": "The same came before; the same answer again."}
        responses["200"] = responses["201"] | replayed
    if later := handler.opt.get(ANSWERS_LATER):
        responses["202"] = {
            "description": "Taken on, and carried out by and by. `Location` says where to look how far it is.",
            "headers": {"Location": {"schema": PLAIN[str]}},
            "content": {MediaType.JSON.value: {"schema": references[later]}},
        }
    _only_problems(responses, references[Problem])
    codes = sorted({kind.code for kind in handler.opt.get(REFUSES, ())})
    if codes:
        operation["x-problems"] = codes


def _name_metrics_and_figures(schemas: dict[str, Any]) -> None:
    """Lists the codes, so that the pages do not compile with a code that does not exist."""
    schemas["MetricCode"] = {"type": "string", "enum": [metric.code for metric in METRICS]}
    for schema, field in METRIC_FIELDS:
        schemas[schema]["properties"][field] = METRIC_CODE
    schemas["FigureCode"] = {"type": "string", "enum": [figure.code for figure in FIGURES]}
    for schema, field in FIGURE_FIELDS:
        schemas[schema]["properties"][field] = FIGURE_CODE


def _only_problems(responses: dict[str, Any], problem: dict[str, Any]) -> None:
    """Every error is a problem report. The framework describes its own form, which we never send."""
    for status in [status for status in responses if status.startswith(("4", "5"))]:
        del responses[status]
    responses["default"] = {
        "description": "A problem report (RFC 9457) that names the field and the limit.",
        "content": {MEDIA_TYPE: {"schema": problem}},
    }
