"""A job: something that the worker does again and again."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from redis.asyncio import Redis

from wellness_api.database.ledger_day import day_reached
from wellness_api.database.pool import Pool
from wellness_api.http.live import announce
from wellness_api.process.clock import Clock
from wellness_api.process.settings import Settings
from wellness_api.work.doorbell import Bell
from wellness_api.work.set_aside.items import Kind

HOUR_SECONDS: Final = 3600.0

Turn = Callable[[], Awaitable[float | None]]
"""One turn of a job. It may return for how many seconds the job rests, instead of its usual ones."""


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What the jobs of one worker work with."""

    pool: Pool
    redis: Redis
    settings: Settings
    clock: Clock
    bell: Bell

    def today(self) -> date:
        """The city's day."""
        return self.clock().astimezone(ZoneInfo(self.settings.time_zone)).date()

    async def day_reached(self) -> date:
        """The city's day, once the ledger has reached it."""
        async with self.pool.acquire() as connection:
            return await day_reached(connection, self.today())

    async def announce(self, resident_ids: Iterable[int]) -> None:
        """Tells the API's processes whose figures changed."""
        if resident_ids:
            await announce(self.redis, resident_ids)


@dataclass(frozen=True, kw_only=True)
class Job:
    """A row of the worker's clockwork.

    `name`: the name that people look for; never given to another job. `rests_seconds`: from the end of a turn to the
    start of the next one. `make`: makes the function that takes the turns, once in each worker. `by_bell`: the job does
    not rest when the doorbell rings. `at_once`: turns of one worker at a time. `lane`: the jobs of a lane take their
    turns one after the other, in the order of their names. `is_chore`: it has no items of its own. So when it fails it is
    set aside as a whole, and is tried again when its time has come or staff release it. `woken_by`: kinds of items that
    its turn tries again. `by_any_clock`: the database tells it when the clock is wrong; all other jobs do nothing until
    the clock is right.
    """

    name: str
    rests_seconds: float
    make: Callable[[Tools], Turn]
    by_bell: bool = False
    at_once: int = 1
    lane: str = ""
    is_chore: bool = False
    woken_by: tuple[Kind, ...] = ()
    by_any_clock: bool = False
