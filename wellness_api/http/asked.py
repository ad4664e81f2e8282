"""What was asked under an idempotency key: method, address and query, besides the content of the body."""

from typing import Any

from litestar import Request

from wellness_api.http.credentials import request_target


def asked_of(request: Request[Any, Any, Any]) -> bytes:
    """The request line as it came."""
    return f"{request.method} {request_target(request)}".encode()
