"""Connections that act as one process's role, with no other rights."""

import asyncio
import time
from typing import Final, TypeAlias

import asyncpg
import structlog

from wellness_api.database.errors import SERVER_GONE, server_is_gone
from wellness_api.database.limits import BoundedPool, Role

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)
Database: TypeAlias = (
    "asyncpg.Pool[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]"
    " | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)
"""For single statements: a connection, or the pool, which takes any of its connections."""

SERVER_AWAITED_SECONDS_MAX: Final = 30.0
"""How long a process waits for its database when it starts; then it ends with what the database said."""

LOOK_SECONDS: Final = 0.5

log = structlog.get_logger()

PLAN_CACHE_MODE: Final[dict[Role, str]] = {
    # The same small statements over and over: to plan each one again would cost as much as to run it.
    "wellness_api": "auto",
    # Few statements over many rows: a plan from when the tables were empty would read whole tables each time.
    "wellness_worker": "force_custom_plan",
}


async def open_pool(database_url: str, *, role: Role, connections_max: int) -> Pool:
    """A pool whose connections all have the rights of `role`; the login must be a member of it.

    A user of a connection leaves nothing on it: who is asking is set for one transaction only (`set_config(…, true)`),
    and advisory locks belong to the transaction. So a connection needs no reset when it comes back, which would cost a
    second round trip for each request. `wellness_api.database.limits` says how long anything may take. If the server is
    away, this waits for it: the server and its processes may be starting at the same time.
    """
    deadline = time.monotonic() + SERVER_AWAITED_SECONDS_MAX
    while True:
        try:
            return await _open_pool(database_url, role=role, connections_max=connections_max)
        except SERVER_GONE as error:
            if not server_is_gone(error) or time.monotonic() > deadline:
                raise
            log.warning("database_awaited", error=str(error))
        await asyncio.sleep(LOOK_SECONDS)


async def _open_pool(database_url: str, *, role: Role, connections_max: int) -> Pool:
    return await BoundedPool(
        database_url,
        role=role,
        connections_max=connections_max,
        server_settings={
            "role": role,
            "application_name": role,
            "timezone": "UTC",
            "plan_cache_mode": PLAN_CACHE_MODE[role],
        },
        reset=_leave_as_it_is,
    )


async def _leave_as_it_is(_connection: object) -> None:
    pass
