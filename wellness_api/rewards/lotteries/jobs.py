"""Prepares the daily lotteries' seeds, and reveals the seeds of days that are over."""

from functools import partial
from typing import Final

from wellness_api.rewards.lotteries.seeds import keep_seeds
from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools


async def prepare(tools: Tools) -> None:
    """Prepares and reveals seeds, by the day that the ledger has reached."""
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
