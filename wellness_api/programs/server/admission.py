"""Which requests are accepted: by their kind when there is too much to do, and by who sends them."""

from collections import deque
from contextlib import AsyncExitStack
from typing import Final, Self, cast

from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send

from wellness_api.http.access import ROLES
from wellness_api.http.load import LARGE_BODY_BYTES, Held
from wellness_api.http.operations import GOES, Admitted, handler_of, operation_of
from wellness_api.http.principals import Principal
from wellness_api.http.services import Services
from wellness_api.http.shares import Shares

STAFF: Final = frozenset({"health_staff", "programme_officer"})

LENGTH_DIGITS_MAX: Final = 19
"""A Content-Length of more digits is refused with 400."""

STRANGERS: Final = 0
"""All clients that are not signed in share one share."""


def admitted_as(handler: HTTPRouteHandler) -> Admitted:
    """When the operation is refused. Without a word of its own, an operation for staff alone is refused first, and any
    other is ordinary.
    """
    said: Admitted | None = handler.opt.get(GOES)
    if said is not None:
        return said
    roles = frozenset(handler.opt.get(ROLES, ()))
    return "first_to_go" if roles and roles <= STAFF else "ordinary"


class Admission(ASGIMiddleware):
    """Accepts a request if there is room for what it asks. It decides before it is known who asks, since finding that
    out already costs something.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Raises Busy."""
        handler = handler_of(scope)
        services: Services = scope["litestar_app"].state.services
        admitted = admitted_as(handler)
        if admitted == "always":
            await next_app(scope, receive, send)
        elif admitted == "apart":
            services.load.check("ordinary")
            await next_app(scope, receive, send)
        else:
            services.load.check(admitted)
            waited_for = await _small_body(scope, receive, handler)
            if waited_for is None:
                return
            with services.load.request(admitted) as held:
                await next_app(scope, _metered(waited_for, held), send)


class FairShare(ASGIMiddleware):
    """Lets nobody have more requests under way than their share; runs after the authentication."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Raises Busy."""
        handler = handler_of(scope)
        admitted = admitted_as(handler)
        services: Services = scope["litestar_app"].state.services
        principal: Principal | None = scope.get("user")
        if not operation_of(handler) or admitted == "always":
            await next_app(scope, receive, send)
        elif principal is None:
            async with services.strangers.of(STRANGERS):
                await next_app(scope, receive, send)
        elif admitted == "apart":
            with services.streams.of(principal.principal_id):
                await next_app(scope, receive, send)
        elif _may_be_slow(scope, handler):
            async with (
                services.bodies.of(principal.principal_id),
                _ShareOnceRead(services.shares, principal.principal_id, receive) as share,
            ):
                await next_app(scope, share.receive, send)
        else:
            async with services.shares.of(principal.principal_id):
                await next_app(scope, receive, send)


def _may_be_slow(scope: Scope, handler: HTTPRouteHandler) -> bool:
    """Whether the request has a body that the client may take minutes for. A small body has been received already."""
    if (handler.resolve_request_max_body_size() or 0) <= LARGE_BODY_BYTES:
        return False
    headers = dict(scope["headers"])
    said = length_said(headers.get(b"content-length", b""))
    return said > LARGE_BODY_BYTES or b"transfer-encoding" in headers


class _ShareOnceRead:
    """Takes somebody's share once the body has been received: until then their request needs nothing of the database."""

    def __init__(self, shares: Shares, who: int, receive: Receive) -> None:
        self._shares = shares
        self._who = who
        self._receive = receive
        self._taken = AsyncExitStack()
        self._is_read = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._taken.aclose()

    async def receive(self) -> HTTPReceiveMessage:
        """The next event; raises Busy in place of the last piece of the body."""
        event = cast("HTTPReceiveMessage", await self._receive())
        if not self._is_read and event["type"] == "http.request" and not event["more_body"]:
            self._is_read = True
            await self._taken.enter_async_context(self._shares.of(self._who))
        return event


async def _small_body(scope: Scope, receive: Receive, handler: HTTPRouteHandler) -> Receive | None:
    """Returns what gives the body, once a body that can only be small has been received; None when the client is gone."""
    most = handler.resolve_request_max_body_size() or LARGE_BODY_BYTES
    if most > LARGE_BODY_BYTES or not _has_body(scope, most):
        return receive
    events: deque[HTTPReceiveMessage] = deque()
    received, more = 0, True
    while more and received <= most:
        event = cast("HTTPReceiveMessage", await receive())
        if event["type"] == "http.disconnect":
            return None
        events.append(event)
        received += len(event["body"])
        more = event["more_body"]

    async def again() -> HTTPReceiveMessage:
        return events.popleft() if events else cast("HTTPReceiveMessage", await receive())

    return again


def _has_body(scope: Scope, most: int) -> bool:
    """Whether the request has a body that the operation takes."""
    headers = dict(scope["headers"])
    said = headers.get(b"content-length", b"")
    return b"transfer-encoding" in headers or 0 < length_said(said) <= most


def length_said(content_length: bytes) -> int:
    """The body's length in a header; 0 for a value that is no length, and for more digits than any length has."""
    if len(content_length) > LENGTH_DIGITS_MAX or not content_length.isdigit():
        return 0
    return int(content_length)


def _metered(receive: Receive, held: Held) -> Receive:
    async def metered() -> HTTPReceiveMessage:
        event = cast("HTTPReceiveMessage", await receive())
        if event["type"] == "http.request":
            held.add(len(event["body"]))
        return event

    return metered
