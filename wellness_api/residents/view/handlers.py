"""`/v1/me/...`: a resident's own figures, and the stream that reports their changes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from typing import Annotated, Final

import msgspec
from litestar import Response, get
from litestar.openapi.spec import Example
from litestar.params import QueryParameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from device_bridge.wire import JSON, MESSAGEPACK, SOURCE_PATTERN
from points.said import said
from wellness_api.database.errors import SERVER_GONE, server_is_gone
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.spans import InvalidSpan, TimeSpan
from wellness_api.http.access import only
from wellness_api.http.credentials import token_of
from wellness_api.http.operations import answers, goes, refuses
from wellness_api.http.paging import PageCursor, PageLimit, below
from wellness_api.http.principals import Principal
from wellness_api.http.services import Services, SignedInRequest, services_of
from wellness_api.http.shares import TooManyStreams, TooManyStreamsOfOne
from wellness_api.identity.accounts.sessions import SESSIONS
from wellness_api.residents.view.entries import WalletEntries, entries_of
from wellness_api.residents.view.flagged import FlaggedSamples, flagged_samples_of
from wellness_api.residents.view.sample_formats import (
    ARROW,
    CSV,
    PackedSamples,
    Samples,
    chosen_format,
    encoded,
    head_of,
)
from wellness_api.residents.view.samples import (
    POINTS_MIN,
    SAMPLES_AT_ONCE_MAX,
    at_most,
    read_samples,
)
from wellness_api.residents.view.today import Today, today_of
from wellness_api.residents.view.wallet import Wallet, wallet_of

SAMPLES_PER_ANSWER_MAX: Final = 250_000
"""A span in which more samples count is refused; `points` asks for fewer."""

SAMPLES_ENCODED_AT_ONCE_MAX: Final = 10_000
"""A longer answer is written in a thread, so that nobody else waits for it."""

PING_SECONDS: Final = 15.0
LOOK_SECONDS_WITHOUT_REDIS: Final = 2.0
"""How often a stream looks by itself while no message about changes can arrive."""


@get(
    "/v1/me/today",
    operation_id="today",
    summary="Today's steps and points",
    tags=["resident"],
    **only("resident"),
    **goes("last_to_go"),
)
async def get_today(request: SignedInRequest) -> Today:
    """The resident's today."""
    return await _today(services_of(request), request.user)


@get(
    "/v1/me/flagged-samples",
    operation_id="flaggedSamples",
    summary="Samples that count for nothing, and why",
    description="Implausible values of the last 14 days. They are stored and counted nowhere: not for the day, "
    "not for points.",
    tags=["resident"],
    **only("resident"),
    **goes("first_to_go"),
    **refuses(InvalidSpan),
)
async def get_flagged_samples(request: SignedInRequest) -> FlaggedSamples:
    """The resident's implausible samples."""
    services, resident = services_of(request), request.user
    return await flagged_samples_of(
        services.pool,
        resident.principal_id,
        now=services.clock(),
        time_zone=resident.home_zone,
    )


@get(
    "/v1/me/wallet",
    operation_id="wallet",
    summary="The wallet",
    tags=["resident"],
    **only("resident"),
    **goes("last_to_go"),
)
async def get_wallet(request: SignedInRequest) -> Wallet:
    """The resident's wallet."""
    services, resident = services_of(request), request.user
    today = local_date(services.clock(), resident.home_zone)
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
    limit: PageLimit = 20,
    cursor: PageCursor = None,
    day: Annotated[
        date | None,
        QueryParameter(
            description="Only what this day's own awards moved; weeks and months are not in it.",
            examples=[Example(value="2026-09-21")],
        ),
    ] = None,
) -> WalletEntries:
    """The resident's entries, newest first."""
    return await entries_of(
        services_of(request).pool,
        request.user.principal_id,
        below=below(cursor),
        limit=limit,
        day=day,
        time_zone=request.user.home_zone,
    )


@get(
    "/v1/me/samples",
    operation_id="samples",
    summary="Samples, read back",
    description=(
        "The samples of one metric in a span. Without `source`, those that count: the best source's samples of "
        "each minute. As JSON, MessagePack with packed columns, CSV or an Arrow stream, by the Accept header."
    ),
    tags=["resident"],
    **only("resident"),
    **goes("first_to_go"),
    **answers({JSON: Samples, MESSAGEPACK: PackedSamples, CSV: str, ARROW: bytes}),
    **refuses(InvalidSpan),
)
async def get_samples(
    request: SignedInRequest,
    metric: Annotated[
        str, QueryParameter(description="A code of /v1/metrics.", examples=[Example(value="steps")])
    ],
    from_: Annotated[
        datetime,
        QueryParameter(
            name="from",
            description="First moment, RFC 3339 with offset.",
            examples=[Example(value="2026-09-21T00:00:00+09:00")],
        ),
    ],
    to: Annotated[
        datetime,
        QueryParameter(
            description="The moment after the last one, at most 366 days later.",
            examples=[Example(value="2026-09-22T00:00:00+09:00")],
        ),
    ],
    source: Annotated[
        str | None,
        QueryParameter(
            pattern=SOURCE_PATTERN,
            description="Only what this source measured.",
            examples=[Example(value="phone:example")],
        ),
    ] = None,
    points: Annotated[
        int | None,
        QueryParameter(
            ge=POINTS_MIN,
            le=SAMPLES_PER_ANSWER_MAX,
            description="The most samples in the answer, chosen so that they draw the same picture; for charts.",
            examples=[Example(value=500)],
        ),
    ] = None,
) -> Response[bytes]:
    """The resident's samples."""
    services, resident = services_of(request), request.user
    known_metric = METRIC_BY_CODE.get(metric)
    if known_metric is None:
        raise InvalidSpan(
            field="metric",
            limit="a code of GET /v1/metrics",
            detail=said("refusal.no_metric", code=repr(metric)),
        )
    span = TimeSpan(from_, to)
    columns = await read_samples(
        services.pool,
        resident.principal_id,
        metric=known_metric,
        span=span,
        source=source,
        time_zone=resident.home_zone,
    )
    if points is not None:
        many = len(columns.times_ms) > SAMPLES_AT_ONCE_MAX
        columns = (
            await asyncio.to_thread(at_most, columns, points) if many else at_most(columns, points)
        )
    if len(columns.times_ms) > SAMPLES_PER_ANSWER_MAX:
        raise InvalidSpan(
            field="to",
            limit=f"at most {SAMPLES_PER_ANSWER_MAX} samples in an answer",
            detail=said("span_problem.too_many_samples"),
        )
    media_type = chosen_format(request.headers.get("accept", ""))
    head = head_of(known_metric, span, source)
    encode = partial(encoded, media_type, head, columns, time_zone=resident.home_zone)
    long = len(columns.times_ms) > SAMPLES_ENCODED_AT_ONCE_MAX
    return Response(await asyncio.to_thread(encode) if long else encode(), media_type=media_type)


@get(
    "/v1/me/events",
    operation_id="events",
    summary="Live updates",
    description="A stream of `today` events. Each is the answer of /v1/me/today: one event at once, and one at "
    "each change.",
    tags=["resident"],
    media_type="text/event-stream",
    **only("resident"),
    **goes("apart"),
    **refuses(TooManyStreams, TooManyStreamsOfOne),
)
async def get_events(request: SignedInRequest) -> ServerSentEvent:
    """The resident's stream."""
    services, resident = services_of(request), request.user
    # Read before the stream begins: once it has begun, no other answer can be given.
    first = msgspec.json.encode(await _today(services, resident))
    return ServerSentEvent(_changes(services, resident, token_of(request), first))


async def _changes(
    services: Services, resident: Principal, token: str | None, first: bytes
) -> AsyncIterator[ServerSentEventMessage]:
    """Goes on until the client is gone, or the session is over: signed out elsewhere, expired, or erased."""
    yield _event(first)
    last = first
    with services.listener.following(resident.principal_id) as changed:
        while token is not None:
            changed.clear()
            try:
                if not await SESSIONS.of(services).find(token, now=services.clock()):
                    return
                today = msgspec.json.encode(await _today(services, resident))
            except SERVER_GONE as error:
                if not server_is_gone(error):
                    raise
                today = last  # The stream survives a restart of the database.
            if today != last:
                last = today
                yield _event(today)
            else:
                yield ServerSentEventMessage(data=None, comment="ping")
            connected = services.listener.connected
            with suppress(TimeoutError):
                await asyncio.wait_for(
                    changed.wait(), PING_SECONDS if connected else LOOK_SECONDS_WITHOUT_REDIS
                )


def _event(today: bytes) -> ServerSentEventMessage:
    return ServerSentEventMessage(event="today", data=today.decode())


async def _today(services: Services, resident: Principal) -> Today:
    return await today_of(
        services.pool,
        resident.principal_id,
        today=local_date(services.clock(), resident.home_zone),
        time_zone=resident.home_zone,
        joined_on=resident.joined_day,
    )
