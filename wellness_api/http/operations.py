"""What an operation says about itself beside its handler. Middleware and the API's description read it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.types import Scope

from device_bridge.wire import JSON, MESSAGEPACK
from wellness_api.http.load import Importance
from wellness_api.http.refused import Refused

QUERY: Final = "query_parameters"
"""The key in a handler's `opt` for the parameters that it reads from the query itself; each may come more than once."""

ANY_QUERY: Final = "any_query"
"""The key in a handler's `opt` for a page or a page's file: it accepts whatever links add to the query, and ignores it."""

BODY: Final = "body"
ANSWERS: Final = "answers"
ANSWERS_AGAIN: Final = "answers_again"
ANSWERS_LATER: Final = "answers_later"
REFUSES: Final = "refuses"
GOES: Final = "goes"

Admitted = Importance | Literal["always", "apart"]
"""When an operation is taken on: by its importance; `always`, for what watches over the process; `apart`, for what stays open."""


class Parameter(NamedTuple):
    """A parameter of the query that an operation reads itself, for the API's description."""

    name: str
    about: str
    example: str


class Body(NamedTuple):
    """What an operation takes that reads its body itself: its type (None: bytes), an example, media types, query.

    `refuses_items_alone`: a bad item of a list is refused, and the others are taken.
    """

    shape: type[msgspec.Struct] | None
    example: object
    media_types: Sequence[str]
    parameters: Sequence[Parameter]
    refuses_items_alone: bool


def takes(
    shape: type[msgspec.Struct] | None,
    example: object,
    media_types: Sequence[str] = (JSON, MESSAGEPACK),
    parameters: Sequence[Parameter] = (),
    *,
    refuses_items_alone: bool = False,
) -> dict[str, Any]:
    """For a handler's keyword arguments: the body that it reads. The example works against the demo as it stands."""
    return {BODY: Body(shape, example, media_types, parameters, refuses_items_alone)}


def answers(shapes: Mapping[str, type[Any]]) -> dict[str, Any]:
    """For a handler's keyword arguments: what it answers, by media type."""
    return {ANSWERS: shapes}


def answers_again() -> dict[str, Any]:
    """For a handler's keyword arguments: a request that was sent before gets the same answer, with 200 instead of 201."""
    return {ANSWERS_AGAIN: True}


def answers_later(shape: type[msgspec.Struct]) -> dict[str, Any]:
    """For a handler's keyword arguments: large work gets 202, this shape, and the address that says how far it is."""
    return {ANSWERS_LATER: shape}


def refuses(*kinds: type[Refused]) -> dict[str, Any]:
    """For a handler's keyword arguments: what can go wrong besides what can go wrong with any operation."""
    return {REFUSES: kinds}


def goes(admitted: Admitted) -> dict[str, Any]:
    """For a handler's keyword arguments: when it is taken on while there is too much to do.

    Without it, operations for staff alone are the first to be refused, and all others are ordinary.
    """
    return {GOES: admitted}


def handler_of(scope: Scope) -> HTTPRouteHandler:
    """The handler that the request is routed to."""
    handler = scope["route_handler"]
    assert isinstance(handler, HTTPRouteHandler), "we have no other kind"
    return handler


def operation_of(handler: HTTPRouteHandler) -> str:
    """The operation's name in the API's description; empty for pages, files and the description itself, which are not in it."""
    return str(handler.operation_id) if handler.resolve_include_in_schema() else ""


def operations(app: Litestar) -> dict[str, HTTPRouteHandler]:
    """The handlers in the API's description, by operation."""
    return {
        operation: handler
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler) and (operation := operation_of(handler))
    }
