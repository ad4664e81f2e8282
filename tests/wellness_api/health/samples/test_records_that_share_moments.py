"""Several records of one source that speak of the same moment: each keeps its own, and the one changed last counts."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta
from itertools import count, permutations
from typing import Any, Final

import msgspec
import pytest

from tests.town import NOON, Person, Town, ms
from tests.wellness_api.health.samples.asking import asked_with
from wellness_api.database.pool import Pool, open_pool
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE
from wellness_api.health.samples.accept import Accepted, accept_upload
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import KeyedContents
from wellness_api.health.samples.records import (
    Column,
    DeletedRecord,
    Record,
    mark_of,
    record_key,
)
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


def changed(second: int) -> int:
    """The revision of a record that was changed then: the time itself, as Health Connect's is."""
    return MORNING_MS + 1_000 * second


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
        return await self.store(person, asked_with(items, ARRIVAL), process=process)

    async def store(self, person: Person, contents: KeyedContents, *, process: int = 0) -> Accepted:
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
    await homes.send(person, deleted("a"))
    assert await homes.weights(person) == {0: 62.5}
    await homes.send(person, deleted("a"), deleted("b"))
    assert await homes.weights(person) == {}


async def test_the_edit_and_the_deletion_may_come_in_one_upload(homes: Homes, town: Town) -> None:
    one, other = await town.residents(2)
    for person in (one, other):
        await homes.send(person, weighing("a", {0: 65}))
    await homes.send(one, weighing("b", {0: 62.5}), deleted("a"))
    await homes.send(other, deleted("a"), weighing("b", {0: 62.5}))
    assert await homes.weights(one) == await homes.weights(other) == {0: 62.5}


async def test_what_a_living_record_said_counts_when_the_later_one_is_deleted(
    homes: Homes, town: Town
) -> None:
    person = await town.resident()
    for second, (name, value) in enumerate((("a", 65), ("b", 64), ("c", 63))):
        await homes.send(person, weighing(name, {0: value}, revision=changed(second)))
    assert await homes.weights(person) == {0: 63}
    await homes.send(person, deleted("c"))
    assert await homes.weights(person) == {0: 64}
    await homes.send(person, deleted("b"))
    assert await homes.weights(person) == {0: 65}


async def test_of_several_the_one_changed_last_counts_whichever_came_last(
    homes: Homes, town: Town
) -> None:
    said = [
        weighing(name, {0: 60 + place}, revision=changed(place)) for place, name in enumerate("abc")
    ]
    for order in permutations(said):
        person = await town.resident()
        for record in order:
            await homes.send(person, record)
        await homes.send(person, order[0])
        assert await homes.weights(person) == {0: 62}


async def test_of_several_that_do_not_say_when_the_same_one_counts_in_whatever_order(
    homes: Homes, town: Town
) -> None:
    values = {"a": 65.0, "b": 64.0, "c": 63.0}
    greatest = max(values, key=lambda name: mark_of(record_key(name)))
    for order in permutations(values):
        person = await town.resident()
        for name in order:
            await homes.send(person, weighing(name, {0: values[name]}))
        assert await homes.weights(person) == {0: values[greatest]}


async def test_what_is_known_by_its_moment_is_said_anew_by_what_is_received_last(
    homes: Homes, town: Town
) -> None:
    person = await town.resident()
    for value in (65, 62.5, 65):
        await homes.send(person, weighing(None, {0: value}))
    assert await homes.weights(person) == {0: 65}


async def test_of_an_upload_with_several_versions_of_a_record_the_last_of_the_greatest_stands(
    homes: Homes, town: Town
) -> None:
    person = await town.resident()
    receipt = (
        await homes.send(
            person,
            *(weighing("c", {1: 63}, revision=5), weighing("c", {1: 62}, revision=5)),
            *(weighing("d", {2: 61}, revision=5), weighing("d", {2: 60}, revision=4)),
        )
    ).receipt
    assert await homes.weights(person) == {1: 62, 2: 61}
    assert (receipt.accepted, receipt.duplicate, receipt.refused) == (2, 1, 1)


async def test_a_record_that_moves_away_leaves_what_another_says(homes: Homes, town: Town) -> None:
    person = await town.resident()
    await homes.send(person, weighing("a", {0: 65, 1: 66}, revision=changed(0)))
    await homes.send(person, weighing("b", {0: 62.5, 2: 63}, revision=changed(1)))
    await homes.send(person, weighing("a", {5: 65}, revision=changed(2)))
    assert await homes.weights(person) == {0: 62.5, 2: 63, 5: 65}
    await homes.send(person, weighing("b", {2: 63}, revision=changed(3)))
    assert await homes.weights(person) == {2: 63, 5: 65}


async def test_a_deletion_leaves_what_was_said_without_an_id(homes: Homes, town: Town) -> None:
    """Before the record or after it, and whatever its revision takes back is its own."""
    for first in (True, False):
        person = await town.resident()
        loose = weighing(None, {0: 61, 1: None}, revision=1)
        record = weighing("a", {0: 65, 1: 66})
        for sent in (loose, record) if first else (record, loose):
            await homes.send(person, sent)
        assert await homes.weights(person) == {0: 65, 1: 66}
        await homes.send(person, deleted("a"))
        assert await homes.weights(person) == {0: 61}


async def test_a_copy_without_an_id_stands_for_itself_when_the_record_is_deleted(
    homes: Homes, town: Town
) -> None:
    """Whatever came first, so that the same facts come to the same day."""
    record, copy, gone = weighing("a", {0: 65, 1: 66}), weighing(None, {0: 65}), deleted("a")
    for order in permutations([record, copy, gone]):
        person = await town.resident()
        for sent in order:
            await homes.send(person, sent)
        assert await homes.weights(person) == {0: 65}, order


async def test_an_edit_of_a_record_counts_over_copies_of_what_it_said_before(
    homes: Homes, town: Town
) -> None:
    """A history that was imported without ids beside the phone's records: in whatever order."""
    first, edit = weighing("a", {0: 65}), weighing("a", {0: 62.5}, revision=changed(1))
    for order in permutations([first, edit, weighing(None, {0: 65})]):
        person = await town.resident()
        for sent in order:
            await homes.send(person, sent)
        assert await homes.weights(person) == {0: 62.5}, order


async def _as_it_was_before_segments_named_their_records(
    town: Town, person: Person, minutes: Sequence[int]
) -> None:
    """The row of record a, whose samples are stored as if no record had them."""
    moments = [MORNING_MS + MINUTE_MS * minute for minute in minutes]
    await town.owner.execute(
        "UPDATE health.segment SET lengths = NULL WHERE resident_id = $1", person.principal_id
    )
    await town.owner.execute(
        "INSERT INTO health.record (resident_id, record, revision, sequence, last_day, source, times)"
        " VALUES ($1, $2, 0, 1, $3, 'phone:scale', $4)",
        *(person.principal_id, record_key("a"), NOON.date()),
        msgspec.msgpack.encode({WEIGHT.number: moments}),
    )


async def test_a_record_from_before_segments_named_theirs_is_edited_and_deleted(
    homes: Homes, town: Town
) -> None:
    person = await town.resident()
    await homes.send(person, weighing(None, {0: 65, 1: 66, 2: 67}))
    await _as_it_was_before_segments_named_their_records(town, person, [0, 1])
    await homes.send(person, weighing("b", {3: 60}))
    assert await homes.weights(person) == {0: 65, 1: 66, 2: 67, 3: 60}
    await homes.send(person, weighing("a", {1: 66.5}, revision=1))
    assert await homes.weights(person) == {1: 66.5, 2: 67, 3: 60}
    await homes.send(person, deleted("a"))
    assert await homes.weights(person) == {2: 67, 3: 60}


async def test_a_record_from_before_segments_named_theirs_that_is_deleted_is_gone_for_good(
    homes: Homes, town: Town
) -> None:
    person = await town.resident()
    await homes.send(person, weighing(None, {0: 65, 2: 67}))
    await _as_it_was_before_segments_named_their_records(town, person, [0])
    await homes.send(person, deleted("a"))
    assert await homes.weights(person) == {2: 67}
    receipt = (await homes.send(person, weighing("a", {0: 65}, revision=9))).receipt
    assert receipt.batches[0].refusals[0].reason == "deleted"
    assert await homes.weights(person) == {2: 67}


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
    """The same worked by hand: what each record says in the end, and which of them counts at each minute."""

    def __init__(self) -> None:
        self.said: dict[str, Record] = {}
        self.over: set[str] = set()
        self.without_id: Minutes = {}

    def take(self, items: Sequence[Item]) -> None:
        for item in items:
            if isinstance(item, DeletedRecord):
                self.over.add(item.record_id)
            elif item.record_id is None:
                self.without_id |= minutes_of(item)
            else:
                before = self.said.get(item.record_id)
                if before is None or before.revision <= item.revision:
                    self.said[item.record_id] = item

    def stands(self) -> Minutes:
        living = [record for name, record in self.said.items() if name not in self.over]
        living.sort(
            key=lambda record: (record.revision, mark_of(record_key(record.record_id or "")))
        )
        stands = dict(self.without_id)
        for record in living:
            stands |= minutes_of(record)
        return stands


def minutes_of(record: Record) -> Minutes:
    column = record.columns["body_weight"]
    return {
        (time_ms - MORNING_MS) // MINUTE_MS: value
        for time_ms, value in zip(column.times_ms, column.values, strict=True)
    }


def story(chance: random.Random, *, without_ids: bool) -> list[Item]:
    """Versions and deletions of a few records that speak of a few minutes, in any order."""
    items: list[Item] = []
    for name in "abcd":
        for revision in chance.sample(range(4), chance.randint(1, 3)):
            minutes: Minutes = {
                minute: chance.randint(120, 150) / 2 for minute in chance.sample(range(5), 2)
            }
            items.append(weighing(name, minutes, revision=changed(revision)))
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
            assert await homes.weights(person) == plainly.stands(), part


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
        assert await homes.weights(person) == plainly.stands()


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
