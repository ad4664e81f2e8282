"""What an upload is compared with: what the database holds of its parts, its records and its whole states."""

import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, ParamSpec, Protocol, TypeVar
from uuid import UUID

import asyncpg
import structlog

from device_bridge.wire import WholeStateReceipt
from points.said import said
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.metrics.catalogue import METRIC_BY_NUMBER
from wellness_api.health.samples.codec import CodecFailed
from wellness_api.health.samples.contents import Contents, Read
from wellness_api.health.samples.corrected import NearCorrections, OwnRows, own_rows
from wellness_api.health.samples.living import deleted, near_corrections
from wellness_api.health.samples.merging import NOTHING, Layer, merge, stored_layer
from wellness_api.health.samples.origins import Origin, origin_of
from wellness_api.health.samples.outcome import Part, StoredPart, part_of, times_of
from wellness_api.health.samples.overtaken import States, overtaken_records, without_overtaken
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.reaching import NOTHING_FURTHER, further_of, would_end
from wellness_api.health.samples.record_parts import parts_of
from wellness_api.health.samples.record_rows import KnownRecord, known_record
from wellness_api.health.samples.replacing import Has, receipt_of, replaced
from wellness_api.health.samples.segments import EncodedSegment
from wellness_api.health.samples.whole_states import (
    NONE_NAMED,
    Named,
    PlaceOfState,
    Stated,
    StatedByPlace,
    StateRow,
    days_of,
    place_of,
    stated,
    stated_in,
)

STORED_SEGMENTS: Final = read_named_sql(__package__, "stored_segments")
STORED_RECORDS: Final = read_sql(__package__, "stored_records")
WHOLE_STATES: Final = read_sql(__package__, "whole_states")

WHOLE_DAY: Final = (-(2**31), 2**31 - 1)
"""Bounds below and above every time that a day's segment may hold."""

STORED_SAMPLES_MAX: Final = 4_000_000
"""An upload that says all of days with more stored samples is refused with 422 and this limit."""

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

log = structlog.get_logger()


class Run(Protocol):
    """Runs an upload's work where nobody has to wait for it: short work in the loop, longer work in a thread."""

    def __call__(
        self,
        work: Callable[Arguments, Result],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Awaitable[Result]:
        """What `work` returns, or raises."""
        ...


class Stored(NamedTuple):
    """What the database holds of an upload's parts, and the latest sequences of the rows that were looked at.

    `ended`, `rows`: what the upload's own whole states write. `whole_states`: what became of them. `watched`: the parts
    of which these whole states have to know all. `begun`: see `replacing.Has`.
    """

    parts: Mapping[Part, StoredPart]
    seen: int
    seen_records: int
    seen_states: int = 0
    ended: Sequence[EncodedSegment] = ()
    rows: Sequence[StateRow] = ()
    whole_states: Sequence[WholeStateReceipt] = ()
    watched: Sequence[Part] = ()
    begun: Named = NONE_NAMED


NOTHING_STORED: Final = Stored({}, 0, 0)


async def look_again(
    connection: Connection, resident_id: int, contents: Contents, run: Run
) -> tuple[Read, Stored]:
    """The contents, and what they have to be compared with, now that the database is known to hold something."""
    whole = contents.whole
    watched: list[Part] = []
    if whole.is_whole:
        days = ((day, place_of(of)) for of in whole.states for day in days_of(of, contents.arrival))
        watched = list(dict.fromkeys((day, *place) for day, place in days))
    # One transaction sees all of it as it was at one moment. With two looks, one look's decision could be written over
    # what the other saw.
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        known, seen_records = await _known_records(
            connection, resident_id, contents.record_keys, run
        )
        kept, seen_states = await _whole_states(connection, resident_id)
        read = await run(contents.read, known)
        times = await run(_times, read, known, watched)
        parts, seen = await _stored_parts(connection, resident_id, times, run, watched)
        further = NOTHING_FURTHER
        if watched:
            ending = await run(would_end, whole, kept, parts, contents.arrival)
            further = await further_of(connection, resident_id, ending, contents.arrival, watched)
        if further.parts:
            watched.extend(further.parts)
            times = dict.fromkeys(further.parts, WHOLE_DAY)
            more, seen_more = await _stored_parts(connection, resident_id, times, run, watched)
            parts, seen = parts | more, max(seen, seen_more)
    stored = Stored(parts, seen, seen_records, seen_states, watched=watched, begun=further.begun)
    if not kept and not whole.states:
        return read, stored
    return await run(as_whole_states_say, contents, known, read, kept, stored)


def as_whole_states_say(
    contents: Contents,
    known: Mapping[UUID, KnownRecord],
    read: Read,
    kept: StatedByPlace,
    stored: Stored,
) -> tuple[Read, Stored]:
    """Takes out of the upload what comes too late, and out of the stored parts what the upload ends."""
    whole = contents.whole
    said: defaultdict[PlaceOfState, list[Stated]] = defaultdict(list)
    if whole.is_whole:
        for state in sorted(whole.states, key=lambda state: state.from_ms):
            said[place_of(state)].append(stated(state))
    states = States(kept, said)
    late = overtaken_records(read.batches, states, stored.parts)
    if late:
        read = contents.read(known, late)
    read = read._replace(batches=without_overtaken(read.batches, states, stored.parts))
    if not whole.is_whole:
        not_whole = [receipt_of(state, "not_whole") for state in whole.states]
        return read, stored._replace(whole_states=not_whole)
    made = replaced(
        whole.states,
        Has(read.batches, whole.named, stored.begun),
        kept,
        stored.parts,
        contents.arrival,
    )
    return read, stored._replace(
        parts=made.parts, ended=made.ended, rows=made.rows, whole_states=made.receipts
    )


async def _whole_states(connection: Connection, resident_id: int) -> tuple[StatedByPlace, int]:
    rows = await connection.fetch(WHOLE_STATES, resident_id)
    kept = {(row["metric"], row["source"]): stated_in(row["spans"]) for row in rows}
    return kept, max((row["sequence"] for row in rows), default=0)


def _times(
    read: Read, known: Mapping[UUID, KnownRecord], watched: Sequence[Part]
) -> dict[Part, tuple[int, int]]:
    """By part the first and the last time of what the upload is to be compared with."""
    times = times_of(read.batches)
    # Of what a record says only its last segment counts, wherever in the day it is.
    whole = parts_of(known.values()) | {(of.day, of.metric, of.source) for of in read.ended}
    return times | dict.fromkeys([*whole, *watched, *_exported(read)], WHOLE_DAY)


async def _stored_parts(
    connection: Connection,
    resident_id: int,
    times: Mapping[Part, tuple[int, int]],
    run: Run,
    watched: Sequence[Part],
) -> tuple[dict[Part, StoredPart], int]:
    """What is stored where the samples are and where their records stand, and the latest sequence of it."""
    if not times:
        return {}, 0
    days, metrics, sources = zip(*times, strict=True)
    firsts, lasts = zip(*times.values(), strict=True)
    rows = own_rows(
        await connection.fetch(
            *STORED_SEGMENTS(
                resident_id=resident_id,
                days=days,
                metrics=metrics,
                sources=sources,
                firsts=firsts,
                lasts=lasts,
            )
        )
    )
    seen = max((row["sequence"] for row in rows.segments), default=0)
    samples_max = STORED_SAMPLES_MAX if watched else sys.maxsize
    return await run(_merged, resident_id, rows, samples_max), seen


def _exported(read: Read) -> Iterator[Part]:
    """The parts of samples that we exported and that come back. How long they lasted depends on the samples after them."""
    for batch in read.batches:
        for segment in batch.segments:
            if segment.is_exported:
                yield part_of(segment)


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


def _merged(resident_id: int, rows: OwnRows, samples_max: int) -> dict[Part, StoredPart]:
    """What is stored in the segments, by part. Raises InvalidUpload for more samples than these."""
    layers: defaultdict[Part, list[Layer]] = defaultdict(list)
    samples = 0
    for row in rows.segments:
        try:
            layer = stored_layer(row)
        except CodecFailed:
            # The upload is taken all the same: its samples are not at fault, and the worker will set the day aside.
            log.exception(
                "segment_unreadable",
                resident_id=resident_id,
                day=str(row["day"]),
                metric=row["metric"],
                sequence=row["sequence"],
            )
            continue
        samples += len(layer.times)
        if samples > samples_max:
            raise InvalidUpload(
                field="whole_states",
                limit=f"spans of whose days at most {samples_max} samples are stored",
                detail=said("refusal.whole_states_too_large", most=samples_max),
            )
        layers[row["day"], row["metric"], row["source"]].append(layer)
    origins = {row["sequence"]: origin_of(row["origin"]) for row in rows.segments}
    near = near_corrections(rows.corrections, ((day, of) for (day, _, _), of in layers.items()))
    return {part: _stored_part(part, of_part, near, origins) for part, of_part in layers.items()}


def _stored_part(
    part: Part,
    layers: Sequence[Layer],
    near: NearCorrections | None,
    origins: Mapping[int, Origin | None],
) -> StoredPart:
    merged = merge(layers)
    day, metric, source = part
    steps = near.of(METRIC_BY_NUMBER[metric].code, source) if near is not None else ()
    return StoredPart(
        merged,
        deleted(day, layers, merged, steps) if steps else NOTHING,
        {layer.sequence: origins[layer.sequence] for layer in layers},
    )
