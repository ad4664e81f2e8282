"""Carries out the erasures that residents asked for."""

from functools import partial
from typing import Final

from wellness_api.identity.erasure.carry_out import carry_out_erasures
from wellness_api.work.jobs.job import Job, Tools


async def erase(tools: Tools) -> None:
    """Erases the residents who asked for it."""
    await carry_out_erasures(tools.pool, now=tools.clock())


JOBS: Final = (
    Job(name="erasures", rests_seconds=0.5, by_bell=True, make=lambda tools: partial(erase, tools)),
)
