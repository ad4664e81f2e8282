"""Reads files, and forgets files that nobody will finish or look up."""

from functools import partial
from typing import Final

from wellness_api.health.imports.turns import forget_imports, read_in_turns
from wellness_api.health.samples.storing import UploadStore
from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools


class Imports:
    """Reads every file that waits, in turns."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._uploads = UploadStore(tools.pool)

    async def turn(self) -> None:
        """Reads until no file waits."""
        tools = self._tools
        months = tools.settings.samples_kept_months
        await read_in_turns(tools.pool, self._uploads, tools.clock, samples_kept_months=months)


async def forget_old(tools: Tools) -> None:
    """Forgets files whose other parts never came, and reports that residents could read for long enough."""
    async with tools.pool.acquire() as connection:
        await forget_imports(connection, tools.clock())


JOBS: Final = (
    Job(name="imports", rests_seconds=0.5, make=lambda tools: Imports(tools).turn),
    Job(
        name="old imports",
        rests_seconds=HOUR_SECONDS,
        lane="housekeeping",
        is_chore=True,
        make=lambda tools: partial(forget_old, tools),
    ),
)
