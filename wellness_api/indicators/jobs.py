"""Works out the indicators of the days that are over; once for each day."""

from typing import Final

from wellness_api.indicators.catalogue import INDICATORS
from wellness_api.indicators.compute import last_day_counted, refresh_indicators
from wellness_api.work.jobs.job import Job, Tools
from wellness_api.work.set_aside.items import Item, attempt, held, mended, set_aside

WHOLE: Final = Item("indicators", "all")


class Indicators:
    """Works indicators out. An indicator that fails is tried again with the next day."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._kept_back: set[Item] = set()

    async def turn(self) -> None:
        """Works the indicators out, unless they are held back as a whole."""
        pool, now = self._tools.pool, self._tools.clock()
        self._kept_back = await held(pool, "indicators", now=now)
        if WHOLE not in self._kept_back:
            await attempt(pool, WHOLE, self._refresh, now=now)

    async def _refresh(self) -> None:
        pool, clock, settings = self._tools.pool, self._tools.clock, self._tools.settings
        async with pool.acquire() as connection:
            failed = await refresh_indicators(
                connection,
                last_day=last_day_counted(clock(), settings.time_zone),
                days=settings.indicator_days,
                threshold=settings.disclosure_threshold,
            )
        if failed is None:
            return
        for indicator in INDICATORS:
            item, error = Item("indicators", indicator.code), failed.get(indicator.code)
            if error is None:
                await mended(pool, [item])
            elif item not in self._kept_back:
                await set_aside(pool, item, error, now=clock())


JOBS: Final = (
    Job(
        name="indicators",
        rests_seconds=10.0,
        lane="figures",
        make=lambda tools: Indicators(tools).turn,
    ),
)
