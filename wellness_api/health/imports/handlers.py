"""`/v1/imports`: large files in parts, and how far each is."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.exceptions import NotFoundException
from litestar.openapi.spec import Example
from litestar.params import PathParameter

from device_bridge.wire import UPLOAD_BYTES_MAX
from wellness_api.health.imports.problems import InvalidImport, PartDiffers, TooManyImports
from wellness_api.health.imports.receiving import (
    NoSuchImport,
    give_up,
    keep_part,
    open_import,
    own_import,
    own_imports,
)
from wellness_api.health.imports.shapes import Import, Imports, NewImport
from wellness_api.http.access import only
from wellness_api.http.bodies import BodyDecoder, read_body
from wellness_api.http.idempotency import IdempotencyKeyReused, key_parameter
from wellness_api.http.operations import answers_again, goes, refuses, takes
from wellness_api.http.services import SignedInRequest, services_of
from wellness_api.work.once.handling import once

NEW_IMPORT: Final = BodyDecoder(NewImport)

ImportId = Annotated[
    UUID,
    PathParameter(
        description="The id that opening the import gave.",
        examples=[Example(value="6f1d2c3b-8a47-4e52-9d10-0c5b7a9e4f21")],
    ),
]


@post(
    "/v1/imports",
    operation_id="openImport",
    summary="Open an import",
    description=(
        "Makes room for a large file, which then comes in parts. The same key with the same file gives the same import."
    ),
    tags=["imports"],
    **only("resident"),
    **takes(NewImport, {"form": "apple-health", "bytes": 1_000}),
    **answers_again(),
    **refuses(InvalidImport, TooManyImports, IdempotencyKeyReused),
)
async def post_import(
    request: SignedInRequest, idempotency_key: Annotated[str, key_parameter("import-example")]
) -> Response[Import]:
    """Opens an import."""
    services = services_of(request)
    opened = await open_import(
        services.pool,
        request.user.principal_id,
        NEW_IMPORT.decode(request, await read_body(request)),
        idempotency_key=idempotency_key,
        now=services.clock(),
    )
    return Response(opened.current, status_code=200 if opened.replayed else 201)


@put(
    "/v1/imports/{import_id:uuid}/parts/{number:int}",
    operation_id="sendImportPart",
    summary="Send a part of the file",
    description=(
        "Parts come in any order, from 0; all but the last have the size that was said when the import was opened. The"
        " same part again changes nothing. After the last one the worker reads the file."
    ),
    tags=["imports"],
    request_max_body_size=UPLOAD_BYTES_MAX,
    **only("resident"),
    **takes(None, b"", ("application/octet-stream",)),
    **goes("last_to_go"),
    **refuses(InvalidImport, PartDiffers),
)
@once
async def put_part(
    request: SignedInRequest,
    import_id: ImportId,
    number: Annotated[
        int, PathParameter(description="Which part, from 0.", examples=[Example(value=0)])
    ],
) -> Import:
    """Keeps a part."""
    services = services_of(request)
    content = await read_body(request)
    try:
        return await keep_part(
            services.pool,
            request.user.principal_id,
            import_id,
            number=number,
            content=content,
            now=services.clock(),
        )
    except NoSuchImport as error:
        raise _not_found(import_id) from error


@get(
    "/v1/imports/{import_id:uuid}",
    operation_id="import",
    summary="How far an import is",
    description="What is still to be sent, how much has been read, and what became of it. Ask again to follow it.",
    tags=["imports"],
    **only("resident"),
)
async def get_import(request: SignedInRequest, import_id: ImportId) -> Import:
    """The import as it is now."""
    try:
        return await own_import(services_of(request).pool, request.user.principal_id, import_id)
    except NoSuchImport as error:
        raise _not_found(import_id) from error


@get(
    "/v1/imports",
    operation_id="imports",
    summary="One's own imports, newest first",
    tags=["imports"],
    **only("resident"),
)
async def get_imports(request: SignedInRequest) -> Imports:
    """The resident's imports."""
    return Imports(items=await own_imports(services_of(request).pool, request.user.principal_id))


@delete(
    "/v1/imports/{import_id:uuid}",
    operation_id="giveUpImport",
    summary="Give an import up",
    description="Deletes what was sent of the file, and ends its reading. Samples that were read of it before stay.",
    tags=["imports"],
    **only("resident"),
)
@once
async def delete_import(request: SignedInRequest, import_id: ImportId) -> None:
    """Forgets the import."""
    try:
        await give_up(services_of(request).pool, request.user.principal_id, import_id)
    except NoSuchImport as error:
        raise _not_found(import_id) from error


def _not_found(import_id: UUID) -> NotFoundException:
    return NotFoundException(
        f"There is no import {import_id}: it was given up, forgotten after its days, or is not yours."
    )
