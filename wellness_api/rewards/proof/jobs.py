"""Proves and verifies the ledger, once a day."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from wellness_api.database.isolating import isolated
from wellness_api.rewards.proof.nightly import check_ledger
from wellness_api.work.jobs.job import Job, Tools
from wellness_api.work.set_aside.items import Item, mended, set_aside

IS_TURNED: Final = "SELECT EXISTS (SELECT FROM rewards.open_day WHERE day = $1 AND is_turned)"

CHECK: Final = Item("chore", "check of the ledger")


async def check(tools: Tools) -> None:
    """Runs once the day is turned. A check that breaks off is made up for some hours later."""
    day = await tools.day_reached()
    if await tools.pool.fetchval(IS_TURNED, day):
        await check_day(tools, day)


async def check_day(tools: Tools, day: date) -> None:
    """Checks the ledger's day `day`, if that was not done. A check that fails is set aside."""

    async def whole(_: Sequence[Item]) -> bool:
        return await check_ledger(tools.pool, today=day, clock=tools.clock)

    outcome = await isolated([CHECK], whole)
    for _, error in outcome.failed:
        await set_aside(tools.pool, CHECK, error, now=tools.clock())
    if any(outcome.results):
        await mended(tools.pool, [CHECK])


JOBS: Final = (
    Job(
        name="proof",
        rests_seconds=60.0,
        lane="ledger",
        make=lambda tools: partial(check, tools),
    ),
)
