"""Bringing everybody's points to the city's day: what is spendable by now, what has lapsed."""

import time
from datetime import date
from typing import Final

from wellness_api.rewards.closing.batches import is_owed
from wellness_api.rewards.closing.turn import turn_day
from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools

AGAIN_SECONDS: Final = HOUR_SECONDS
"""How often the day is turned again, for points that came back to a wallet after their last day."""

WAIT_SECONDS: Final = 60.0
"""How often it is tried again to open a day that the database does not believe in; while days are missing each try looks
for uploads in them."""


class DayTurn:
    """Knows which day this worker turned last, and when."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._day, self._turned_at = date.min, 0.0

    async def turn(self) -> float | None:
        """Turns the day if it is a new one, if something is owed to somebody, or if it is long ago."""
        tools, day, started = self._tools, self._tools.today(), time.monotonic()
        is_time = day != self._day or started - self._turned_at >= AGAIN_SECONDS
        if is_time or await is_owed(tools.pool, now=tools.clock()):
            if not await turn_day(
                tools.pool, today=day, now=tools.clock(), announce=tools.announce
            ):
                return WAIT_SECONDS
            if is_time:
                self._day, self._turned_at = day, started
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
