"""A schema that was not brought up to date to the end is brought there by the next start."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from selectors import DefaultSelector, SelectorKey
from typing import Any

import asyncpg
import pytest
from alembic.runtime.migration import HeadMaintainer

from tests.conftest import TEMPLATE, Servers
from tests.database_clock import let_it_be_set
from tests.wellness_api.database.test_ledger_migration import database_of
from wellness_api.database.applied import FIRST_TABLE_OF
from wellness_api.database.migrate import (
    MIGRATIONS,
    MigrationFailed,
    SchemaIsNewer,
    migrate,
    newest_revision,
)

SCHEMA = """
SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
    SELECT format('%s %s %s %s', relkind, relation::regclass, column_name, type) AS line
    FROM pg_class
    CROSS JOIN LATERAL (SELECT oid::regclass::text AS relation) AS named
    LEFT JOIN LATERAL (
        SELECT attname AS column_name, format_type(atttypid, atttypmod) AS type
        FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    ) AS columns ON true
    WHERE relnamespace::regnamespace::text IN ('identity', 'health', 'rewards', 'indicators')
        AND NOT relispartition
    UNION ALL
    SELECT pg_get_functiondef(oid) FROM pg_proc
    WHERE pronamespace::regnamespace::text IN ('identity', 'health', 'rewards', 'indicators') AND prokind = 'f'
) AS lines
"""


class EndedHere(Exception):
    """Stands for the end of the process."""


@asynccontextmanager
async def empty_database(
    servers: Servers, name: str, *, template: str = "template1"
) -> AsyncIterator[str]:
    """As empty as the template, which nobody may be using."""
    owner = await asyncpg.connect(servers.postgres_url)
    await owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await owner.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield servers.database(name)
    await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await owner.close()


@contextmanager
def empty_databases(
    servers: Servers, *names: str, template: str = "template1"
) -> Iterator[list[str]]:
    """For tests that have no loop of their own, since they make processes."""

    async def execute(statement: str) -> None:
        owner = await asyncpg.connect(servers.postgres_url)
        for name in names:
            await owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            if statement:
                await owner.execute(f"{statement} {name} TEMPLATE {template}")
        await owner.close()

    asyncio.run(execute("CREATE DATABASE"))
    yield [servers.database(name) for name in names]
    asyncio.run(execute(""))


def migrating(url: str) -> ForkProcess:
    process = get_context("fork").Process(target=lambda: asyncio.run(migrate(url)))
    process.start()
    return process


def side_by_side(*urls: str) -> list[ForkProcess]:
    processes = [migrating(url) for url in urls]
    for process in processes:
        process.join(60)
    return processes


async def value(url: str, query: str) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def version(url: str) -> str | None:
    if await value(url, "SELECT to_regclass('alembic_version')") is None:
        return None
    written: str | None = await value(url, "SELECT version_num FROM alembic_version")
    return written


async def same_as_the_template(servers: Servers, url: str) -> bool:
    """Whether tables, columns and functions are those of a schema that nothing interrupted."""
    await let_it_be_set(url)  # As the template's clock is.
    return bool(await value(url, SCHEMA) == await value(servers.database(TEMPLATE), SCHEMA))


@contextmanager
def ended_before_the_version(revision: str) -> Iterator[None]:
    """The process ends when a migration's statements have run and its version is not written yet."""
    write = HeadMaintainer.update_to_step

    def end(self: HeadMaintainer, step: Any) -> None:
        if step.to_revisions == (revision,):
            raise EndedHere
        write(self, step)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HeadMaintainer, "update_to_step", end)
        yield


async def test_ended_between_the_work_of_any_migration_and_its_version_the_next_start_goes_on(
    servers: Servers,
) -> None:
    async with empty_database(servers, "ended_anywhere") as url:
        before: str | None = None
        for file in sorted((MIGRATIONS / "versions").glob("*.sql")):
            revision = file.name.partition("_")[0]
            with ended_before_the_version(revision), pytest.raises(EndedHere):
                await migrate(url)
            assert await version(url) == before
            if table := FIRST_TABLE_OF.get(revision):
                assert await value(url, f"SELECT to_regclass('{table}')") is None
            before = revision
        await migrate(url)
        assert await version(url) == newest_revision()
        assert await same_as_the_template(servers, url)


@pytest.mark.parametrize("revision", FIRST_TABLE_OF)
async def test_work_that_an_older_version_left_without_its_version_is_written_down(
    servers: Servers, revision: str
) -> None:
    url = await database_of(servers, f"{int(revision) - 1:04}", "SELECT 1")
    (file,) = (MIGRATIONS / "versions").glob(f"{revision}_*.sql")
    owner = await asyncpg.connect(url)
    await owner.execute(file.read_text(encoding="utf-8"))
    await owner.close()
    await migrate(url)
    assert await version(url) == newest_revision()
    assert await same_as_the_template(servers, url)


def test_processes_that_migrate_at_once_wait_for_each_other(servers: Servers) -> None:
    with empty_databases(servers, "at_once") as (url,):
        assert [ended.exitcode for ended in side_by_side(url, url, url)] == [0, 0, 0]
        assert asyncio.run(same_as_the_template(servers, url))


def test_databases_of_one_server_are_migrated_at_once(servers: Servers) -> None:
    with empty_databases(servers, "city_a", "city_b") as urls:
        assert [ended.exitcode for ended in side_by_side(*urls)] == [0, 0]
        assert [asyncio.run(version(url)) for url in urls] == [newest_revision()] * 2


class KilledWhileWaiting(DefaultSelector):
    """Ends its process as `kill -9` does when that waits for the `wait`th time, which no machine's speed changes."""

    def __init__(self, wait: int) -> None:
        super().__init__()
        self._waits_left = wait

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        self._waits_left -= 1
        if self._waits_left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().select(timeout)


def migrating_until(wait: int, url: str) -> None:
    with asyncio.Runner(
        loop_factory=lambda: asyncio.SelectorEventLoop(KilledWhileWaiting(wait))
    ) as runner:
        runner.run(migrate(url))


def test_a_migrating_process_that_is_killed_at_any_time_is_followed_by_one_that_ends(
    servers: Servers,
) -> None:
    waits = random.Random(11)
    with empty_databases(servers, "killed_anywhere") as (url,):
        reached = []
        ended: int | None = None
        while ended != 0:
            # Ever later, since what is done in one transaction begins anew each time.
            wait = waits.randint(10, 100 + 10 * len(reached))
            process = get_context("fork").Process(target=migrating_until, args=(wait, url))
            process.start()
            process.join(60)
            ended = process.exitcode
            assert ended in {0, -signal.SIGKILL}
            reached.append(asyncio.run(version(url)) or "")
        assert reached == sorted(reached), "nothing was taken back"
        assert len(set(reached)) > 3, "some were killed in the middle"
        assert asyncio.run(same_as_the_template(servers, url))


async def test_a_schema_of_a_later_version_is_told_apart(servers: Servers) -> None:
    async with empty_database(servers, "later") as url:
        await migrate(url)
        await value(url, "UPDATE alembic_version SET version_num = '9999' RETURNING 1")
        with pytest.raises(SchemaIsNewer, match="9999"):
            await migrate(url)


async def test_a_migration_that_the_database_refuses_says_why_and_leaves_nothing(
    servers: Servers,
) -> None:
    url = await database_of(servers, "0006", "CREATE TABLE rewards.team_member ()")
    with pytest.raises(MigrationFailed, match="team_member"):
        await migrate(url)
    assert await version(url) == "0006"
    assert await value(url, "SELECT to_regclass('identity.consent')") is None
    await value(url, "DROP TABLE rewards.team_member")
    await migrate(url)
    assert await version(url) == newest_revision()


def test_the_migrations_that_may_have_lost_their_version_are_those_before_it_was_kept() -> None:
    assert list(FIRST_TABLE_OF) == [f"{number:04}" for number in range(2, 10)]
    for revision, table in FIRST_TABLE_OF.items():
        (file,) = Path(MIGRATIONS / "versions").glob(f"{revision}_*.sql")
        assert f"CREATE TABLE {table} (" in file.read_text(encoding="utf-8")
