"""Finds out who is asking: a session's token, or a gateway's signature. Whether they may is the handler's affair."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from wellness_api.http.credentials import token_of
from wellness_api.http.services import Services


class Authentication(AbstractAuthenticationMiddleware):
    """Sets the request's user to a Principal, or to None when nobody is signed in."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """Looks at the signature first, then at the token."""
        services: Services = connection.app.state.services
        token = token_of(connection)
        if token is None:
            return AuthenticationResult(user=None, auth=None)
        principal = await services.sessions.find(token, now=services.clock())
        return AuthenticationResult(user=principal, auth=None)
