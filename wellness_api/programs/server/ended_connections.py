"""Why a connection is ended, as its client reads it."""

import re
from typing import Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from wellness_api.http.refused import Refused
from wellness_api.programs.server.connections import ConnectionLimits
from wellness_api.programs.server.in_their_language import report_sent

LANGUAGE_BYTES_MAX: Final = 200
"""The length of the header Accept-Language in a head that cannot be read; what follows is ignored."""

ACCEPT_LANGUAGE: Final = re.compile(
    rb"^accept-language:[ \t]*([^\r\n]{1,%d})" % LANGUAGE_BYTES_MAX, re.IGNORECASE | re.MULTILINE
)


class ConnectionEnded(Refused):
    """The base: the server cannot read on in what the client sent."""

    field = "connection"

    def __init__(self, *, limit: str, field: str | None = None) -> None:
        detail = f"{self.title}: {limit}. Nothing was kept of it, and the connection is closed."
        super().__init__(field=field, limit=limit, detail=detail)


class TooManyConnections(ConnectionEnded):
    """All places for connections are taken."""

    code = "too_many_connections"
    status = 503
    title = "There are too many connections"
    comes_back = True

    def __init__(self, limits: ConnectionLimits) -> None:
        super().__init__(limit=f"{limits.connections_max} connections at a time")


class TooManyPipelined(ConnectionEnded):
    """The client sent too many requests before it read the answers."""

    code = "too_many_pipelined"
    status = 429
    title = "Too many requests at once"
    comes_back = True

    def __init__(self, limits: ConnectionLimits) -> None:
        super().__init__(limit=f"{limits.pipelined_max} requests that wait for each other")


class MalformedRequest(ConnectionEnded):
    """The client did not send HTTP."""

    code = "malformed_request"
    status = 400
    title = "Invalid HTTP request received."
    field = "request"

    def __init__(self) -> None:
        super().__init__(limit="HTTP/1.1")


class TargetTooLong(ConnectionEnded):
    """The address is longer than any of ours."""

    code = "target_too_long"
    status = 414
    title = "The address is too long"
    field = "address"

    def __init__(self, limits: ConnectionLimits) -> None:
        super().__init__(limit=f"at most {limits.target_bytes_max} bytes")


class HeadTooLarge(ConnectionEnded):
    """The headers are too many or too long."""

    code = "head_too_large"
    status = 431
    title = "The headers are too large"
    field = "headers"

    def __init__(self, limits: ConnectionLimits) -> None:
        super().__init__(
            limit=f"at most {limits.headers_max} headers and {limits.head_bytes_max} bytes"
        )


class TooSlow(ConnectionEnded):
    """A head or a body does not come to its end."""

    code = "too_slow"
    status = 408
    title = "The request takes too long"

    def __init__(self, field: str, limit: str) -> None:
        super().__init__(field=field, limit=limit)


def language_in(head: bytes) -> str:
    """The header Accept-Language of a head that cannot be read, where it can be found."""
    said = ACCEPT_LANGUAGE.search(head)
    return said[1].decode("latin-1") if said else ""


def as_sent(refused: ConnectionEnded, accept_language: str) -> bytes:
    """The last answer on the connection, in the language of the header."""
    content, headers = report_sent(refused, accept_language)
    headers |= {"Content-Length": str(len(content)), "Connection": "close"}
    lines = "".join(f"{name.lower()}: {value}\r\n" for name, value in headers.items())
    return STATUS_LINE[refused.status] + lines.encode() + b"\r\n" + content
