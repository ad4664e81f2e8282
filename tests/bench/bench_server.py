"""What is measured, started for a benchmark and ended after it: our API with its databases, and a rival's app."""

import asyncio
import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg
import psutil

from wellness_api.identity.accounts.enrolment import NewResident, enrol_residents, give_tokens
from wellness_api.process.settings import Settings
from wellness_api.programs.children.keeper import keeper
from wellness_api.programs.start.children import Children
from wellness_api.programs.start.databases import databases
from wellness_api.programs.start.obstacles import free_port
from wellness_api.programs.start.up import prepare, wait_until_ready

SESSIONS_LAST: Final = timedelta(hours=1)
JOINED_BEFORE: Final = timedelta(days=400)
"""Before the first day of what the benchmarks send, which gives points."""
SETTLED_LOOK_SECONDS: Final = 0.2
SETTLED_SECONDS_MAX: Final = 300.0
READY_SECONDS_MAX: Final = 30.0
READY_LOOK_SECONDS: Final = 0.05
STOP_SECONDS_MAX: Final = 10.0
LOG_LINES_SHOWN: Final = 15


class Server(NamedTuple):
    """Our API: where it answers, the database behind it, and a token for each resident."""

    url: str
    database_url: str
    tokens: list[str]
    pid: int
    children: Children


class App(NamedTuple):
    """A rival's HTTP app in a process of its own."""

    url: str
    pid: int


class AppDidNotStart(Exception):
    """The rival's app did not answer; the message has the end of its log."""

    def __init__(self, app: str, log: Path) -> None:
        lines = log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:]
        super().__init__("\n".join([f"{app} did not start:", *lines]))


@contextmanager
def bench_server(residents: int) -> Iterator[Server]:
    """PostgreSQL, Redis and our API with so many residents, each signed in. The worker does not run."""
    with tempfile.TemporaryDirectory(prefix="wellness-bench-") as folder:
        # Never a database that was given: what is sent here is nobody's.
        settings = Settings(
            database_url=None, redis_url=None, var_dir=Path(folder), port=free_port()
        )
        with keeper(print) as kept, databases(settings, kept) as complete:
            started = Children(complete, kept)
            database_url = complete.database_url
            assert database_url is not None, "databases() gives one"
            asyncio.run(prepare(database_url))
            tokens = asyncio.run(_enrol(database_url, residents))
            started.start("api", ["serve"])
            wait_until_ready(complete, started)
            url = f"http://{complete.host}:{complete.port}"
            yield Server(url, database_url, tokens, _pid_of_api(), started)


@contextmanager
def app_process(app: str, database_url: str) -> Iterator[App]:
    """The ASGI app `module:name`, run by uvicorn as ours is: one worker, uvloop, httptools, no access log."""
    port = free_port()
    with tempfile.NamedTemporaryFile(prefix="wellness-bench-", suffix=".log") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "uvicorn", app, "--host", "127.0.0.1", "--port", str(port)),
                *("--workers", "1", "--loop", "uvloop", "--http", "httptools"),
                *("--log-level", "warning", "--no-access-log"),
            ],
            env=os.environ | {"BENCH_DATABASE_URL": database_url},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait_until_answers(port, process, app, Path(log.name))
            yield App(f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def execute(database_url: str, *statements: str) -> None:
    """Runs the statements one by one, each its own transaction."""
    asyncio.run(_execute(database_url, statements))


def checkpoint(database_url: str) -> None:
    """Writes out what is left of the round before, so that no side pays for the other's."""
    execute(database_url, "CHECKPOINT")


def let_worker_catch_up(server: Server) -> None:
    """Starts the worker and waits until it has emptied its queue."""
    server.children.start("worker", ["work"])
    asyncio.run(_until_settled(server))


async def _enrol(database_url: str, count: int) -> list[str]:
    connection = await asyncpg.connect(database_url)
    try:
        ids = await enrol_residents(
            connection,
            [NewResident("bench", 1970, "other", "bench")] * count,
            time_zone="Asia/Tokyo",
            enrolled_at=datetime.now(UTC) - JOINED_BEFORE,
        )
        return await give_tokens(connection, ids, expires_at=datetime.now(UTC) + SESSIONS_LAST)
    finally:
        await connection.close()


async def _execute(database_url: str, statements: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _until_settled(server: Server) -> None:
    connection = await asyncpg.connect(server.database_url)
    try:
        async with asyncio.timeout(SETTLED_SECONDS_MAX):
            while await connection.fetchval("SELECT EXISTS (SELECT FROM health.pending_day)"):
                server.children.check()
                await asyncio.sleep(SETTLED_LOOK_SECONDS)
    finally:
        await connection.close()


def _pid_of_api() -> int:
    """`Children` keeps its processes to itself; ours is the one that serves."""
    (api,) = (
        child
        for child in psutil.Process().children()
        if child.cmdline()[-2:] == ["wellness_api", "serve"]
    )
    return api.pid


def _wait_until_answers(port: int, process: subprocess.Popen[bytes], app: str, log: Path) -> None:
    """Returns at the first answer, whatever it is: uvicorn listens when the app's start is done."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while process.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except OSError:
            time.sleep(READY_LOOK_SECONDS)
        else:
            return
        finally:
            connection.close()
    raise AppDidNotStart(app, log)
