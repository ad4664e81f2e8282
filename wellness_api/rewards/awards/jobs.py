"""Brings the programmes' totals up to date."""

from functools import partial
from typing import Final

from wellness_api.rewards.awards.totals import add_award_changes
from wellness_api.work.jobs.job import Job, Tools


async def add_up(tools: Tools) -> None:
    """Adds up what changed since the last time."""
    async with tools.pool.acquire() as connection:
        await add_award_changes(connection)


JOBS: Final = (
    Job(
        name="programmes' totals",
        rests_seconds=10.0,
        lane="figures",
        is_chore=True,
        make=lambda tools: partial(add_up, tools),
    ),
)
