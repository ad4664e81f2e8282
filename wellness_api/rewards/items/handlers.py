"""`/v1/catalogue` and `/v1/pickups`: the staff's side of rewards."""

from functools import partial
from typing import Annotated, Final

from litestar import Response, delete, get, patch, post, put
from litestar.exceptions import NotFoundException
from litestar.openapi.spec import Example
from litestar.params import Parameter, PathParameter

from device_bridge.wire import UPLOAD_BYTES_MAX
from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, in_thread, read_body
from wellness_api.http.examples import DEMO_PICKUP_CODE
from wellness_api.http.operations import refuses, takes
from wellness_api.http.paging import ROWS_PER_PAGE_MAX, CodeCursor, PageLimit, after
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.rewards.items.items import (
    NoSuchItem,
    add_item,
    catalogue,
    change_dates,
    withdraw,
)
from wellness_api.rewards.items.pickups import NothingWaits, hand_over, waiting_pickups
from wellness_api.rewards.items.problems import (
    InvalidCodes,
    InvalidItem,
    NoCodes,
    NoUnits,
    UnitsTaken,
    VersionExists,
)
from wellness_api.rewards.items.shapes import (
    ITEM_EXAMPLE,
    CatalogueItem,
    CodesAdded,
    HandedOver,
    ItemCatalogue,
    NewItem,
    OfferDates,
    Pickups,
    Stock,
)
from wellness_api.rewards.items.stock import add_codes, read_codes, set_units
from wellness_api.rewards.redemptions.handlers import moment_of
from wellness_api.rewards.redemptions.problems import AlreadyCancelled, HoldLapsed
from wellness_api.work.once.handling import once

NEW_ITEM: Final = BodyDecoder(NewItem)
OFFER_DATES: Final = BodyDecoder(OfferDates)
STOCK: Final = BodyDecoder(Stock)

ItemPath = Annotated[
    str, PathParameter(description="The item's code.", examples=[Example(value="tomato-juice")])
]


@get(
    "/v1/catalogue/items",
    operation_id="catalogueItems",
    summary="Reward items, their stock and totals",
    tags=["staff"],
    **only("programme_officer"),
)
async def get_catalogue(
    request: SignedInRequest, limit: PageLimit = ROWS_PER_PAGE_MAX, cursor: CodeCursor = None
) -> ItemCatalogue:
    """The catalogue, page by page."""
    async with services_of(request).pool.acquire() as connection:
        return await catalogue(connection, after=after(cursor), limit=limit)


@post(
    "/v1/catalogue/items",
    operation_id="addItem",
    summary="Add an item, or its next version",
    description=(
        "A version never changes; a redemption keeps the terms that it was made with. Adding the same version "
        "with the same terms changes nothing."
    ),
    tags=["staff"],
    **only("programme_officer"),
    **takes(NewItem, ITEM_EXAMPLE),
    **refuses(InvalidItem, VersionExists),
)
@once
async def post_item(request: SignedInRequest) -> CatalogueItem:
    """Adds a version."""
    services = services_of(request)
    new = NEW_ITEM.decode(request, await read_body(request))
    async with services.pool.acquire() as connection, connection.transaction():
        return await add_item(connection, new, now=services.clock())


@patch(
    "/v1/catalogue/items/{item:str}",
    operation_id="changeOfferDates",
    summary="Change the offer dates of an item's newest version",
    tags=["staff"],
    **only("programme_officer"),
    **takes(OfferDates, {"offered_from": "2026-04-01", "offered_to": "2027-03-31"}),
    **refuses(InvalidItem),
)
@once
async def patch_item(request: SignedInRequest, item: ItemPath) -> CatalogueItem:
    """Changes the dates."""
    dates = OFFER_DATES.decode(request, await read_body(request))
    try:
        async with services_of(request).pool.acquire() as connection, connection.transaction():
            return await change_dates(connection, item, dates)
    except NoSuchItem as error:
        raise _no_item(item) from error


@delete(
    "/v1/catalogue/items/{item:str}",
    operation_id="withdrawItem",
    summary="Withdraw an item",
    description="The item is no longer offered. What is redeemed or held stays. A new version offers it again.",
    tags=["staff"],
    **only("programme_officer"),
)
@once
async def delete_item(request: SignedInRequest, item: ItemPath) -> None:
    """Withdraws the item."""
    services = services_of(request)
    try:
        async with services.pool.acquire() as connection, connection.transaction():
            await withdraw(connection, item, now=services.clock())
    except NoSuchItem as error:
        raise _no_item(item) from error


@put(
    "/v1/catalogue/items/{item:str}/stock",
    operation_id="setStock",
    summary="Say how many units of an item there are",
    description="The number of units in all, redeemed and held ones included. For vouchers, add their codes "
    "instead.",
    tags=["staff"],
    **only("programme_officer"),
    **takes(Stock, {"units_total": 500}),
    **refuses(NoUnits, UnitsTaken),
)
@once
async def put_stock(request: SignedInRequest, item: ItemPath) -> CatalogueItem:
    """Sets the stock."""
    stock = STOCK.decode(request, await read_body(request))
    try:
        async with services_of(request).pool.acquire() as connection, connection.transaction():
            return await set_units(connection, item, stock.units_total)
    except NoSuchItem as error:
        raise _no_item(item) from error


@post(
    "/v1/catalogue/items/{item:str}/codes",
    operation_id="addCodes",
    summary="Add the codes of vouchers",
    description=(
        "A CSV whose first column has the codes, or one code on each line, in UTF-8. If a code exists already "
        "or is twice in the file, the answer names it and no code is added. Only the resident who redeems a "
        "code sees it again."
    ),
    tags=["staff"],
    request_max_body_size=UPLOAD_BYTES_MAX,
    **only("programme_officer"),
    **takes(None, "code\nEXAMPLE-0001\nEXAMPLE-0002\n", ("text/csv",)),
    **refuses(NoCodes, InvalidCodes),
)
@once
async def post_codes(
    request: SignedInRequest,
    item: Annotated[
        str,
        PathParameter(description="The item's code.", examples=[Example(value="book-token")]),
    ],
) -> CodesAdded:
    """Adds the codes."""
    body = await read_body(request)
    codes = await in_thread(partial(read_codes, body))
    try:
        async with services_of(request).pool.acquire() as connection, connection.transaction():
            return CodesAdded(added=await add_codes(connection, item, codes))
    except NoSuchItem as error:
        raise _no_item(item) from error


@get(
    "/v1/pickups",
    operation_id="pickups",
    summary="Goods that wait to be picked up",
    description=(
        "With `code`, the goods that wait under that pick-up code; or when, and by which member of staff, they "
        "were handed out. Codes and residents are not shown."
    ),
    tags=["staff"],
    **only("programme_officer", "health_staff"),
)
async def get_pickups(
    request: SignedInRequest,
    code: Annotated[
        str | None,
        Parameter(
            max_length=40,
            description="The pick-up code that the resident shows.",
            examples=[Example(value=DEMO_PICKUP_CODE)],
        ),
    ] = None,
) -> Pickups:
    """What waits."""
    services = services_of(request)
    return await waiting_pickups(services.pool, code, now=services.clock())


@post(
    "/v1/pickups/{code:str}/confirmation",
    operation_id="confirmPickup",
    summary="Confirm that goods were handed out",
    description=(
        "A repeated request, after a lost answer or by somebody else, answers that the goods were handed out, "
        "when and by whom: `is_repeated`."
    ),
    tags=["staff"],
    status_code=200,
    **only("programme_officer", "health_staff"),
    **refuses(AlreadyCancelled, HoldLapsed),
)
@once
async def confirm_pickup(
    request: SignedInRequest,
    code: Annotated[
        str,
        PathParameter(
            description="The pick-up code that the resident shows.",
            examples=[Example(value=DEMO_PICKUP_CODE)],
        ),
    ],
) -> Response[HandedOver]:
    """Hands the goods out."""
    services = services_of(request)
    try:
        handed = await hand_over(services.pool, code, by=request.user, moment=moment_of(services))
    except NothingWaits as error:
        raise NotFoundException(
            "Nothing waits under this pick-up code: it was cancelled, its time is over, or it is mistyped."
        ) from error
    return Response(handed, status_code=200)


def _no_item(item: str) -> NotFoundException:
    return NotFoundException(f"There is no reward item {item}; GET /v1/catalogue/items lists them.")
