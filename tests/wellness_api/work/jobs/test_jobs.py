"""A job is a row in its folder: the worker finds it, lets it take its turns, and says how they went."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from tests.town import Town
from wellness_api.work.doorbell import CHANNEL, Bell
from wellness_api.work.jobs import clockwork
from wellness_api.work.jobs.clockwork import Clockwork, all_jobs, loops_of
from wellness_api.work.jobs.job import Job, Turn


@asynccontextmanager
async def at_work(town: Town, *jobs: Job) -> AsyncIterator[None]:
    """A worker that has these jobs alone."""
    working = asyncio.create_task(Clockwork(town.worker.tools, jobs).run())
    try:
        yield
        assert not working.done()
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():
            await asyncio.sleep(0.01)


def job(name: str, turn: Turn, **options: Any) -> Job:
    return Job(**{"name": name, "rests_seconds": 0.01, "make": lambda _: turn} | options)


async def row(town: Town, name: str) -> Any:
    return await town.owner.fetchrow("SELECT * FROM work.job WHERE name = $1", name)


def test_every_job_of_a_folder_is_found() -> None:
    names = [job.name for job in all_jobs()]
    assert {"pending days", "day turn", "proof", "imports", "erasures", "indicators"} <= set(names)
    assert {"draws", "lapsed holds", "old samples", "expired sessions", "lotteries"} <= set(names)
    assert names == sorted(names)


def test_each_loop_has_a_connection() -> None:
    async def nothing() -> None:
        return

    jobs = [
        job("a", nothing, lane="one"),
        job("b", nothing, lane="one"),
        job("c", nothing, at_once=3),
    ]
    assert loops_of(jobs) == 1 + 1 + 3


async def test_a_job_takes_turn_after_turn_and_staff_see_how_it_went(town: Town) -> None:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        turns += 1

    async with at_work(town, job("bread", turn)):
        await until(lambda: turns > 3)
    officer = await town.staff("programme_officer")
    (seen,) = (await town.get("/v1/jobs", officer)).json["items"]
    assert (seen["name"], seen["failures"], seen["error"]) == ("bread", 0, None)
    assert seen["rests_seconds"] == 0.01
    assert (await town.get("/v1/jobs", await town.resident())).status == 403


async def test_a_job_that_fails_says_at_what_and_no_other_waits(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wellness_api.database.loops.WAIT_SECONDS_FIRST", 0.01)
    turns = {"bread": 0, "milk": 0}
    is_broken = True

    async def bread() -> None:
        turns["bread"] += 1
        if is_broken:
            raise ZeroDivisionError("hanako@example.jp")

    async def milk() -> None:
        turns["milk"] += 1

    async with at_work(town, job("bread", bread), job("milk", milk)):
        await until(lambda: turns["milk"] > 5 and turns["bread"] > 0)
        async with asyncio.timeout(10):
            while (failed := await row(town, "bread")) is None:
                await asyncio.sleep(0.01)
        assert failed["failures"] >= 1
        assert failed["error"].startswith("ZeroDivisionError")
        assert "hanako" not in failed["error"], "what it was about stays in the log"
        is_broken = False
        async with asyncio.timeout(10):
            while (await row(town, "bread"))["failures"]:
                await asyncio.sleep(0.01)
    mended = await row(town, "bread")
    assert mended["error"].startswith("ZeroDivisionError"), "what it failed at last is still told"


async def test_a_chore_that_fails_is_set_aside_and_taken_again_when_staff_release_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clockwork, "LOOK_SECONDS", 0.02)
    done: list[bool] = []

    async def sweep() -> None:
        done.append(len(done) > 0)
        if len(done) == 1:
            raise RuntimeError

    async with at_work(town, job("sweep", sweep, is_chore=True, rests_seconds=3600.0)):
        await until(lambda: len(done) == 1)
        officer = await town.staff("programme_officer")
        async with asyncio.timeout(10):
            while not (items := (await town.get("/v1/set-aside", officer)).json["items"]):
                await asyncio.sleep(0.01)
        assert [(one["kind"], one["item"]) for one in items] == [("chore", "sweep")]
        assert len(done) == 1, "it waits"
        path = f"/v1/set-aside/{items[0]['set_aside_id']}/release"
        assert (await town.call("POST", path, headers=officer.headers)).status == 204
        await until(lambda: len(done) == 2)
        async with asyncio.timeout(10):
            while (await town.get("/v1/set-aside", officer)).json["items"]:
                await asyncio.sleep(0.01)


async def test_jobs_of_a_lane_never_run_at_the_same_time(town: Town) -> None:
    under_way, turns, most = 0, 0, 0

    async def turn() -> None:
        nonlocal under_way, turns, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.005)
        under_way -= 1
        turns += 1

    async with at_work(town, *(job(name, turn, lane="kitchen") for name in ("a", "b", "c"))):
        await until(lambda: turns > 12)
    assert most == 1


async def test_the_doorbell_ends_a_rest(town: Town) -> None:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        turns += 1

    async with at_work(town, job("door", turn, rests_seconds=3600.0, by_bell=True)):
        await until(lambda: turns == 1)
        async with asyncio.timeout(10):
            while turns < 2:
                await town.owner.execute(f"NOTIFY {CHANNEL}")
                await asyncio.sleep(0.05)


async def test_a_turn_says_how_long_it_rests(town: Town) -> None:
    turns = 0

    async def turn() -> float:
        nonlocal turns
        turns += 1
        return 3600.0

    async with at_work(town, job("once", turn)):
        await until(lambda: turns == 1)
        await asyncio.sleep(0.2)
    assert turns == 1


async def test_turns_that_go_well_are_noted_once_a_minute(town: Town) -> None:
    turns = 0
    await town.owner.execute(
        "CREATE TABLE work.notes (name text);"
        " CREATE FUNCTION work.count_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
        " 'BEGIN INSERT INTO work.notes VALUES (new.name); RETURN new; END';"
        " CREATE TRIGGER counted BEFORE INSERT ON work.job FOR EACH ROW EXECUTE FUNCTION work.count_note()"
    )

    async def turn() -> None:
        nonlocal turns
        turns += 1

    async with at_work(town, job("bread", turn)):
        await until(lambda: turns > 20)
    assert await town.owner.fetchval("SELECT count(*) FROM work.notes") == 1


async def test_all_who_wait_hear_the_doorbell_and_so_does_who_was_at_work() -> None:
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait(5.0, heard=0)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.ring()
    assert await asyncio.gather(*waiting) == [True] * 3
    assert await bell.wait(5.0, heard=0), "it was rung while others worked"
    assert not await bell.wait(0.01, heard=1)


@pytest.mark.parametrize("is_chore", [False, True])
@pytest.mark.parametrize("error", [OSError, asyncio.CancelledError, asyncpg.InterfaceError])
async def test_a_job_that_fails_keeps_no_other_of_its_lane_from_its_turn(
    town: Town, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], *, is_chore: bool
) -> None:
    monkeypatch.setattr("wellness_api.database.loops.WAIT_SECONDS_FIRST", 0.01)
    turns = {"a": 0, "b": 0}

    async def bad() -> None:
        turns["a"] += 1
        raise error("broken")

    async def good() -> None:
        turns["b"] += 1

    lane: dict[str, Any] = {"lane": "one", "is_chore": is_chore, "rests_seconds": 0.05}
    async with at_work(town, job("a", bad, **lane), job("b", good, **lane)):
        await until(lambda: turns["a"] > 1 and turns["b"] > 1)
        async with asyncio.timeout(10):
            while (noted := await row(town, "a")) is None:
                await asyncio.sleep(0.01)
    assert noted["error"].startswith(error.__name__), "staff see it"
