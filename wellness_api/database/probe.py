"""Whether the database answers, its time and its schema, and whether it accepts writes.

The probe has a connection of its own: how busy the pool is says nothing about the database.
"""

import asyncio
from typing import Final, NamedTuple

import asyncpg

from wellness_api.database.agreement import agrees
from wellness_api.database.clock import ClockReading, read_clock
from wellness_api.process.clock import Clock

PROBE_SECONDS_MAX: Final = 2.0
"""Less than the time that a load balancer waits for the answer."""


IS_READ_ONLY: Final = (
    "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
)


class Answer(NamedTuple):
    """What the probe learned.

    `clock`: the database's clock beside ours. `is_read_only`: whether the database refuses writes, as a standby does.
    `schema_agrees`: whether its tables and functions are those that this version of the program works with.
    """

    clock: ClockReading
    is_read_only: bool
    schema_agrees: bool


class Probe:
    """Asks the database at most once at a time. Callers that ask meanwhile get the same answer."""

    def __init__(self, database_url: str, *, role: str, clock: Clock) -> None:
        self._database_url = database_url
        self._role = role
        self._clock = clock
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._asked: asyncio.Task[Answer] | None = None

    async def ask(self) -> Answer:
        """The database's answer, if it comes within PROBE_SECONDS_MAX. Otherwise raises asyncpg's errors or OSError."""
        if self._asked is None or self._asked.done():
            self._asked = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asked)

    async def close(self) -> None:
        """Closes the connection."""
        if self._asked is not None:
            self._asked.cancel()
            await asyncio.gather(self._asked, return_exceptions=True)
        self._hang_up()

    async def _ask(self) -> Answer:
        try:
            async with asyncio.timeout(PROBE_SECONDS_MAX):
                if self._connection is None or self._connection.is_closed():
                    self._connection = await asyncpg.connect(
                        self._database_url,
                        server_settings={"role": self._role, "application_name": "wellness_ready"},
                    )
                is_read_only = await self._connection.fetchval(IS_READ_ONLY)
                return Answer(
                    await read_clock(self._connection, self._clock()),
                    is_read_only,
                    await agrees(self._connection),
                )
        except BaseException:
            # Whatever the error is, the next question uses a new connection.
            self._hang_up()
            raise

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
