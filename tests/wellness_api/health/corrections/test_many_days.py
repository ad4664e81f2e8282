"""A correction of however many days is one statement, which holds for what was known when it was made."""

import asyncio
from datetime import timedelta

import pytest

from tests.statements import statements_sent
from tests.town import Person, Town, ms, steps
from tests.wellness_api.health.corrections.asking import (
    MORNING,
    WATCH,
    delete,
    delete_source,
    samples,
    shift,
    wear,
)
from tests.wellness_api.identity.erasure.leaving import leave
from wellness_api.health.corrections.problems import CORRECTIONS_MAX, SHIFTS_MAX

DAYS = 20
SPAN = {"from": (MORNING - timedelta(days=60)).isoformat()}
SECOND = timedelta(seconds=1)
THREE_YEARS_DAYS = 3 * 365 - 60
"""As far back as samples are kept, and no further."""


async def hanako_wears_a_watch(town: Town, *, days: int = DAYS) -> Person:
    hanako = await town.resident()
    await wear(town, hanako, days=days)
    return hanako


@pytest.mark.parametrize("days", [1, THREE_YEARS_DAYS])
async def test_a_deletion_is_one_statement_whatever_its_days(town: Town, days: int) -> None:
    hanako = await hanako_wears_a_watch(town, days=days)
    await town.settle()
    await delete(town, hanako, key="warms-up", source="phone:none")
    with statements_sent() as sent:
        answer = await delete_source(town, hanako, WATCH)
    assert answer.status == 200
    # The doorbell rings when it comes to it.
    assert len([statement for statement in sent if not statement.startswith("NOTIFY")]) <= 9
    assert await samples(town, hanako, days=360) == []
    await town.settle()
    assert (await town.get("/v1/me/sources", hanako)).json["items"] == []
    left = "SELECT count(*) FROM health.day_summary WHERE figure = 1"
    assert await town.owner.fetchval(left) == 0
    segments = await town.owner.fetchval("SELECT count(*) FROM health.segment")
    assert segments == days, "nothing was written among the samples"
    assert await town.owner.fetchval("SELECT count(*) FROM health.correction") == 2


async def test_points_of_all_the_days_that_are_not_frozen_are_taken_back(town: Town) -> None:
    await town.put_in_force()
    hanako = await hanako_wears_a_watch(town)
    for ago in range(3):
        start = MORNING - timedelta(days=ago, hours=-1)
        await town.upload(hanako, steps([100] * 20, source=WATCH, start=start))
    await town.settle()
    assert len(await town.awards()) == 3
    await delete_source(town, hanako, WATCH)
    await town.settle()
    assert await town.awards() == []


async def test_the_same_key_is_the_same_deletion_though_more_came_meanwhile(town: Town) -> None:
    hanako = await hanako_wears_a_watch(town)
    first = await delete(town, hanako, **SPAN)
    town.clock.advance(SECOND)
    await wear(town, hanako, days=DAYS, source="phone:new")
    again = await delete(town, hanako, **SPAN)
    assert (again.status, again.json) == (200, first.json)
    assert len(await samples(town, hanako)) == 2 * DAYS
    for other in (
        await delete(town, hanako, metric="steps", **SPAN),
        await delete_source(town, hanako, WATCH, key="delete-0001"),
    ):
        assert (other.status, other.json["type"]) == (422, "urn:wellness:idempotency_key_reused")


async def test_asked_for_five_times_at_the_same_moment_it_is_one(town: Town) -> None:
    hanako = await hanako_wears_a_watch(town)
    asked = await asyncio.gather(*(delete(town, hanako, **SPAN) for _ in range(5)))
    assert {answer.status for answer in asked} == {200}
    assert len({answer.json["id"] for answer in asked}) == 1
    assert await town.owner.fetchval("SELECT count(*) FROM health.correction") == 1


async def test_what_is_received_later_is_left_alone_and_copies_do_not_come_back(
    town: Town,
) -> None:
    hanako = await hanako_wears_a_watch(town)
    await delete_source(town, hanako, WATCH)
    town.clock.advance(SECOND)
    old = MORNING - timedelta(days=3)
    await town.upload(hanako, steps([7], source=WATCH, start=old + timedelta(hours=1)))
    await town.upload(hanako, steps([8], source=WATCH, start=old, revision=1))
    receipt = (await town.upload(hanako, steps([100, 50], source=WATCH, start=MORNING))).json
    assert (receipt["accepted"], receipt["refused"]) == (0, 2)
    assert await samples(town, hanako) == [8, 7]
    (item,) = (await town.get("/v1/me/sources", hanako)).json["items"]
    assert [source["source"] for source in item["sources"]] == [WATCH]


async def test_folding_around_a_deletion_changes_nothing(town: Town) -> None:
    hanako = await hanako_wears_a_watch(town)

    async def ten_minutes(value: float, *, hours: int) -> None:
        for minute in range(10):
            start = MORNING + timedelta(hours=hours, minutes=minute)
            await town.upload(hanako, steps([value], source=WATCH, start=start))

    await ten_minutes(1, hours=1)
    await delete_source(town, hanako, WATCH)
    await ten_minutes(2, hours=2)
    today = "SELECT count(*) FROM health.segment WHERE day = $1"
    before = await town.owner.fetchval(today, town.clock().date())
    assert await samples(town, hanako) == [2] * 10
    await town.settle()
    assert (before, await town.owner.fetchval(today, town.clock().date())) == (21, 2)
    assert await samples(town, hanako) == [2] * 10
    await ten_minutes(1, hours=1)
    await town.settle()
    assert await samples(town, hanako) == [2] * 10, "copies of what was deleted"
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 20


async def test_nothing_is_folded_while_a_correction_is_being_kept(town: Town) -> None:
    hanako = await town.resident()
    for minute in range(10):
        await town.upload(hanako, steps([1], start=MORNING + timedelta(minutes=minute)))
    async with town.owner.transaction():
        await town.owner.execute(
            "SELECT pg_advisory_xact_lock(9, hashint8($1))", hanako.principal_id
        )
        await town.settle()
        assert await town.owner.fetchval("SELECT count(*) FROM health.segment") == 10
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 10


async def test_whoever_leaves_leaves_no_correction_behind(town: Town) -> None:
    hanako = await hanako_wears_a_watch(town)
    await delete_source(town, hanako, WATCH)
    await leave(town, hanako)
    await town.worker.erase()
    for table in ("correction", "segment", "upload", "deleted_source"):
        assert await town.owner.fetchval(f"SELECT count(*) FROM health.{table}") == 0


async def test_a_resident_has_so_many_and_no_more(town: Town) -> None:
    hanako, taro = await town.residents(2)
    await town.upload(hanako, steps([100]))
    await town.owner.execute(
        "INSERT INTO health.correction"
        " (resident_id, correction_id, key, kind, asked_at, sequence, from_ms, until_ms, by_ms)"
        " SELECT $1, gen_random_uuid(), gen_random_uuid(), 'deletion', $2, number, 0, 1, 0"
        " FROM generate_series(1, $3) AS number",
        *(hanako.principal_id, town.clock(), CORRECTIONS_MAX - 1),
    )
    last = await delete(town, hanako, key="the-last-one", metric="heart_rate")
    assert last.status == 200
    refused = await delete(town, hanako, key="one-too-many", **SPAN)
    assert (refused.status, refused.json["type"]) == (409, "urn:wellness:too_many_corrections")
    assert await samples(town, hanako) == [100]
    again = await delete(town, hanako, key="the-last-one", metric="heart_rate")
    assert (again.status, again.json) == (200, last.json)
    assert (await delete(town, taro, **SPAN)).status == 200
    assert len((await town.get("/v1/me/corrections", hanako)).json["items"]) == CORRECTIONS_MAX


async def test_a_resident_has_so_many_shifts_and_may_still_delete(town: Town) -> None:
    hanako = await hanako_wears_a_watch(town, days=1)
    for number in range(SHIFTS_MAX):
        moved = await shift(town, hanako, -60, key=f"shift-{number:04}", source=WATCH)
        assert moved.status == 200
    refused = await shift(town, hanako, -60, key="one-too-many", source=WATCH)
    assert (refused.status, refused.json["type"]) == (409, "urn:wellness:too_many_shifts")
    again = await shift(town, hanako, -60, key=f"shift-{SHIFTS_MAX - 1:04}", source=WATCH)
    assert (again.status, again.json) == (200, moved.json)
    assert (await delete(town, hanako, source=WATCH)).status == 200


async def test_corrections_go_with_the_samples_that_they_are_about(town: Town) -> None:
    hanako = await hanako_wears_a_watch(town, days=1)
    old = {"from": "2019-05-01T00:00:00+09:00", "to": "2019-06-01T00:00:00+09:00"}
    await delete(town, hanako, **old)
    await shift(town, hanako, 3_600 * 24 * 365 * 6, **{**old, "source": WATCH})
    await delete(town, hanako, key="delete-0002")
    await town.owner.execute("UPDATE health.retention SET first_day = '2023-11-01'")
    await town.worker.keep_house()
    listed = (await town.get("/v1/me/corrections", hanako)).json["items"]
    assert [(of["from"][:4], of["seconds"] is None) for of in listed] == [
        ("2026", True),
        ("2019", False),
    ], "samples may have been moved from days that are long gone"


async def test_samples_of_many_days_move_whole_or_not_at_all(town: Town) -> None:
    hanako = await hanako_wears_a_watch(town)
    asked = {
        "source": WATCH,
        "from": (MORNING - timedelta(days=DAYS)).isoformat(),
        "to": (MORNING + timedelta(hours=1)).isoformat(),
    }
    ahead = await shift(town, hanako, 86_400, key="shift-0001", **asked)
    assert (ahead.status, ahead.json["errors"][0]["field"]) == (422, "seconds")
    assert await first_ms(town, hanako) == ms(MORNING - timedelta(days=DAYS - 1))
    assert (await shift(town, hanako, -86_400, key="shift-0002", **asked)).status == 200
    town.clock.advance(SECOND)
    await town.upload(hanako, steps([3], source=WATCH, start=MORNING + timedelta(minutes=30)))
    assert await samples(town, hanako) == [100, 50] * DAYS + [3]
    assert await first_ms(town, hanako) == ms(MORNING - timedelta(days=DAYS))


async def first_ms(town: Town, person: Person) -> int:
    answer = await town.call(
        "GET",
        "/v1/me/samples",
        params={
            "metric": "steps",
            "from": (MORNING - timedelta(days=60)).isoformat(),
            "to": MORNING.isoformat(),
        },
        headers=person.headers,
    )
    time_ms: int = answer.json["times_ms"][0]
    return time_ms
