"""Connections that act as one process's role and no more."""

from typing import Literal, TypeAlias

import asyncpg

Role = Literal["wellness_api", "wellness_worker"]
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)


async def open_pool(database_url: str, *, role: Role, connections_max: int) -> Pool:
    """A pool whose every connection has the rights of `role`; the login must be a member of it.

    The role is set in the connection's start-up packet, so a reset of the session returns to it.
    """
    return await asyncpg.create_pool(
        database_url,
        min_size=1,
        max_size=connections_max,
        server_settings={"role": role, "application_name": role, "timezone": "UTC"},
    )
