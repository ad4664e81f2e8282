"""Sign-in, sign-out, and who am I."""

from datetime import datetime
from typing import Final

import msgspec
from litestar import Response, delete, get, post
from litestar.datastructures import Cookie

from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.credentials import COOKIE, token_of
from wellness_api.http.services import AnyRequest, SignedInRequest, services_of
from wellness_api.identity.principals import Role


class SignIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The code printed at the counter; case, width, spaces and dashes do not matter."""

    code: str


class Session(msgspec.Struct, kw_only=True):
    """An open session. The token goes into the Authorization header as a bearer token; browsers use the cookie."""

    token: str
    role: Role
    display_name: str
    expires_at: datetime


class Me(msgspec.Struct, kw_only=True):
    """Who is signed in; `zone` is a resident's."""

    role: Role
    display_name: str
    zone: str | None


SIGN_IN_BYTES_MAX: Final = 1024
SIGN_IN: Final = BodyDecoder(SignIn)


@post(
    "/v1/sessions",
    operation_id="openSession",
    summary="Sign in",
    description="Opens a session by a printed sign-in code. The answer also sets a cookie for browsers.",
    tags=["identity"],
    request_max_body_size=SIGN_IN_BYTES_MAX,
)
async def open_session(request: AnyRequest) -> Response[Session]:
    """Signs in."""
    services = services_of(request)
    sign_in = SIGN_IN.decode(request, await read_body(request))
    opened = await services.sessions.open(sign_in.code, now=services.clock())
    cookie = Cookie(
        key=COOKIE,
        value=opened.token,
        httponly=True,
        samesite="strict",
        secure=services.settings.secure_cookies,
        max_age=services.settings.session_hours * 3600,
    )
    return Response(
        Session(
            token=opened.token,
            role=opened.principal.role,
            display_name=opened.principal.display_name,
            expires_at=opened.expires_at,
        ),
        cookies=[cookie],
    )


@delete(
    "/v1/sessions/current",
    operation_id="closeSession",
    summary="Sign out",
    description="Ends the session that the request came with.",
    tags=["identity"],
    status_code=204,
    **only("resident", "health_staff", "programme_officer", "gateway"),
)
async def close_session(request: SignedInRequest) -> Response[None]:
    """Signs out."""
    token = token_of(request)
    if token is not None:
        await services_of(request).sessions.close(token)
    response: Response[None] = Response(None, status_code=204)
    response.delete_cookie(COOKIE)
    return response


@get(
    "/v1/me",
    operation_id="whoAmI",
    summary="Who is signed in",
    tags=["identity"],
    **only("resident", "health_staff", "programme_officer", "gateway"),
)
async def who_am_i(request: SignedInRequest) -> Me:
    """The one who is asking."""
    principal = request.user
    return Me(role=principal.role, display_name=principal.display_name, zone=principal.zone)
