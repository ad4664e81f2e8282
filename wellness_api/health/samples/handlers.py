"""`POST /v1/uploads`: takes samples and answers with a receipt."""

from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import MediaType, Response, post

from device_bridge.wire import MESSAGEPACK, UPLOAD_BYTES_MAX, Receipt, Upload
from points.said import said
from wellness_api.health.metrics.metric import Recorder
from wellness_api.health.samples.accept import (
    Accepted,
    UploadContended,
    accept_upload,
    accepted_before,
)
from wellness_api.health.samples.arrivals import arrival_of
from wellness_api.health.samples.contents import Columns, KeyedContents
from wellness_api.health.samples.counters import count_receipt
from wellness_api.health.samples.large_uploads import LARGE_FORMS, NO_MISFITS, Sent, decode_large
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.storing import UPLOADS
from wellness_api.http.access import only
from wellness_api.http.bodies import (
    AT_ONCE_BYTES_MAX,
    BodyDecoder,
    content_type_of,
    depth_refused,
    in_thread,
    read_body,
)
from wellness_api.http.idempotency import IdempotencyKey, IdempotencyKeyReused
from wellness_api.http.operations import answers_again, goes, refuses, takes
from wellness_api.http.principals import Principal
from wellness_api.http.services import Services, SignedInRequest, services_of
from wellness_api.identity.accounts.cards import holder_of
from wellness_api.words.asked import ASKED_IN, language_asked
from wellness_api.work.doorbell import DOORBELL

EXAMPLE_MS: Final = 1_790_000_040_000
"""A minute of 21 September 2026, whole in Unix milliseconds."""

UPLOAD_EXAMPLE: Final[dict[str, Any]] = {
    "batches": [
        {
            "metric": "steps",
            "source": "phone:example",
            "times_ms": [EXAMPLE_MS, EXAMPLE_MS + 60_000, EXAMPLE_MS + 120_000],
            "values": [52, 104, 96],
        }
    ]
}


UPLOAD: Final = BodyDecoder(Upload)


@post(
    "/v1/uploads",
    operation_id="takeUpload",
    summary="Send samples",
    description=(
        "Takes what a resident's devices measured. The receipt comes when everything is on disk; the same key with"
        " the same content gets the same receipt again. Gateways send the resident's card; apps send none."
    ),
    tags=["samples"],
    request_max_body_size=UPLOAD_BYTES_MAX,
    **only("resident", "gateway"),
    **takes(Upload, UPLOAD_EXAMPLE),
    **answers_again(),
    **goes("last_to_go"),
    **refuses(InvalidUpload, IdempotencyKeyReused, UploadContended),
)
async def take_upload(
    request: SignedInRequest, idempotency_key: IdempotencyKey
) -> Response[Receipt | bytes]:
    """Receives one upload."""
    services = services_of(request)
    body = await read_body(request)
    large = len(body) > AT_ONCE_BYTES_MAX and content_type_of(request) in LARGE_FORMS
    sent = (
        await in_thread(partial(_decode_large, content_type_of(request), body))
        if large
        else _decode(request, body)
    )
    resident_id, time_zone = await _whose(services, request.user, sent.upload.card)
    by: Recorder = "station" if request.user.role == "gateway" else "anyone"
    arrival = arrival_of(services, time_zone)._replace(
        recorder=by, language=language_asked(request.headers.get(ASKED_IN, ""))
    )
    read = partial(Columns, sent.upload, arrival, sent.misfits)
    contents = await in_thread(read) if large else read()
    accepted = await accepted_of(services, resident_id, idempotency_key, contents, now=arrival.now)
    packed = MESSAGEPACK in request.headers.get("accept", "")
    return Response(
        msgspec.msgpack.encode(accepted.receipt) if packed else accepted.receipt,
        status_code=200 if accepted.replayed else 201,
        media_type=MESSAGEPACK if packed else MediaType.JSON,
    )


def _decode(request: SignedInRequest, body: bytes) -> Sent:
    try:
        return Sent(UPLOAD.decode(request, body), NO_MISFITS)
    except msgspec.ValidationError:
        # Decodes again: it raises the same error, or finds the batches that do not fit where each batch is answered.
        return _decode_large(content_type_of(request), body)


def _decode_large(content_type: str, body: bytes) -> Sent:
    with depth_refused():
        return decode_large(content_type, body)


async def accepted_of(
    services: Services,
    resident_id: int,
    idempotency_key: str,
    contents: KeyedContents,
    *,
    now: datetime,
) -> Accepted:
    """Stores an upload of any form, counts it, and wakes the worker."""
    accepted = await accept_upload(
        services.pool,
        UPLOADS.of(services),
        resident_id=resident_id,
        idempotency_key=idempotency_key,
        contents=contents,
        received_at=now,
    )
    count_receipt(accepted)
    if not accepted.replayed:
        DOORBELL.of(services).press()
    return accepted


async def replayed_of(
    services: Services, resident_id: int, idempotency_key: str, content_digest: UUID
) -> Accepted | None:
    """The receipt that a request was given under its key, counted; None where it did not come yet."""
    accepted = await accepted_before(
        services.pool,
        resident_id=resident_id,
        idempotency_key=idempotency_key,
        content_digest=content_digest,
    )
    if accepted is not None:
        count_receipt(accepted)
    return accepted


async def _whose(services: Services, principal: Principal, card: str | None) -> tuple[int, str]:
    if principal.role == "resident":
        if card is not None:
            raise InvalidUpload(
                field="card",
                limit="none",
                detail=said("refusal.card_of_app"),
            )
        return principal.principal_id, principal.home_zone
    if card is None:
        raise InvalidUpload(
            field="card",
            limit="a card",
            detail=said("refusal.card_missing"),
        )
    holder = await holder_of(services.pool, card)
    if holder is None:
        raise InvalidUpload(
            field="card",
            limit="an enrolled card",
            detail=said("refusal.card_unknown"),
        )
    return holder
