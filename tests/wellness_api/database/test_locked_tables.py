"""Bringing the schema up to date stops nobody: it waits shortly for a table that is in use, and gives up."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.conftest import Servers
from tests.wellness_api.database.test_interrupted import value, version
from tests.wellness_api.database.test_ledger_migration import database_of
from wellness_api.database import migrate as migrating
from wellness_api.database.limits import TIME_LIMITS
from wellness_api.database.migrate import TablesAreInUse, migrate, newest_revision

BEFORE_WALLETS_CHANGED = "0004"
SOMEBODY = "INSERT INTO rewards.wallet VALUES (7, 5, 0, now())"
ASK = "SELECT balance FROM rewards.wallet WHERE resident_id = 7"


@asynccontextmanager
async def in_use(url: str) -> AsyncIterator[None]:
    """Somebody reads wallets, in a transaction that does not end."""
    reader = await asyncpg.connect(url)
    await reader.execute(f"BEGIN; {ASK}")
    yield
    await reader.close()


async def slowest_look(url: str, looking: "asyncio.Task[None]") -> float:
    """The longest that anybody waits for a balance until the task is done, in seconds; raises if it is too long for the API."""
    patience = f"{TIME_LIMITS['wellness_api'].lock * 1000:.0f}"
    resident = await asyncpg.connect(url, server_settings={"lock_timeout": patience})
    longest = 0.0
    while not looking.done():
        began = time.monotonic()
        assert await resident.fetchval(ASK) == 5
        longest = max(longest, time.monotonic() - began)
        await asyncio.sleep(0.01)
    await resident.close()
    return longest


async def test_a_table_that_stays_in_use_is_given_up_with_one_line_and_nobody_is_turned_away(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "LOCK_TRIES_MAX", 2)
    url = await database_of(servers, BEFORE_WALLETS_CHANGED, SOMEBODY)
    async with in_use(url):
        upgrade = asyncio.create_task(migrate(url))
        longest = await slowest_look(url, upgrade)
    with pytest.raises(TablesAreInUse, match="lock timeout") as given_up:
        await upgrade
    assert len(str(given_up.value).splitlines()) == 1
    assert await version(url) == BEFORE_WALLETS_CHANGED
    assert longest > 1, "somebody came while the step was waiting"
    await migrate(url)
    assert await version(url) == newest_revision()


async def test_a_table_that_is_in_use_for_a_moment_is_waited_for(servers: Servers) -> None:
    url = await database_of(servers, BEFORE_WALLETS_CHANGED, SOMEBODY)
    async with in_use(url):
        upgrade = asyncio.create_task(migrate(url))
        await asyncio.sleep(2 * migrating.LOCK_SECONDS_MAX)
        assert not upgrade.done()
    await upgrade
    assert await version(url) == newest_revision()
    assert await value(url, ASK) == 5
