"""Starts and ends the worker process."""

import asyncio
import gc
import signal
from contextlib import suppress
from typing import Final

from wellness_api.database.agreement import check_schema, difference_to_come
from wellness_api.database.pool import open_pool
from wellness_api.database.redis_client import open_redis
from wellness_api.health.imports.turns import PLACES
from wellness_api.process.clock import utc_now
from wellness_api.process.settings import Settings
from wellness_api.work.doorbell import Bell
from wellness_api.work.jobs.clockwork import Clockwork, all_jobs, loops_of
from wellness_api.work.jobs.job import Tools

MORE_CONNECTIONS: Final = 2 + PLACES
"""Connections apart from one for each of the worker's loops: one for the lock of each open import, one for the lock of
a correction, and one to spare."""


COLLECTED_AFTER: Final = 100_000


def collect_seldom() -> None:
    """Lets the garbage collector run less often. A turn makes some ten thousand objects, none of them in a cycle, and
    imported modules stay for good. With the default settings the collector takes an eighth of the worker's time.
    """
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER, 20, 20)


async def work(settings: Settings) -> None:
    """Works until a signal ends it.

    Raises SchemaDiffers, also later: an update of the database ends a worker of the version before.
    """
    assert settings.database_url is not None, "the process is given a database"
    assert settings.redis_url is not None, "the process is given a Redis"
    redis = open_redis(settings.redis_url)
    jobs = all_jobs()
    pool = await open_pool(
        settings.database_url,
        role="wellness_worker",
        connections_max=loops_of(jobs) + MORE_CONNECTIONS,
    )
    await check_schema(pool)
    collect_seldom()
    tools = Tools(pool=pool, redis=redis, settings=settings, clock=utc_now, bell=Bell())
    worker = asyncio.create_task(Clockwork(tools, jobs).run())
    difference = asyncio.create_task(difference_to_come(pool))
    difference.add_done_callback(lambda _: worker.cancel())
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, worker.cancel)
    with suppress(asyncio.CancelledError):
        await worker
    await redis.aclose()
    pool.terminate()
    if difference.done():
        raise difference.result()
    difference.cancel()
