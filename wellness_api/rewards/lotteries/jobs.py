"""Preparing the daily lotteries' seeds, and revealing those of the days that are over."""

from functools import partial
from typing import Final

from wellness_api.rewards.lotteries.seeds import keep_seeds
from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools


async def prepare(tools: Tools) -> None:
    """By the day that the ledger has come to."""
    await keep_seeds(tools.pool, today=await tools.day_reached(), now=tools.clock())


JOBS: Final = (
    Job(
        name="lotteries",
        rests_seconds=HOUR_SECONDS,
        lane="housekeeping",
        is_chore=True,
        make=lambda tools: partial(prepare, tools),
    ),
)
