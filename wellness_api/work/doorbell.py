"""Wakes the worker after an upload.

NOTIFY inside the upload's transaction would make all commits queue behind one lock. So the API rings from a connection of
its own, once for all uploads of a moment. The worker also looks by itself, so a lost ring costs half a second and nothing
else.
"""

import asyncio
from contextlib import suppress
from typing import Final

from wellness_api.database.loops import forever
from wellness_api.database.pool import Pool
from wellness_api.http.services import Part, Services

CHANNEL: Final = "pending_days"
RING_SECONDS_MIN: Final = 0.05
"""The worker is woken at most once in so long, however many uploads come in."""

LOST_SECONDS: Final = 1.0
"""How long to wait before listening again, once the connection was lost."""


class Bell:
    """The worker's side: hears the doorbell."""

    def __init__(self) -> None:
        self.rings = 0
        """How many rings there were. Each waiter remembers how many it has heard, so that all waiters hear each ring."""
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wakes all who wait."""
        self.rings += 1
        self._next.set()
        self._next = asyncio.Event()

    async def wait(self, seconds: float, *, heard: int) -> bool:
        """Waits until there were more rings than `heard`, but at most `seconds`. Returns whether there were."""
        if self.rings == heard:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._next.wait(), seconds)
        return self.rings > heard

    async def listen(self, pool: Pool) -> None:
        """Hears the doorbell until the connection is lost."""
        lost = asyncio.Event()

        def ring(*_: object) -> None:
            self.ring()

        def lose(*_: object) -> None:
            lost.set()

        async with pool.acquire() as connection:
            connection.add_termination_listener(lose)
            await connection.add_listener(CHANNEL, ring)
            try:
                await lost.wait()
            finally:
                await connection.remove_listener(CHANNEL, ring)
        await asyncio.sleep(LOST_SECONDS)


class Doorbell:
    """Rings at most once in RING_SECONDS_MIN, however many uploads come in."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._pressed = asyncio.Event()

    def press(self) -> None:
        """Asks for a ring soon; returns immediately."""
        self._pressed.set()

    async def run(self) -> None:
        """Rings until cancelled."""
        await forever(self._ring_once_pressed, name="doorbell")

    async def _ring_once_pressed(self) -> None:
        await self._pressed.wait()
        self._pressed.clear()
        await self._pool.execute(f"NOTIFY {CHANNEL}")
        await asyncio.sleep(RING_SECONDS_MIN)


async def _make(services: Services) -> Doorbell:
    return Doorbell(services.pool)


DOORBELL: Final = Part(_make, run=Doorbell.run)
