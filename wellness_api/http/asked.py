"""What a request asked for under an idempotency key, besides its body: method, address and query."""

from typing import Any

from litestar import Request

from wellness_api.http.credentials import request_target


def asked_of(request: Request[Any, Any, Any]) -> bytes:
    """The request line as it came."""
    return f"{request.method} {request_target(request)}".encode()
