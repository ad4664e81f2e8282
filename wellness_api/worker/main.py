"""The worker process's start and end."""

import asyncio
import signal
from contextlib import suppress
from typing import Final

from redis.asyncio import Redis

from wellness_api.clock import utc_now
from wellness_api.database.pool import open_pool
from wellness_api.settings import Settings
from wellness_api.worker.process import Worker

CONNECTIONS_MAX: Final = 7
"""One for each of the worker's tasks, and one more that holds the lock of the import being read."""


async def work(settings: Settings) -> None:
    """Works until a signal ends it."""
    assert settings.database_url is not None, "the process is given a database"
    assert settings.redis_url is not None, "the process is given a Redis"
    pool = await open_pool(
        settings.database_url, role="wellness_worker", connections_max=CONNECTIONS_MAX
    )
    redis = Redis.from_url(settings.redis_url)
    worker = asyncio.create_task(Worker(pool, redis, settings, utc_now).run())
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, worker.cancel)
    with suppress(asyncio.CancelledError):
        await worker
    await redis.aclose()
    pool.terminate()
