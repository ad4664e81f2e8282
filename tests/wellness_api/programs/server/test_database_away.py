"""PostgreSQL is restarted, loses its sessions, is killed, becomes a standby: the API says 503, and the worker lives."""

import asyncio
import socket

import aiohttp
import pytest

from tests.restarts import LONG_WAY, beat, own_server
from tests.town import open_town, steps
from wellness_api.database.pool import open_pool


async def test_restarts_and_kills_of_the_database_are_answered_with_503_and_outlived() -> None:
    """Each kind of blow once; fifty by hand: `python -m tests.restarts --times 50`."""
    async with own_server() as (server, settings):
        outcome = await beat(server, settings, times=len(server.blows), seed=7)
        assert outcome.worker_lives
        assert outcome.wrong == []
        assert outcome.receipted > 0
        assert outcome.counted == outcome.receipted


async def test_a_standby_is_not_ready_and_what_it_cannot_write_is_answered_with_503() -> None:
    async with own_server() as (server, settings), open_town(settings) as town:
        hanako = await town.resident()
        await server.become_a_standby()
        for _ in range(20):
            ready = await town.get("/readyz")
            if ready.json["database"] == "read_only":
                break
            await asyncio.sleep(0.1)
        assert (ready.status, ready.json["database"]) == (503, "read_only")
        for content_type in ("application/json", LONG_WAY):
            answer = await town.call(
                "POST",
                "/v1/uploads",
                data=aiohttp.JsonPayload({"batches": [steps([10])]}),
                headers=hanako.headers
                | {"Idempotency-Key": "standby-1", "Content-Type": content_type},
            )
            assert (answer.status, answer.json["type"]) == (503, "urn:wellness:unavailable")
            assert 1 <= int(answer.headers["Retry-After"]) <= 8
        assert (await town.get("/v1/me/today", hanako)).status == 200
        await server.be_promoted()
        assert (await town.get("/readyz")).status == 200
        assert (await town.upload(hanako, steps([10]), key="standby-1")).status == 201


async def test_a_process_waits_for_a_database_that_is_starting() -> None:
    async with own_server() as (server, _):
        restarting = asyncio.create_task(server.restart_at_once())
        pool = await open_pool(server.url, role="wellness_api", connections_max=1)
        await restarting
        await pool.close()


async def test_a_process_ends_when_no_database_ever_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wellness_api.database.pool.SERVER_AWAITED_SECONDS_MAX", 0.6)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(OSError, match=r"refused|Connect"):
        await open_pool(
            f"postgresql://nobody@127.0.0.1:{port}/x", role="wellness_api", connections_max=1
        )
