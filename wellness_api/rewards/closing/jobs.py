"""Brings everybody's points to the city's day: makes points spendable, and lets points lapse."""

import time
from datetime import date
from typing import Final

from wellness_api.health.samples.local_days import local_date
from wellness_api.rewards.closing.abroad import zones_of_residents
from wellness_api.rewards.closing.batches import is_owed
from wellness_api.rewards.closing.turn import turn_day
from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools

AGAIN_SECONDS: Final = HOUR_SECONDS
"""How often the day is turned again, for points that came back to a wallet after their last day."""

WAIT_SECONDS: Final = 60.0
"""How often the worker tries again to open a day that the database does not believe in. While days are missing, each
try looks for uploads in them."""


class DayTurn:
    """Knows which day this worker turned last, in the city and where residents live abroad, and when it did so."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._day, self._turned_at = date.min, 0.0
        self._days_abroad: dict[str, date] = {}

    async def turn(self) -> float | None:
        """Turns the day if it is a new day for anybody, if something is owed to somebody, or if the last turn is long
        ago.
        """
        tools, day, started = self._tools, self._tools.today(), time.monotonic()
        is_midnight = day != self._day or any(
            local_date(tools.clock(), time_zone) != turned
            for time_zone, turned in self._days_abroad.items()
        )
        is_time = is_midnight or started - self._turned_at >= AGAIN_SECONDS
        if is_time or await is_owed(tools.pool, now=tools.clock()):
            # The days are read before the turn, so that a midnight during the turn is not missed.
            abroad = {
                time_zone: local_date(tools.clock(), time_zone)
                for time_zone in await zones_of_residents(tools.pool)
            }
            if not await turn_day(
                tools.pool, today=day, now=tools.clock(), announce=tools.announce
            ):
                return WAIT_SECONDS
            if is_time:
                self._day, self._turned_at, self._days_abroad = day, started, abroad
        return None


JOBS: Final = (
    Job(
        name="day turn",
        rests_seconds=10.0,
        lane="ledger",
        by_any_clock=True,
        make=lambda tools: DayTurn(tools).turn,
    ),
)
