"""Records: whatever order versions and deletions arrive in, what stands in the end is the same."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from tests.town import NOON, Person, Town, ms
from tests.wellness_api.health.samples.asking import asked_with
from wellness_api.database.pool import open_pool
from wellness_api.health.metrics.catalogue import STEPS
from wellness_api.health.samples.accept import Accepted, accept_upload
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.contents import Records
from wellness_api.health.samples.own_living import own_living
from wellness_api.health.samples.record_rows import KnownRecord, known_record, record_row
from wellness_api.health.samples.records import DELETED, Column, DeletedRecord, Record, record_key
from wellness_api.health.samples.spans import TimeSpan
from wellness_api.health.samples.storing import UploadStore

MORNING_MS: Final = ms(NOON - timedelta(hours=5))
MINUTE_MS: Final = 60_000
ARRIVAL: Final = Arrival(NOON, "Asia/Tokyo", date.min)

Item = Record | DeletedRecord


def walk(record_id: str, minutes: Sequence[int], value: float = 50, *, revision: int = 0) -> Record:
    times = [MORNING_MS + MINUTE_MS * minute for minute in minutes]
    return Record(
        source="phone:app",
        columns={"steps": Column(times, [value] * len(times))},
        record_id=record_id,
        revision=revision,
    )


class Phone:
    """Sends records as a format's reader gives them, and reads samples back."""

    def __init__(self, town: Town, person: Person) -> None:
        self.town = town
        self.person = person
        self.sent = 0

    async def send(self, *items: Item) -> Accepted:
        assert self.town.settings.database_url is not None
        self.sent += 1
        pool = await open_pool(
            self.town.settings.database_url, role="wellness_api", connections_max=2
        )
        try:
            return await accept_upload(
                pool,
                UploadStore(pool),
                resident_id=self.person.principal_id,
                idempotency_key=f"sent-{self.sent}",
                contents=asked_with(items, ARRIVAL),
                received_at=NOON,
            )
        finally:
            await pool.close()

    async def steps(self) -> dict[int, float]:
        """By minute of the morning."""
        assert self.town.settings.database_url is not None
        pool = await open_pool(
            self.town.settings.database_url, role="wellness_api", connections_max=2
        )
        try:
            living = await own_living(
                pool,
                self.person.principal_id,
                TimeSpan(datetime(2026, 11, 1, tzinfo=UTC), NOON),
                time_zone="Asia/Tokyo",
                metrics=[STEPS.number],
            )
        finally:
            await pool.close()
        return {
            (time_ms - MORNING_MS) // MINUTE_MS: parts / STEPS.parts_per_unit
            for of in living.values()
            for time_ms, parts in zip(of.times_ms.tolist(), of.values.tolist(), strict=True)
        }


@pytest.fixture
async def phone(town: Town) -> Phone:
    return Phone(town, await town.resident())


async def test_a_newer_version_takes_back_what_it_no_longer_has(phone: Phone) -> None:
    await phone.send(walk("a", [0, 1, 2]))
    receipt = (await phone.send(walk("a", [2, 3], 60, revision=1))).receipt
    assert await phone.steps() == {2: 60, 3: 60}
    assert (receipt.accepted, receipt.refused) == (2, 0)


async def test_a_record_that_moves_to_another_day_is_gone_from_the_old_one(phone: Phone) -> None:
    await phone.send(walk("a", [0]))
    await phone.send(walk("a", [-1440], revision=1))
    assert await phone.steps() == {-1440: 50}


async def test_an_older_version_that_comes_late_changes_nothing(phone: Phone) -> None:
    await phone.send(walk("a", [0, 1], 60, revision=2))
    receipt = (await phone.send(walk("a", [5], 10, revision=1))).receipt
    assert await phone.steps() == {0: 60, 1: 60}
    assert (receipt.accepted, receipt.refused) == (0, 1)
    (refusal,) = receipt.batches[0].refusals
    assert (refusal.field, refusal.reason) == ("record", "older_revision")


async def test_a_deletion_takes_a_records_samples_back_and_no_others(phone: Phone) -> None:
    await phone.send(walk("a", [0, 1]), walk("b", [2, 3]))
    await phone.send(DeletedRecord(record_id="a"))
    assert await phone.steps() == {2: 50, 3: 50}


async def test_a_deletion_that_comes_before_its_record_holds(phone: Phone) -> None:
    await phone.send(DeletedRecord(record_id="a"))
    receipt = (await phone.send(walk("a", [0], revision=9))).receipt
    assert await phone.steps() == {}
    assert receipt.batches[0].refusals[0].reason == "deleted"


async def test_a_deleted_record_sent_again_does_not_come_back(phone: Phone) -> None:
    await phone.send(walk("a", [0]))
    await phone.send(DeletedRecord(record_id="a"))
    await phone.send(walk("a", [0]))
    assert await phone.steps() == {}


async def test_a_source_sent_again_in_full_is_known_throughout(phone: Phone) -> None:
    records = [walk(f"r{minute}", [minute], minute + 1.0) for minute in range(40)]
    await phone.send(*records[:25])
    receipt = (await phone.send(*records)).receipt
    assert (receipt.accepted, receipt.duplicate) == (15, 25)
    again = (await phone.send(*records)).receipt
    assert (again.accepted, again.duplicate) == (0, 40)


async def test_a_record_may_change_its_source(phone: Phone) -> None:
    await phone.send(walk("a", [0, 1]))
    moved = Record(
        source="watch:w",
        columns={"steps": Column([MORNING_MS], [70])},
        record_id="a",
        revision=1,
    )
    await phone.send(moved)
    assert await phone.steps() == {0: 70}


async def test_two_residents_may_have_the_same_record_id(town: Town) -> None:
    hanako, taro = (Phone(town, person) for person in await town.residents(2))
    await hanako.send(walk("a", [0]))
    await taro.send(walk("a", [0], 70))
    await taro.send(DeletedRecord(record_id="a"))
    assert (await hanako.steps(), await taro.steps()) == ({0: 50}, {})


def in_the_end(items: Sequence[Item]) -> dict[int, float]:
    """What must stand: of each record its greatest revision, unless it was deleted."""
    deleted = {item.record_id for item in items if isinstance(item, DeletedRecord)}
    latest: dict[str | None, Record] = {}
    for item in items:
        if isinstance(item, Record) and item.record_id not in deleted:
            before = latest.get(item.record_id)
            if before is None or before.revision < item.revision:
                latest[item.record_id] = item
    return {
        (time_ms - MORNING_MS) // MINUTE_MS: value
        for record in latest.values()
        for column in record.columns.values()
        for time_ms, value in zip(column.times_ms, column.values, strict=True)
        if value is not None
    }


def story(chance: random.Random) -> list[Item]:
    """Versions and deletions of records that never speak of the same minute."""
    items: list[Item] = []
    for number in range(6):
        own = range(number * 10 - 30, number * 10 - 20)
        for revision in chance.sample(range(5), chance.randint(1, 3)):
            minutes = sorted(chance.sample(own, chance.randint(1, 6)))
            items.append(walk(f"r{number}", minutes, chance.randint(1, 99), revision=revision))
        if chance.random() < 0.3:
            items.append(DeletedRecord(record_id=f"r{number}"))
    return items


@pytest.mark.parametrize("seed", range(12))
async def test_the_order_of_versions_and_deletions_does_not_matter(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    items = story(chance)
    for person in await town.residents(2):
        phone = Phone(town, person)
        chance.shuffle(items)
        sending = [*items, *chance.sample(items, 3)]
        while sending:
            count = chance.randint(1, 5)
            await phone.send(*sending[:count])
            sending = sending[count:]
        assert await phone.steps() == in_the_end(items)


@pytest.mark.parametrize("count", [0, 1, 2, 31, 900])
def test_the_days_of_a_record_are_read_back_as_they_were(count: int) -> None:
    chance = random.Random(count)
    first = NOON.date() - timedelta(days=1_000)
    days = [first + timedelta(days=ago) for ago in sorted(chance.sample(range(1_000), count))]
    known = KnownRecord(7, "phone:app", {1: days, 6: days[:1]} if days else {})
    row = record_row(record_key("a"), known, received_on=NOON.date())
    assert known_record(row.revision, row.source, row.places, b"") == known
    assert row.last_day == (days[-1] if days else NOON.date())
    assert len(row.places) <= 20 + 2 * count


def test_deleting_what_is_deleted_writes_nothing() -> None:
    known = {record_key("a"): KnownRecord(DELETED, "phone:app", {})}
    read = Records([DeletedRecord(record_id="a")], ARRIVAL).read(known)
    assert not read.batches
    assert not read.ended
    assert not any(record.is_new for record in read.records)


def test_the_same_version_sent_again_writes_nothing() -> None:
    first = Records([walk("a", [0, 1, 2])], ARRIVAL).read({})
    (record,) = first.records
    known = known_record(record.row.revision, record.row.source, record.row.places, b"")
    again = Records([walk("a", [0, 1, 2])], ARRIVAL).read({record.row.record: known})
    assert not again.ended
    assert not any(record.is_new for record in again.records)
