"""Finds out who is asking: a gateway's signature, or a session's token. Whether they may is the handler's affair."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from wellness_api.http.credentials import request_target, token_of
from wellness_api.http.services import Services


class Authentication(AbstractAuthenticationMiddleware):
    """Sets the request's user to a Principal, or to None when nobody is signed in."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """Looks at the signature first, then at the token."""
        services: Services = connection.app.state.services
        if "signature-input" in connection.headers:
            gateway = await services.gateways.find(
                method=str(connection.scope.get("method")),
                path=request_target(connection),
                headers=connection.headers,
                now=services.clock(),
            )
            return AuthenticationResult(user=gateway, auth=None)
        token = token_of(connection)
        if token is None:
            return AuthenticationResult(user=None, auth=None)
        principal = await services.sessions.find(token, now=services.clock())
        return AuthenticationResult(user=principal, auth=None)
