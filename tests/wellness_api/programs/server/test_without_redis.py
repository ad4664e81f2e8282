"""Redis holds nothing that cannot be lost: with it down or hanging, uploads, points and live figures go on."""

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.conftest import Servers
from tests.town import open_town, steps
from tests.wellness_api.residents.view.test_resident import stream
from tests.wellness_api.rewards.redemptions.shop import (
    assert_books_balance,
    offer,
    redeem,
    rich_resident,
)
from wellness_api.http import live
from wellness_api.process.settings import Settings
from wellness_api.programs.children.child import Process
from wellness_api.programs.embedded.redis import embedded_redis


async def test_uploads_points_and_live_figures_go_on_when_redis_dies(
    servers: Servers, database_url: str
) -> None:
    with embedded_redis() as (redis_url, redis_process):
        async with open_town(Settings(database_url=database_url, redis_url=redis_url)) as town:
            await town.put_in_force()
            hanako = await town.resident()
            async with asyncio.timeout(20), stream(town, hanako) as events:
                await anext(events)
                redis_process.kill()
                redis_process.wait()

                assert (await town.upload(hanako, steps([100] * 45))).status == 201
                await town.settle()
                assert (await town.get("/v1/me/wallet", hanako)).json["pending"] == 2
                assert (await anext(events))["steps"] == 4_500
            ready = await town.get("/readyz")
            assert (ready.status, ready.json["redis"]) == (200, "unreachable")


async def test_redemptions_and_the_day_turn_go_on_when_redis_dies(
    servers: Servers, database_url: str
) -> None:
    with embedded_redis() as (redis_url, redis_process):
        async with open_town(Settings(database_url=database_url, redis_url=redis_url)) as town:
            hanako = await rich_resident(town, points=200)
            voucher = await offer(town, "voucher_code", codes=["AAAA-BBBB"])
            redis_process.kill()
            redis_process.wait()

            redeemed = await redeem(town, hanako, voucher)
            assert (redeemed.status, redeemed.json["voucher_code"]) == (201, "AAAA-BBBB")
            await town.worker.turn_day()
            await assert_books_balance(town)


@contextmanager
def hanging(process: Process) -> Iterator[None]:
    """It takes connections and answers nothing, as a host does whose memory is full."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


async def test_a_redis_that_hangs_keeps_nobody_waiting(servers: Servers, database_url: str) -> None:
    with embedded_redis() as (redis_url, redis_process):
        async with open_town(Settings(database_url=database_url, redis_url=redis_url)) as town:
            await town.put_in_force()
            hanako = await town.resident()
            assert (await town.get("/readyz")).json["redis"] == "ok"
            async with asyncio.timeout(30), stream(town, hanako) as events:
                await anext(events)
                with hanging(redis_process):
                    began = time.monotonic()
                    ready = await town.get("/readyz")
                    assert (ready.status, ready.json["redis"]) == (200, "unreachable")
                    assert (await town.upload(hanako, steps([100] * 45))).status == 201
                    assert (await town.get("/v1/me/today", hanako)).status == 200
                    assert time.monotonic() - began < 5
                    await town.settle()
                    assert (await anext(events))["steps"] == 4_500
                    assert time.monotonic() - began < 12
                assert (await town.get("/readyz")).json["redis"] == "ok"


async def test_a_server_ends_in_time_while_redis_hangs(servers: Servers, database_url: str) -> None:
    with embedded_redis() as (redis_url, redis_process):
        async with open_town(Settings(database_url=database_url, redis_url=redis_url)) as town:
            assert (await town.get("/readyz")).json["redis"] == "ok"
            redis_process.send_signal(signal.SIGSTOP)
            began = time.monotonic()
        assert time.monotonic() - began < 5
        redis_process.send_signal(signal.SIGCONT)


async def test_word_of_changes_is_waited_for_as_long_as_it_takes(
    servers: Servers, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis is asked in between whether it is there, and the connection stays."""
    monkeypatch.setattr(live, "QUIET_SECONDS_MAX", 0.2)
    with embedded_redis() as (redis_url, _):
        async with open_town(Settings(database_url=database_url, redis_url=redis_url)) as town:
            listener = town.app.state.services.listener
            async with asyncio.timeout(5):
                while not listener.connected:
                    await asyncio.sleep(0.02)
            with listener.following(1) as changed:
                for _ in range(3):
                    await asyncio.sleep(0.7)
                    assert listener.connected
                    assert not changed.is_set()
                    await live.announce(town.redis, [1])
                    await asyncio.wait_for(changed.wait(), 2)
                    changed.clear()
