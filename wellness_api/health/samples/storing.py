"""Stores uploads. Uploads that come in at the same time share one statement and one wait for the disk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wellness_api.database.batching import Batched
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql
from wellness_api.health.samples.outcome import Part
from wellness_api.health.samples.record_rows import RecordRow
from wellness_api.health.samples.segments import EncodedSegment
from wellness_api.health.samples.whole_states import StateRow
from wellness_api.http.services import Part as ServicePart
from wellness_api.http.services import Services

STORE_UPLOADS: Final = read_named_sql(__package__, "store_uploads")


class Attempt(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """An upload to be stored, if its key is new and nothing of its days and records was stored since the caller looked.

    `seen`, `seen_records`: the latest sequences of the stored segments, and of the records, that it was compared with.
    `record_keys`: all records that it speaks of. `records`: the rows of records that are new or changed. `states`: the
    rows of whole states that it changes. `watched`: the parts of which nothing may have been stored since. `seen_states`:
    the latest sequence of the resident's whole states.
    """

    resident_id: int
    key: UUID
    content_digest: UUID
    received_at: datetime
    receipt: bytes | None
    seen: int
    segments: Sequence[EncodedSegment]
    record_keys: Sequence[UUID] = ()
    records: Sequence[RecordRow] = ()
    seen_records: int = 0
    states: Sequence[StateRow] = ()
    watched: Sequence[Part] = ()
    seen_states: int = 0

    @property
    def takes_turn(self) -> bool:
        """Whether the outcome depends on more than the stored samples of the same moments."""
        return bool(self.record_keys or self.watched or self.seen_states)


class UploadStore:
    """The one way by which an API process stores samples."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._batched = Batched(self._store_all)

    async def store(self, attempt: Attempt) -> int | None:
        """The upload's sequence once it is on disk; None when it was not kept (see `store_uploads.sql`)."""
        return await self._batched.get(attempt)

    async def _store_all(self, attempts: Sequence[Attempt]) -> dict[Attempt, int]:
        stored: dict[Attempt, int] = {}
        left = list(attempts)
        while left:
            # One upload of each resident at a time: two in one statement could not see each other's segments.
            of_turn = {attempt.resident_id: attempt for attempt in reversed(left)}
            left = [attempt for attempt in left if of_turn[attempt.resident_id] is not attempt]
            stored |= await self._store(list(of_turn.values()))
        return stored

    async def _store(self, attempts: Sequence[Attempt]) -> dict[Attempt, int]:
        by_resident = {attempt.resident_id: attempt for attempt in attempts}
        parts = [(attempt, segment) for attempt in attempts for segment in attempt.segments]
        watched = [(attempt, part) for attempt in attempts for part in attempt.watched]
        days = [segment.day for _, segment in parts]
        opened = [*days, *(day for _, (day, _, _) in watched)]
        states = [(attempt, state) for attempt in attempts for state in attempt.states]
        named = [(attempt, key) for attempt in attempts for key in attempt.record_keys]
        records = [(attempt, record) for attempt in attempts for record in attempt.records]
        rows = await self._pool.fetch(
            *STORE_UPLOADS(
                resident_ids=[attempt.resident_id for attempt in attempts],
                keys=[attempt.key for attempt in attempts],
                content_digests=[attempt.content_digest for attempt in attempts],
                received_ats=[attempt.received_at for attempt in attempts],
                receipts=[attempt.receipt for attempt in attempts],
                seen=[attempt.seen for attempt in attempts],
                part_residents=[attempt.resident_id for attempt, _ in parts],
                part_days=days,
                part_metrics=[segment.metric for _, segment in parts],
                part_sources=[segment.source for _, segment in parts],
                part_revisions=[segment.revision for _, segment in parts],
                part_firsts=[segment.time_first for _, segment in parts],
                part_lasts=[segment.time_last for _, segment in parts],
                part_times=[segment.times for _, segment in parts],
                part_lengths=[segment.lengths for _, segment in parts],
                part_values=[segment.values for _, segment in parts],
                part_records=[segment.records for _, segment in parts],
                part_changes=[segment.changed for _, segment in parts],
                part_origins=[segment.origin for _, segment in parts],
                first_day=min(opened, default=None),
                last_day=max(opened, default=None),
                watched_residents=[attempt.resident_id for attempt, _ in watched],
                watched_days=[day for _, (day, _, _) in watched],
                watched_metrics=[metric for _, (_, metric, _) in watched],
                watched_sources=[source for _, (_, _, source) in watched],
                named_residents=[attempt.resident_id for attempt, _ in named],
                named_records=[key for _, key in named],
                record_residents=[attempt.resident_id for attempt, _ in records],
                records=[record.record for _, record in records],
                record_revisions=[record.revision for _, record in records],
                record_sources=[record.source for _, record in records],
                record_last_days=[record.last_day for _, record in records],
                record_places=[record.places for _, record in records],
                seen_records=[attempt.seen_records for attempt in attempts],
                take_turns=[attempt.takes_turn for attempt in attempts],
                seen_states=[attempt.seen_states for attempt in attempts],
                state_residents=[attempt.resident_id for attempt, _ in states],
                state_metrics=[state.metric for _, state in states],
                state_sources=[state.source for _, state in states],
                state_last_days=[state.last_day for _, state in states],
                state_spans=[state.spans for _, state in states],
            ),
        )
        return {by_resident[row["resident_id"]]: row["sequence"] for row in rows}


async def _make(services: Services) -> UploadStore:
    return UploadStore(services.pool)


UPLOADS: Final = ServicePart(_make)
