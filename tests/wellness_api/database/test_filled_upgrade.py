"""A city that the first version of the program filled is brought to this one with all that it had, and goes on."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.conftest import Servers
from tests.database_clock import let_it_be_set
from tests.poison import release, set_aside
from tests.town import NOON, Person, Town, local_morning, open_town, steps
from tests.wellness_api.database.test_ledger_migration import database_of
from wellness_api.database.migrate import migrate
from wellness_api.process.settings import Settings
from wellness_api.rewards.proof.prove import prove_awards
from wellness_api.rewards.proof.verify import verify_ledger

FILLED = Path(__file__).parent / "data" / "filled_at_0001.sql"
"""Made by the program as it was when 0001 was its only migration, over HTTP and by its worker, then dumped."""

TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)
HANAKO, TARO = Person(1, "hanakos-token"), Person(2, "taros-token")
STEPS = 1


@pytest.fixture
async def upgraded(servers: Servers) -> Settings:
    url = await database_of(servers, "0001", FILLED.read_text(encoding="utf-8"))
    await migrate(url)
    await let_it_be_set(url)
    return Settings(database_url=url, redis_url=servers.redis_url)


async def points(town: Town) -> dict[int, tuple[int, int]]:
    """Of each resident, what can be spent and what comes later."""
    rows = await town.owner.fetch("SELECT resident_id, balance, pending FROM rewards.wallet")
    return {row["resident_id"]: (row["balance"], row["pending"]) for row in rows}


async def day_steps(town: Town) -> dict[tuple[int, date], float]:
    rows = await town.owner.fetch(
        "SELECT resident_id, day, value FROM health.day_summary WHERE figure = $1", STEPS
    )
    return {(row["resident_id"], row["day"]): row["value"] for row in rows}


async def is_sound(town: Town) -> bool:
    """Whether balances and chains are what the transfers say, and awards what rules and samples say."""
    async with town.owner.transaction():
        verified = await verify_ledger(town.owner, on_step=lambda *_: None)
        proof = await prove_awards(
            town.owner, now=town.clock(), city_day=TODAY, on_step=lambda *_: None
        )
    return verified.is_sound and proof.differences == []


async def test_everything_that_was_there_is_there_as_it_was(upgraded: Settings) -> None:
    async with open_town(upgraded) as town:
        assert await points(town) == {1: (3, 0), 2: (1, 0)}
        assert await day_steps(town) == {
            (1, YESTERDAY): 3389,
            (1, TODAY): 5000,
            (2, YESTERDAY): 3600,
        }
        span = {"from": local_morning(YESTERDAY).isoformat(), "to": NOON.isoformat()}
        kept = await town.call(
            "GET", "/v1/me/samples", params={"metric": "steps"} | span, headers=HANAKO.headers
        )
        assert len(kept.json["values"]) == 30 + 50 + 45, (
            "of both days and sources, without those taken back"
        )
        (source,) = [
            item
            for item in (await town.get("/v1/me/sources", HANAKO)).json["items"]
            if item["metric"] == "steps"
        ]
        assert [one["source"] for one in source["sources"]] == ["watch:test", "phone:test"]
        assert (await town.get("/v1/me", TARO)).json["display_name"] == "太郎"
        assert await set_aside(town) == [(2, "day", TODAY.isoformat())]


async def test_its_days_are_worked_off_by_the_worker_of_today_and_the_ledger_is_proven(
    upgraded: Settings,
) -> None:
    async with open_town(upgraded) as town:
        await town.settle()
        assert (await day_steps(town))[1, TODAY] == 50 * 100 + 45 * 120
        await release(town)
        await town.settle()
        assert (await day_steps(town))[2, TODAY] == 30 * 95
        again = await town.upload(
            HANAKO, steps([100.0] * 20, start=local_morning(TODAY) + timedelta(hours=4))
        )
        assert again.json["accepted"] == 20
        await town.settle()
        assert await town.worker.turn_day()
        assert await points(town) == {1: (3, 3), 2: (1, 1)}
        assert await is_sound(town)


async def test_who_leaves_after_it_is_gone_everywhere(upgraded: Settings) -> None:
    async with open_town(upgraded) as town:
        await town.settle()
        assert (
            await town.call("DELETE", "/v1/me", json={"confirm": "erase"}, headers=HANAKO.headers)
        ).status == 202
        await town.worker.erase()
        assert await points(town) == {2: (1, 0)}
        assert {resident_id for resident_id, _ in await day_steps(town)} == {2}
