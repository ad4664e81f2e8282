"""What staff see of set-aside items, and how they let an item be tried again."""

from typing import Annotated

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from wellness_api.http.access import only
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.work.doorbell import DOORBELL
from wellness_api.work.once.handling import once
from wellness_api.work.set_aside.listing import NoSuchSetAside, list_set_aside, release_set_aside
from wellness_api.work.set_aside.shapes import SetAside


@get(
    "/v1/set-aside",
    operation_id="setAside",
    summary="Work that failed and was set aside",
    description=(
        "What could not be worked out, of each kind how many and why. Everybody else goes on meanwhile. No person is named:"
        " the operator's command line knows whom an item is about."
    ),
    tags=["operation"],
    **only("health_staff", "programme_officer"),
)
async def get_set_aside(request: SignedInRequest) -> SetAside:
    """The list of set-aside items."""
    return await list_set_aside(services_of(request).pool)


@post(
    "/v1/set-aside/{set_aside_id:int}/release",
    operation_id="releaseSetAside",
    summary="Let an item be tried again",
    description="For when its reason is mended. If it fails once more, it is set aside once more. Safe to send again.",
    tags=["operation"],
    status_code=204,
    **only("health_staff", "programme_officer"),
)
@once
async def release(
    request: SignedInRequest,
    set_aside_id: Annotated[
        int,
        PathParameter(
            description="As listed by GET /v1/set-aside.",
            ge=1,
            le=2**63 - 1,
            examples=[Example(value=1)],
        ),
    ],
) -> None:
    """Releases the item."""
    services = services_of(request)
    if not await release_set_aside(
        services.pool, set_aside_id=set_aside_id, kind=None, now=services.clock()
    ):
        raise NotFoundException(str(NoSuchSetAside(set_aside_id)))
    DOORBELL.of(services).press()
