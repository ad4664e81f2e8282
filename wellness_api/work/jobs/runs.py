"""What became of jobs' turns, kept in the database for staff to read."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_named_sql
from wellness_api.process.clock import Clock
from wellness_api.work.jobs.job import Job
from wellness_api.work.set_aside.items import reason_of

NOTE_RUN: Final = read_named_sql(__package__, "note_run")

NOTED_EVERY_SECONDS: Final = 60.0
"""A job that takes a turn each half second and goes well is noted this often. A change between well and failed is noted at once."""


class Runs:
    """Notes the turns of one worker's jobs."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._noted: dict[str, tuple[float, bool]] = {}

    @asynccontextmanager
    async def run(self, job: Job, clock: Clock) -> AsyncIterator[None]:
        """Around a turn. Notes what the turn raises, and lets it pass."""
        began_at = clock()
        try:
            yield
        except BaseException as error:  # A library's panic is no Exception, and a library may cancel what nobody asked to end.
            if not _is_told_to_end():
                await self._note(job, began_at, clock(), reason_of(error))
            raise
        await self._note(job, began_at, clock(), None)

    async def _note(
        self, job: Job, began_at: datetime, ended_at: datetime, error: str | None
    ) -> None:
        now, went_well = time.monotonic(), error is None
        noted = self._noted.get(job.name)
        if noted is not None and noted[1] == went_well and now - noted[0] < NOTED_EVERY_SECONDS:
            return
        await self._pool.execute(
            *NOTE_RUN(
                name=job.name,
                rests_seconds=job.rests_seconds,
                began_at=began_at,
                ended_at=ended_at,
                error=error,
            )
        )
        self._noted[job.name] = now, went_well


def _is_told_to_end() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
