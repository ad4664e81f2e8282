"""Deleting samples by span or source, and moving those of a clock that was wrong."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.exceptions import NotFoundException
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from wellness_api.health.corrections.correct import Correction, taken_back
from wellness_api.health.corrections.keeping import (
    check_open,
    find_correction,
    open_correction,
    own_corrections,
)
from wellness_api.health.corrections.problems import CorrectionUnderWay
from wellness_api.health.corrections.shapes import (
    Corrected,
    Deletion,
    OwnCorrection,
    OwnCorrections,
    Shift,
)
from wellness_api.health.corrections.steps import (
    AT_ONCE,
    DAYS_DELETED_AT_ONCE,
    DAYS_SHIFTED_MAX,
    Task,
    correct_days,
    days_to_correct,
    end_deletion,
    selection_of,
    was_done_at_once,
)
from wellness_api.health.samples.accept import Accepted, UploadContended, accept_upload
from wellness_api.health.samples.arrivals import arrival_of
from wellness_api.health.samples.asked import Asked
from wellness_api.health.samples.counters import count_receipt
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.spans import InvalidSpan
from wellness_api.health.samples.storing import UPLOADS
from wellness_api.http.access import only
from wellness_api.http.asked import asked_of
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.idempotency import IdempotencyKeyReused, key_parameter
from wellness_api.http.operations import answers_later, refuses, takes
from wellness_api.http.services import Services, SignedInRequest, services_of
from wellness_api.work.doorbell import DOORBELL

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
    **answers_later(OwnCorrection),
    **refuses(
        InvalidSpan, InvalidUpload, IdempotencyKeyReused, CorrectionUnderWay, UploadContended
    ),
)
async def delete_samples(
    request: SignedInRequest,
    idempotency_key: Annotated[str, key_parameter("delete-samples-example")],
    from_: Annotated[
        datetime,
        QueryParameter(
            name="from",
            description="RFC 3339, with its offset.",
            examples=[Example(value="2026-11-18T00:00:00+09:00")],
        ),
    ],
    to: Annotated[
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
) -> Response[Corrected | OwnCorrection]:
    """Takes the samples back."""
    asked = Deletion(source=source, metric=metric, start=from_, end=to)
    return await _correct(request, idempotency_key, asked)


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
    **answers_later(OwnCorrection),
    **refuses(InvalidUpload, IdempotencyKeyReused, CorrectionUnderWay, UploadContended),
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
) -> Response[Corrected | OwnCorrection]:
    """Takes all samples of the source back."""
    asked = Deletion(source=source, metric=None, start=None, end=None)
    return await _correct(request, idempotency_key, asked)


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
    **answers_later(OwnCorrection),
    **refuses(
        InvalidSpan, InvalidUpload, IdempotencyKeyReused, CorrectionUnderWay, UploadContended
    ),
)
async def shift_samples(
    request: SignedInRequest,
    idempotency_key: Annotated[str, key_parameter("shift-samples-example")],
) -> Response[Corrected | OwnCorrection]:
    """Moves the samples."""
    shift = SHIFT.decode(request, await read_body(request))
    if shift.end - shift.start > timedelta(days=DAYS_SHIFTED_MAX):
        raise InvalidSpan(
            field="to",
            limit=f"at most {DAYS_SHIFTED_MAX} days after `from`",
            detail="The samples of so long a time cannot be moved at once; move them in parts.",
        )
    return await _correct(request, idempotency_key, shift)


@get(
    "/v1/me/corrections",
    operation_id="corrections",
    summary="One's own corrections of many days, newest first",
    tags=["resident"],
    **only("resident"),
)
async def get_corrections(request: SignedInRequest) -> OwnCorrections:
    """The list."""
    services, resident_id = services_of(request), request.user.principal_id
    return OwnCorrections(items=await own_corrections(services.pool, resident_id))


@get(
    "/v1/me/corrections/{correction_id:uuid}",
    operation_id="correction",
    summary="How far a correction is",
    description="Ask again to follow it. It is kept for as long as the receipts of the time when it was asked for.",
    tags=["resident"],
    **only("resident"),
)
async def get_correction(
    request: SignedInRequest,
    correction_id: Annotated[
        UUID,
        PathParameter(
            description="The id that asking for the correction gave.",
            examples=[Example(value="6f1d2c3b-8a47-4e52-9d10-0c5b7a9e4f21")],
        ),
    ],
) -> OwnCorrection:
    """The correction as it is now."""
    services, resident_id = services_of(request), request.user.principal_id
    found = await find_correction(services.pool, resident_id, correction_id=correction_id)
    if found is None:
        raise NotFoundException(
            f"There is no correction {correction_id}: it was forgotten after its time, or is not yours."
        )
    return found


async def _correct(
    request: SignedInRequest, idempotency_key: str, asked: Shift | Deletion
) -> Response[Corrected | OwnCorrection]:
    """Within the request if it touches few days, else by the worker."""
    selection = selection_of(asked)
    services, resident = services_of(request), request.user
    claimed = await _claim_key(request, idempotency_key, asked)
    task = Task(
        resident_id=resident.principal_id,
        key=digest(idempotency_key.encode()),
        asked=asked,
        asked_at=services.clock(),
        time_zone=resident.home_zone,
    )
    if claimed.replayed:
        kept = await find_correction(services.pool, task.resident_id, key=task.key)
        if kept is not None:
            return _by_the_worker(kept)
        if await was_done_at_once(services.pool, task):
            return await _at_once(services, task, [])
    await check_open(services.pool, task)
    days = await days_to_correct(services.pool, task, days_max=DAYS_DELETED_AT_ONCE + 1)
    if len(days) <= DAYS_DELETED_AT_ONCE:
        return await _at_once(services, task, days)
    opened = await open_correction(services.pool, task, selection)
    DOORBELL.of(services).press()
    return _by_the_worker(opened)


def _by_the_worker(correction: OwnCorrection) -> Response[Corrected | OwnCorrection]:
    location = {"Location": f"/v1/me/corrections/{correction.id}"}
    return Response(correction, status_code=202, headers=location)


async def _at_once(
    services: Services, task: Task, days: Sequence[date]
) -> Response[Corrected | OwnCorrection]:
    accepted = await correct_days(services.pool, UPLOADS.of(services), task, days, step=AT_ONCE)
    receipt = accepted.receipt
    count_receipt(accepted)
    if days or receipt.accepted:
        await end_deletion(
            services.pool, task, sequence=receipt.upload_id, asked_at=receipt.received_at
        )
    if not accepted.replayed:
        DOORBELL.of(services).press()
    return Response(Corrected(samples=receipt.accepted))


async def _claim_key(
    request: SignedInRequest, idempotency_key: str, asked: Shift | Deletion
) -> Accepted:
    """Raises IdempotencyKeyReused when the key came with another request: its steps have keys of their own."""
    services, resident = services_of(request), request.user
    arrival = arrival_of(services, resident.home_zone)
    return await accept_upload(
        services.pool,
        UPLOADS.of(services),
        resident_id=resident.principal_id,
        idempotency_key=idempotency_key,
        contents=Asked(asked_of(request), Correction(asked, [], taken_back, arrival)),
        received_at=arrival.now,
    )
