"""Answers a library's panic like any other error of ours, since the framework catches Exceptions only."""

from litestar.middleware import MiddlewareProtocol
from litestar.types import ASGIApp, Receive, Scope, Send

from wellness_api.process.panics import panics_as_errors


class PanicsAsErrors(MiddlewareProtocol):
    """Wraps everything that answers a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""
        with panics_as_errors():
            await self._app(scope, receive, send)
