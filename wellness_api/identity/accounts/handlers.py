"""Sign-in, sign-out, who is signed in, and on which devices."""

from datetime import datetime
from typing import Annotated, Final

import msgspec
from litestar import Response, delete, get, post
from litestar.exceptions import NotFoundException
from litestar.openapi.spec import Example
from litestar.params import HeaderParameter, PathParameter

from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.credentials import Credential, give_cookie, take_cookies, token_of
from wellness_api.http.examples import DEMO_RESIDENT_CODE
from wellness_api.http.idempotency import KEY_PATTERN
from wellness_api.http.operations import answers_again, refuses, takes
from wellness_api.http.principals import Role
from wellness_api.http.services import AnyRequest, SignedInRequest, services_of
from wellness_api.identity.accounts.sessions import SESSIONS, OwnSession
from wellness_api.identity.accounts.sign_in import SIGN_IN, CodeReplaced, TooManyDevices, WrongCode
from wellness_api.identity.accounts.user_agents import device_of
from wellness_api.identity.accounts.wrong_codes import TooManyWrongCodes
from wellness_api.work.once.handling import once

TYPED_LENGTH_MAX: Final = 100
"""In characters; a longer code is refused."""


class SignIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The code printed at the counter; case, width, spaces and dashes do not matter."""

    code: Annotated[str, msgspec.Meta(max_length=TYPED_LENGTH_MAX)]


class OpenedSession(msgspec.Struct, kw_only=True):
    """An open session. The token goes into the Authorization header as a bearer token; browsers use the cookie.

    `expires_at`: when it ends if nobody uses it until then; each use moves this on.
    """

    token: str
    role: Role
    display_name: str
    expires_at: datetime


class Me(msgspec.Struct, kw_only=True):
    """Who is signed in. `zone`: only of a resident."""

    role: Role
    display_name: str
    zone: str | None


class OwnSessions(msgspec.Struct, kw_only=True):
    """The devices on which one is signed in, at most 100: the device that asks first, then the latest used.

    `has_code`: whether there is a printed code with which one can sign in again.
    """

    items: list[OwnSession]
    has_code: bool


SIGN_IN_BYTES_MAX: Final = 1024
"""A larger body is refused with 413."""

SIGN_IN_BODY: Final = BodyDecoder(SignIn)

DeviceKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        pattern=KEY_PATTERN,
        description=(
            "Chosen at random by the device and kept: with it, the same code finds the device's session again and counts"
            " the device once. Without it every sign-in is another device."
        ),
        examples=[Example(value="phone-2f1c9a52-example")],
    ),
]


@post(
    "/v1/sessions",
    operation_id="openSession",
    summary="Sign in",
    description=(
        "Opens a session by a printed sign-in code, or finds the one that the device has by it. The answer also sets a"
        " cookie for browsers."
    ),
    tags=["identity"],
    request_max_body_size=SIGN_IN_BYTES_MAX,
    **takes(SignIn, {"code": DEMO_RESIDENT_CODE}),
    **answers_again(),
    **refuses(WrongCode, CodeReplaced, TooManyDevices, TooManyWrongCodes),
)
async def open_session(
    request: AnyRequest, idempotency_key: DeviceKey = None
) -> Response[OpenedSession]:
    """Signs in."""
    services = services_of(request)
    sign_in = SIGN_IN_BODY.decode(request, await read_body(request))
    opened = await SIGN_IN.of(services).by_code(
        sign_in.code,
        key=idempotency_key,
        device=device_of(request.headers.get("user-agent", "")),
        address=request.client.host if request.client else None,
        now=services.clock(),
    )
    response = Response(
        OpenedSession(
            token=opened.token,
            role=opened.role,
            display_name=opened.display_name,
            expires_at=opened.expires_at,
        ),
        status_code=200 if opened.is_repeated else 201,
    )
    give_cookie(response, opened.token, secure=services.settings.secure_cookies)
    return response


@delete(
    "/v1/sessions/current",
    operation_id="closeSession",
    summary="Sign out",
    description="Ends the session that the request came with. The printed code stays good.",
    tags=["identity"],
    status_code=204,
    **only("resident", "health_staff", "programme_officer", "gateway"),
)
async def close_session(request: SignedInRequest) -> Response[None]:
    """Signs out."""
    token = token_of(request)
    if token is not None:
        await SESSIONS.of(services_of(request)).close(token)
    response: Response[None] = Response(None, status_code=204)
    take_cookies(response)
    return response


@get(
    "/v1/me",
    operation_id="whoAmI",
    summary="Who is signed in",
    description="The pages' first request: a browser's cookie is renewed by it.",
    tags=["identity"],
    **only("resident", "health_staff", "programme_officer", "gateway"),
)
async def who_am_i(request: SignedInRequest) -> Response[Me]:
    """The person or gateway that asks."""
    principal = request.user
    response = Response(
        Me(role=principal.role, display_name=principal.display_name, zone=principal.zone)
    )
    credential: Credential | None = request.auth
    if credential is not None and credential.is_cookie:
        secure = services_of(request).settings.secure_cookies
        give_cookie(response, credential.token, secure=secure)
    return response


@get(
    "/v1/me/sessions",
    operation_id="ownSessions",
    summary="Where I am signed in",
    tags=["identity"],
    **only("resident", "health_staff", "programme_officer"),
)
async def get_own_sessions(request: SignedInRequest) -> OwnSessions:
    """The sessions of the person who asks."""
    services, token = services_of(request), token_of(request)
    assert token is not None, "who is no gateway came with a token"
    return OwnSessions(
        items=await SESSIONS.of(services).of(request.user, token, now=services.clock()),
        has_code=await SESSIONS.of(services).has_code(request.user),
    )


@delete(
    "/v1/me/sessions/{session_id:int}",
    operation_id="endSession",
    summary="Sign a device out",
    description=(
        "Ends one of one's own sessions: at once in the process that answers, within ten seconds in others."
    ),
    tags=["identity"],
    status_code=204,
    **only("resident", "health_staff", "programme_officer"),
)
@once
async def end_session(
    request: SignedInRequest,
    session_id: Annotated[
        int,
        PathParameter(
            ge=1,
            le=2**63 - 1,
            description="The number of the session.",
            examples=[Example(value=1)],
        ),
    ],
) -> None:
    """Ends the session."""
    if not await SESSIONS.of(services_of(request)).end(request.user, session_id):
        raise NotFoundException(
            f"There is no session {session_id}, it is over, or it is not yours."
        )
