"""Accepting an upload: durably, once, and with a receipt that says how every sample fared.

The usual upload is new throughout and is stored in one round trip. Only when the database holds segments of the
same days are those read, compared and left out of what is stored.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
import numpy as np

from device_bridge.wire import (
    REFUSALS_LISTED_PER_BATCH_MAX,
    BatchReceipt,
    Receipt,
    Refusal,
)
from wellness_api.database.pool import Connection, Pool
from wellness_api.database.sql import read_sql
from wellness_api.samples.columns import ReadBatch
from wellness_api.samples.contents import Contents, Read
from wellness_api.samples.digests import digest
from wellness_api.samples.local_days import utc_midnight_ms
from wellness_api.samples.merging import Layer, Merged, compare, merge, stored_layer
from wellness_api.samples.problems import IdempotencyKeyReused
from wellness_api.samples.records import KnownRecord, known_record
from wellness_api.samples.segments import Segment
from wellness_api.samples.storing import Attempt, UploadStore

FIND_UPLOAD: Final = read_sql(__package__, "find_upload")
STORED_SEGMENTS: Final = read_sql(__package__, "stored_segments")
STORED_RECORDS: Final = read_sql(__package__, "stored_records")

ATTEMPTS_MAX: Final = 8
"""Each attempt loses only to another upload of the same resident's same days; eight in a row means a bug."""

Part = tuple[date, int, str]
"""(day, metric number, source): what a segment is compared within."""

_receipt_encoder: Final = msgspec.msgpack.Encoder()
_receipt_decoder: Final = msgspec.msgpack.Decoder(list[BatchReceipt])


class UploadContended(Exception):
    """Too many uploads of the same days of one resident at once; the client should send again."""


class Accepted(NamedTuple):
    """A receipt, and whether it had been given before."""

    receipt: Receipt
    replayed: bool


class _Outcome(NamedTuple):
    segments: list[Segment]
    batches: list[BatchReceipt]


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
    read = contents.read({})
    stored = NOTHING_STORED
    for _ in range(ATTEMPTS_MAX):
        outcome = _settle(read.batches, stored.parts)
        attempt = Attempt(
            resident_id=resident_id,
            key=key,
            content_digest=contents.digest,
            received_at=received_at,
            receipt=_kept_receipt(outcome, stored),
            seen=stored.seen,
            segments=outcome.segments,
            record_keys=contents.record_keys,
            records=read.rows,
        )
        sequence = await store.store(attempt)
        if sequence is not None:
            return Accepted(_receipt(sequence, received_at, outcome.batches), replayed=False)
        async with pool.acquire() as connection:
            found = await connection.fetchrow(FIND_UPLOAD, resident_id, key)
            if found is None:
                read, stored = await _look_again(connection, resident_id, contents)
                continue
        if found["content_digest"] != contents.digest:
            raise IdempotencyKeyReused(idempotency_key)
        given = _given_receipt(found["receipt"], contents)
        return Accepted(_receipt(found["sequence"], found["received_at"], given), replayed=True)
    raise UploadContended


class _Stored(NamedTuple):
    """What the database holds of an upload's parts, and the latest sequence of all that was looked at."""

    parts: Mapping[Part, Merged]
    seen: int


NOTHING_STORED: Final = _Stored({}, 0)


def _kept_receipt(outcome: _Outcome, stored: _Stored) -> bytes | None:
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
        )
        for batch in contents.read({}).batches
    ]


def _all_new(batch: BatchReceipt) -> bool:
    return not batch.duplicate and not batch.refused


async def _look_again(
    connection: Connection, resident_id: int, contents: Contents
) -> tuple[Read, _Stored]:
    """The contents and what they are to be compared with, now that the database is known to hold something."""
    known, seen_records = await _known_records(connection, resident_id, contents.record_keys)
    read = contents.read(known)
    parts, seen_segments = await _stored_parts(connection, resident_id, read.batches)
    return read, _Stored(parts, max(seen_records, seen_segments))


async def _known_records(
    connection: Connection, resident_id: int, keys: Sequence[UUID]
) -> tuple[dict[UUID, KnownRecord], int]:
    if not keys:
        return {}, 0
    rows = await connection.fetch(STORED_RECORDS, resident_id, keys)
    known = {
        row["record"]: known_record(row["revision"], row["source"], row["times"]) for row in rows
    }
    return known, max((row["sequence"] for row in rows), default=0)


async def _stored_parts(
    connection: Connection, resident_id: int, batches: Sequence[ReadBatch]
) -> tuple[dict[Part, Merged], int]:
    spans: dict[Part, tuple[int, int]] = {}
    for segment in (segment for batch in batches for segment in batch.segments):
        first, last = spans.get(_part(segment), (segment.time_first, segment.time_last))
        spans[_part(segment)] = min(first, segment.time_first), max(last, segment.time_last)
    if not spans:
        return {}, 0
    days, metrics, sources = zip(*spans, strict=True)
    firsts, lasts = zip(*spans.values(), strict=True)
    rows = await connection.fetch(
        STORED_SEGMENTS, resident_id, days, metrics, sources, firsts, lasts
    )
    layers: defaultdict[Part, list[Layer]] = defaultdict(list)
    seen = 0
    for row in rows:
        seen = max(seen, row["sequence"])
        layers[row["day"], row["metric"], row["source"]].append(stored_layer(row))
    return {part: merge(of_part) for part, of_part in layers.items()}, seen


def _part(segment: Segment) -> Part:
    return segment.day, segment.metric.number, segment.source


def _settle(batches: Sequence[ReadBatch], stored: Mapping[Part, Merged]) -> _Outcome:
    """What is to be stored and what the receipt says, given what the database holds of these days."""
    known = dict(stored)
    first_of_upload: dict[Part, Segment] = {}
    kept: list[Segment] = []
    receipts: list[BatchReceipt] = []
    for batch in batches:
        receipt = BatchReceipt(
            metric=batch.metric.code,
            source=batch.source,
            accepted=0,
            duplicate=batch.repeated,
            refused=batch.refused,
            refusals=list(batch.refusals),
            flagged=batch.flagged,
            flags=batch.flags,
        )
        for segment in batch.segments:
            part = _part(segment)
            if part in first_of_upload:
                # A batch earlier in this upload spoke of the same day: it counts as stored before this one.
                earlier = _layer(first_of_upload[part])
                known[part] = _with(known.get(part), earlier)
            first_of_upload[part] = segment
            new = _new_of(segment, known.get(part), receipt)
            if new is not None:
                kept.append(new)
        receipts.append(receipt)
    return _Outcome(kept, receipts)


def _layer(segment: Segment) -> Layer:
    return Layer(0, segment.revision, segment.times, segment.values)


def _with(merged: Merged | None, layer: Layer) -> Merged:
    """`merged` after one more layer, received later."""
    layers = (
        []
        if merged is None
        else [
            Layer(0, int(revision), merged.times[mask], merged.values[mask])
            for revision in np.unique(merged.revisions)
            for mask in [merged.revisions == revision]
        ]
    )
    return merge([*layers, layer._replace(sequence=1)])


def _new_of(segment: Segment, known: Merged | None, receipt: BatchReceipt) -> Segment | None:
    if known is None:
        receipt.accepted += len(segment.times)
        return segment
    trimmed = compare(known, _layer(segment))
    accepted = int(np.count_nonzero(trimmed.new))
    older = int(np.count_nonzero(trimmed.older))
    receipt.accepted += accepted
    receipt.refused += older
    receipt.duplicate += len(segment.times) - accepted - older
    room = REFUSALS_LISTED_PER_BATCH_MAX - len(receipt.refusals)
    receipt.refusals.extend(
        Refusal(
            time_ms=utc_midnight_ms(segment.day) + int(time),
            field="revision",
            reason="older_revision",
            limit="at least the revision already stored for that time",
        )
        for time in segment.times[trimmed.older][:room]
    )
    if not accepted:
        return None
    return msgspec.structs.replace(
        segment, times=segment.times[trimmed.new], values=segment.values[trimmed.new]
    )


def _receipt(sequence: int, received_at: datetime, batches: list[BatchReceipt]) -> Receipt:
    return Receipt(
        upload_id=sequence,
        received_at=received_at,
        accepted=sum(batch.accepted for batch in batches),
        duplicate=sum(batch.duplicate for batch in batches),
        refused=sum(batch.refused for batch in batches),
        flagged=sum(batch.flagged for batch in batches),
        batches=batches,
    )
