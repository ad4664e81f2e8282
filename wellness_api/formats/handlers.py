"""`POST /v1/uploads/{format}`: samples in other forms than columns."""

from typing import Annotated, Final

import msgspec
from litestar import Response, post
from litestar.exceptions import NotFoundException
from litestar.openapi.spec import Example
from litestar.params import HeaderParameter, PathParameter

from device_bridge.wire import UPLOAD_BYTES_MAX, Receipt, Upload
from wellness_api.formats.format import ItemRefusal
from wellness_api.formats.table import FORMATS
from wellness_api.http.access import only
from wellness_api.http.bodies import UnreadableBody, content_type_of, read_body
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.samples.handlers import KEY_DESCRIPTION, KEY_PATTERN, accepted_of
from wellness_api.samples.problems import InvalidUpload

REFUSED_ITEMS_LISTED_MAX: Final = 100


FormatKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        pattern=KEY_PATTERN,
        description=KEY_DESCRIPTION,
        # Another one than that of the columns' example: the same key stands for the same content.
        examples=[Example(value="7d0b21f4-example")],
    ),
]


class ItemsReceipt(msgspec.Struct, kw_only=True):
    """The receipt of the good items, and why the others were not taken; at most 100 of these are spelled out."""

    receipt: Receipt
    refused_items: int
    refusals: list[ItemRefusal]


@post(
    "/v1/uploads/{format_name:str}",
    operation_id="takeFormat",
    summary="Send samples in another form",
    description=(
        "`rows`: one JSON object a sample. A bad item is refused alone and the receipt says why; the others are kept."
    ),
    tags=["samples"],
    request_max_body_size=UPLOAD_BYTES_MAX,
    **only("resident"),
)
async def take_format(
    request: SignedInRequest,
    idempotency_key: FormatKey,
    format_name: Annotated[
        str, PathParameter(description="The form of the body.", examples=[Example(value="rows")])
    ],
) -> Response[ItemsReceipt]:
    """Receives one upload in the format."""
    known = FORMATS.get(format_name)
    if known is None:
        raise NotFoundException(
            f"There is no format {format_name!r}; there are {', '.join(FORMATS)}."
        )
    if content_type_of(request) != known.media_type:
        raise UnreadableBody(
            "unsupported_type",
            415,
            field="Content-Type",
            limit=known.media_type,
            detail=f"The format {known.name} comes as {known.media_type}.",
        )
    services = services_of(request)
    now = services.clock()
    read = known.read(await read_body(request), now)
    if not read.batches:
        first = read.refused[0]
        raise InvalidUpload(
            field=f"samples[{first.item}].{first.field}", limit=first.limit, detail=first.detail
        )
    accepted = await accepted_of(
        services, request.user, idempotency_key, Upload(batches=read.batches), now=now
    )
    return Response(
        ItemsReceipt(
            receipt=accepted.receipt,
            refused_items=len(read.refused),
            refusals=read.refused[:REFUSED_ITEMS_LISTED_MAX],
        ),
        status_code=200 if accepted.replayed else 201,
    )
