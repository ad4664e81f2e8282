"""The real PostgreSQL and Redis, started once per test process; each test has its own database, cloned from a template."""

import asyncio
import itertools
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from redis.asyncio import Redis

from tests.database_clock import let_it_be_set
from tests.processes import memory
from tests.town import Town, open_town
from wellness_api.database.migrate import migrate
from wellness_api.process.settings import Settings
from wellness_api.programs.embedded.postgres import embedded_postgres
from wellness_api.programs.embedded.redis import embedded_redis
from wellness_api.rewards.lotteries import seeds

TEMPLATE = "template_wellness"

LONG_SECONDS = 60.0
"""A file of tests that takes longer says so: `pytestmark = pytest.mark.long`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long begin first: each is one worker's, and of one that began last the others would wait for the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names files that took long and do not say so."""
    seconds, marked = Counter[str](), set[str]()
    for report in itertools.chain.from_iterable(terminalreporter.stats.values()):
        if isinstance(report, pytest.TestReport):
            seconds[report.fspath] += report.duration
            if "long" in report.keywords:
                marked.add(report.fspath)
    for file, took in seconds.most_common():
        if took > LONG_SECONDS and file not in marked:
            terminalreporter.write_line(
                f"{file} took {took:.0f} s: it should begin first (pytest.mark.long)"
            )


class Servers(NamedTuple):
    """Where the servers of this test process are."""

    postgres_url: str
    redis_url: str

    def database(self, name: str) -> str:
        """The URL of a database on the same server."""
        parts = urlsplit(self.postgres_url)
        return urlunsplit(parts._replace(path=f"/{name}"))


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder for a server's data; on a disk where there is no room in memory."""
    # Not pytest's own folder: as root the server runs as another user, who could not reach it.
    folder = Path(tempfile.mkdtemp(prefix="wellness-tests-", dir=memory()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _make_template(servers: Servers) -> None:
    connection = await asyncpg.connect(servers.postgres_url)
    try:
        # What a test writes need not survive a power cut; what a receipt promises is tested with a server of its own.
        await connection.execute("ALTER SYSTEM SET fsync = off")
        # Statistics are those that a test gathers, whenever it runs.
        await connection.execute("ALTER SYSTEM SET autovacuum = off")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.execute(f"CREATE DATABASE {TEMPLATE}")
    finally:
        await connection.close()
    await migrate(servers.database(TEMPLATE))
    await let_it_be_set(servers.database(TEMPLATE))
    connection = await asyncpg.connect(servers.database(TEMPLATE))
    try:
        for year in (2025, 2026):
            for month in range(1, 13):
                await connection.execute(
                    "SELECT health.ensure_segment_partitions(make_date($1, $2, 1))", year, month
                )
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """PostgreSQL with a migrated template database, and Redis."""
    with (
        folder_in_memory() as folder,
        embedded_postgres(folder / "postgres") as postgres_url,
        embedded_redis() as (redis_url, _),
    ):
        started = Servers(postgres_url, redis_url)
        asyncio.run(_make_template(started))
        yield started


_names = (f"test_{number}" for number in itertools.count())


@asynccontextmanager
async def own_database(servers: Servers) -> AsyncIterator[str]:
    """A migrated, empty database, which is gone afterwards."""
    name = next(_names)
    connection = await asyncpg.connect(servers.postgres_url)
    # Copied file by file, which is half the work of copying it through the log.
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    yield servers.database(name)
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
async def database_url(servers: Servers) -> AsyncIterator[str]:
    """A database of the test's own."""
    async with own_database(servers) as url:
        yield url


@pytest.fixture
async def settings(servers: Servers, database_url: str) -> AsyncIterator[Settings]:
    """The settings of a server on the test's database; Redis is emptied afterwards."""
    yield Settings(database_url=database_url, redis_url=servers.redis_url)
    redis = Redis.from_url(servers.redis_url)
    await redis.flushall()
    await redis.aclose()


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    """A server that answers over HTTP, with a worker that works when it is told to."""
    async with open_town(settings) as opened:
        yield opened


@pytest.fixture
def same_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every chain of daily lotteries ends with the same seed, so that the same residents win."""
    always = SimpleNamespace(token_bytes=lambda count: b"\x05" * count)
    monkeypatch.setattr(seeds, "secrets", always)  # Of the lotteries alone: tokens stay secret.
