"""Accepts an upload: stores it durably and once, and gives a receipt that says what became of every sample.

Most uploads are entirely new, and one round trip stores them. Only when the database holds segments of the same days, or
a whole state, does the code read and compare these, and leave known samples out of what it stores.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple, ParamSpec, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from device_bridge.wire import BatchProblem, BatchReceipt, Receipt, WholeStateReceipt
from points.said import said
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.health.samples.contents import KeyedContents
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.each_batch import in_their_places
from wellness_api.health.samples.looking import NOTHING_STORED, Stored, look_again
from wellness_api.health.samples.outcome import outcome_of
from wellness_api.health.samples.storing import Attempt, UploadStore
from wellness_api.http.idempotency import IdempotencyKeyReused
from wellness_api.http.refused import Refused

FIND_UPLOAD: Final = read_sql(__package__, "find_upload")

ATTEMPTS_MAX: Final = 8
"""An attempt fails only when another upload of the same resident and days comes first. Eight failures in a row mean a bug."""

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class ReceiptBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a receipt says, without the time at which it was first given.

    `time_zone`: the zone in which the request was read, if it is kept.
    """

    batches: list[BatchReceipt]
    whole_states: Sequence[WholeStateReceipt] = ()
    time_zone: str = ""


_receipt_encoder: Final = msgspec.msgpack.Encoder()
_receipt_decoder: Final = msgspec.msgpack.Decoder(list[BatchReceipt] | ReceiptBody)


async def _at_once(
    work: Callable[Arguments, Result], /, *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    return work(*args, **kwargs)


class UploadContended(Refused):
    """Too many uploads of the same resident's same days came at once; the client should send again."""

    code = "upload_contended"
    status = 503
    title = "Too many uploads of the same days at once"
    comes_back = True

    def __init__(self) -> None:
        super().__init__(detail=said("refusal.contended"))


class Accepted(NamedTuple):
    """A receipt, and whether it had been given before; then `time_zone` is that in which what was sent was read, if it is kept."""

    receipt: Receipt
    replayed: bool
    time_zone: str = ""


async def accept_upload(
    pool: Pool,
    store: UploadStore,
    *,
    resident_id: int,
    idempotency_key: str,
    contents: KeyedContents,
    received_at: datetime,
) -> Accepted:
    """Stores what is new of the upload. When this returns, it is on disk.

    Raises IdempotencyKeyReused when the key came with other content before.
    """
    key = digest(idempotency_key.encode())
    run = asyncio.to_thread if contents.is_large else _at_once
    read = await run(contents.read, {})
    stored = NOTHING_STORED
    if contents.whole.states:
        # What the whole states end has to be known before anything is stored.
        async with pool.acquire() as connection:
            kept_upload = await connection.fetchrow(FIND_UPLOAD, resident_id, key)
            if kept_upload is not None:
                return _replayed(kept_upload, contents, idempotency_key)
            read, stored = await look_again(connection, resident_id, contents, run)
    for _ in range(ATTEMPTS_MAX):
        outcome = await run(outcome_of, read.batches, stored.parts)
        body = ReceiptBody(
            in_their_places(outcome.batches, read.refused),
            stored.whole_states,
            "" if contents.is_told_anew else contents.arrival.time_zone,
        )
        attempt = Attempt(
            resident_id=resident_id,
            key=key,
            content_digest=contents.digest,
            received_at=received_at,
            receipt=_kept_receipt(body, stored, contents),
            seen=stored.seen,
            segments=[*stored.ended, *outcome.segments, *read.ended],
            record_keys=contents.record_keys,
            records=[
                record.row
                for record in read.records
                if record.is_new or record.mark in outcome.restated
            ],
            seen_records=stored.seen_records,
            states=stored.rows,
            watched=stored.watched,
            seen_states=stored.seen_states,
        )
        sequence = await store.store(attempt)
        if sequence is not None:
            return Accepted(_receipt(sequence, received_at, body), replayed=False)
        async with pool.acquire() as connection:
            kept_upload = await connection.fetchrow(FIND_UPLOAD, resident_id, key)
            if kept_upload is None:
                read, stored = await look_again(connection, resident_id, contents, run)
                continue
        return _replayed(kept_upload, contents, idempotency_key)
    raise UploadContended


async def accepted_before(
    pool: Pool, *, resident_id: int, idempotency_key: str, content_digest: UUID
) -> Accepted | None:
    """The answer that a request got under its key, or None if it has not come yet. Only for requests whose receipts are kept."""
    async with pool.acquire() as connection:
        kept_upload = await connection.fetchrow(
            FIND_UPLOAD, resident_id, digest(idempotency_key.encode())
        )
    if kept_upload is None or kept_upload["content_digest"] != content_digest:
        return None
    return _accepted_of(kept_upload, _decoded(kept_upload["receipt"]))


def _replayed(
    kept_upload: asyncpg.Record, contents: KeyedContents, idempotency_key: str
) -> Accepted:
    if kept_upload["content_digest"] != contents.digest:
        raise IdempotencyKeyReused(idempotency_key)
    return _accepted_of(kept_upload, _body_of(kept_upload["receipt"], contents))


def _accepted_of(kept_upload: asyncpg.Record, body: ReceiptBody) -> Accepted:
    receipt = _receipt(kept_upload["sequence"], kept_upload["received_at"], body)
    return Accepted(receipt, replayed=True, time_zone=body.time_zone)


def _kept_receipt(body: ReceiptBody, stored: Stored, contents: KeyedContents) -> bytes | None:
    """The receipt as it is kept. A receipt of only new samples is not kept if whoever sends the upload again sends what it said."""
    all_new = stored is NOTHING_STORED and body.batches and all(map(_all_new, body.batches))
    if all_new and contents.is_told_anew:
        return None
    is_more = body.whole_states or body.time_zone
    return _receipt_encoder.encode(body if is_more else body.batches)


def _body_of(kept: bytes | None, contents: KeyedContents) -> ReceiptBody:
    if kept is not None:
        return _decoded(kept)
    return ReceiptBody(
        [
            BatchReceipt(
                metric=batch.metric.code,
                source=batch.source,
                accepted=batch.length,
                duplicate=0,
                refused=0,
                flagged=batch.flagged,
                flags=batch.flags,
                from_clock_ahead=batch.from_clock_ahead,
            )
            for batch in contents.read({}).batches
        ]
    )


def _decoded(kept: bytes) -> ReceiptBody:
    said = _receipt_decoder.decode(kept)
    return said if isinstance(said, ReceiptBody) else ReceiptBody(said)


def _all_new(batch: BatchReceipt) -> bool:
    return not (
        batch.duplicate
        or batch.refused
        or batch.flagged
        or batch.from_clock_ahead
        or isinstance(batch.problem, BatchProblem)
    )


def _receipt(sequence: int, received_at: datetime, body: ReceiptBody) -> Receipt:
    receipt = Receipt(
        upload_id=sequence,
        received_at=received_at,
        accepted=0,
        duplicate=0,
        refused=0,
        flagged=0,
        batches=body.batches,
        whole_states=list(body.whole_states),
    )
    for batch in body.batches:
        receipt.accepted += batch.accepted
        receipt.duplicate += batch.duplicate
        receipt.refused += batch.refused
        receipt.flagged += batch.flagged
    return receipt
