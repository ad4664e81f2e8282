"""The operation that a request is for, as middleware sees it."""

from typing import Final

from litestar.handlers import HTTPRouteHandler
from litestar.types import Scope

QUERY: Final = "query_parameters"
"""The key in a handler's `opt` for the parameters that it reads from the query itself; each may come more than once."""

ANY_QUERY: Final = "any_query"
"""The key in a handler's `opt` that says it takes whatever links add, and heeds none of it: a page, or a page's file."""


def handler_of(scope: Scope) -> HTTPRouteHandler:
    """The handler that the request is routed to."""
    handler = scope["route_handler"]
    assert isinstance(handler, HTTPRouteHandler), "we have no other kind"
    return handler


def operation_of(handler: HTTPRouteHandler) -> str:
    """Its name in the API's description; empty for what is not in it: pages, files, itself."""
    return str(handler.operation_id) if handler.resolve_include_in_schema() else ""
