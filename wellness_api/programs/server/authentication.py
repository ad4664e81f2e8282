"""Finds out who sends a request: a gateway by its signature, or a session by its token. The handler decides whether
they may.
"""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from wellness_api.http.credentials import credential_of, request_target
from wellness_api.http.same_origin import check_same_origin
from wellness_api.http.services import Services
from wellness_api.identity.accounts.gateways import GATEWAYS
from wellness_api.identity.accounts.sessions import SESSIONS


class Authentication(AbstractAuthenticationMiddleware):
    """Sets the request's user to a Principal, or to None when nobody is signed in, and `auth` to their Credential."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """Looks at the signature first, then at the token."""
        services: Services = connection.app.state.services
        method = str(connection.scope.get("method"))
        if "signature-input" in connection.headers:
            gateway = await GATEWAYS.of(services).find(
                method=method,
                path=request_target(connection),
                headers=connection.headers,
                now=services.clock(),
            )
            return AuthenticationResult(user=gateway, auth=None)
        secure_cookies = services.settings.secure_cookies
        credential = credential_of(connection, secure=secure_cookies)
        if credential is None or credential.is_cookie:
            check_same_origin(
                method,
                connection.headers,
                has_cookie=credential is not None,
                # A trusted proxy says so about one request; the setting says so about all.
                is_secure=secure_cookies or connection.scope["scheme"] == "https",
            )
        if credential is None:
            return AuthenticationResult(user=None, auth=None)
        principal = await SESSIONS.of(services).find(
            credential.token, now=services.clock(), by_old_cookie=credential.is_old_cookie
        )
        return AuthenticationResult(user=principal, auth=credential)
