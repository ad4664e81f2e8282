"""Redis holds nothing that cannot be lost: with it down, uploads, points and live figures go on."""

import asyncio

from tests.conftest import Servers
from tests.town import open_town, steps
from tests.wellness_api.redemptions.shop import (
    assert_books_balance,
    offer,
    redeem,
    rich_resident,
)
from tests.wellness_api.residents.test_resident import stream
from wellness_api.embedded.redis import embedded_redis
from wellness_api.settings import Settings


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
