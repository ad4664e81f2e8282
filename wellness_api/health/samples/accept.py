"""Accepting an upload: durably, once, and with a receipt that says how every sample fared.

The usual upload is new throughout and is stored in one round trip. Only when the database holds segments of the
same days are those read, compared and left out of what is stored.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, ParamSpec, Protocol, TypeVar
from uuid import UUID

import asyncpg
import msgspec
import structlog

from device_bridge.wire import BatchReceipt, Receipt
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.samples.codec import CodecFailed
from wellness_api.health.samples.contents import Contents, Read
from wellness_api.health.samples.corrected import Correction, corrections_of
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.living import deleted
from wellness_api.health.samples.merging import NOTHING, Layer, merge, stored_layer
from wellness_api.health.samples.origins import Origin, origin_of
from wellness_api.health.samples.outcome import (
    Outcome,
    Part,
    StoredPart,
    outcome_of,
    times_of,
)
from wellness_api.health.samples.record_parts import parts_of
from wellness_api.health.samples.record_rows import KnownRecord, known_record
from wellness_api.health.samples.storing import Attempt, UploadStore
from wellness_api.http.idempotency import IdempotencyKeyReused
from wellness_api.http.refused import Refused

FIND_UPLOAD: Final = read_sql(__package__, "find_upload")
STORED_SEGMENTS: Final = read_named_sql(__package__, "stored_segments")
STORED_RECORDS: Final = read_sql(__package__, "stored_records")

WHOLE_DAY: Final = (-(2**31), 2**31 - 1)
"""First and last time of whatever a day's segment may hold."""

ATTEMPTS_MAX: Final = 8
"""Each attempt loses only to another upload of the same resident's same days; eight in a row means a bug."""

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

log = structlog.get_logger()

_receipt_encoder: Final = msgspec.msgpack.Encoder()
_receipt_decoder: Final = msgspec.msgpack.Decoder(list[BatchReceipt])


class Run(Protocol):
    """Runs work of an upload where it keeps nobody waiting: a moment's in the loop, more in a thread."""

    def __call__(
        self,
        work: Callable[Arguments, Result],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Awaitable[Result]:
        """What `work` returns, or raises."""
        ...


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
    """A receipt, and whether it had been given before."""

    receipt: Receipt
    replayed: bool


async def accept_upload(
    pool: Pool,
    store: UploadStore,
    *,
    resident_id: int,
    idempotency_key: str,
    contents: Contents,
    received_at: datetime,
) -> Accepted:
    """Stores what is new of the upload; when this returns it is on disk.

    Raises IdempotencyKeyReused when the key came with other content.
    """
    key = digest(idempotency_key.encode())
    run = asyncio.to_thread if contents.is_large else _at_once
    read = await run(contents.read, {})
    stored = NOTHING_STORED
    for _ in range(ATTEMPTS_MAX):
        outcome = await run(outcome_of, read.batches, stored.parts)
        attempt = Attempt(
            resident_id=resident_id,
            key=key,
            content_digest=contents.digest,
            received_at=received_at,
            receipt=_kept_receipt(outcome, stored),
            seen=stored.seen,
            segments=[*outcome.segments, *read.ended],
            record_keys=contents.record_keys,
            records=[
                record.row
                for record in read.records
                if record.is_new or record.mark in outcome.restated
            ],
            seen_records=stored.seen_records,
        )
        sequence = await store.store(attempt)
        if sequence is not None:
            return Accepted(_receipt(sequence, received_at, outcome.batches), replayed=False)
        async with pool.acquire() as connection:
            found = await connection.fetchrow(FIND_UPLOAD, resident_id, key)
            if found is None:
                read, stored = await _look_again(connection, resident_id, contents, run)
                continue
        if found["content_digest"] != contents.digest:
            raise IdempotencyKeyReused(idempotency_key)
        given = _given_receipt(found["receipt"], contents)
        return Accepted(_receipt(found["sequence"], found["received_at"], given), replayed=True)
    raise UploadContended


class _Stored(NamedTuple):
    """What the database holds of an upload's parts, and the latest sequences of what was looked at."""

    parts: Mapping[Part, StoredPart]
    seen: int
    seen_records: int


NOTHING_STORED: Final = _Stored({}, 0, 0)


def _kept_receipt(outcome: Outcome, stored: _Stored) -> bytes | None:
    """The receipt as it is kept: not at all when everything was new, which whoever sends it again tells us anew."""
    if stored is NOTHING_STORED and outcome.batches and all(map(_all_new, outcome.batches)):
        return None
    return _receipt_encoder.encode(outcome.batches)


def _given_receipt(kept: bytes | None, contents: Contents) -> list[BatchReceipt]:
    if kept is not None:
        return _receipt_decoder.decode(kept)
    return [
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


def _all_new(batch: BatchReceipt) -> bool:
    return not batch.duplicate and not batch.refused and not batch.from_clock_ahead


async def _look_again(
    connection: Connection, resident_id: int, contents: Contents, run: Run
) -> tuple[Read, _Stored]:
    """The contents and what they are to be compared with, now that the database is known to hold something."""
    # All of it as it was at one moment: what is decided by one look is written over what another one saw.
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        known, seen_records = await _known_records(
            connection, resident_id, contents.record_keys, run
        )
        read = await run(contents.read, known)
        parts, seen = await _stored_parts(connection, resident_id, read, known, run)
        return read, _Stored(parts, seen, seen_records)


async def _stored_parts(
    connection: Connection,
    resident_id: int,
    read: Read,
    known: Mapping[UUID, KnownRecord],
    run: Run,
) -> tuple[dict[Part, StoredPart], int]:
    """What is stored where the samples are and where their records stand, and the latest sequence of it."""
    times = await run(times_of, read.batches)
    # Of what a record says only its last segment counts, wherever in the day it is.
    whole = parts_of(known.values()) | {(of.day, of.metric, of.source) for of in read.ended}
    times |= dict.fromkeys(whole, WHOLE_DAY)
    if not times:
        return {}, 0
    days, metrics, sources = zip(*times, strict=True)
    firsts, lasts = zip(*times.values(), strict=True)
    rows = await connection.fetch(
        *STORED_SEGMENTS(
            resident_id=resident_id,
            days=days,
            metrics=metrics,
            sources=sources,
            firsts=firsts,
            lasts=lasts,
        )
    )
    seen = max((row["sequence"] for row in rows), default=0)
    return await run(_merged, resident_id, rows), seen


async def _known_records(
    connection: Connection, resident_id: int, keys: Sequence[UUID], run: Run
) -> tuple[dict[UUID, KnownRecord], int]:
    if not keys:
        return {}, 0
    rows = await connection.fetch(STORED_RECORDS, resident_id, keys)
    return await run(_known, rows), max((row["sequence"] for row in rows), default=0)


def _known(rows: Sequence[asyncpg.Record]) -> dict[UUID, KnownRecord]:
    return {
        row["record"]: known_record(row["revision"], row["source"], row["places"], row["times"])
        for row in rows
    }


def _merged(resident_id: int, rows: Sequence[asyncpg.Record]) -> dict[Part, StoredPart]:
    """What is stored in the segments, by part."""
    layers: defaultdict[Part, list[Layer]] = defaultdict(list)
    for row in rows:
        try:
            layers[row["day"], row["metric"], row["source"]].append(stored_layer(row))
        except CodecFailed:
            # The upload is taken all the same: its samples are not at fault, and the worker sets the day aside.
            log.exception(
                "segment_unreadable",
                resident_id=resident_id,
                day=str(row["day"]),
                metric=row["metric"],
                sequence=row["sequence"],
            )
    corrections = corrections_of(rows)
    origins = {row["sequence"]: origin_of(row["origin"]) for row in rows}
    return {
        part: _stored_part(part, of_part, corrections, origins) for part, of_part in layers.items()
    }


def _stored_part(
    part: Part,
    layers: Sequence[Layer],
    corrections: Sequence[Correction],
    origins: Mapping[int, Origin | None],
) -> StoredPart:
    merged = merge(layers)
    day, metric, source = part
    concerning = [of for of in corrections if of.concerns(METRIC_BY_NUMBER[metric].code, source)]
    return StoredPart(
        merged,
        deleted(day, layers, merged, concerning) if concerning else NOTHING,
        {layer.sequence: origins[layer.sequence] for layer in layers},
    )


def _receipt(sequence: int, received_at: datetime, batches: list[BatchReceipt]) -> Receipt:
    receipt = Receipt(
        upload_id=sequence,
        received_at=received_at,
        accepted=0,
        duplicate=0,
        refused=0,
        flagged=0,
        batches=batches,
    )
    for batch in batches:
        receipt.accepted += batch.accepted
        receipt.duplicate += batch.duplicate
        receipt.refused += batch.refused
        receipt.flagged += batch.flagged
    return receipt
