"""Takes the steps of draws whose day has come."""

from functools import partial
from typing import Final

from wellness_api.rewards.draws.steps import take_steps
from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools


async def draw(tools: Tools) -> None:
    """Fixes lists and draws winners, by the day that the ledger has reached."""
    await take_steps(tools.pool, today=await tools.day_reached(), now=tools.clock())


JOBS: Final = (
    Job(
        name="draws",
        rests_seconds=HOUR_SECONDS,
        lane="housekeeping",
        is_chore=True,
        woken_by=("draw",),
        make=lambda tools: partial(draw, tools),
    ),
)
