"""Gives back what was held for rewards that nobody picked up in time."""

from functools import partial
from typing import Final

from wellness_api.rewards.redemptions.lapse import release_lapsed_holds
from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools


async def release_lapsed(tools: Tools) -> None:
    """Gives back points and units."""
    await release_lapsed_holds(tools.pool, now=tools.clock(), city_day=tools.today())


JOBS: Final = (
    Job(
        name="lapsed holds",
        rests_seconds=HOUR_SECONDS,
        lane="housekeeping",
        is_chore=True,
        woken_by=("hold",),
        make=lambda tools: partial(release_lapsed, tools),
    ),
)
