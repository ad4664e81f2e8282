"""What an upload's receipt says, and that it is kept."""

import asyncio
import gzip
from datetime import timedelta

import msgspec
import numpy as np

from tests.town import NOON, Town, local_morning, ms, steps
from tests.worker import Worker
from wellness_api.http.zstd import zstd


async def test_the_receipt_says_what_was_accepted_known_and_implausible(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([50, 60, 70]))
    receipt = (await town.upload(hanako, steps([50, 61, 70, 80, 401]))).json
    assert (receipt["accepted"], receipt["duplicate"], receipt["flagged"]) == (3, 2, 1)
    (batch,) = receipt["batches"]
    assert batch["flags"] == [
        {
            "time_ms": ms(local_morning(NOON.date())) + 4 * 60_000,
            "value": 401,
            "reason": "out_of_range",
            "limit": "0 to 400 {steps} in a minute",
        }
    ]


async def test_the_same_key_and_content_get_the_same_receipt_and_count_once(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    first = await town.upload(hanako, steps([100] * 20), key="once-only")
    again = await town.upload(hanako, steps([100] * 20), key="once-only")
    assert (first.status, again.status) == (201, 200)
    assert again.json == first.json
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 2_000


async def test_the_same_content_in_another_encoding_is_the_same_upload(town: Town) -> None:
    hanako = await town.resident()
    batch = steps([100, None, 120])
    first = await town.upload(hanako, batch, key="in-any-form")
    again = await town.call(
        "POST",
        "/v1/uploads",
        data=zstd.compress(msgspec.msgpack.encode({"batches": [batch]})),
        headers=hanako.headers
        | {
            "Idempotency-Key": "in-any-form",
            "Content-Type": "application/msgpack",
            "Content-Encoding": "zstd",
        },
    )
    assert (again.status, again.json) == (200, first.json)


async def test_a_key_that_comes_with_other_content_is_refused(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100]), key="one-key-two-uploads")
    answer = await town.upload(hanako, steps([101]), key="one-key-two-uploads")
    assert answer.status == 422
    assert answer.json["type"] == "urn:wellness:idempotency_key_reused"
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"


async def test_two_residents_may_use_the_same_key(town: Town) -> None:
    hanako, taro = await town.residents(2)
    assert (await town.upload(hanako, steps([100]), key="same-key-1")).status == 201
    assert (await town.upload(taro, steps([90]), key="same-key-1")).status == 201


async def test_columns_may_come_packed_and_the_body_compressed(town: Town) -> None:
    hanako = await town.resident()
    first = ms(local_morning(NOON.date()))
    upload = {
        "batches": [
            {
                "metric": "steps",
                "source": "watch:a",
                "times_ms": (first + 60_000 * np.arange(30, dtype="<i8")).tobytes(),
                "values": np.full(30, 100, "<f8").tobytes(),
            }
        ]
    }
    answer = await town.call(
        "POST",
        "/v1/uploads",
        data=gzip.compress(msgspec.msgpack.encode(upload)),
        headers=hanako.headers
        | {
            "Idempotency-Key": "packed-columns",
            "Content-Type": "application/msgpack",
            "Content-Encoding": "gzip",
            "Accept": "application/msgpack",
        },
    )
    assert answer.status == 201
    assert msgspec.msgpack.decode(answer.body)["accepted"] == 30


async def test_an_edit_replaces_and_an_older_copy_does_not_undo_it(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100, 100], revision=1))
    await town.upload(hanako, steps([50, None], revision=2))
    receipt = (await town.upload(hanako, steps([100, 100], revision=1))).json
    assert (receipt["accepted"], receipt["refused"]) == (0, 2)
    assert receipt["batches"][0]["refusals"][0]["reason"] == "older_revision"
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 50


async def test_the_same_upload_sent_by_many_connections_at_once_is_stored_once(town: Town) -> None:
    hanako = await town.resident()
    answers = await asyncio.gather(
        *(town.upload(hanako, steps([100] * 60), key="all-at-once") for _ in range(16))
    )
    assert sorted(answer.status for answer in answers) == [200] * 15 + [201]
    assert len({answer.body for answer in answers}) == 1
    assert await town.owner.fetchval("SELECT count(*) FROM health.segment") == 1


async def test_the_same_samples_under_many_keys_at_once_count_once(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    answers = await asyncio.gather(
        *(town.upload(hanako, steps([100] * 60), key=f"key-{number:04}") for number in range(16))
    )
    assert {answer.status for answer in answers} == {201}
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 6_000
    assert (await town.get("/v1/me/wallet", hanako)).json["pending"] == 3


async def test_workers_that_work_at_once_post_each_award_once(town: Town) -> None:
    await town.put_in_force()
    people = await town.residents(12)
    for back in range(3):
        morning = local_morning(NOON.date() - timedelta(days=back))
        for person in people:
            await town.upload(person, steps([100] * 45, start=morning))
    small_bites = town.settings.model_copy(update={"claim_days_max": 4})
    workers = [Worker(town.worker_pool, town.redis, small_bites, town.clock) for _ in range(3)]
    while await town.owner.fetchval("SELECT count(*) FROM health.pending_day"):
        await asyncio.gather(*(worker.work_off() for worker in workers))
    assert [points for *_, points in await town.awards()] == [2] * 36
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.transfer") == 36
    assert await town.owner.fetchval("SELECT sum(pending) FROM rewards.wallet") == 72
