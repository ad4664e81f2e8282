"""Deletes corrections once no sample is left that they could concern."""

from functools import partial
from typing import Final

from wellness_api.database.sql import read_sql
from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools

FORGET_CORRECTIONS: Final = read_sql(__package__, "forget_corrections")


async def forget_corrections(tools: Tools) -> None:
    """Deletes the corrections of days of which no samples are kept."""
    await tools.pool.execute(FORGET_CORRECTIONS)


JOBS: Final = (
    Job(
        name="old corrections",
        rests_seconds=HOUR_SECONDS,
        lane="housekeeping",
        is_chore=True,
        make=lambda tools: partial(forget_corrections, tools),
    ),
)
