"""What a running API process holds open: connections, shares, and the parts of its capabilities."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

from litestar import Litestar

from wellness_api.database.pool import open_pool
from wellness_api.database.probe import Probe
from wellness_api.database.redis_client import open_redis
from wellness_api.http.capabilities import Capability
from wellness_api.http.live import Listener
from wellness_api.http.load import Load
from wellness_api.http.services import Services
from wellness_api.http.shares import Shares, Streams
from wellness_api.process.clock import Clock
from wellness_api.process.settings import Settings

CANCELLED_AGAIN_SECONDS: Final = 0.5
"""How long the server waits for a part that was told to end, before it tells the part again."""

SHARES_OF_THE_POOL: Final = 4
"""One person or gateway gets at most one of this many parts of the database's connections; all strangers together get
half."""

LARGE_BODIES_OF_ONE_MAX: Final = 4
"""Large bodies that one person or gateway may send at the same time; further ones wait."""

PERSON_WAITING_MAX: Final = 30
"""Requests of one person that wait for their share of connections; further ones are answered 429."""

STRANGERS_WAITING_MAX: Final = 128
"""Requests without a session that wait for their share of connections; further ones are answered 429."""

WAIT_SECONDS_MAX: Final = 5.0
"""A request that has waited this long for a share of connections is answered 429."""

STREAMS_PER_PERSON_MAX: Final = 4
"""Live streams; a further one is answered 429."""

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]
"""What is open while an application is up."""


def running(settings: Settings, clock: Clock, added: Sequence[Capability]) -> Lifespan:
    """The application's services from its start to its end, with the parts that its capabilities add."""
    assert settings.database_url is not None, "the process is given a database"
    assert settings.redis_url is not None, "the process is given a Redis"
    database_url, redis_url = settings.database_url, settings.redis_url

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        pool = await open_pool(
            database_url, role="wellness_api", connections_max=settings.database_connections_max
        )
        probe = Probe(database_url, role="wellness_api", clock=clock)
        redis = open_redis(redis_url)
        services = Services(
            settings=settings,
            pool=pool,
            probe=probe,
            load=Load(requests_max=settings.requests_max),
            shares=Shares(
                at_once_max=max(1, settings.database_connections_max // SHARES_OF_THE_POOL),
                waiting_max=PERSON_WAITING_MAX,
                wait_seconds_max=WAIT_SECONDS_MAX,
            ),
            bodies=Shares(
                at_once_max=LARGE_BODIES_OF_ONE_MAX,
                waiting_max=PERSON_WAITING_MAX,
                wait_seconds_max=WAIT_SECONDS_MAX,
            ),
            strangers=Shares(
                at_once_max=max(1, settings.database_connections_max // 2),
                waiting_max=STRANGERS_WAITING_MAX,
                wait_seconds_max=WAIT_SECONDS_MAX,
            ),
            streams=Streams(per_person_max=STREAMS_PER_PERSON_MAX, total_max=settings.streams_max),
            redis=redis,
            listener=Listener(redis),
            clock=clock,
            figures=[figures for capability in added for figures in capability.figures],
        )
        beside = [
            work
            for capability in added
            for part in capability.parts
            if (work := await part.start(services)) is not None
        ]
        app.state.services = services
        background = [
            asyncio.ensure_future(work)
            for work in (*beside, services.listener.run(), services.load.watch())
        ]
        try:
            yield
        finally:
            pending = set(background)
            while pending:
                for task in pending:
                    task.cancel()
                # The part is told again: a library that is just connecting may swallow a cancellation.
                _, pending = await asyncio.wait(pending, timeout=CANCELLED_AGAIN_SECONDS)
            await asyncio.gather(*background, return_exceptions=True)
            await redis.aclose()
            await probe.close()
            await pool.close()

    return lifespan
