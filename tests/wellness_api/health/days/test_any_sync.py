"""Whatever an app says whole, and in whatever order it arrives: living is what a plain loop over the facts says."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from unittest.mock import patch

from hypothesis import HealthCheck, example, given, settings

from device_bridge.wire import WholeState
from tests.town import Town
from tests.wellness_api.health.days.any_history import HOUR_MS, MIDNIGHT_MS, Folded, walked
from tests.wellness_api.health.days.any_sync import (
    READ_MS,
    SOURCE,
    Living,
    Posted,
    dated_syncs,
    living_of_dated,
    living_of_undated,
    tick_ms,
    undated_syncs,
)
from tests.wellness_api.health.days.history_store import ARRIVAL, NOW, HistoryStore
from tests.wellness_api.health.samples.asking import asked_with
from wellness_api.database.pool import open_pool
from wellness_api.health.metrics.catalogue import STEPS
from wellness_api.health.samples import folding
from wellness_api.health.samples.accept import accept_upload
from wellness_api.health.samples.living import Living as Columns
from wellness_api.health.samples.own_living import own_living
from wellness_api.health.samples.records import Record
from wellness_api.health.samples.spans import TimeSpan
from wellness_api.health.samples.storing import UploadStore

BEGINS = [MIDNIGHT_MS + 24 * HOUR_MS * day for day in range(3)]


def _version(start: int, *, tick: int) -> Record:
    return walked(SOURCE, start, 60, 100, record="a", revision=tick_ms(tick))


def moment(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)


def samples_in(living: Columns) -> Living:
    steps = (living.values / STEPS.parts_per_unit).tolist()
    return set(zip(living.times_ms.tolist(), living.lengths.tolist(), steps, strict=True))


def stored(posted: Sequence[Posted]) -> Living:
    store = HistoryStore()
    with patch.object(folding, "SEGMENTS_FOLDED_MIN", 2):
        for place, of in enumerate(posted):
            store.send(*of.items, states=of.states)
            if place % 3 == 2:
                store.take(Folded(), place)
    return {sample for living in store.living().values() for sample in samples_in(living)}


MOVED_AND_THEN_DELETED: Sequence[Posted] = (
    Posted((_version(30_000, tick=0),)),
    Posted(
        (),
        (
            WholeState(
                metric="steps",
                source=SOURCE,
                from_ms=BEGINS[1],
                until_ms=BEGINS[2],
                sequence=tick_ms(2),
            ),
        ),
    ),
    Posted((_version(90_000, tick=1),)),
)
"""A record of one day that moved to the next, and whose deletion only a whole state of the next day tells."""


@settings(max_examples=400, deadline=None)
@given(dated_syncs())
@example(MOVED_AND_THEN_DELETED)
def test_what_says_when_it_was_changed_is_living_whatever_the_order(
    posted: Sequence[Posted],
) -> None:
    assert stored(posted) == living_of_dated(posted)


@settings(max_examples=300, deadline=None)
@given(undated_syncs())
def test_what_does_not_say_so_counts_as_of_its_arrival(posted: Sequence[Posted]) -> None:
    assert stored(posted) == living_of_undated(posted)


def _at_once(posted: Sequence[Posted]) -> Iterator[list[Posted]]:
    """Two by two; but what no record has takes no turn before the first whole state is there, so it comes alone."""
    waiting: list[Posted] = []
    for of in posted:
        alone = any(isinstance(item, Record) and item.record_id is None for item in of.items)
        if alone or len(waiting) == 2:
            yield waiting
            waiting = []
        if alone:
            yield [of]
        else:
            waiting.append(of)
    yield waiting


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(posted=dated_syncs())
async def test_two_processes_that_store_at_once_come_to_the_same(
    town: Town, posted: Sequence[Posted]
) -> None:
    assert town.settings.database_url is not None
    person = await town.resident()
    async with AsyncExitStack() as stack:
        pools = []
        for _ in range(2):
            pool = await open_pool(
                town.settings.database_url, role="wellness_api", connections_max=2
            )
            stack.push_async_callback(pool.close)
            pools.append(pool)
        stores = [UploadStore(pool) for pool in pools]
        for number, posted_at_once in enumerate(_at_once(posted)):
            await asyncio.gather(
                *(
                    accept_upload(
                        pool,
                        store,
                        resident_id=person.principal_id,
                        idempotency_key=f"posted-{number}-{process}",
                        contents=asked_with(of.items, ARRIVAL, of.states),
                        received_at=NOW,
                    )
                    for process, (pool, store, of) in enumerate(
                        zip(pools, stores, posted_at_once, strict=False)
                    )
                )
            )
        span = TimeSpan(*(moment(READ_MS + hours * 3_600_000) for hours in (-120, 120)))
        living = await own_living(
            pools[0], person.principal_id, span, time_zone="Asia/Tokyo", source=SOURCE
        )
    samples = {sample for of in living.values() for sample in samples_in(of)}
    assert samples == living_of_dated(posted)
