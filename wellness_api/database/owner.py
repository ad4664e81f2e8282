"""Does work with the login that owns the schema: enrolment, programmes, zones. The processes' own roles may not do it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from wellness_api.database.pool import Connection

T = TypeVar("T")


def as_owner(database_url: str, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Does `work` in one transaction on a connection of its own."""

    async def run() -> T:
        connection = await asyncpg.connect(database_url)
        try:
            async with connection.transaction():
                return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(run())
