"""Forgets what nobody can try again."""

from functools import partial
from typing import Final

from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools
from wellness_api.work.set_aside.items import forget_set_aside


async def forget_old(tools: Tools) -> None:
    """Forgets reports that nobody made again for a month, and items that no longer exist."""
    async with tools.pool.acquire() as connection:
        await forget_set_aside(connection, now=tools.clock())


JOBS: Final = (
    Job(
        name="what was set aside",
        rests_seconds=HOUR_SECONDS,
        lane="housekeeping",
        is_chore=True,
        make=lambda tools: partial(forget_old, tools),
    ),
)
