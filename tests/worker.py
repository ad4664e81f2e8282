"""The jobs of a worker, each taken when a test says so."""

from typing import Final

from redis.asyncio import Redis

from wellness_api.database.pool import Pool
from wellness_api.health.imports.jobs import Imports
from wellness_api.health.samples.jobs import OldSamples
from wellness_api.identity.accounts.jobs import forget_expired
from wellness_api.identity.erasure.jobs import erase
from wellness_api.indicators.jobs import Indicators
from wellness_api.process.clock import Clock
from wellness_api.process.settings import Settings
from wellness_api.rewards.closing.turn import turn_day
from wellness_api.rewards.draws.jobs import draw
from wellness_api.rewards.lotteries.jobs import prepare
from wellness_api.rewards.pending_days.jobs import PendingDays
from wellness_api.rewards.proof.jobs import check_day
from wellness_api.rewards.redemptions.jobs import release_lapsed
from wellness_api.work.doorbell import Bell
from wellness_api.work.jobs.clockwork import Clockwork, all_jobs, take_turn
from wellness_api.work.jobs.job import Tools
from wellness_api.work.jobs.runs import Runs

TOTALS: Final = "programmes' totals"


class Worker:
    """One worker process's jobs, without its clockwork until it is run."""

    def __init__(self, pool: Pool, redis: Redis, settings: Settings, clock: Clock) -> None:
        self.tools = Tools(pool=pool, redis=redis, settings=settings, clock=clock, bell=Bell())
        self._jobs = {job.name: job for job in all_jobs()}
        self._runs = Runs(pool)
        self._pending = PendingDays(self.tools)
        self._imports = Imports(self.tools)
        self._old_samples = OldSamples(self.tools)
        self._indicators = Indicators(self.tools)

    async def run(self) -> None:
        """All of it, as the process does."""
        await Clockwork(self.tools, list(self._jobs.values())).run()

    async def work_off(self) -> int:
        return await self._pending.work_off()

    async def turn_day(self) -> bool:
        tools = self.tools
        return await turn_day(
            tools.pool, today=tools.today(), now=tools.clock(), announce=tools.announce
        )

    async def check_ledger(self) -> None:
        await check_day(self.tools, await self.tools.day_reached())

    async def draw(self) -> None:
        await draw(self.tools)
        await prepare(self.tools)

    async def erase(self) -> None:
        await erase(self.tools)

    async def forget(self) -> None:
        await self._old_samples.turn()

    async def release_lapsed(self) -> None:
        await release_lapsed(self.tools)

    async def forget_expired(self) -> None:
        await forget_expired(self.tools)

    async def read_imports(self) -> None:
        await self._imports.turn()

    async def look_back(self) -> None:
        await self._indicators.turn()

    async def refresh(self) -> None:
        await self.look_back()
        await self._take(TOTALS)

    async def keep_house(self) -> None:
        for name, job in self._jobs.items():
            if job.lane == "housekeeping":
                await self._take(name)

    async def _take(self, name: str) -> None:
        job = self._jobs[name]
        await take_turn(job, job.make(self.tools), self.tools, self._runs)
