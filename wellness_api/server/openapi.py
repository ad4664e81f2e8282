"""The API's description of itself, with what the framework cannot know: upload bodies, examples, roles."""

from functools import lru_cache
from typing import Any, Final

import msgspec
from litestar import Litestar, Response, get

from device_bridge.wire import JSON, MESSAGEPACK, Upload
from wellness_api.formats.rows import Rows
from wellness_api.http.access import ROLES
from wellness_api.http.examples import APP_UPLOAD, DEMO_RESIDENT_CODE, ROWS_UPLOAD
from wellness_api.http.services import AnyRequest
from wellness_api.identity.handlers import SignIn
from wellness_api.metrics.catalogue import METRICS
from wellness_api.residents.sample_formats import ARROW, CSV, PackedSamples, Samples
from wellness_api.server.problems import Problem
from wellness_api.sources.handlers import Chosen

BODIES: Final[dict[str, tuple[type[msgspec.Struct], dict[str, Any]]]] = {
    "openSession": (SignIn, {"code": DEMO_RESIDENT_CODE}),
    "takeUpload": (Upload, APP_UPLOAD),
    "takeFormat": (Rows, ROWS_UPLOAD),
    "chooseSources": (Chosen, {"sources": ["phone:example", "watch:example"]}),
}
"""Operations that read their body themselves: its type, and an example that works against the demo."""

BODY_TYPES: Final = ("application/json", "application/msgpack")
COMPONENTS: Final = "#/components/schemas/{name}"
METRIC_FIELDS: Final = (
    ("Metric", "code"),
    ("Measure", "metric"),
    ("Batch", "metric"),
    ("Row", "metric"),
)
"""Schemas and their properties that hold the code of a metric."""


@get("/openapi.json", include_in_schema=False, sync_to_thread=False)
def get_description(request: AnyRequest) -> Response[bytes]:
    """The OpenAPI document."""
    return Response(_encoded(request.app), media_type="application/json")


@lru_cache(maxsize=4)
def _encoded(app: Litestar) -> bytes:
    return msgspec.json.encode(describe(app))


def describe(app: Litestar) -> dict[str, Any]:
    """The OpenAPI 3.1 document as plain data."""
    document = app.openapi_schema.to_schema()
    shapes = [shape for shape, _ in BODIES.values()]
    described, components = msgspec.json.schema_components(
        [Problem, Samples, PackedSamples, *shapes], ref_template=COMPONENTS
    )
    problem, samples, packed_samples, *bodies = described
    references = dict(zip(shapes, bodies, strict=True))
    document["components"].setdefault("schemas", {}).update(components)
    _name_the_metrics(document["components"]["schemas"])
    document["components"]["securitySchemes"] = {
        "session": {"type": "http", "scheme": "bearer"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "wellness_session"},
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "Signature",
            "description": "A gateway's HTTP Message Signature (RFC 9421, Ed25519, tag wellness-gateway) with"
            " Signature-Input and Content-Digest; docs/api.md says what it covers.",
        },
    }
    roles = _roles(app)
    for path in document["paths"].values():
        for operation in path.values():
            operation_id = operation["operationId"]
            if operation_id in roles:
                operation["x-roles"] = roles[operation_id]
                operation["security"] = [{"session": []}, {"cookie": []}]
                if "gateway" in roles[operation_id]:
                    operation["security"].append({"signature": []})
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "metric":
                    parameter["schema"] = {"$ref": COMPONENTS.format(name="MetricCode")}
            if operation_id in BODIES:
                shape, example = BODIES[operation_id]
                operation["requestBody"] = {
                    "required": True,
                    "content": {
                        media_type: {"schema": references[shape], "example": example}
                        for media_type in (BODY_TYPES if operation_id != "takeFormat" else (JSON,))
                    },
                }
            if operation_id == "samples":
                operation["responses"]["200"]["content"] = {
                    JSON: {"schema": samples},
                    MESSAGEPACK: {"schema": packed_samples},
                    CSV: {"schema": {"type": "string"}},
                    ARROW: {"schema": {"type": "string", "format": "binary"}},
                }
            if operation_id in {"takeUpload", "takeFormat"}:
                replayed = {"description": "The same upload came before; the same receipt again."}
                operation["responses"]["200"] = operation["responses"]["201"] | replayed
            _only_problems(operation, problem)
    return document


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
        schemas[schema]["properties"][field] = {"$ref": COMPONENTS.format(name="MetricCode")}


def _only_problems(operation: dict[str, Any], problem: dict[str, Any]) -> None:
    """Every error is a problem report; the framework describes its own form, which we never send."""
    responses = operation["responses"]
    for status in [status for status in responses if status.startswith(("4", "5"))]:
        del responses[status]
    responses["default"] = {
        "description": "A problem report (RFC 9457) that names the field and the limit.",
        "content": {"application/problem+json": {"schema": problem}},
    }
