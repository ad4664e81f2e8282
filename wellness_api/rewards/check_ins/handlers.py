"""`/v1/check-ins`: lists of who came, sent by staff. The answer says what became of each entry, and nothing else."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, Final

import msgspec
import structlog
from litestar import delete, post
from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from wellness_api.database.sql import read_named_sql
from wellness_api.health.formats.format import ItemRefusal
from wellness_api.health.samples.accept import UploadContended
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.http.access import only
from wellness_api.http.asked import asked_of
from wellness_api.http.bodies import (
    UnsupportedType,
    content_type_of,
    depth_refused,
    in_thread,
    read_body,
)
from wellness_api.http.idempotency import IdempotencyKeyReused, key_parameter
from wellness_api.http.operations import refuses, takes
from wellness_api.http.services import Services, SignedInRequest, services_of
from wellness_api.rewards.check_ins.csv_list import EXAMPLE as LIST_EXAMPLE
from wellness_api.rewards.check_ins.csv_list import read_list
from wellness_api.rewards.check_ins.entries import (
    CHECK_INS_EXAMPLE,
    Entries,
    ReadEntries,
    read_json,
)
from wellness_api.rewards.check_ins.recording import Outcome, Placed, place, record, withdraw
from wellness_api.words.asked import ASKED_IN, language_asked

LIST_BYTES_MAX: Final = 512 * 1024
"""Room for ENTRIES_MAX entries of some hundred letters."""

CSV: Final = "text/csv"
JSON: Final = "application/json"

STAFF: Final[dict[str, Any]] = only("programme_officer", "health_staff")

ADD_LIST_KEY: Final = read_named_sql(__package__, "add_list_key")
ASKED: Final = msgspec.msgpack.Encoder(order="sorted")

log = structlog.get_logger()

Work = Callable[[Services, str, Sequence[Placed]], Awaitable[dict[int, Outcome]]]


class EntryResult(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What became of an entry: its place in the list from 0, and its line in a CSV list.

    `refused`: why an entry could not be read; its outcome is then null.
    """

    item: int
    outcome: Outcome | None
    line: int | None = None
    refused: ItemRefusal | None = None


class ListReceipt(msgspec.Struct, kw_only=True):
    """How many entries are on disk now, how many were there already, how many were not taken, and the result of each
    entry.
    """

    done: int
    nothing_to_do: int
    not_taken: int
    items: list[EntryResult]


@post(
    "/v1/check-ins",
    operation_id="recordCheckIns",
    summary="Record who came",
    description=(
        "Each entry is stored as a sample of its resident, or the answer says why it is not; the other entries "
        "are stored all the same. The same entry counts once, whoever sends it. The answer says nothing about a "
        "resident except what became of the entry."
    ),
    tags=["staff"],
    status_code=200,
    request_max_body_size=LIST_BYTES_MAX,
    **STAFF,
    **takes(Entries, CHECK_INS_EXAMPLE, (JSON,), refuses_items_alone=True),
    **refuses(InvalidUpload, IdempotencyKeyReused, UploadContended),
)
async def record_check_ins(
    request: SignedInRequest, idempotency_key: Annotated[str, key_parameter("check-in-example")]
) -> ListReceipt:
    """Records the list."""
    return await _work(request, idempotency_key, await _json(request), record)


@post(
    "/v1/check-ins/csv",
    operation_id="recordCheckInList",
    summary="Record who came, from a table",
    description=(
        "A CSV list with a header: card or resident, kind, day, time, place, or their Japanese words. Times are "
        "the city's. UTF-8 and Shift_JIS can be read. `kind` and `place` fill columns or cells that the table "
        "lacks."
    ),
    tags=["staff"],
    status_code=200,
    request_max_body_size=LIST_BYTES_MAX,
    **STAFF,
    **takes(None, LIST_EXAMPLE, ("text/csv",)),
    **refuses(InvalidUpload, IdempotencyKeyReused, UploadContended),
)
async def record_check_in_list(
    request: SignedInRequest,
    idempotency_key: Annotated[str, key_parameter("list-example-1")],
    kind: Annotated[
        str | None,
        QueryParameter(
            min_length=1,
            description="The kind of all lines without one.",
            examples=[Example(value="class_attended")],
        ),
    ] = None,
    place: Annotated[
        str | None,
        QueryParameter(
            min_length=1,
            description="The place of all lines without one.",
            examples=[Example(value="中央公民館")],
        ),
    ] = None,
) -> ListReceipt:
    """Records the table."""
    _only_type(request, CSV)
    defaults = {"kind": kind, "place": place}
    body = await read_body(request)
    read = await in_thread(
        partial(
            read_list,
            body,
            {field: word for field, word in defaults.items() if word is not None},
            time_zone=services_of(request).settings.time_zone,
        )
    )
    return await _work(request, idempotency_key, read, record)


@delete(
    "/v1/check-ins",
    operation_id="withdrawCheckIns",
    summary="Take wrong entries back",
    description=(
        "Send the same list as for recording. The worker works days that are not frozen out anew, and corrects "
        "points. An entry that was taken back stays so: the right entry has another time or place."
    ),
    tags=["staff"],
    status_code=200,
    request_max_body_size=LIST_BYTES_MAX,
    **STAFF,
    **takes(Entries, CHECK_INS_EXAMPLE, (JSON,), refuses_items_alone=True),
    **refuses(InvalidUpload, IdempotencyKeyReused, UploadContended),
)
async def withdraw_check_ins(
    request: SignedInRequest, idempotency_key: Annotated[str, key_parameter("list-example-2")]
) -> ListReceipt:
    """Takes the list's entries back."""
    return await _work(request, idempotency_key, await _json(request), withdraw)


async def _json(request: SignedInRequest) -> ReadEntries:
    _only_type(request, JSON)
    body = await read_body(request)
    return await in_thread(partial(_read_json, body))


def _read_json(body: bytes) -> ReadEntries:
    with depth_refused():
        return read_json(body)


async def _work(
    request: SignedInRequest, idempotency_key: str, read: ReadEntries, work: Work
) -> ListReceipt:
    services, staff = services_of(request), request.user
    await _claim_key(request, idempotency_key, read)
    looked_up = await place(services, read.good)
    outcomes = await work(services, f"{staff.principal_id} {idempotency_key}", looked_up.placed)
    outcomes |= {listed.item: "unknown" for listed in looked_up.unknown}
    language = language_asked(request.headers.get(ASKED_IN, ""))
    refused = {item.item: item.told(language) for item in [*read.refused, *looked_up.refused]}
    receipt = _receipt(outcomes, refused, read.lines)
    # The log names the member of staff who answers for the entries. No log names the residents.
    log.info("check_ins", work=work.__name__, staff=staff.principal_id, done=receipt.done)
    return receipt


async def _claim_key(request: SignedInRequest, idempotency_key: str, read: ReadEntries) -> None:
    """Raises IdempotencyKeyReused when the member of staff used the key before for another list or at another address."""
    services = services_of(request)
    # The same list is the same in every language.
    plainly = [item.told(None) for item in read.refused]
    request_digest = digest(asked_of(request) + b"\n" + ASKED.encode((read.good, plainly)))
    earlier = await services.pool.fetchval(
        *ADD_LIST_KEY(
            staff_id=request.user.principal_id,
            key=digest(idempotency_key.encode()),
            asked=request_digest,
            now=services.clock(),
        ),
    )
    if earlier is not None and earlier != request_digest:
        raise IdempotencyKeyReused(idempotency_key)


def _receipt(
    outcomes: Mapping[int, Outcome], refused: Mapping[int, ItemRefusal], lines: Sequence[int]
) -> ListReceipt:
    items = [
        EntryResult(
            item=item,
            outcome=outcomes.get(item),
            line=lines[item] if lines else None,
            refused=refused.get(item),
        )
        for item in sorted([*outcomes, *refused])
    ]
    said = [item.outcome for item in items]
    done = sum(outcome in {"recorded", "withdrawn"} for outcome in said)
    nothing_to_do = sum(outcome in {"already_there", "not_there"} for outcome in said)
    return ListReceipt(
        done=done,
        nothing_to_do=nothing_to_do,
        not_taken=len(items) - done - nothing_to_do,
        items=items,
    )


def _only_type(request: SignedInRequest, media_type: str) -> None:
    content_type = content_type_of(request)
    if content_type != media_type:
        raise UnsupportedType(content_type, media_type)
