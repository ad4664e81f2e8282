"""Accepting an upload: durably, once, and with a receipt that says how every sample fared.

The usual upload is new throughout and is stored in one round trip. Only when the database holds segments of the
same days, or a whole state, is that read and compared, and known samples left out of what is stored.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, NamedTuple, ParamSpec, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from device_bridge.wire import BatchProblem, BatchReceipt, Receipt, WholeStateReceipt
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
"""Each attempt loses only to another upload of the same resident's same days; eight in a row means a bug."""

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Given(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a receipt says besides when it was given; `time_zone`: in which what was sent was read, where that is kept."""

    batches: list[BatchReceipt]
    whole_states: Sequence[WholeStateReceipt] = ()
    time_zone: str = ""


_receipt_encoder: Final = msgspec.msgpack.Encoder()
_receipt_decoder: Final = msgspec.msgpack.Decoder(list[BatchReceipt] | Given)


async def _at_once(
    work: Callable[Arguments, Result], /, *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    return work(*args, **kwargs)


class UploadContended(Refused):
    """Too many uploads of the same days of one resident at once; the client should send again."""

    code = "upload_contended"
    status = 503
    title = "Too many uploads of the same days at once"
    comes_back = True
    detail = "Send the upload again with the same idempotency key."


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
    """Stores what is new of the upload; when this returns it is on disk.

    Raises IdempotencyKeyReused when the key came with other content.
    """
    key = digest(idempotency_key.encode())
    run = asyncio.to_thread if contents.is_large else _at_once
    read = await run(contents.read, {})
    stored = NOTHING_STORED
    if contents.whole.states:
        # What is gone by it is to be known before anything is stored.
        async with pool.acquire() as connection:
            found = await connection.fetchrow(FIND_UPLOAD, resident_id, key)
            if found is not None:
                return _replayed(found, contents, idempotency_key)
            read, stored = await look_again(connection, resident_id, contents, run)
    for _ in range(ATTEMPTS_MAX):
        outcome = await run(outcome_of, read.batches, stored.parts)
        given = Given(
            in_their_places(outcome.batches, read.refused),
            stored.whole_states,
            "" if contents.is_told_anew else contents.arrival.time_zone,
        )
        attempt = Attempt(
            resident_id=resident_id,
            key=key,
            content_digest=contents.digest,
            received_at=received_at,
            receipt=_kept_receipt(given, stored, contents),
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
            return Accepted(_receipt(sequence, received_at, given), replayed=False)
        async with pool.acquire() as connection:
            found = await connection.fetchrow(FIND_UPLOAD, resident_id, key)
            if found is None:
                read, stored = await look_again(connection, resident_id, contents, run)
                continue
        return _replayed(found, contents, idempotency_key)
    raise UploadContended


async def accepted_before(
    pool: Pool, *, resident_id: int, idempotency_key: str, content_digest: UUID
) -> Accepted | None:
    """What a request was answered with under its key; None where it did not come yet. Of requests whose receipts are kept."""
    async with pool.acquire() as connection:
        found = await connection.fetchrow(
            FIND_UPLOAD, resident_id, digest(idempotency_key.encode())
        )
    if found is None or found["content_digest"] != content_digest:
        return None
    return _accepted_of(found, _decoded(found["receipt"]))


def _replayed(found: asyncpg.Record, contents: KeyedContents, idempotency_key: str) -> Accepted:
    if found["content_digest"] != contents.digest:
        raise IdempotencyKeyReused(idempotency_key)
    return _accepted_of(found, _given_receipt(found["receipt"], contents))


def _accepted_of(found: asyncpg.Record, given: Given) -> Accepted:
    receipt = _receipt(found["sequence"], found["received_at"], given)
    return Accepted(receipt, replayed=True, time_zone=given.time_zone)


def _kept_receipt(given: Given, stored: Stored, contents: KeyedContents) -> bytes | None:
    """The receipt as it is kept: not at all when everything was new, if whoever sends it again tells us that anew."""
    all_new = stored is NOTHING_STORED and given.batches and all(map(_all_new, given.batches))
    if all_new and contents.is_told_anew:
        return None
    is_more = given.whole_states or given.time_zone
    return _receipt_encoder.encode(given if is_more else given.batches)


def _given_receipt(kept: bytes | None, contents: KeyedContents) -> Given:
    if kept is not None:
        return _decoded(kept)
    return Given(
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


def _decoded(kept: bytes) -> Given:
    said = _receipt_decoder.decode(kept)
    return said if isinstance(said, Given) else Given(said)


def _all_new(batch: BatchReceipt) -> bool:
    return not (
        batch.duplicate
        or batch.refused
        or batch.flagged
        or batch.from_clock_ahead
        or isinstance(batch.problem, BatchProblem)
    )


def _receipt(sequence: int, received_at: datetime, given: Given) -> Receipt:
    receipt = Receipt(
        upload_id=sequence,
        received_at=received_at,
        accepted=0,
        duplicate=0,
        refused=0,
        flagged=0,
        batches=given.batches,
        whole_states=list(given.whole_states),
    )
    for batch in given.batches:
        receipt.accepted += batch.accepted
        receipt.duplicate += batch.duplicate
        receipt.refused += batch.refused
        receipt.flagged += batch.flagged
    return receipt
