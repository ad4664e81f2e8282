"""Housekeeping of samples: makes room for the months to come, and deletes the months that are over."""

from datetime import date
from functools import partial
from typing import Final

from wellness_api.health.samples.months import MAKE_MONTHS
from wellness_api.health.samples.old_samples import forget_old_samples
from wellness_api.health.samples.retention import first_day_kept
from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools


async def make_partitions(tools: Tools) -> None:
    """Makes the partitions of the months that samples come from."""
    await tools.pool.execute(MAKE_MONTHS)


class OldSamples:
    """Deletes samples that are older than the kept months. A worker does a month's work once."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._forgotten_before = date.min

    async def turn(self) -> None:
        """Works once the ledger's day has reached a new month."""
        tools = self._tools
        first_day = first_day_kept(await tools.day_reached(), tools.settings.samples_kept_months)
        if first_day != self._forgotten_before and await forget_old_samples(
            tools.pool, first_day=first_day
        ):
            self._forgotten_before = first_day


JOBS: Final = (
    Job(
        name="months of samples",
        rests_seconds=HOUR_SECONDS,
        lane="housekeeping",
        is_chore=True,
        make=lambda tools: partial(make_partitions, tools),
    ),
    Job(
        name="old samples",
        rests_seconds=HOUR_SECONDS,
        lane="housekeeping",
        is_chore=True,
        make=lambda tools: OldSamples(tools).turn,
    ),
)
