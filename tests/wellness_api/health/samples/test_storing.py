"""Uploads of the same moment share a statement and a wait for the disk, and nothing else."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import msgspec
import numpy as np
import pytest

from tests.town import NOON, Town, local_morning, steps
from wellness_api.database.pool import open_pool
from wellness_api.health.metrics.catalogue import STEPS
from wellness_api.health.samples.segments import Segment, encode
from wellness_api.health.samples.storing import Attempt, UploadStore


def attempt(resident_id: int, *, metric_number: int = STEPS.number) -> Attempt:
    segment = Segment(
        metric=msgspec.structs.replace(STEPS, number=metric_number),
        source="phone:a",
        day=NOON.date(),
        revision=0,
        times=np.array([0, 60_000], np.int32),
        lengths=np.full(2, 60_000, np.int32),
        values=np.array([50_000, 60_000], np.int64),
    )
    return Attempt(
        resident_id=resident_id,
        key=uuid4(),
        content_digest=uuid4(),
        received_at=NOON,
        receipt=b"receipt",
        seen=0,
        segments=[encode(segment)],
    )


async def commits(town: Town) -> int:
    count: int = await town.owner.fetchval("SELECT count(DISTINCT xmin::text) FROM health.upload")
    return count


async def test_many_residents_uploads_share_few_transactions_and_each_gets_its_own_receipt(
    town: Town,
) -> None:
    people = await town.residents(40)
    answers = await asyncio.gather(
        *(town.upload(person, steps([10] * (place + 1))) for place, person in enumerate(people))
    )
    assert [answer.json["accepted"] for answer in answers] == list(range(1, 41))
    assert len({answer.json["upload_id"] for answer in answers}) == 40
    assert await commits(town) < 40
    stored = await town.owner.fetch(
        "SELECT resident_id FROM health.segment JOIN health.pending_day USING (resident_id, day)"
        " JOIN health.upload USING (resident_id)"
    )
    assert sorted(row["resident_id"] for row in stored) == sorted(
        person.principal_id for person in people
    )


async def test_a_repeated_and_an_overlapping_upload_do_not_hold_up_the_others(town: Town) -> None:
    people = await town.residents(12)
    await asyncio.gather(
        *(town.upload(person, steps([10, 20]), key="first-one") for person in people)
    )
    again = await asyncio.gather(
        *(town.upload(person, steps([10, 20]), key="first-one") for person in people[:4]),
        *(town.upload(person, steps([10, 20, 30])) for person in people[4:8]),
        *(town.upload(person, steps([99], source="watch:b")) for person in people[8:]),
    )
    assert [answer.status for answer in again] == [200] * 4 + [201] * 8
    assert [answer.json["accepted"] for answer in again] == [2] * 4 + [1] * 8
    assert [answer.json["duplicate"] for answer in again] == [0] * 4 + [2] * 4 + [0] * 4


async def test_one_that_the_database_refuses_does_not_take_the_others_with_it(town: Town) -> None:
    assert town.settings.database_url is not None
    pool = await open_pool(town.settings.database_url, role="wellness_api", connections_max=2)
    store = UploadStore(pool)
    good = [attempt(resident_id) for resident_id in (1, 2, 3)]
    outcomes = await asyncio.gather(
        *(store.store(upload) for upload in [*good, attempt(4, metric_number=99_999)]),
        return_exceptions=True,
    )
    await pool.close()
    assert all(isinstance(outcome, int) for outcome in outcomes[:3])
    assert isinstance(outcomes[3], asyncpg.DataError)
    kept = await town.owner.fetch("SELECT resident_id FROM health.segment ORDER BY 1")
    assert [row["resident_id"] for row in kept] == [1, 2, 3]


async def test_of_one_resident_two_uploads_of_a_moment_are_stored_one_after_the_other(
    town: Town,
) -> None:
    hanako = await town.resident()
    first, second = await asyncio.gather(
        town.upload(hanako, steps([10, 20])), town.upload(hanako, steps([10, 20]))
    )
    accepted = sorted((first.json["accepted"], second.json["accepted"]))
    assert accepted == [0, 2], "the second sees what the first has stored"


async def test_a_statement_sees_only_the_residents_that_it_names(town: Town) -> None:
    people = await town.residents(3)
    await asyncio.gather(*(town.upload(person, steps([10])) for person in people))
    named = [person.principal_id for person in people[:2]]
    assert town.settings.database_url is not None
    pool = await open_pool(town.settings.database_url, role="wellness_api", connections_max=1)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "SELECT set_config('wellness.resident_ids', $1::bigint[]::text, true)", named
        )
        rows = await connection.fetch("SELECT resident_id FROM health.segment ORDER BY 1")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await connection.execute(
                "INSERT INTO health.pending_day VALUES ($1, current_date, 1, now())",
                people[2].principal_id,
            )
    await pool.close()
    assert [row["resident_id"] for row in rows] == named


async def test_a_phone_that_syncs_all_day_never_has_to_be_compared(town: Town) -> None:
    hanako = await town.resident()
    morning = local_morning(NOON.date())
    for quarter in range(8):
        start = morning + timedelta(minutes=15 * quarter)
        answer = await town.upload(hanako, steps([20] * 15, start=start))
        assert answer.json["accepted"] == 15
    sequences = await town.owner.fetch("SELECT sequence FROM health.segment ORDER BY 1")
    # Each upload takes two numbers, its own and its segment's; a second try would have drawn more.
    assert [row["sequence"] for row in sequences] == [2 * (n + 1) for n in range(8)]


async def test_samples_between_those_that_are_stored_are_compared_and_kept(town: Town) -> None:
    hanako = await town.resident()
    morning = local_morning(NOON.date())
    for minute in (0, 10):
        await town.upload(hanako, steps([20], start=morning + timedelta(minutes=minute)))
    between = steps([20, 30, 20], start=morning + timedelta(minutes=9))
    receipt = (await town.upload(hanako, between)).json
    assert (receipt["accepted"], receipt["duplicate"]) == (3, 0)
    receipt = (await town.upload(hanako, steps([20] * 11))).json
    assert (receipt["accepted"], receipt["duplicate"]) == (9, 2)
