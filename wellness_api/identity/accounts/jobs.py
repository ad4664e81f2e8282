"""Housekeeping of sessions and codes."""

from functools import partial
from typing import Final

from wellness_api.database.sql import read_sql
from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools

FORGET_EXPIRED: Final = read_sql(__package__, "forget_expired")


async def forget_expired(tools: Tools) -> None:
    """Deletes sessions, codes, nonces and keys of lists that are over."""
    await tools.pool.execute(FORGET_EXPIRED, tools.clock())


JOBS: Final = (
    Job(
        name="expired sessions",
        rests_seconds=HOUR_SECONDS,
        lane="housekeeping",
        is_chore=True,
        make=lambda tools: partial(forget_expired, tools),
    ),
)
