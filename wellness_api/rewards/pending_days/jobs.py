"""Works off the queue of days, and finds the day or programme at fault when that fails."""

import time
from collections import defaultdict
from typing import Final

import structlog

from wellness_api.health.days.pending import Round, Share, bring_back_days, whole_share
from wellness_api.rewards.awards.at_fault import (
    ProgrammeFailed,
    at_fault,
    bring_back_programmes,
    item_of,
)
from wellness_api.rewards.pending_days.turn import (
    DaysFailed,
    set_day_aside,
    work_off_pending_days,
)
from wellness_api.work.jobs.job import Job, Tools
from wellness_api.work.set_aside.items import set_aside

RELEASE_DAYS: Final = "UPDATE work.set_aside SET retry_at = $2 WHERE kind = 'day' AND resident_id = ANY ($1::bigint[])"

TURNS_AT_ONCE: Final = 2
"""Turns on pending days at the same time: while the database works for one turn, the other computes."""

ONE_RECENT: Final = Share(1, 0)
ONE_OF_BACKLOG: Final = Share(0, 1)

log = structlog.get_logger()


class PendingDays:
    """What one worker knows of the queue between its turns."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._backlog = Round()
        # By programme, the residents whose days it failed for since it last succeeded for somebody; forgotten at a
        # restart.
        self._failed_by: defaultdict[str, dict[int, ProgrammeFailed]] = defaultdict(dict)

    async def turn(self) -> None:
        """Works until nothing is pending."""
        started = time.monotonic()
        residents = await self.work_off()
        if residents:
            log.debug(
                "worked_off", residents=residents, seconds=round(time.monotonic() - started, 3)
            )

    async def work_off(self) -> int:
        """Works until nothing is pending; returns for how many residents something changed."""
        await bring_back_programmes(self._tools.pool, now=self._tools.clock())
        await bring_back_days(self._tools.pool, now=self._tools.clock())
        days_max = self._tools.settings.claim_days_max
        residents = 0
        one_by_one = 0
        while True:
            share = whole_share(days_max)
            if one_by_one:
                # One day of each kind in turn, so that neither kind waits for a day at fault of the other.
                share = ONE_RECENT if one_by_one % 2 else ONE_OF_BACKLOG
            evaluated: set[str] = set()
            try:
                async with self._tools.pool.acquire() as connection:
                    changed = await work_off_pending_days(
                        connection,
                        share=share,
                        now=self._tools.clock(),
                        city_day=self._tools.today(),
                        backlog=self._backlog,
                        evaluated=evaluated,
                    )
            except DaysFailed as error:
                failures = error.of_days_at_fault()
                for failed in failures:
                    await self._set_aside(failed)
                if not failures or one_by_one:
                    # The days that were claimed together are now taken one by one, to find the day at fault.
                    one_by_one = 2 * days_max
                continue
            for name in evaluated:
                self._failed_by.pop(name, None)
            one_by_one = max(one_by_one - 1, 0)
            if changed is None:
                if share is ONE_OF_BACKLOG:
                    continue
                return residents
            residents += len(changed)
            await self._tools.announce(changed)

    async def _set_aside(self, failed: DaysFailed) -> None:
        """Sets the day aside. When a programme failed for enough people one after the other, sets the programme aside
        instead, and releases their days.
        """
        async with self._tools.pool.acquire() as connection:
            await set_day_aside(connection, failed, now=self._tools.clock())
        error = failed.of_programme
        if error is None:
            return
        name = item_of(error.programme).name
        of_programme = self._failed_by[name]
        of_programme[failed.pending[0].resident_id] = error
        if at_fault(list(of_programme.values())) is None:
            return
        async with self._tools.pool.acquire() as connection, connection.transaction():
            await set_aside(
                connection, item_of(error.programme), error.reason, now=self._tools.clock()
            )
            await connection.execute(RELEASE_DAYS, list(of_programme), self._tools.clock())
        del self._failed_by[name]
        await bring_back_days(self._tools.pool, now=self._tools.clock())


JOBS: Final = (
    Job(
        name="pending days",
        rests_seconds=0.5,
        by_bell=True,
        at_once=TURNS_AT_ONCE,
        make=lambda tools: PendingDays(tools).turn,
    ),
)
