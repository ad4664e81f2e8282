"""Whatever was sent, edited, deleted, corrected and folded, in whatever order: a day is what a plain loop over the living records says."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, example, given, settings

from tests.town import Person, Town, steps
from tests.wellness_api.health.days.any_history import (
    ASKED_MS,
    HOUR_MS,
    MIDNIGHT_MS,
    Corrected,
    Event,
    Folded,
    Sent,
    asked_ms,
    histories,
    last_weight,
    living,
    of_weights,
    walked,
)
from tests.wellness_api.health.days.history_store import ARRIVAL, DAYS, NOW, HistoryStore
from tests.wellness_api.health.days.plain_count import plain_count
from tests.wellness_api.health.samples.asking import asked_with
from wellness_api.database.pool import Pool, open_pool
from wellness_api.health.days import folds
from wellness_api.health.days.count_day import in_resolutions
from wellness_api.health.days.counting import MOST
from wellness_api.health.metrics.catalogue import STEPS
from wellness_api.health.samples import folding
from wellness_api.health.samples.accept import accept_upload
from wellness_api.health.samples.records import DeletedRecord
from wellness_api.health.samples.storing import UploadStore

BEGINS = (MIDNIGHT_MS, MIDNIGHT_MS + 24 * HOUR_MS)


def plainly(events: Sequence[Event]) -> list[int | None]:
    """The steps of both days; None of a day of which nothing is said."""
    said = living(events)
    most = MOST[STEPS.number]
    days = []
    for begin in BEGINS:
        pieces = plain_count(
            [said["watch:w"], said["phone:a"]],
            (most.of_minute, most.of_day),
            (begin, begin + 24 * HOUR_MS),
        )
        days.append(in_resolutions(sum(amount for _, _, amount, _ in pieces)) if pieces else None)
    return days


def _evening(second: int, length: int, *, changed: int) -> Sent:
    record = walked("phone:a", second, length, 100, record="a", revision=ASKED_MS + changed)
    return Sent((record,))


MOVED_AND_THEN_LONGER: Sequence[Event] = (
    _evening(80_000, 60, changed=0),
    Corrected("phone:a", MIDNIGHT_MS, MIDNIGHT_MS + 24 * HOUR_MS, HOUR_MS // 2),
    _evening(84_000, 5_000, changed=300_000),
)
"""A record that comes to reach into the next day after it was moved by hand."""

CHANGED_BEFORE_IT_WAS_DELETED: Sequence[Event] = (
    _evening(80_000, 60, changed=-120_000),
    Corrected(None, MIDNIGHT_MS, MIDNIGHT_MS + 24 * HOUR_MS, None),
    _evening(81_000, 60, changed=-60_000),
)
"""A version that was on its way when the resident deleted by hand."""


@settings(max_examples=300, deadline=None)
@given(histories())
@example(MOVED_AND_THEN_LONGER)
@example(CHANGED_BEFORE_IT_WAS_DELETED)
def test_a_day_is_what_the_plain_loop_says(events: Sequence[Event]) -> None:
    store = HistoryStore()
    with patch.object(folding, "SEGMENTS_FOLDED_MIN", 2):
        for place, event in enumerate(events):
            store.take(event, place)
    assert store.steps_of_days() == plainly(events)


@settings(max_examples=300, deadline=None)
@given(histories())
def test_a_days_last_weight_is_what_the_plain_loop_says(events: Sequence[Event]) -> None:
    weights = of_weights(events)
    store = HistoryStore()
    with patch.object(folding, "SEGMENTS_FOLDED_MIN", 2):
        for place, event in enumerate(weights):
            store.take(event, place)
    assert store.last_weights() == [
        last_weight(weights, (begin, begin + 24 * HOUR_MS)) for begin in BEGINS
    ]


class Processes:
    """Two API processes that store for a resident, and the worker."""

    def __init__(self, town: Town, person: Person, pools: Sequence[Pool]) -> None:
        self._town, self._person, self._pools = town, person, pools
        self._stores = [UploadStore(pool) for pool in pools]

    async def take(self, event: Event, place: int, *, process: int = 0) -> None:
        match event:
            case Sent():
                await accept_upload(
                    self._pools[process],
                    self._stores[process],
                    resident_id=self._person.principal_id,
                    idempotency_key=f"sent-{place}",
                    contents=asked_with(event.items, ARRIVAL),
                    received_at=NOW,
                )
            case Corrected():
                self._town.clock.now = _moment(asked_ms(place))
                await self._correct(event, place)
            case Folded():
                await self._town.settle()

    async def _correct(self, event: Corrected, place: int) -> None:
        span = {name: _moment(ms).isoformat() for name, ms in _bounds(event)}
        source = {} if event.source is None else {"source": event.source}
        headers = self._person.headers | {"Idempotency-Key": f"correction-{place}"}
        if event.by_ms is None:
            answer = await self._town.call(
                "DELETE", "/v1/me/samples", params=span | source, headers=headers
            )
        else:
            body = {**span, **source, "seconds": event.by_ms // 1_000}
            answer = await self._town.call(
                "POST", "/v1/me/samples/shift", json=body, headers=headers
            )
        assert answer.status == 200, answer.json

    async def days(self) -> list[int | None]:
        await self._town.settle()
        rows = await self._town.owner.fetch(
            "SELECT day, value FROM health.day_summary WHERE resident_id = $1 AND figure = $2",
            *(self._person.principal_id, STEPS.number),
        )
        values = {row["day"]: round(row["value"]) for row in rows}
        return [values.get(day) for day in DAYS]


def _moment(time_ms: int) -> datetime:
    return datetime.fromtimestamp(time_ms / 1000, UTC)


def _bounds(event: Corrected) -> list[tuple[str, int]]:
    return [("from", event.from_ms), ("to", event.until_ms)]


def _at_once(events: Sequence[Event]) -> Iterator[list[tuple[int, Event]]]:
    """Uploads of records that follow each other two by two, since their order does not matter; all else alone."""
    waiting: list[tuple[int, Event]] = []
    for place, event in enumerate(events):
        alike = isinstance(event, Sent) and all(
            isinstance(item, DeletedRecord) or item.record_id for item in event.items
        )
        if waiting and (not alike or len(waiting) == 2):
            yield waiting
            waiting = []
        if alike:
            waiting.append((place, event))
        else:
            yield [(place, event)]
    if waiting:
        yield waiting


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=histories())
@example(events=MOVED_AND_THEN_LONGER)
async def test_a_day_of_the_database_is_what_the_plain_loop_says(
    town: Town, events: Sequence[Event]
) -> None:
    assert town.settings.database_url is not None
    person = await town.resident()
    # Only a source from which something came can be moved.
    long_before = _moment(MIDNIGHT_MS) - timedelta(days=40)
    for source in ("phone:a", "watch:w"):
        await town.upload(person, steps([1], start=long_before, source=source))
    async with AsyncExitStack() as stack:
        pools = []
        for _ in range(2):
            pool = await open_pool(
                town.settings.database_url, role="wellness_api", connections_max=2
            )
            stack.push_async_callback(pool.close)
            pools.append(pool)
        processes = Processes(town, person, pools)
        with (
            patch.object(folding, "SEGMENTS_FOLDED_MIN", 2),
            patch.object(folds, "SEGMENTS_FOLDED_MIN", 2),
        ):
            for events_at_once in _at_once(events):
                await asyncio.gather(
                    *(
                        processes.take(event, place, process=process)
                        for process, (place, event) in enumerate(events_at_once)
                    )
                )
            town.clock.now = NOW
            assert await processes.days() == plainly(events)
