"""Several records of one source that speak of the same moment: none takes away what another says."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, Final

import pytest

from tests.town import NOON, Person, Town, ms
from wellness_api.database.pool import Pool, open_pool
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.accept import Accepted, accept_upload
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Contents, Records
from wellness_api.health.samples.records import Column, DeletedRecord, Record
from wellness_api.health.samples.spans import TimeSpan
from wellness_api.health.samples.storing import UploadStore
from wellness_api.residents.view.samples import read_samples

MORNING_MS: Final = ms(NOON - timedelta(hours=5))
MINUTE_MS: Final = 60_000
WEIGHT: Final = METRIC_BY_CODE["body_weight"]
ARRIVAL: Final = Arrival(NOON, "Asia/Tokyo", date.min)

Item = Record | DeletedRecord
Minutes = dict[int, float | None]


def weighing(record_id: str | None, minutes: Minutes, *, revision: int = 0) -> Record:
    """Weights by minute of the morning; without an id they are known by their time alone."""
    times_ms = [MORNING_MS + MINUTE_MS * minute for minute in minutes]
    return Record(
        source="phone:scale",
        columns={"body_weight": Column(times_ms, list(minutes.values()))},
        record_id=record_id,
        revision=revision,
    )


def deleted(record_id: str) -> DeletedRecord:
    return DeletedRecord(record_id=record_id)


class Homes:
    """Two API processes that store for residents, and what these read back."""

    def __init__(self, town: Town, pools: Sequence[Pool]) -> None:
        self.town = town
        self.pools = pools
        self.stores = [UploadStore(pool) for pool in pools]
        self._keys = count()

    async def send(self, person: Person, *items: Item, process: int = 0) -> Accepted:
        return await self.store(person, Records(items, ARRIVAL), process=process)

    async def store(self, person: Person, contents: Contents, *, process: int = 0) -> Accepted:
        return await accept_upload(
            self.pools[process],
            self.stores[process],
            resident_id=person.principal_id,
            idempotency_key=f"sent-{next(self._keys)}",
            contents=contents,
            received_at=NOON,
        )

    async def weights(self, person: Person) -> Minutes:
        """By minute of the morning."""
        columns = await read_samples(
            self.pools[0],
            person.principal_id,
            metric=WEIGHT,
            span=TimeSpan(datetime(2026, 11, 1, tzinfo=UTC), NOON),
            source=None,
            time_zone="Asia/Tokyo",
        )
        minutes = ((columns.times_ms - MORNING_MS) // MINUTE_MS).tolist()
        return dict(zip(minutes, columns.values.tolist(), strict=True))


@pytest.fixture
async def homes(town: Town) -> AsyncIterator[Homes]:
    assert town.settings.database_url is not None
    async with AsyncExitStack() as stack:
        pools = []
        for _ in range(2):
            pool = await open_pool(
                town.settings.database_url, role="wellness_api", connections_max=4
            )
            stack.push_async_callback(pool.close)
            pools.append(pool)
        yield Homes(town, pools)


async def test_an_edit_under_a_new_id_outlives_the_deletion_of_the_old_one(
    homes: Homes, town: Town
) -> None:
    """As HealthKit edits: the new sample comes first, then the old one's UUID as deleted."""
    person = await town.resident()
    await homes.send(person, weighing("a", {0: 65}))
    await homes.send(person, weighing("b", {0: 62.5}))
    receipt = (await homes.send(person, deleted("a"))).receipt
    assert await homes.weights(person) == {0: 62.5}
    assert receipt.accepted == 0, "nothing is written of a moment of which another speaks"
    await homes.send(person, deleted("a"), deleted("b"))
    assert await homes.weights(person) == {}


async def test_the_edit_and_the_deletion_may_come_in_one_upload(homes: Homes, town: Town) -> None:
    one, other = await town.residents(2)
    for person in (one, other):
        await homes.send(person, weighing("a", {0: 65}))
    await homes.send(one, weighing("b", {0: 62.5}), deleted("a"))
    await homes.send(other, deleted("a"), weighing("b", {0: 62.5}))
    assert await homes.weights(one) == await homes.weights(other) == {0: 62.5}


async def test_what_a_living_record_said_comes_back_when_the_later_one_is_deleted(
    homes: Homes, town: Town
) -> None:
    person = await town.resident()
    await homes.send(person, weighing("a", {0: 65}))
    await homes.send(person, weighing("b", {0: 64}))
    await homes.send(person, weighing("c", {0: 63}))
    await homes.send(person, deleted("c"))
    assert await homes.weights(person) == {0: 64}
    await homes.send(person, deleted("b"))
    assert await homes.weights(person) == {0: 65}


async def test_what_is_sent_again_unchanged_is_received_again(homes: Homes, town: Town) -> None:
    one, other = await town.residents(2)
    for value in (65, 62.5, 65):
        await homes.send(one, weighing(None, {0: value}))
    for record in (weighing("a", {0: 65}), weighing("b", {0: 62.5}), weighing("a", {0: 65})):
        await homes.send(other, record)
    assert await homes.weights(one) == await homes.weights(other) == {0: 65}


async def test_of_several_others_the_one_counts_whose_present_version_came_last_at_first(
    homes: Homes, town: Town
) -> None:
    person = await town.resident()
    for record in (weighing("a", {0: 65}), weighing("b", {0: 64}), weighing("a", {0: 65})):
        await homes.send(person, record)
    await homes.send(person, weighing("c", {0: 63}))
    await homes.send(person, deleted("c"))
    assert await homes.weights(person) == {0: 64}


async def test_what_stands_later_in_an_upload_comes_later(homes: Homes, town: Town) -> None:
    person = await town.resident()
    receipt = (
        await homes.send(
            person,
            *(weighing("a", {0: 65}), weighing("b", {0: 64})),
            *(weighing("c", {1: 63}, revision=5), weighing("c", {1: 62}, revision=5)),
            *(weighing("d", {2: 61}, revision=5), weighing("d", {2: 60}, revision=4)),
        )
    ).receipt
    assert await homes.weights(person) == {0: 64, 1: 62, 2: 61}
    assert (receipt.duplicate, receipt.refused) == (2, 1)


async def test_a_record_that_moves_away_leaves_what_another_says(homes: Homes, town: Town) -> None:
    person = await town.resident()
    await homes.send(person, weighing("a", {0: 65, 1: 66}))
    await homes.send(person, weighing("b", {0: 62.5, 2: 63}))
    await homes.send(person, weighing("a", {5: 65}, revision=1))
    assert await homes.weights(person) == {0: 62.5, 2: 63, 5: 65}
    await homes.send(person, weighing("b", {2: 63}, revision=1), weighing("c", {0: 70}))
    assert await homes.weights(person) == {0: 70, 2: 63, 5: 65}


async def test_a_deletion_leaves_what_came_later_without_an_id(homes: Homes, town: Town) -> None:
    person = await town.resident()
    await homes.send(person, weighing("a", {0: 65, 1: 66}))
    await homes.send(person, weighing(None, {0: 61}))
    await homes.send(person, deleted("a"))
    assert await homes.weights(person) == {0: 61}


async def test_a_deletion_leaves_what_was_corrected_by_number_or_by_hand(
    homes: Homes, town: Town
) -> None:
    person = await town.resident()
    await homes.send(person, weighing("a", {0: 65, 1: 66}), weighing("b", {0: 65, 1: 66}))
    await homes.send(person, weighing(None, {0: 61, 1: None}, revision=1))
    await homes.send(person, deleted("a"))
    await homes.send(person, deleted("b"))
    assert await homes.weights(person) == {0: 61}


async def test_a_record_from_before_values_were_kept_leaves_what_another_says(
    homes: Homes, town: Town
) -> None:
    """Nobody knows which of the two values is whose, so what counts stays."""
    person = await town.resident()
    await homes.send(person, weighing("a", {0: 65, 1: 66}))
    await homes.send(person, weighing("b", {0: 62.5}))
    await town.owner.execute(
        "UPDATE health.record SET values = DEFAULT, first_day = DEFAULT WHERE resident_id = $1",
        person.principal_id,
    )
    await homes.send(person, deleted("a"))
    assert await homes.weights(person) == {0: 62.5}
    await homes.send(person, deleted("b"))
    assert await homes.weights(person) == {}


async def test_records_of_far_days_are_found_by_the_moments_that_they_share(
    homes: Homes, town: Town
) -> None:
    """A record may reach over many days, and a deletion may be of many."""
    person = await town.resident()
    day = 24 * 60
    await homes.send(person, weighing("long", {-16 * day: 70, -3 * day: 71, 0: 72}))
    for days in (16, 9, 3):
        await homes.send(person, weighing(f"d{days}", {-days * day: 60}))
    await homes.send(person, *(deleted(f"d{days}") for days in (16, 9, 3)))
    assert await homes.weights(person) == {-16 * day: 70, -3 * day: 71, 0: 72}


class Plainly:
    """The same worked by hand: what each record says, and what counts at each minute."""

    def __init__(self) -> None:
        self.said: dict[str, tuple[int, Minutes]] = {}  # In the order in which they came.
        self.over: set[str] = set()
        self.without_id: defaultdict[int, set[float | None]] = defaultdict(set)
        self.counted: Minutes = {}

    def take(self, items: Sequence[Item]) -> None:
        left: list[tuple[int, float | None]] = []
        spoken_of: set[int] = set()
        for item in items:
            if isinstance(item, DeletedRecord):
                self.over.add(item.record_id)
                _, was = self.said.pop(item.record_id, (0, {}))
                left += was.items()
        for item in last_versions(items):
            minutes = minutes_of(item)
            if item.record_id is None:
                for minute, value in minutes.items():
                    self.without_id[minute].add(value)
            else:
                revision, was = self.said.get(item.record_id, (-1, {}))
                if item.record_id in self.over or revision > item.revision:
                    continue
                if (revision, was) != (item.revision, minutes):
                    self.said.pop(item.record_id, None)
                    self.said[item.record_id] = (item.revision, minutes)
                left += [(minute, value) for minute, value in was.items() if minute not in minutes]
            self.counted |= minutes
            spoken_of |= minutes.keys()
        for minute, _ in left:
            if minute not in spoken_of:
                self._leave(minute, [value for at, value in left if at == minute])

    def _leave(self, minute: int, own: list[float | None]) -> None:
        now = self.counted.get(minute)
        values = [said[minute] for _, said in self.said.values() if minute in said]
        if now is not None and now not in values and now in own:
            self.counted[minute] = values[-1] if values else None

    def stands(self) -> Minutes:
        return {minute: value for minute, value in self.counted.items() if value is not None}

    def may_stand(self, minute: int) -> set[float | None]:
        """What somebody says of the minute; nothing only where no living record speaks of it."""
        values = {said[minute] for _, said in self.said.values() if minute in said}
        return (values or {None}) | self.without_id[minute]


def minutes_of(record: Record) -> Minutes:
    column = record.columns["body_weight"]
    return {
        (time_ms - MORNING_MS) // MINUTE_MS: value
        for time_ms, value in zip(column.times_ms, column.values, strict=True)
    }


def last_versions(items: Sequence[Item]) -> list[Record]:
    """Of each id the greatest revision, in the order of these."""
    newest: dict[str, Record] = {}
    for item in items:
        if isinstance(item, Record) and item.record_id is not None:
            before = newest.get(item.record_id)
            if before is None or before.revision <= item.revision:
                newest[item.record_id] = item
    return [
        item
        for item in items
        if isinstance(item, Record) and (item.record_id is None or newest[item.record_id] is item)
    ]


def story(chance: random.Random, *, without_ids: bool) -> list[Item]:
    """Versions and deletions of a few records that speak of a few minutes, in any order."""
    items: list[Item] = []
    for name in "abcd":
        for revision in chance.sample(range(4), chance.randint(1, 3)):
            minutes: Minutes = {
                minute: chance.randint(120, 150) / 2 for minute in chance.sample(range(5), 2)
            }
            items.append(weighing(name, minutes, revision=revision))
        if chance.random() < 0.6:
            items.append(deleted(name))
    if without_ids:
        items += [weighing(None, {chance.randrange(5): chance.randint(40, 50)}) for _ in range(3)]
    items += chance.sample(items, 3)
    chance.shuffle(items)
    return items


def in_parts(items: Sequence[Item], chance: random.Random) -> list[Sequence[Item]]:
    parts, left = [], list(items)
    while left:
        size = chance.randint(1, 4)
        parts.append(left[:size])
        left = left[size:]
    return parts


@pytest.mark.parametrize("seed", range(6))
async def test_what_counts_is_what_the_plain_loop_says(homes: Homes, town: Town, seed: int) -> None:
    chance = random.Random(seed)
    for person in await town.residents(4):
        plainly = Plainly()
        for part in in_parts(story(chance, without_ids=True), chance):
            await homes.send(person, *part, process=chance.randrange(2))
            plainly.take(part)
            stands = await homes.weights(person)
            assert stands == plainly.stands(), part
            for minute in range(5):
                assert stands.get(minute) in plainly.may_stand(minute), part


@pytest.mark.parametrize("seed", range(4))
async def test_two_processes_that_store_at_once_end_with_what_living_records_say(
    homes: Homes, town: Town, seed: int
) -> None:
    chance = random.Random(100 + seed)
    for person in await town.residents(4):
        items = story(chance, without_ids=False)
        parts = in_parts(items, chance)
        for first in range(0, len(parts), 4):
            await asyncio.gather(
                *(
                    homes.send(person, *part, process=place % 2)
                    for place, part in enumerate(parts[first : first + 4])
                )
            )
        plainly = Plainly()
        plainly.take(items)
        stands = await homes.weights(person)
        for minute in range(5):
            assert stands.get(minute) in plainly.may_stand(minute)


async def test_a_record_that_is_stored_while_its_deletion_is_under_way_stays_deleted(
    homes: Homes, town: Town
) -> None:
    for place, person in enumerate(await town.residents(12)):
        await asyncio.gather(
            homes.send(person, weighing("a", {0: 65}), process=place % 2),
            homes.send(person, deleted("a"), process=1 - place % 2),
        )
        assert await homes.weights(person) == {}


async def test_a_deletion_and_another_record_of_its_moment_at_once(
    homes: Homes, town: Town
) -> None:
    for person in await town.residents(12):
        await homes.send(person, weighing("a", {0: 65}))
        await asyncio.gather(
            homes.send(person, deleted("a"), process=0),
            homes.send(person, weighing("b", {0: 62.5}), process=1),
        )
        assert await homes.weights(person) == {0: 62.5}


async def test_the_edit_of_a_weight_on_the_phone_through_the_api(town: Town) -> None:
    person = await town.resident()

    async def healthkit(key: str, body: dict[str, Any]) -> None:
        answer = await town.call(
            "POST",
            "/v1/uploads/healthkit",
            json=body,
            headers=person.headers | {"Idempotency-Key": key},
        )
        assert answer.status == 201, answer.json

    def sample(uuid: str, kilograms: float) -> dict[str, Any]:
        return {
            "uuid": uuid,
            "type": "HKQuantityTypeIdentifierBodyMass",
            "startDate": (NOON - timedelta(hours=5)).isoformat(),
            "endDate": (NOON - timedelta(hours=5)).isoformat(),
            "value": kilograms,
            "unit": "kg",
            "sourceRevision": {"source": {"name": "Health"}, "productType": "iPhone14,5"},
        }

    await healthkit("weight-one", {"samples": [sample("A", 65)]})
    await healthkit("weight-two", {"samples": [sample("B", 62.5)]})
    await healthkit("weight-three", {"deleted": ["A"]})
    read = await town.call(
        "GET",
        "/v1/me/samples",
        params={
            "metric": "body_weight",
            "from": (NOON - timedelta(days=1)).isoformat(),
            "to": NOON.isoformat(),
        },
        headers=person.headers,
    )
    assert read.json["values"] == [62.5]
