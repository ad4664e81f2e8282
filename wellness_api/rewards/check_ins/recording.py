"""Stores check-ins as samples of the residents that they name, and takes them back.

An entry is one sample. Its kind is the metric and its place is the station. Its time, or the first moment of its day,
is the sample's time. So the same entry counts once, whoever sends it and however often. An entry that was taken back
stays so.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, NamedTuple
from uuid import UUID

import msgspec

from device_bridge.wire import Batch, BatchReceipt, Upload
from points.said import said
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.formats.format import Context, RefusedItem
from wellness_api.health.formats.items import ItemRefused, time_ms_of
from wellness_api.health.formats.naming import source_name
from wellness_api.health.samples.arrivals import arrival_of
from wellness_api.health.samples.columns import Arrival, read_upload
from wellness_api.health.samples.contents import NOTHING_WHOLE, Columns, Read
from wellness_api.health.samples.digests import digest
from wellness_api.health.samples.handlers import accepted_of
from wellness_api.health.samples.local_days import day_bounds
from wellness_api.health.samples.own_living import own_living
from wellness_api.health.samples.record_rows import KnownRecord
from wellness_api.health.samples.spans import TimeSpan
from wellness_api.health.samples.storable import NONE_LATE, Late
from wellness_api.http.services import Services
from wellness_api.identity.accounts.secrets import digests_of_card
from wellness_api.rewards.check_ins.entries import Entry, Listed

NAME_VENUES: Final = read_sql(__package__, "name_venues")
RESIDENTS_NAMED: Final = read_named_sql(__package__, "residents_named")

Outcome = Literal[
    "recorded", "already_there", "withdrawn", "not_there", "unknown", "deleted", "too_old"
]
"""`unknown`: no such card or resident. `deleted`: recorded before and taken back. `too_old`: samples of that time are
no longer stored."""


class Placed(NamedTuple):
    """An entry whose resident and time are known. `time_ms`: Unix milliseconds."""

    listed: Listed
    resident_id: int
    time_zone: str
    time_ms: int

    @property
    def source(self) -> str:
        """The place as the source of a station."""
        return source_name("station", self.listed.entry.place)

    def batch(self) -> Batch:
        """The entry's sample, as a batch."""
        return Batch(
            metric=self.listed.metric.code,
            source=self.source,
            times_ms=[self.time_ms],
            values=[1.0],
        )


class Found(NamedTuple):
    """The entries whose resident was found, those whose resident is unknown, and the refused ones."""

    placed: Sequence[Placed]
    unknown: Sequence[Listed]
    refused: Sequence[RefusedItem]


class Withdrawal(msgspec.Struct, frozen=True):
    """The content that identifies a withdrawal when it is requested again."""

    metric: str
    source: str
    time_ms: int


async def place(services: Services, entries: Sequence[Listed]) -> Found:
    """Finds the residents of the entries, and turns the entries' times into moments by each resident's time zone."""
    cards = [entry.entry.card and digests_of_card(entry.entry.card) for entry in entries]
    rows = await services.pool.fetch(
        *RESIDENTS_NAMED(
            items=[listed.item for listed in entries],
            typed_digests=[card and card[0] for card in cards],
            listed_digests=[card and card[1] for card in cards],
            numbers=[listed.entry.resident for listed in entries],
        ),
    )
    resident_of = {row["item"]: (row["resident_id"], row["time_zone"]) for row in rows}
    placed: list[Placed] = []
    unknown: list[Listed] = []
    refused: list[RefusedItem] = []
    for listed in entries:
        if listed.item not in resident_of:
            unknown.append(listed)
            continue
        resident_id, time_zone = resident_of[listed.item]
        try:
            time_ms = _time_ms(listed.entry, Context(services.clock(), time_zone, {}))
        except ItemRefused as error:
            refused.append(RefusedItem(listed.item, error.field, error.limit, error.detail))
            continue
        placed.append(Placed(listed, resident_id, time_zone, time_ms))
    return Found(placed, unknown, refused)


async def record(services: Services, key: str, placed: Sequence[Placed]) -> dict[int, Outcome]:
    """Stores the entries, and returns what became of each item once all of it is on disk."""

    async def of_resident(entries: Sequence[Placed]) -> list[tuple[int, Outcome]]:
        resident_id, time_zone = entries[0].resident_id, entries[0].time_zone
        arrival = arrival_of(services, time_zone)._replace(recorder="staff")
        upload = Upload(batches=[entry.batch() for entry in entries])
        accepted = await accepted_of(
            services, resident_id, f"record {key}", Columns(upload, arrival), now=arrival.now
        )
        return [
            (entry.listed.item, outcome_of(receipt))
            for entry, receipt in zip(entries, accepted.receipt.batches, strict=True)
        ]

    names = {entry.source: entry.listed.entry.place for entry in placed}
    await services.pool.execute(NAME_VENUES, list(names), list(names.values()))
    return await _by_resident(services, placed, of_resident)


async def withdraw(services: Services, key: str, placed: Sequence[Placed]) -> dict[int, Outcome]:
    """Takes the entries back, and returns what became of each item."""

    async def of_resident(entries: Sequence[Placed]) -> list[tuple[int, Outcome]]:
        return [(entry.listed.item, await _withdraw(services, key, entry)) for entry in entries]

    return await _by_resident(services, placed, of_resident)


def outcome_of(receipt: BatchReceipt) -> Outcome:
    """What became of the one sample of the batch."""
    if receipt.accepted:
        return "recorded"
    if receipt.duplicate:
        return "already_there"
    return "too_old" if receipt.refusals[0].reason == "past_retention" else "deleted"


async def _by_resident(
    services: Services,
    placed: Sequence[Placed],
    work: Callable[[Sequence[Placed]], Awaitable[list[tuple[int, Outcome]]]],
) -> dict[int, Outcome]:
    entries: defaultdict[int, list[Placed]] = defaultdict(list)
    for entry in placed:
        entries[entry.resident_id].append(entry)
    # The limit is as many at a time as one person may have requests under way: a list leaves connections to everybody
    # else.
    free = asyncio.Semaphore(services.shares.at_once_max)

    async def one(of_resident: Sequence[Placed]) -> list[tuple[int, Outcome]]:
        async with free:
            return await work(of_resident)

    # When one resident's entries fail, the answer must wait until the other residents' entries have reached the disk.
    done = await asyncio.gather(*map(one, entries.values()), return_exceptions=True)
    outcomes: dict[int, Outcome] = {}
    for of_resident in done:
        if isinstance(of_resident, BaseException):
            raise of_resident
        outcomes.update(of_resident)
    return outcomes


class _Withdrawn:
    """The contents of an upload that takes an entry back. Its revision is above the entry's own, so the entry stays
    taken back.
    """

    record_keys: Sequence[UUID] = ()
    is_large = False
    whole = NOTHING_WHOLE
    # What was there to be withdrawn is not there any more when it is asked for again.
    is_told_anew = False

    def __init__(self, withdrawal: Withdrawal, arrival: Arrival, *, is_there: bool) -> None:
        self.arrival = arrival
        self.digest = digest(msgspec.msgpack.encode(withdrawal))
        batch = Batch(
            metric=withdrawal.metric,
            source=withdrawal.source,
            times_ms=[withdrawal.time_ms],
            values=[None],
            revision=1,
        )
        upload = Upload(batches=[batch] if is_there else [])
        # A stored entry can be taken back, however old it is.
        self._batches = read_upload(upload, arrival._replace(first_day=date.min), bounded=False)

    def read(self, known: Mapping[UUID, KnownRecord], late: Late = NONE_LATE) -> Read:
        """The entry with the value that it has from now on."""
        assert not known, "entries are no records"
        assert not late, "entries are no records"
        return Read(self._batches)


async def _withdraw(services: Services, key: str, entry: Placed) -> Outcome:
    start = datetime.fromtimestamp(entry.time_ms / 1000, UTC)
    living = await own_living(
        services.pool,
        entry.resident_id,
        TimeSpan(start, start + timedelta(milliseconds=1)),
        time_zone=entry.time_zone,
        metrics=[entry.listed.metric.number],
        source=entry.source,
    )
    withdrawal = Withdrawal(entry.listed.metric.code, entry.source, entry.time_ms)
    arrival = arrival_of(services, entry.time_zone)._replace(recorder="staff")
    accepted = await accepted_of(
        services,
        entry.resident_id,
        f"withdraw {key} {withdrawal.metric} {withdrawal.source} {withdrawal.time_ms}",
        _Withdrawn(withdrawal, arrival, is_there=bool(living)),
        now=arrival.now,
    )
    return "withdrawn" if accepted.receipt.accepted else "not_there"


def _time_ms(entry: Entry, context: Context) -> int:
    """Raises ItemRefused for an impossible time."""
    if entry.time is not None:
        return time_ms_of(entry.time, context)
    assert entry.day is not None, "an entry says its day or its time"
    try:
        first_moment, _ = day_bounds(entry.day, context.time_zone)
    except OverflowError as error:
        raise ItemRefused(
            field="day", limit="from 2000-01-01 to today", detail=said("list_problem.no_day")
        ) from error
    return time_ms_of(first_moment, context, field="day")
