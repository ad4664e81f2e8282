"""Finds out who is asking: a session's token, or a gateway's signature. Whether they may is the handler's affair."""

from typing import Any, Final

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from device_bridge.signing import SignatureRefused, verify_request
from wellness_api.database.sql import read_sql
from wellness_api.http.credentials import token_of
from wellness_api.http.services import Services
from wellness_api.identity.principals import Principal

PUBLIC_KEY: Final = read_sql("wellness_api.identity", "gateway_public_key")
GATEWAY_OF_KEY: Final = read_sql("wellness_api.identity", "gateway_of_key")


class Authentication(AbstractAuthenticationMiddleware):
    """Sets the request's user to a Principal, or to None when nobody is signed in."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """Looks at the signature first, then at the token."""
        services: Services = connection.app.state.services
        if "signature" in connection.headers:
            return AuthenticationResult(user=await _gateway(connection, services), auth=None)
        token = token_of(connection)
        if token is None:
            return AuthenticationResult(user=None, auth=None)
        principal = await services.sessions.find(token, now=services.clock())
        return AuthenticationResult(user=principal, auth=None)
