"""A resident's own wish to leave."""

from datetime import datetime
from typing import Final, Literal

import msgspec
from litestar import Response, delete

from wellness_api.database.sql import read_sql
from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.credentials import take_cookies
from wellness_api.http.operations import takes
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.identity.accounts.sessions import SESSIONS
from wellness_api.work.doorbell import DOORBELL

ASK: Final = read_sql(__package__, "ask")


class Leave(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Confirms that everything is to be deleted. There is no way back."""

    confirm: Literal["erase"]


class ErasureAsked(msgspec.Struct, kw_only=True):
    """The wish is on disk. Everything is deleted within moments, or as soon as the worker runs again."""

    requested_at: datetime


LEAVE: Final = BodyDecoder(Leave)


@delete(
    "/v1/me",
    operation_id="eraseMe",
    summary="Leave, and have everything deleted",
    description=(
        "Ends every session and sign-in code of the resident, and deletes the name, the samples, the points and whatever"
        " else there is about them. It cannot be undone. What may remain in backups, and for how long, is the city's to"
        " say."
    ),
    tags=["identity"],
    status_code=202,
    **only("resident"),
    **takes(Leave, {"confirm": "erase"}),
)
async def erase_me(request: SignedInRequest) -> Response[ErasureAsked]:
    """Writes the wish down; the worker carries it out."""
    services, resident_id = services_of(request), request.user.principal_id
    LEAVE.decode(request, await read_body(request))
    now = services.clock()
    await services.pool.execute(ASK, resident_id, now)
    SESSIONS.of(services).forget(resident_id)
    DOORBELL.of(services).press()
    response = Response(ErasureAsked(requested_at=now), status_code=202)
    take_cookies(response)
    return response
