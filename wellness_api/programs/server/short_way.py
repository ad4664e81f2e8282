"""The short way for uploads, which are nearly all requests of a city. It bypasses the framework's general machinery.

A phone's upload is signed in by a token and well formed. For such an upload, the application's routing, its request and
response objects and its middleware cost more than the upload itself (docs/performance.md). The short way hands every
other request to the application, as if it had come there first: one with a signature, a cookie, a missing or repeated
header, a query or a large body, and anything that is refused or fails. The application answers it, and
`wellness_api.health.samples.handlers` says what an upload is. Nothing is stored twice by that, since the idempotency
key is the same. The limits are the application's. A request that had to wait too long gets its answer at once, and does
not wait again.
"""

import re
from collections.abc import Callable
from typing import Final, cast

import msgspec
import structlog
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import (
    HTTPRequestEvent,
    HTTPScope,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Receive,
    Scope,
    Send,
)

from device_bridge.wire import JSON, MESSAGEPACK, Upload
from wellness_api.health.samples.accept import Accepted
from wellness_api.health.samples.arrivals import arrival_of
from wellness_api.health.samples.contents import Columns
from wellness_api.health.samples.handlers import accepted_of
from wellness_api.http.bodies import decompressed
from wellness_api.http.idempotency import KEY_PATTERN
from wellness_api.http.load import LARGE_BODY_BYTES
from wellness_api.http.principals import Principal
from wellness_api.http.services import Services
from wellness_api.identity.accounts.sessions import SESSIONS
from wellness_api.process.panics import panics_as_errors
from wellness_api.programs.server.admission import length_said
from wellness_api.programs.server.busy import NOT_TWICE, busy_report
from wellness_api.programs.server.head import METHOD as HEAD
from wellness_api.programs.server.head import as_get, without_content
from wellness_api.programs.server.headers import MORE, with_headers
from wellness_api.programs.server.problems import is_unexpected
from wellness_api.words.asked import ASKED_IN, language_asked

PATH: Final = "/v1/uploads"
BEARER: Final = b"Bearer "
KEY: Final = re.compile(KEY_PATTERN.encode())

LONG_WAY_ONLY: Final = frozenset({b"signature-input", b"content-digest", b"transfer-encoding"})
"""Headers that only the application looks at."""

log = structlog.get_logger()

Headers = dict[bytes, bytes]

_decoders: Final[dict[bytes, Callable[[bytes], Upload]]] = {
    JSON.encode(): msgspec.json.Decoder(Upload).decode,
    MESSAGEPACK.encode(): msgspec.msgpack.Decoder(Upload).decode,
}
_json: Final = msgspec.json.Encoder()
_messagepack: Final = msgspec.msgpack.Encoder()


class App(Litestar):
    """The application with its short way."""

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        """Answers one connection."""
        if scope["type"] != ScopeType.HTTP:
            await super().__call__(scope, receive, send)
            return
        request = cast("HTTPScope", scope)
        receive, send = cast("Receive", receive), cast("Send", send)
        if request["path"] == PATH and request["method"] == "POST":
            sent = cast("list[tuple[bytes, bytes]]", request["headers"])
            headers = dict(sent)
            # A repeated header would count here by its last value, and in the application by its first.
            is_each_once = len(headers) == len(sent)
            if is_each_once and not request["query_string"] and _is_plain(headers):
                await self._take_upload(request, headers, receive, send)
                return
        await self._long_way(request, receive, send)

    async def _long_way(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        send = with_headers(send, scope, is_secure=self._is_secure)
        if scope["method"] == HEAD:
            await super().__call__(as_get(scope), receive, without_content(send))
        else:
            await super().__call__(scope, receive, send)

    async def _take_upload(
        self, scope: HTTPScope, headers: Headers, receive: Receive, send: Send
    ) -> None:
        services: Services = self.state.services
        try:
            came = await _take(services, headers, receive)
        except NOT_TWICE as error:
            asked_in = headers.get(ASKED_IN.encode(), b"").decode("latin-1")
            await self._send(send, *busy_report(PATH, error, accept_language=asked_in))
            return
        if isinstance(came, Accepted):
            await self._send(send, *_receipt(came, headers))
        elif came is not None:
            await self._long_way(scope, _again(came, receive), send)

    async def _send(
        self, send: Send, status: int, headers: list[tuple[bytes, bytes]], content: bytes
    ) -> None:
        headers.append((b"content-length", str(len(content)).encode()))
        headers.extend(MORE[True, self._is_secure])
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content, "more_body": False})

    @property
    def _is_secure(self) -> bool:
        services: Services = self.state.services
        return services.settings.secure_cookies


def _is_plain(headers: Headers) -> bool:
    """Whether the request has what an upload of a signed-in app has, and nothing that needs a closer look."""
    length = headers.get(b"content-length", b"")
    return (
        headers.get(b"authorization", b"").startswith(BEARER)
        and headers.get(b"content-type") in _decoders
        and KEY.fullmatch(headers.get(b"idempotency-key", b"")) is not None
        and length.isdigit()
        and 0 < length_said(length) <= LARGE_BODY_BYTES
        and LONG_WAY_ONLY.isdisjoint(headers)
    )


async def _whole_body(receive: Receive) -> bytes | None:
    """The body; the server holds it to the length in the header. None when the client is gone."""
    parts = []
    while True:
        event = await receive()
        if event["type"] != "http.request":
            return None
        parts.append(event["body"])
        if not event["more_body"]:
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def _take(services: Services, headers: Headers, receive: Receive) -> Accepted | bytes | None:
    """The receipt; or the body, when the application has to answer; or None when the client is gone."""
    token = headers[b"authorization"][len(BEARER) :].decode("latin-1").strip()
    body = await _whole_body(receive)
    if body is None:
        return None
    try:
        with panics_as_errors():
            principal = await SESSIONS.of(services).find(token, now=services.clock())
            if principal is None or principal.role != "resident":
                return body
            with services.load.request("last_to_go"):
                async with services.shares.of(principal.principal_id):
                    return await _accepted(services, principal, headers, body) or body
    except NOT_TWICE:
        raise
    except Exception as error:
        # The application says what the error is, as if the request had come there first.
        if is_unexpected(error):
            log.exception("short_way_failed")
        return body


async def _accepted(
    services: Services, principal: Principal, headers: Headers, body: bytes
) -> Accepted | None:
    """The receipt, or None for a request that the application has to answer."""
    encoding = headers.get(b"content-encoding", b"identity").decode("latin-1")
    decoded = decompressed(body, encoding, bytes_max=LARGE_BODY_BYTES)
    upload = _decoders[headers[b"content-type"]](decoded)
    if upload.card is not None:
        return None
    arrival = arrival_of(services, principal.home_zone)
    if upload.each_batch:
        asked_in = headers.get(ASKED_IN.encode(), b"").decode("latin-1")
        arrival = arrival._replace(language=language_asked(asked_in))
    return await accepted_of(
        services,
        principal.principal_id,
        headers[b"idempotency-key"].decode(),
        Columns(upload, arrival),
        now=arrival.now,
    )


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the request's body once more, then what comes after it."""
    unread = True

    async def receive_again() -> HTTPRequestEvent:
        nonlocal unread
        if unread:
            unread = False
            return {"type": "http.request", "body": body, "more_body": False}
        return cast("HTTPRequestEvent", await receive())

    return receive_again


def _receipt(accepted: Accepted, headers: Headers) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and content."""
    packed = MESSAGEPACK.encode() in headers.get(b"accept", b"")
    content = (_messagepack if packed else _json).encode(accepted.receipt)
    media_type = (MESSAGEPACK if packed else JSON).encode()
    return 200 if accepted.replayed else 201, [(b"content-type", media_type)], content
