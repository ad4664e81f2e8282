"""What a request brings to say who is asking, and the cookie that does so for browsers."""

from datetime import timedelta
from typing import Any, Final, NamedTuple

from litestar import Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

COOKIE: Final = "wellness_session"
SECURE_COOKIE: Final = "__Host-wellness_session"
"""Browsers take it only from this very host over HTTPS, so no other host of the city's domain can set it."""

COOKIE_LASTS: Final = timedelta(days=400)
"""As long as browsers keep a cookie. The session behind it decides; the pages' first request renews it."""


class Credential(NamedTuple):
    """A token, and how it came. `is_old_cookie`: in a cookie with the name from before SECURE_COOKIE."""

    token: str
    is_cookie: bool
    is_old_cookie: bool = False


def credential_of(
    connection: ASGIConnection[Any, Any, Any, Any], *, secure: bool
) -> Credential | None:
    """The token of the request: the Authorization header's, or else the cookie's."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return Credential(token.strip(), is_cookie=False)
    cookies = connection.cookies
    if secure and SECURE_COOKIE in cookies:
        return Credential(cookies[SECURE_COOKIE], is_cookie=True)
    if COOKIE in cookies:
        return Credential(cookies[COOKIE], is_cookie=True, is_old_cookie=secure)
    return None


def token_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """The token that identified the caller; None for a gateway, which signs."""
    credential: Credential | None = connection.scope["auth"]
    return None if credential is None else credential.token


def give_cookie(response: Response[Any], token: str, *, secure: bool) -> None:
    """Sets the session's cookie, and removes the one with the other name."""
    if secure:
        response.set_cookie(_cookie(COOKIE, "", secure=False, lasts=timedelta()))
    name = SECURE_COOKIE if secure else COOKIE
    response.set_cookie(_cookie(name, token, secure=secure, lasts=COOKIE_LASTS))


def take_cookies(response: Response[Any]) -> None:
    """Removes the session's cookie, whichever name it has."""
    for name, secure in ((COOKIE, False), (SECURE_COOKIE, True)):
        response.set_cookie(_cookie(name, "", secure=secure, lasts=timedelta()))


def _cookie(name: str, value: str, *, secure: bool, lasts: timedelta) -> Cookie:
    return Cookie(
        key=name,
        value=value,
        max_age=int(lasts.total_seconds()),
        path="/",
        httponly=True,
        samesite="strict",
        secure=secure,
    )


def request_target(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Path and query as they stand in the request line, which is what a signature covers."""
    path: bytes = connection.scope["raw_path"]
    query: bytes = connection.scope["query_string"]
    return (path + b"?" + query if query else path).decode("ascii")
