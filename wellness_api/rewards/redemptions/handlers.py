"""`/v1/reward-items` and `/v1/me/redemptions`: what residents can redeem points for, and what they redeemed."""

from typing import Annotated, Final, Literal

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.openapi.spec import Example
from litestar.params import HeaderParameter, PathParameter

from wellness_api.health.samples.local_days import local_date
from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.idempotency import KEY_PATTERN
from wellness_api.http.operations import answers_again, refuses, takes
from wellness_api.http.paging import NEWEST, PageCursor, PageLimit, below
from wellness_api.http.services import Services, SignedInRequest, services_of
from wellness_api.rewards.redemptions.problems import (
    AccountMissing,
    AccountNotNeeded,
    AlreadyCancelled,
    AlreadyConfirmed,
    ConfirmedAtPickup,
    HoldLapsed,
    LimitReached,
    NeedsCheckup,
    NotOffered,
    RedemptionKeyReused,
    SoldOut,
    TooFewPoints,
    TooOld,
    TooYoung,
    UnknownItem,
)
from wellness_api.rewards.redemptions.redeeming import (
    Moment,
    NoSuchRedemption,
    end_redemption,
    offers_to,
    own_redemption,
    own_redemptions,
    redeem,
)
from wellness_api.rewards.redemptions.shapes import NewRedemption, Offers, Redemption, Redemptions
from wellness_api.work.once.handling import once

NEW_REDEMPTION: Final = BodyDecoder(NewRedemption)

RedemptionKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        pattern=KEY_PATTERN,
        description="Chosen by the client, and the same for every try: then points are spent once.",
        examples=[Example(value="redeem-example-0001")],
    ),
]
RedemptionId = Annotated[
    int,
    PathParameter(
        ge=1, le=NEWEST, description="The number of the redemption.", examples=[Example(value=1)]
    ),
]

HeldId = Annotated[
    int,
    PathParameter(
        ge=1, le=NEWEST, description="The number of the redemption.", examples=[Example(value=2)]
    ),
]


def moment_of(services: Services) -> Moment:
    """Now, with the city's day."""
    now = services.clock()
    return Moment(now, local_date(now, services.settings.time_zone))


@get(
    "/v1/reward-items",
    operation_id="rewardItems",
    summary="What points can be redeemed for",
    description="The present offers, each with its price, whether one is left, and the obstacle if there is "
    "one.",
    tags=["rewards"],
    **only("resident"),
)
async def get_reward_items(request: SignedInRequest) -> Offers:
    """What is offered to the resident."""
    services, resident = services_of(request), request.user
    today = local_date(services.clock(), resident.home_zone)
    return await offers_to(services.pool, resident.principal_id, today=today)


@post(
    "/v1/me/redemptions",
    operation_id="redeem",
    summary="Redeem points",
    description=(
        "Spends the item's price for one unit of it. Vouchers, points, donations and draw entries are confirmed "
        "at once unless `confirm` is false; goods are held until they are picked up with the code. The same key "
        "with the same request returns the same redemption, with its code."
    ),
    tags=["rewards"],
    **only("resident"),
    **takes(NewRedemption, {"item": "library-thanks"}),
    **answers_again(),
    **refuses(
        UnknownItem,
        NotOffered,
        SoldOut,
        TooYoung,
        TooOld,
        NeedsCheckup,
        LimitReached,
        TooFewPoints,
        AccountMissing,
        AccountNotNeeded,
        RedemptionKeyReused,
    ),
)
async def post_redemption(
    request: SignedInRequest, idempotency_key: RedemptionKey
) -> Response[Redemption]:
    """Redeems one unit of an item."""
    services = services_of(request)
    redeemed = await redeem(
        services.pool,
        request.user.principal_id,
        NEW_REDEMPTION.decode(request, await read_body(request)),
        idempotency_key=idempotency_key,
        moment=moment_of(services),
    )
    return Response(redeemed.redemption, status_code=200 if redeemed.is_repeated else 201)


@get(
    "/v1/me/redemptions",
    operation_id="redemptions",
    summary="One's own redemptions, newest first",
    tags=["rewards"],
    **only("resident"),
)
async def get_redemptions(
    request: SignedInRequest,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> Redemptions:
    """The resident's redemptions."""
    return await own_redemptions(
        services_of(request).pool,
        request.user.principal_id,
        below=below(cursor),
        limit=limit,
    )


@get(
    "/v1/me/redemptions/{redemption_id:int}",
    operation_id="redemption",
    summary="One redemption, with its code",
    tags=["rewards"],
    **only("resident"),
)
async def get_redemption(request: SignedInRequest, redemption_id: RedemptionId) -> Redemption:
    """The redemption."""
    try:
        return await own_redemption(
            services_of(request).pool, request.user.principal_id, redemption_id
        )
    except NoSuchRedemption as error:
        raise _not_found(redemption_id) from error


@post(
    "/v1/me/redemptions/{redemption_id:int}/confirmation",
    operation_id="confirmRedemption",
    summary="Confirm what is held",
    description="This is not for goods, which the staff confirm at the pick-up. A repeated request changes "
    "nothing.",
    tags=["rewards"],
    status_code=200,
    **only("resident"),
    **refuses(ConfirmedAtPickup, AlreadyCancelled, HoldLapsed),
)
@once
async def confirm_redemption(request: SignedInRequest, redemption_id: RedemptionId) -> Redemption:
    """Confirms the redemption."""
    return await _ended(request, redemption_id, "confirmed")


@post(
    "/v1/me/redemptions/{redemption_id:int}/cancellation",
    operation_id="cancelRedemption",
    summary="Cancel what is held",
    description="The points come back and the unit is free again. A repeated request changes nothing.",
    tags=["rewards"],
    status_code=200,
    **only("resident"),
    **refuses(AlreadyConfirmed, HoldLapsed),
)
@once
async def cancel_redemption(request: SignedInRequest, redemption_id: HeldId) -> Redemption:
    """Cancels the redemption."""
    return await _ended(request, redemption_id, "cancelled")


async def _ended(
    request: SignedInRequest, redemption_id: int, state: Literal["confirmed", "cancelled"]
) -> Redemption:
    services = services_of(request)
    try:
        return await end_redemption(
            services.pool,
            request.user.principal_id,
            redemption_id,
            state,
            moment=moment_of(services),
        )
    except NoSuchRedemption as error:
        raise _not_found(redemption_id) from error


def _not_found(redemption_id: int) -> NotFoundException:
    return NotFoundException(f"There is no redemption {redemption_id}, or it is not yours.")
