"""Wakes the worker after an upload.

NOTIFY inside the upload's transaction would make all commits queue behind one lock. So the API rings from a
connection of its own, once for all uploads of a moment; the worker looks by itself too, so a lost ring costs half a
second and nothing else.
"""

import asyncio
from typing import Final

from wellness_api.database.loops import forever
from wellness_api.database.pool import Pool
from wellness_api.http.services import Part, Services

CHANNEL: Final = "pending_days"
RING_SECONDS_MIN: Final = 0.05


class Doorbell:
    """Rings at most once in RING_SECONDS_MIN, however many uploads come in."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._pressed = asyncio.Event()

    def press(self) -> None:
        """Asks for a ring soon; returns at once."""
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
