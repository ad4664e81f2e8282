"""Deleting samples by span or source, and moving those of a clock that was wrong."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Final

import msgspec
from litestar import delete, post
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from device_bridge.wire import SOURCE_PATTERN, Receipt
from wellness_api.database.sql import read_sql
from wellness_api.health.corrections.correct import (
    Correction,
    Rewrite,
    Selection,
    find,
    moved,
    taken_back,
)
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.accept import UploadContended, accept_upload
from wellness_api.health.samples.arrivals import arrival_of
from wellness_api.health.samples.asked import Asked
from wellness_api.health.samples.handlers import accepted_of
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.spans import InvalidSpan, TimeSpan, check_span
from wellness_api.health.samples.storing import UPLOADS
from wellness_api.http.access import only
from wellness_api.http.asked import asked_of
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.idempotency import IdempotencyKeyReused, key_parameter
from wellness_api.http.operations import refuses, takes
from wellness_api.http.principals import Principal
from wellness_api.http.services import Services, SignedInRequest, services_of

SOURCE_DAYS: Final = read_sql(__package__, "source_days")
NOTE_DELETED_SOURCE: Final = read_sql(__package__, "note_deleted_source")

DAYS_DELETED_AT_ONCE: Final = 7
"""More are deleted in steps, each on disk before the next; asked for again it goes on where it ended."""

DAYS_SHIFTED_MAX: Final = 31
"""Samples are moved in one step, since moved ones must not be met again by the next."""

SHIFT_MAX: Final = timedelta(days=366 * 10)
"""A device whose battery was out may say 2016."""


class Shift(
    msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """The samples of a source from a moment (included) to a moment (not included) were measured `seconds` later.

    Negative: earlier. `metric`: only of one.
    """

    source: Annotated[str, msgspec.Meta(pattern=SOURCE_PATTERN)]
    start: Annotated[datetime, msgspec.Meta(tz=True)]
    end: Annotated[datetime, msgspec.Meta(tz=True)]
    seconds: Annotated[
        int,
        msgspec.Meta(ge=-int(SHIFT_MAX.total_seconds()), le=int(SHIFT_MAX.total_seconds())),
    ]
    metric: str | None = None


class Deletion(msgspec.Struct, kw_only=True):
    """What a deletion was asked of; stands for it when it is asked for again."""

    source: str | None
    metric: str | None
    start: datetime | None
    end: datetime | None


class Corrected(msgspec.Struct, kw_only=True):
    """How many samples were taken back or moved."""

    samples: int


SHIFT: Final = BodyDecoder(Shift)


@delete(
    "/v1/me/samples",
    operation_id="deleteSamples",
    summary="Delete samples of a span",
    description=(
        "What is deleted stays deleted when a device sends it again. Days that are not frozen are worked out anew, and"
        " points that rested on the samples are corrected. `from` is included, `to` is not."
    ),
    tags=["resident"],
    status_code=200,
    **only("resident"),
    **refuses(InvalidSpan, InvalidUpload, IdempotencyKeyReused, UploadContended),
)
async def delete_samples(
    request: SignedInRequest,
    idempotency_key: Annotated[str, key_parameter("delete-samples-example")],
    start: Annotated[
        datetime,
        QueryParameter(
            name="from",
            description="RFC 3339, with its offset.",
            examples=[Example(value="2026-11-18T00:00:00+09:00")],
        ),
    ],
    end: Annotated[
        datetime,
        QueryParameter(
            name="to",
            description="RFC 3339, with its offset.",
            examples=[Example(value="2026-11-19T00:00:00+09:00")],
        ),
    ],
    metric: Annotated[
        str | None,
        QueryParameter(description="Only of this metric.", examples=[Example(value="steps")]),
    ] = None,
    source: Annotated[
        str | None,
        QueryParameter(
            description="Only of this source.", examples=[Example(value="phone:example")]
        ),
    ] = None,
) -> Corrected:
    """Takes the samples back."""
    asked = Deletion(source=source, metric=metric, start=start, end=end)
    return await _correct(
        request,
        idempotency_key,
        asked,
        _selection(TimeSpan(start, end), metric=metric, source=source),
        taken_back,
    )


@delete(
    "/v1/me/sources/{source:str}",
    operation_id="deleteSource",
    summary="Delete everything of a source",
    description=(
        "All samples of the device or app, whatever the metric. Take the device off first: what it measures later comes"
        " in as before. Days that are not frozen are worked out anew, and points are corrected."
    ),
    tags=["resident"],
    status_code=200,
    **only("resident"),
    **refuses(InvalidUpload, IdempotencyKeyReused, UploadContended),
)
async def delete_source(
    request: SignedInRequest,
    idempotency_key: Annotated[str, key_parameter("delete-source-example")],
    source: Annotated[
        str,
        PathParameter(
            description="As in /v1/me/sources.", examples=[Example(value="phone:example")]
        ),
    ],
) -> Corrected:
    """Takes all samples of the source back, month by month."""
    services, resident = services_of(request), request.user
    asked = Deletion(source=source, metric=None, start=None, end=None)
    await _claim_key(request, idempotency_key, asked)
    days = await services.pool.fetchrow(SOURCE_DAYS, resident.principal_id, source)
    if days is None or days["first_day"] is None:
        return Corrected(samples=0)
    span = TimeSpan(
        datetime.combine(days["first_day"], time(), UTC) - timedelta(days=1),
        datetime.combine(days["last_day"], time(), UTC) + timedelta(days=2),
    )
    selection = Selection(span, metric=None, source=source)
    corrected = await _correct(request, idempotency_key, asked, selection, taken_back)
    await services.pool.execute(NOTE_DELETED_SOURCE, resident.principal_id, source)
    return corrected


@post(
    "/v1/me/samples/shift",
    operation_id="shiftSamples",
    summary="Correct a clock that was wrong",
    description=(
        "Moves the samples of a source that were measured under a wrong clock. Nothing may end up after now."
    ),
    tags=["resident"],
    status_code=200,
    **only("resident"),
    **takes(
        Shift,
        {
            "source": "phone:example",
            "from": "2026-09-21T00:00:00+09:00",
            "to": "2026-09-22T00:00:00+09:00",
            "seconds": 3600,
        },
    ),
    **refuses(InvalidSpan, InvalidUpload, IdempotencyKeyReused, UploadContended),
)
async def shift_samples(
    request: SignedInRequest,
    idempotency_key: Annotated[str, key_parameter("shift-samples-example")],
) -> Corrected:
    """Moves the samples."""
    shift = SHIFT.decode(request, await read_body(request))
    span = TimeSpan(shift.start, shift.end)
    if span.end - span.start > timedelta(days=DAYS_SHIFTED_MAX):
        raise InvalidSpan(
            field="to",
            limit=f"at most {DAYS_SHIFTED_MAX} days after `from`",
            detail="The samples of so long a time cannot be moved at once; move them in parts.",
        )
    return await _correct(
        request,
        idempotency_key,
        shift,
        _selection(span, metric=shift.metric, source=shift.source),
        moved(timedelta(seconds=shift.seconds)),
        step_days=DAYS_SHIFTED_MAX,
    )


def _selection(span: TimeSpan, *, metric: str | None, source: str | None) -> Selection:
    check_span(span)
    if metric is not None and metric not in METRIC_BY_CODE:
        raise InvalidSpan(
            field="metric",
            limit="a code of GET /v1/metrics",
            detail=f"There is no metric {metric!r}.",
        )
    return Selection(span, METRIC_BY_CODE[metric] if metric is not None else None, source)


async def _correct(
    request: SignedInRequest,
    idempotency_key: str,
    asked: msgspec.Struct,
    selection: Selection,
    rewrite: Rewrite,
    *,
    step_days: int = DAYS_DELETED_AT_ONCE,
) -> Corrected:
    services, resident = services_of(request), request.user
    await _claim_key(request, idempotency_key, asked)
    samples = 0
    start, end_of_all = selection.span
    while start < end_of_all:
        end = min(start + timedelta(days=step_days), end_of_all)
        receipt = await _correct_step(
            services,
            resident,
            f"{idempotency_key} from {start.isoformat()}",
            asked,
            selection._replace(span=TimeSpan(start, end)),
            rewrite,
        )
        samples += receipt.accepted
        start = end
    return Corrected(samples=samples)


async def _claim_key(request: SignedInRequest, idempotency_key: str, asked: msgspec.Struct) -> None:
    """Raises IdempotencyKeyReused when the key came with another request: its steps have keys of their own."""
    services, resident = services_of(request), request.user
    arrival = arrival_of(services, resident.home_zone)
    await accept_upload(
        services.pool,
        UPLOADS.of(services),
        resident_id=resident.principal_id,
        idempotency_key=idempotency_key,
        contents=Asked(asked_of(request), Correction(asked, [], taken_back, arrival)),
        received_at=arrival.now,
    )


async def _correct_step(
    services: Services,
    resident: Principal,
    key: str,
    asked: msgspec.Struct,
    selection: Selection,
    rewrite: Rewrite,
) -> Receipt:
    arrival = arrival_of(services, resident.home_zone)
    found = await find(
        services.pool, resident.principal_id, selection, time_zone=resident.home_zone
    )
    # In a thread, as finding is: a month of one device is millions of samples.
    correction = await asyncio.to_thread(Correction, asked, found, rewrite, arrival)
    accepted = await accepted_of(
        services,
        resident.principal_id,
        key,
        correction,
        now=arrival.now,
    )
    return accepted.receipt
