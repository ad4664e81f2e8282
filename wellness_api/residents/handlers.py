"""`/v1/me/...`: a resident's own figures, and the stream that tells when they change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Final

import msgspec
from litestar import get
from litestar.openapi.spec import Example
from litestar.params import Parameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from wellness_api.http.access import only
from wellness_api.http.services import Services, SignedInRequest, services_of
from wellness_api.identity.principals import Principal
from wellness_api.residents.today import Today, today_of
from wellness_api.residents.wallet import NEWEST, Entries, Wallet, entries_of, wallet_of
from wellness_api.samples.local_days import local_date

ENTRIES_PER_PAGE_MAX: Final = 100
PING_SECONDS: Final = 15.0
LOOK_SECONDS_WITHOUT_REDIS: Final = 2.0
"""How often a stream looks by itself while no word of changes can come in."""


@get(
    "/v1/me/today",
    operation_id="today",
    summary="Today's steps and points",
    tags=["resident"],
    **only("resident"),
)
async def get_today(request: SignedInRequest) -> Today:
    """The resident's today."""
    return await _today(services_of(request), request.user)


@get(
    "/v1/me/wallet",
    operation_id="wallet",
    summary="The wallet",
    tags=["resident"],
    **only("resident"),
)
async def get_wallet(request: SignedInRequest) -> Wallet:
    """The resident's wallet."""
    services, resident = services_of(request), request.user
    assert resident.time_zone is not None, "every resident has a time zone"
    today = local_date(services.clock(), resident.time_zone)
    return await wallet_of(services.pool, resident.principal_id, today=today)


@get(
    "/v1/me/wallet/entries",
    operation_id="walletEntries",
    summary="Why each point came",
    tags=["resident"],
    **only("resident"),
)
async def get_wallet_entries(
    request: SignedInRequest,
    limit: Annotated[
        int,
        Parameter(
            ge=1,
            le=ENTRIES_PER_PAGE_MAX,
            description="Entries on a page.",
            examples=[Example(value=20)],
        ),
    ] = 20,
    cursor: Annotated[
        str | None,
        Parameter(
            pattern=r"^\d{1,18}$",
            description="The next_cursor of the page before.",
            examples=[Example(value="1000000")],
        ),
    ] = None,
) -> Entries:
    """The resident's entries, newest first."""
    return await entries_of(
        services_of(request).pool,
        request.user.principal_id,
        below=NEWEST if cursor is None else int(cursor),
        limit=limit,
    )


@get(
    "/v1/me/events",
    operation_id="events",
    summary="Live updates",
    description="A stream of `today` events, each the answer of /v1/me/today: one at once and one at each change.",
    tags=["resident"],
    media_type="text/event-stream",
    **only("resident"),
)
async def get_events(request: SignedInRequest) -> ServerSentEvent:
    """The resident's stream."""
    return ServerSentEvent(_changes(services_of(request), request.user))


async def _changes(
    services: Services, resident: Principal
) -> AsyncIterator[ServerSentEventMessage]:
    last = b""
    with services.listener.following(resident.principal_id) as changed:
        while True:
            changed.clear()
            today = msgspec.json.encode(await _today(services, resident))
            if today != last:
                last = today
                yield ServerSentEventMessage(event="today", data=today.decode())
            else:
                yield ServerSentEventMessage(comment="ping")
            connected = services.listener.connected
            with suppress(TimeoutError):
                await asyncio.wait_for(
                    changed.wait(), PING_SECONDS if connected else LOOK_SECONDS_WITHOUT_REDIS
                )


async def _today(services: Services, resident: Principal) -> Today:
    assert resident.time_zone is not None, "every resident has a time zone"
    return await today_of(
        services.pool,
        resident.principal_id,
        today=local_date(services.clock(), resident.time_zone),
        time_zone=resident.time_zone,
    )
