"""`/v1/settlements`: what the city owes partners, and the files for them."""

from datetime import date
from functools import partial
from typing import Annotated, Final, Literal

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, in_thread, read_body
from wellness_api.http.operations import refuses, takes
from wellness_api.http.paging import (
    ROWS_PER_PAGE_MAX,
    CodeCursor,
    PageCursor,
    PageLimit,
    after,
    below,
)
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.rewards.redemptions.handlers import moment_of
from wellness_api.rewards.settlement.files import as_csv, as_xlsx
from wellness_api.rewards.settlement.problems import (
    InvalidSettlementSpan,
    NothingToSettle,
    TooMuchToSettle,
)
from wellness_api.rewards.settlement.settling import (
    NoSuchPartner,
    NotSettled,
    partner_accounts,
    settle,
    settled,
    settlements_of,
    span_of,
    would_be_settled,
)
from wellness_api.rewards.settlement.shapes import (
    NewSettlement,
    PartnerAccounts,
    Settlement,
    SettlementPage,
    SpanSums,
)
from wellness_api.work.once.handling import once

NEW_SETTLEMENT: Final = BodyDecoder(NewSettlement)
CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

PartnerCode = Annotated[
    str,
    PathParameter(description="The partner's code.", examples=[Example(value="furano-market")]),
]
FirstDay = Annotated[
    date,
    QueryParameter(
        name="from", description="Its first day.", examples=[Example(value="2026-09-01")]
    ),
]
LastDay = Annotated[
    date, QueryParameter(description="Its last day.", examples=[Example(value="2026-09-30")])
]


@get(
    "/v1/settlements",
    operation_id="settlements",
    summary="Partners, what is not settled, and what was",
    tags=["staff"],
    **only("programme_officer"),
)
async def get_settlements(
    request: SignedInRequest, limit: PageLimit = ROWS_PER_PAGE_MAX, cursor: CodeCursor = None
) -> PartnerAccounts:
    """The partners, page by page."""
    services = services_of(request)
    return await partner_accounts(
        services.pool, after=after(cursor), limit=limit, city_day=moment_of(services).city_day
    )


@get(
    "/v1/settlements/{partner:str}/made",
    operation_id="settlementsMade",
    summary="Settlements with a partner, newest first",
    tags=["staff"],
    **only("programme_officer"),
)
async def get_settlements_made(
    request: SignedInRequest,
    partner: PartnerCode,
    limit: PageLimit = 20,
    cursor: PageCursor = None,
) -> SettlementPage:
    """The settlements, page by page."""
    try:
        return await settlements_of(
            services_of(request).pool, partner, below=below(cursor), limit=limit
        )
    except NoSuchPartner as error:
        raise _no_partner(partner) from error


@post(
    "/v1/settlements/{partner:str}",
    operation_id="settle",
    summary="Settle a span of days with a partner",
    description=(
        "Settles, once and for good, what was confirmed in the span and is not settled yet. The same span again "
        "returns the settlement that was made of it. The last day has to be over, since everything that was "
        "confirmed on it must be included."
    ),
    tags=["staff"],
    status_code=200,
    **only("programme_officer"),
    **takes(NewSettlement, {"from": "2026-09-01", "to": "2026-09-30"}),
    **refuses(InvalidSettlementSpan, NothingToSettle, TooMuchToSettle),
)
@once
async def post_settlement(request: SignedInRequest, partner: PartnerCode) -> Settlement:
    """Makes the settlement."""
    services = services_of(request)
    asked = NEW_SETTLEMENT.decode(request, await read_body(request))
    try:
        return await settle(services.pool, partner, asked, moment=moment_of(services))
    except NoSuchPartner as error:
        raise _no_partner(partner) from error


@get(
    "/v1/settlements/{partner:str}/sum",
    operation_id="settlementSum",
    summary="What a span would come to",
    description=(
        "How many redemptions a settlement of exactly these days would have, and what they are worth. Show this "
        "before making the settlement, which is for good. Nothing is written."
    ),
    tags=["staff"],
    **only("programme_officer"),
    **refuses(InvalidSettlementSpan),
)
async def get_settlement_sum(
    request: SignedInRequest, partner: PartnerCode, from_: FirstDay, to: LastDay
) -> SpanSums:
    """The sums."""
    services = services_of(request)
    try:
        return await would_be_settled(
            services.pool, partner, span_of(from_, to), moment=moment_of(services)
        )
    except NoSuchPartner as error:
        raise _no_partner(partner) from error


@get(
    "/v1/settlements/{partner:str}",
    operation_id="settlementFile",
    summary="Download a settlement",
    description=(
        "The file of the settlement that was made of exactly these days: for shops one sum for each item and "
        "day, for municipal point systems one line for each redemption. Every download has the same bytes, "
        "except that the account and the time of a resident who was erased since are gone."
    ),
    tags=["staff"],
    media_type="text/csv",
    **only("programme_officer"),
)
async def get_settlement(
    request: SignedInRequest,
    partner: PartnerCode,
    from_: FirstDay,
    to: LastDay,
    format_: Annotated[
        Literal["csv", "xlsx"],
        QueryParameter(
            name="format",
            description="CSV in UTF-8 with a byte order mark, or an Excel workbook.",
            examples=[Example(value="csv")],
        ),
    ] = "csv",
) -> Response[bytes]:
    """The settlement's file."""
    services = services_of(request)
    try:
        settlement = await settled(services.pool, partner, span_of(from_, to))
    except NoSuchPartner as error:
        raise _no_partner(partner) from error
    except NotSettled as error:
        raise NotFoundException(
            f"These days are not settled yet: POST /v1/settlements/{partner} with them first."
        ) from error
    make, media_type = (as_csv, CSV) if format_ == "csv" else (as_xlsx, XLSX)
    name = f"settlement-{partner}-{from_}-{to}.{format_}"
    return Response(
        await in_thread(partial(make, settlement, time_zone=services.settings.time_zone)),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _no_partner(partner: str) -> NotFoundException:
    return NotFoundException(f"There is no partner {partner}; GET /v1/settlements lists them.")
