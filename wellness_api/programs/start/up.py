"""Everything that makes up a city's server, up until the context ends."""

import asyncio
import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg

from wellness_api.database.migrate import migrate
from wellness_api.health.samples.months import MAKE_MONTHS
from wellness_api.process.settings import Settings
from wellness_api.programs.children.keeper import Say, keeper
from wellness_api.programs.start.children import Children
from wellness_api.programs.start.databases import databases
from wellness_api.programs.start.obstacles import CannotStart, check_port, only_one

READY_SECONDS_MAX: Final = 60.0
"""An API that does not answer by then ends the start, which names the log folder."""

LOOK_SECONDS: Final = 0.05


@contextmanager
def running(settings: Settings, say: Say) -> Iterator[tuple[Settings, Children]]:
    """A server that answers and is kept up until the context ends. The settings that it yields have the URLs in use.

    Use it within `stopped_by_signals`.
    """
    check_port(settings.host, settings.port)
    if settings.redis_url is not None:
        # Imported late: a start that brings its own Redis does not need it.
        from wellness_api.database.redis_client import open_redis

        open_redis(settings.redis_url)
    with only_one(settings.var_dir), keeper(say) as kept:
        say("database and Redis")
        with databases(settings, kept) as complete:
            assert complete.database_url is not None, "databases() gives one"
            asyncio.run(prepare(complete.database_url))
            started = Children(complete, kept)
            started.start("api", ["serve"])
            started.start("worker", ["work"])
            say("API and worker")
            wait_until_ready(complete, started)
            kept.keep_up()
            yield complete, started


async def prepare(database_url: str) -> None:
    """Brings the schema up to date, and makes the partitions of this month and the next months."""
    await migrate(database_url)
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(MAKE_MONTHS)
    finally:
        await connection.close()


def wait_until_ready(settings: Settings, started: Children) -> None:
    """Returns when the API answers; raises ChildEnded or CannotStart when it does not start."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    while not _ready(settings):
        started.check()
        if time.monotonic() > deadline:
            raise CannotStart(
                f"the API did not answer within {READY_SECONDS_MAX:g} s; see the log folder"
            )
        time.sleep(LOOK_SECONDS)


def _ready(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(settings.host, settings.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
