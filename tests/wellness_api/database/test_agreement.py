"""A process does not serve on a database that was brought to another version than its own."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Servers
from tests.processes import environment, own_var_dir, run
from tests.town import Town
from tests.wellness_api.database.test_interrupted import value
from tests.wellness_api.database.test_ledger_migration import database_of
from wellness_api.programs.start.obstacles import free_port

OTHER_FUNCTIONS = "UPDATE database.applied SET digest = 'of another version' RETURNING 1"
LATER_SCHEMA = "UPDATE database.applied SET revision = '9999' RETURNING 1"


@pytest.fixture
def var_dir() -> Iterator[Path]:
    with own_var_dir() as folder:
        yield folder


def own_servers(servers: Servers, url: str, var_dir: Path) -> dict[str, str]:
    return environment(var_dir, free_port()) | {
        "WELLNESS_DATABASE_URL": url,
        "WELLNESS_REDIS_URL": servers.redis_url,
    }


@pytest.mark.parametrize("command", ["serve", "work"])
async def test_no_process_starts_on_other_tables_or_functions_than_its_own(
    servers: Servers, database_url: str, var_dir: Path, command: str
) -> None:
    async def refusal() -> str:
        ended = await asyncio.to_thread(
            run, command, settings=own_servers(servers, database_url, var_dir)
        )
        assert ended.returncode == 1
        return ended.stderr.splitlines()[-1]

    await value(database_url, OTHER_FUNCTIONS)
    assert "functions are those of another version" in await refusal()
    await value(database_url, LATER_SCHEMA)
    assert "schema is 9999" in await refusal()


async def test_a_database_of_before_is_told_to_be_migrated(servers: Servers, var_dir: Path) -> None:
    url = await database_of(servers, "0020", "SELECT 1")
    for command in ("serve", "work"):
        ended = await asyncio.to_thread(run, command, settings=own_servers(servers, url, var_dir))
        assert ended.returncode == 1
        assert "run `wellness migrate`" in ended.stderr.splitlines()[-1]


async def test_a_worker_ends_when_its_database_is_brought_to_another_version(
    servers: Servers, database_url: str, var_dir: Path
) -> None:
    working = asyncio.create_task(
        asyncio.to_thread(run, "work", settings=own_servers(servers, database_url, var_dir))
    )
    at_work = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'wellness_worker'"
    )
    while not await value(database_url, at_work):
        assert not working.done()
        await asyncio.sleep(0.1)
    await value(database_url, OTHER_FUNCTIONS)
    ended = await working
    assert ended.returncode == 1
    assert "functions are those of another version" in ended.stderr.splitlines()[-1]


async def test_the_api_is_not_ready_while_the_database_is_of_another_version(town: Town) -> None:
    digest = await town.owner.fetchval("SELECT digest FROM database.applied")
    await town.owner.execute(OTHER_FUNCTIONS)
    ready = await town.get("/readyz")
    assert (ready.status, ready.json["schema"], ready.json["database"]) == (503, "differs", "ok")
    await town.owner.execute("UPDATE database.applied SET digest = $1", digest)
    assert (await town.get("/readyz")).status == 200
