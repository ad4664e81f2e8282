"""Nothing waits for ever: a lock, a statement and the pool's queue have limits, and whoever reaches one is told so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.town import Answer, Person, Town, steps
from tests.wellness_api.rewards.redemptions.shop import offer, redeem, rich_resident
from wellness_api.database import limits
from wellness_api.database.pool import open_pool

LOCK_WALLET = "SELECT FROM rewards.wallet WHERE resident_id = $1 FOR UPDATE"


@asynccontextmanager
async def locked_wallet(town: Town, person: Person) -> AsyncIterator[None]:
    """Somebody holds the person's wallet and does not let go."""
    assert town.settings.database_url is not None
    connection = await asyncpg.connect(town.settings.database_url)
    try:
        async with connection.transaction():
            assert await connection.execute(LOCK_WALLET, person.principal_id) == "SELECT 1"
            yield
    finally:
        await connection.close()


def assert_told_to_come_back(answer: Answer, code: str) -> None:
    assert answer.json["type"] == f"urn:wellness:{code}"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(answer.headers["Retry-After"]) <= 30


async def test_a_locked_wallet_is_answered_with_503_and_works_again_afterwards(town: Town) -> None:
    hanako = await rich_resident(town, points=200)
    thanks = await offer(town, "voucher_code", codes=["AAAA-BBBB"])
    async with locked_wallet(town, hanako):
        answer = await asyncio.wait_for(redeem(town, hanako, thanks, key="redeem-locked-1"), 10)
        assert answer.status == 503
        assert_told_to_come_back(answer, "busy")
    assert (await redeem(town, hanako, thanks, key="redeem-locked-1")).status == 201


@pytest.mark.parametrize("role", ["wellness_api", "wellness_worker"])
async def test_each_process_has_limits_for_statements_locks_and_open_transactions(
    database_url: str, role: limits.Role
) -> None:
    pool = await open_pool(database_url, role=role, connections_max=1)
    try:
        rows = await pool.fetch("SELECT name, setting FROM pg_settings WHERE name LIKE '%timeout'")
    finally:
        await pool.close()
    of_role = limits.TIME_LIMITS[role]
    kept = {row["name"]: int(row["setting"]) / 1000 for row in rows}
    assert kept["statement_timeout"] == of_role.statement < of_role.command
    assert kept["lock_timeout"] == of_role.lock < of_role.statement
    assert kept["idle_in_transaction_session_timeout"] == of_role.idle_in_transaction


async def test_nobody_stands_in_the_pools_queue_for_ever(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = limits.TIME_LIMITS["wellness_api"]._replace(connection_wait=0.2)
    monkeypatch.setattr(limits, "TIME_LIMITS", {"wellness_api": short})
    pool = await open_pool(database_url, role="wellness_api", connections_max=1)
    try:
        async with pool.acquire():
            with pytest.raises(TimeoutError):
                await pool.fetchval("SELECT 1")
        assert await pool.fetchval("SELECT 1") == 1
    finally:
        await pool.close()


async def test_one_residents_locked_wallet_keeps_nobody_else_waiting(town: Town) -> None:
    """Twenty requests of its owner hang on the wallet; all others go on, and the process stays ready."""
    hanako = await rich_resident(town, points=200)
    taro = await town.resident("太郎")
    thanks = await offer(town, "voucher_code", codes=["AAAA-BBBB"])
    async with locked_wallet(town, hanako):
        hanging = [
            asyncio.create_task(redeem(town, hanako, thanks, key=f"redeem-locked-{number}"))
            for number in range(20)
        ]
        await asyncio.sleep(0.3)
        async with asyncio.timeout(1.5):
            assert (await town.get("/readyz")).status == 200
            assert (await town.get("/v1/me/today", taro)).status == 200
            assert (await town.get("/v1/me/wallet", taro)).status == 200
            assert (await town.upload(taro, steps([100]))).status == 201
        assert not all(task.done() for task in hanging)
        for answer in await asyncio.wait_for(asyncio.gather(*hanging), 30):
            assert answer.status in {429, 503}
            assert_told_to_come_back(answer, "busy" if answer.status == 503 else "too_many_at_once")
