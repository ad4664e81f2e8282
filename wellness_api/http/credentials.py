"""The session token of a request."""

from typing import Any, Final

from litestar.connection import ASGIConnection

COOKIE: Final = "wellness_session"


def token_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """The token that came with the request, from the Authorization header before the cookie."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return connection.cookies.get(COOKIE)
