"""`POST /v1/uploads/{format}`, an operation for each format: takes samples in other forms than columns."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import HeaderParameter

from device_bridge.wire import UPLOAD_BYTES_MAX
from points.said import said
from wellness_api.health.formats.fates import fates_of
from wellness_api.health.formats.format import Context, Format, ReadItems
from wellness_api.health.formats.table import FORMATS
from wellness_api.health.samples.accept import Accepted, UploadContended
from wellness_api.health.samples.arrivals import arrival_of
from wellness_api.health.samples.asked import Asked, digest_of_asked
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Records
from wellness_api.health.samples.handlers import accepted_of, replayed_of
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.http.access import only
from wellness_api.http.asked import asked_of
from wellness_api.http.bodies import (
    AT_ONCE_BYTES_MAX,
    UnsupportedType,
    content_type_of,
    depth_refused,
    in_thread,
    read_body,
)
from wellness_api.http.idempotency import KEY_DESCRIPTION, KEY_PATTERN, IdempotencyKeyReused
from wellness_api.http.misfits_in_words import wrong_said
from wellness_api.http.operations import QUERY, answers_again, goes, refuses, takes
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.words.asked import ASKED_IN, language_asked


def format_handlers() -> list[HTTPRouteHandler]:
    """A handler for each format."""
    return [_handler(form) for form in FORMATS]


def operation_id(form: Format) -> str:
    """The operation of the API that takes the format."""
    return "take" + "".join(word.capitalize() for word in form.name.split("-"))


def _handler(form: Format) -> HTTPRouteHandler:
    key_type = Annotated[
        str,
        HeaderParameter(
            name="Idempotency-Key",
            pattern=KEY_PATTERN,
            description=KEY_DESCRIPTION,
            # Each format has a key of its own in the example: the same key stands for the same content.
            examples=[Example(value=f"{form.name}-example")],
        ),
    ]

    @post(
        f"/v1/uploads/{form.name}",
        operation_id=operation_id(form),
        summary=f"Send {form.title}",
        description=(
            f"{form.about} A bad item is refused alone and the receipt says why; the others are kept."
        ),
        tags=["samples"],
        request_max_body_size=UPLOAD_BYTES_MAX,
        signature_types=[key_type],
        opt={QUERY: [*(parameter.name for parameter in form.parameters), *form.aliases]},
        responses={
            201: ResponseSpec(
                data_container=form.answer_shape,
                generate_examples=False,
                description="What became of each item.",
                media_type=form.answer_media_type,
            )
        },
        **only("resident"),
        **takes(
            form.shape,
            form.example,
            form.media_types,
            form.parameters,
            refuses_items_alone=True,
        ),
        **answers_again(),
        **goes("last_to_go"),
        **refuses(InvalidUpload, IdempotencyKeyReused, UploadContended),
    )
    async def take_format(
        request: SignedInRequest,
        idempotency_key: key_type,
    ) -> Response[Any]:
        """Receives one upload in the format."""
        return await _take(form, request, idempotency_key)

    return take_format


async def _take(
    form: Format, request: SignedInRequest, idempotency_key: str
) -> Response[msgspec.Struct]:
    if content_type_of(request) not in form.media_types:
        raise UnsupportedType(content_type_of(request), *form.media_types)
    services, resident = services_of(request), request.user
    language = language_asked(request.headers.get(ASKED_IN, ""))
    arrival = arrival_of(services, resident.home_zone)
    body = await read_body(request)
    parameters = {name: request.query_params.getall(name) for name in request.query_params}
    context = Context(arrival.now, resident.home_zone, parameters, services.settings.fit_decoder)
    # Always in a thread: an interval of a day takes few bytes, and becomes a sample for each of its minutes.
    work = in_thread if len(body) > AT_ONCE_BYTES_MAX else asyncio.to_thread
    request_line = asked_of(request)
    accepted: Accepted | None
    try:
        read, asked = await work(partial(_asked, form, request_line, body, context, arrival))
        accepted = await accepted_of(
            services, resident.principal_id, idempotency_key, asked, now=arrival.now
        )
    except InvalidUpload:
        # What was taken once is answered as it was, whatever would be said of it now.
        asked_before = await work(partial(digest_of_asked, request_line, body))
        accepted = await replayed_of(services, resident.principal_id, idempotency_key, asked_before)
        if accepted is None:
            raise
    if accepted.replayed:
        # What was refused of it is said as it was then.
        then = context._replace(now=accepted.receipt.received_at, time_zone=accepted.time_zone)
        read = await work(partial(_read, form, body, then))
    fates = await fates_of(
        services.pool,
        resident.principal_id,
        read.taken,
        accepted.receipt,
        time_zone=resident.home_zone,
    )
    status = form.status(read, fates)
    return Response(
        await work(partial(form.answer, read, accepted.receipt, fates, language)),
        status_code=HTTPStatus.OK if accepted.replayed and status == HTTPStatus.CREATED else status,
        media_type=form.answer_media_type,
    )


def _asked(
    form: Format, request_line: bytes, body: bytes, context: Context, arrival: Arrival
) -> tuple[ReadItems, Asked]:
    read = _read(form, body, context)
    if not read.taken and (read.refused or not read.whole_states):
        raise _nothing_taken(read)
    records = Records(read.taken, arrival, read.whole_states, is_whole=not read.refused)
    return read, Asked(digest_of_asked(request_line, body), records)


def _read(form: Format, body: bytes, context: Context) -> ReadItems:
    with depth_refused():
        return form.read(body, context)


def _nothing_taken(read: ReadItems) -> InvalidUpload:
    if not read.refused:
        return InvalidUpload(
            field="body", limit="at least one item", detail=said("refusal.nothing_sent")
        )
    first = read.refused[0]
    return InvalidUpload(
        field=f"item[{first.item}].{first.field}",
        limit=first.limit,
        detail=wrong_said(first.detail),
    )
