"""Forgets answers that nobody asks for again."""

from functools import partial
from typing import Final

from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools

FORGET: Final = "DELETE FROM work.request WHERE began_at < rewards.due_until($1::timestamptz) - interval '24 hours'"


async def forget_answers(tools: Tools) -> None:
    """Forgets answers a day after they were asked for."""
    await tools.pool.execute(FORGET, tools.clock())


JOBS: Final = (
    Job(
        name="answers to keys",
        rests_seconds=HOUR_SECONDS,
        lane="housekeeping",
        is_chore=True,
        make=lambda tools: partial(forget_answers, tools),
    ),
)
