"""Corrections of many days are one job: taken on at once, carried out step by step, and fixed to the moment of asking."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.poison import poison, release, set_aside
from tests.statements import statements_sent
from tests.town import Person, Town, ms, steps
from tests.wellness_api.health.corrections.asking import (
    MORNING,
    WATCH,
    correction,
    delete,
    delete_source,
    samples,
    shift,
    wear,
)
from tests.wellness_api.identity.erasure.leaving import leave
from wellness_api.health.corrections import jobs
from wellness_api.health.corrections.keeping import CORRECTIONS_OPEN_MAX

DAYS = 20
SPAN = {"from": (MORNING - timedelta(days=60)).isoformat()}
SECOND = timedelta(seconds=1)


async def hanako_wears_a_watch(town: Town, *, days: int = DAYS) -> Person:
    hanako = await town.resident()
    await wear(town, hanako, days=days)
    return hanako


async def test_a_source_of_many_days_is_deleted_by_the_worker_and_says_how_far_it_is(
    town: Town,
) -> None:
    await town.put_in_force()
    hanako = await hanako_wears_a_watch(town)
    await town.upload(hanako, steps([100] * 20, source=WATCH, start=MORNING + timedelta(hours=1)))
    await town.settle()
    asked = await delete_source(town, hanako, WATCH)
    assert asked.json == await correction(town, hanako, asked)
    assert asked.json | {"id": None} == {
        "id": None,
        "source": WATCH,
        "metric": None,
        "from": None,
        "to": None,
        "seconds": None,
        "asked_at": "2026-11-18T03:00:00Z",
        "state": "waiting",
        "days": DAYS,
        "days_done": 0,
        "samples": 0,
        "ended_at": None,
        "problem": None,
    }
    progress = []
    while await town.worker.correct(steps_max=1):
        now = await correction(town, hanako, asked)
        progress.append((now["state"], now["days_done"], now["samples"]))
    assert progress == [("working", 7, 14), ("working", 14, 28), ("done", DAYS, 60)]
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert (today["steps"], today["points_today"]) == (0, 0)
    assert (await town.get("/v1/me/sources", hanako)).json["items"] == []
    (listed,) = (await town.get("/v1/me/corrections", hanako)).json["items"]
    assert (listed["id"], listed["state"]) == (asked.json["id"], "done")


async def test_a_long_span_that_touches_few_days_is_deleted_at_once(town: Town) -> None:
    hanako = await hanako_wears_a_watch(town, days=7)
    answer = await delete(town, hanako, **SPAN)
    assert (answer.status, answer.json) == (200, {"samples": 14})
    assert await samples(town, hanako) == []


async def test_the_same_key_asks_for_the_same_correction_before_and_after_its_end(
    town: Town,
) -> None:
    hanako = await hanako_wears_a_watch(town)
    asked = await delete(town, hanako, **SPAN)
    again = await delete(town, hanako, **SPAN)
    assert (again.status, again.json) == (202, asked.json)
    assert again.headers["Location"] == asked.headers["Location"]
    await town.worker.correct()
    town.clock.advance(SECOND)
    await wear(town, hanako, days=DAYS, source="phone:new")
    after = await delete(town, hanako, **SPAN)
    assert (after.status, after.json["state"], after.json["samples"]) == (202, "done", 2 * DAYS)
    assert await town.worker.correct() == 0
    assert len(await samples(town, hanako)) == 2 * DAYS
    for other in (
        await delete(town, hanako, metric="steps", **SPAN),
        await delete_source(town, hanako, WATCH, key="delete-0001"),
    ):
        assert (other.status, other.json["type"]) == (422, "urn:wellness:idempotency_key_reused")


async def test_what_was_answered_at_once_is_answered_so_again_though_more_days_came(
    town: Town,
) -> None:
    hanako = await hanako_wears_a_watch(town, days=3)
    assert (await delete(town, hanako, **SPAN)).json == {"samples": 6}
    await wear(town, hanako, days=DAYS, source="phone:new")
    again = await delete(town, hanako, **SPAN)
    assert (again.status, again.json) == (200, {"samples": 6})
    assert len(await samples(town, hanako)) == 2 * DAYS


async def test_asked_for_at_the_same_moment_it_is_one_and_two_workers_do_each_step_once(
    town: Town,
) -> None:
    hanako = await hanako_wears_a_watch(town, days=30)
    asked = await asyncio.gather(*(delete(town, hanako, **SPAN) for _ in range(5)))
    assert {answer.status for answer in asked} == {202}
    assert len({answer.json["id"] for answer in asked}) == 1
    await asyncio.gather(town.worker.correct(), town.worker.correct())
    await town.worker.correct()
    now = await correction(town, hanako, asked[0])
    assert (now["state"], now["days_done"], now["samples"]) == ("done", 30, 60)


async def test_a_worker_that_is_killed_leaves_each_step_done_or_not_begun(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako = await hanako_wears_a_watch(town)
    asked = await delete(town, hanako, **SPAN)
    whole, calls = jobs.correct_days, 0

    async def killed(*args: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise asyncio.CancelledError  # Before the step is on disk.
        done = await whole(*args, **named)
        if calls == 3:
            raise asyncio.CancelledError  # After it, before it is noted.
        return done

    monkeypatch.setattr(jobs, "correct_days", killed)
    for left, noted in ((2 * DAYS, 0), (2 * DAYS - 28, 14)):
        with pytest.raises(asyncio.CancelledError):
            await town.worker.correct()
        assert len(await samples(town, hanako)) == left
        assert (await correction(town, hanako, asked))["samples"] == noted
    await town.worker.correct()
    now = await correction(town, hanako, asked)
    assert (now["state"], now["days_done"], now["samples"]) == ("done", DAYS, 2 * DAYS)
    assert await samples(town, hanako) == []


async def test_what_comes_after_the_request_stays_and_what_is_sent_again_does_not_come_back(
    town: Town,
) -> None:
    hanako = await hanako_wears_a_watch(town)
    asked = await delete_source(town, hanako, WATCH)
    await town.worker.correct(steps_max=1)
    town.clock.advance(SECOND)
    old = MORNING - timedelta(days=3)
    await town.upload(hanako, steps([7], source=WATCH, start=old + timedelta(hours=1)))
    await town.upload(hanako, steps([8], source=WATCH, start=old, revision=1))
    await town.upload(hanako, steps([100, 50], source=WATCH, start=MORNING))
    await town.worker.correct()
    assert await samples(town, hanako) == [8, 7]
    assert (await correction(town, hanako, asked))["samples"] == 2 * DAYS - 1
    (item,) = (await town.get("/v1/me/sources", hanako)).json["items"]
    assert [each["source"] for each in item["sources"]] == [WATCH]


async def test_segments_that_are_folded_meanwhile_are_told_apart_by_when_they_came(
    town: Town,
) -> None:
    hanako = await hanako_wears_a_watch(town)
    for minute in range(10):
        at = MORNING + timedelta(hours=1, minutes=minute)
        await town.upload(hanako, steps([1], source=WATCH, start=at))
    await delete_source(town, hanako, WATCH)
    for minute in range(10):
        at = MORNING + timedelta(hours=2, minutes=minute)
        await town.upload(hanako, steps([2], source=WATCH, start=at))
    today = "SELECT count(*) FROM health.segment WHERE day = $1"
    before = await town.owner.fetchval(today, town.clock().date())
    await town.settle()
    assert await town.owner.fetchval(today, town.clock().date()) < before
    await town.worker.correct()
    assert await samples(town, hanako) == [2] * 10


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


async def test_one_residents_long_correction_keeps_no_other_waiting(town: Town) -> None:
    hanako, taro = await town.residents(2)
    await wear(town, hanako, days=60)
    await wear(town, taro, days=8)
    long, short = await delete_source(town, hanako, WATCH), await delete_source(town, taro, WATCH)
    await town.worker.correct(steps_max=4)
    assert (await correction(town, taro, short))["state"] == "done"
    assert (await correction(town, hanako, long))["days_done"] == 14


async def test_a_broken_one_is_set_aside_and_the_others_go_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako, taro = await town.residents(2)
    mend = poison(
        monkeypatch,
        "wellness_api.health.corrections.steps.accept_upload",
        lambda *_, resident_id, **__: resident_id == hanako.principal_id,
    )
    asked = []
    for person in (hanako, taro):
        await wear(town, person, days=DAYS)
        asked.append(await delete_source(town, person, WATCH))
    await town.worker.correct()
    broken = await correction(town, hanako, asked[0])
    assert (broken["state"], broken["problem"]["code"]) == ("failed", "internal_error")
    assert (await correction(town, taro, asked[1]))["state"] == "done"
    assert await set_aside(town) == [(hanako.principal_id, "correction", broken["id"])]
    mend()
    assert await town.worker.correct() == 0
    await release(town)
    await town.worker.correct()
    mended = await correction(town, hanako, asked[0])
    assert (mended["state"], mended["samples"], mended["problem"]) == ("done", 2 * DAYS, None)
    assert await set_aside(town) == []


async def test_whoever_leaves_leaves_no_correction_behind_and_none_goes_on(town: Town) -> None:
    hanako = await hanako_wears_a_watch(town)
    await delete_source(town, hanako, WATCH)
    await town.worker.correct(steps_max=1)
    await leave(town, hanako)
    await asyncio.gather(town.worker.erase(), town.worker.correct())
    await town.worker.correct()
    for table in ("correction", "segment", "upload", "deleted_source"):
        assert await town.owner.fetchval(f"SELECT count(*) FROM health.{table}") == 0


@pytest.mark.parametrize("days", [8, 200])
async def test_a_request_takes_as_many_statements_whatever_its_span(town: Town, days: int) -> None:
    hanako = await hanako_wears_a_watch(town, days=days)
    await delete(town, hanako, key="warms-up", source="phone:none")
    with statements_sent() as sent:
        assert (await delete_source(town, hanako, WATCH)).status == 202
    # The doorbell rings when it comes to it.
    assert len([statement for statement in sent if not statement.startswith("NOTIFY")]) == 11


async def test_a_resident_has_so_many_open_and_is_told_to_wait(town: Town) -> None:
    hanako = await hanako_wears_a_watch(town)
    for number in range(CORRECTIONS_OPEN_MAX):
        assert (await delete(town, hanako, key=f"delete-{number:04}", **SPAN)).status == 202
    refused = await delete(town, hanako, key="one-too-many", **SPAN)
    assert (refused.status, refused.json["type"]) == (409, "urn:wellness:correction_under_way")
    assert int(refused.headers["Retry-After"]) > 0
    await town.worker.correct()
    assert (await delete(town, hanako, key="one-too-many", **SPAN)).status == 202


async def test_samples_are_moved_when_nothing_else_is_corrected_and_nothing_else_meanwhile(
    town: Town,
) -> None:
    hanako = await hanako_wears_a_watch(town)
    month = {"from": (MORNING - timedelta(days=30)).isoformat(), "source": WATCH}
    await delete(town, hanako, key="delete-0001", source="phone:test", **SPAN)
    await delete(town, hanako, key="delete-0002", metric="steps", to=MORNING.isoformat(), **SPAN)
    refused = await shift(town, hanako, 60, key="shift-0001", **month)
    assert (refused.status, refused.json["type"]) == (409, "urn:wellness:correction_under_way")
    await town.worker.correct()
    await wear(town, hanako, days=30, source="phone:test")
    month["source"] = "phone:test"
    moved = await shift(town, hanako, 60, key="shift-0002", **month)
    assert (await delete(town, hanako, key="delete-0003")).status == 409
    await town.worker.correct()
    assert (await correction(town, hanako, moved))["state"] == "done"
    assert (await delete(town, hanako, key="delete-0003")).status == 200


async def test_samples_of_many_days_move_whole_or_not_at_all(town: Town) -> None:
    hanako = await hanako_wears_a_watch(town)
    asked = {
        "source": WATCH,
        "from": (MORNING - timedelta(days=DAYS)).isoformat(),
        "to": (MORNING + timedelta(hours=1)).isoformat(),
    }
    ahead = await shift(town, hanako, 86_400, key="shift-0001", **asked)
    back = await shift(town, hanako, -86_400, key="shift-0002", **asked)
    assert back.status == 409
    await town.worker.correct()
    refused = await correction(town, hanako, ahead)
    assert (refused["state"], refused["problem"]["code"]) == ("refused", "invalid_upload")
    assert len(await samples(town, hanako)) == 2 * DAYS

    back = await shift(town, hanako, -86_400, key="shift-0002", **asked)
    town.clock.advance(SECOND)
    await town.upload(hanako, steps([3], source=WATCH, start=MORNING + timedelta(minutes=30)))
    await town.worker.correct()
    assert (await correction(town, hanako, back))["state"] == "done"
    assert await samples(town, hanako) == [100, 50] * DAYS + [3]
    first = await town.call(
        "GET",
        "/v1/me/samples",
        params={
            "metric": "steps",
            "from": (MORNING - timedelta(days=60)).isoformat(),
            "to": MORNING.isoformat(),
        },
        headers=hanako.headers,
    )
    assert first.json["times_ms"][0] == ms(MORNING - timedelta(days=DAYS))


async def test_nobody_sees_anothers_correction(town: Town) -> None:
    hanako = await hanako_wears_a_watch(town)
    taro = await town.resident()
    asked = await delete_source(town, hanako, WATCH)
    assert (await town.get(asked.headers["Location"], taro)).status == 404
    assert (await town.get("/v1/me/corrections", taro)).json == {"items": []}
    assert (await delete_source(town, taro, WATCH)).json == {"samples": 0}
