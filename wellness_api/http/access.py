"""Who may call an operation."""

from typing import Any, Final

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from wellness_api.http.principals import Principal, Role

ROLES: Final = "roles"
"""The key in a handler's `opt` that lists who may call it. The OpenAPI description shows it as `x-roles`."""


def only(*roles: Role) -> dict[str, Any]:
    """For a handler's keyword arguments: guards the operation, and lists the roles in its description."""
    return {"guards": [_require], ROLES: roles}


# A coroutine though it awaits nothing: the framework runs a plain function in a thread at each request.
async def _require(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    principal: Principal | None = connection.scope.get("user")
    if principal is None:
        raise NotAuthorizedException(
            "Sign in first: POST /v1/sessions with the code from the counter.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if principal.role not in handler.opt[ROLES]:
        raise PermissionDeniedException(
            f"This is for {' and '.join(handler.opt[ROLES])}; you are signed in as {principal.role}."
        )
