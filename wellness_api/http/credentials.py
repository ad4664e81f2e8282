"""What a request brings to say who is asking."""

from typing import Any, Final

from litestar.connection import ASGIConnection

COOKIE: Final = "wellness_session"


def token_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """The token that came with the request, from the Authorization header before the cookie."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return connection.cookies.get(COOKIE)


def request_target(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Path and query as they stand in the request line, which is what a signature covers."""
    path: bytes = connection.scope["raw_path"]
    query: bytes = connection.scope["query_string"]
    return (path + b"?" + query if query else path).decode("ascii")
