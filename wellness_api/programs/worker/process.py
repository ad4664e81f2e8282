"""The worker process: pending days and imports as they come, the day turn, indicators now and then, housekeeping daily."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import date
from typing import Final

import structlog
from redis.asyncio import Redis

from wellness_api.database.clock import read_clock
from wellness_api.database.isolating import isolated
from wellness_api.database.loops import forever
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.health.imports.turns import forget_imports, read_in_turns
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.months import MAKE_MONTHS
from wellness_api.health.samples.retention import first_day_kept
from wellness_api.health.samples.storing import UploadStore
from wellness_api.http.live import announce
from wellness_api.identity.erasure.carry_out import carry_out_erasures
from wellness_api.indicators.catalogue import INDICATORS
from wellness_api.indicators.compute import last_day_counted, refresh_indicators
from wellness_api.process.clock import Clock
from wellness_api.process.settings import Settings
from wellness_api.programs.worker.pending_days import (
    DaysFailed,
    Round,
    Share,
    bring_back_days,
    set_day_aside,
    whole_share,
    work_off_pending_days,
)
from wellness_api.programs.worker.retention import forget_old_samples
from wellness_api.rewards.awards.at_fault import (
    ProgrammeFailed,
    at_fault,
    bring_back_programmes,
    item_of,
)
from wellness_api.rewards.awards.totals import add_award_changes
from wellness_api.rewards.closing.batches import is_owed
from wellness_api.rewards.closing.turn import turn_day
from wellness_api.rewards.draws.steps import take_steps
from wellness_api.rewards.ledger.days import day_reached
from wellness_api.rewards.lotteries.seeds import keep_seeds
from wellness_api.rewards.proof.nightly import check_ledger
from wellness_api.rewards.redemptions.lapse import release_lapsed_holds
from wellness_api.work.doorbell import CHANNEL
from wellness_api.work.set_aside.items import (
    Item,
    attempt,
    forget_set_aside,
    forget_untried,
    held,
    is_any_due,
    mended,
    set_aside,
)

RELEASE_DAYS: Final = "UPDATE work.set_aside SET retry_at = $2 WHERE kind = 'day' AND resident_id = ANY ($1::bigint[])"
FORGET_EXPIRED: Final = read_sql(__package__, "forget_expired")

LOOK_SECONDS: Final = 0.5
"""How often the worker looks by itself, should the doorbell be lost."""

TURNS_AT_ONCE: Final = 2
"""Turns on pending days at the same time: while the database works for one, the other computes."""

ONE_RECENT: Final = Share(1, 0)
ONE_OF_BACKLOG: Final = Share(0, 1)

HOUSEKEEPING_SECONDS: Final = 3600.0
DAY_TURN_SECONDS: Final = 3600.0
"""How often the day is turned again, for points that came back to a wallet after their last day."""

DAY_LOOK_SECONDS: Final = 10.0
CLOCK_LOOK_SECONDS: Final = 10.0
"""How often it is looked whether the clock is right again, once it was not."""

DAY_WAIT_SECONDS: Final = 60.0
"""How often it is tried again to open a day that the database does not believe in; while days are missing each try looks
for uploads in them."""

TOTALS_SECONDS: Final = 10.0
"""Shortest time between two looks at the programmes' totals, and at whether a day's indicators are due."""

TROUBLE_SECONDS: Final = 1.0

log = structlog.get_logger()


class Worker:
    """Everything that follows from an upload, outside of the request that brought it."""

    def __init__(self, pool: Pool, redis: Redis, settings: Settings, clock: Clock) -> None:
        self._pool = pool
        self._redis = redis
        self._settings = settings
        self._clock = clock
        self._uploads = UploadStore(pool)
        self._rung = asyncio.Event()
        self._stale = True
        self._forgotten_before = date.min
        self._kept_back: set[Item] = set()
        self._backlog = Round()
        # Whose days failed by which programme since it last went well for somebody; forgotten at a restart.
        self._failed_by: defaultdict[str, dict[int, ProgrammeFailed]] = defaultdict(dict)
        self._turned, self._turned_at = date.min, 0.0
        # Each goes on by itself, so that what fails or takes long in one keeps no other waiting. The day turn is told by the
        # database when the clock is wrong, which keeps it for everybody to see.
        self._loops: Sequence[tuple[str, Callable[[], Awaitable[None]]]] = (
            ("doorbell", self._listen),
            *[("pending_days", self._by_a_right_clock(self._work))] * TURNS_AT_ONCE,
            ("erasures", self._by_a_right_clock(self._erase)),
            ("imports", self._by_a_right_clock(self._read_imports)),
            ("day_turn", self._turn_days),
            ("indicators", self._by_a_right_clock(self._look_back)),
            ("housekeeping", self._by_a_right_clock(self._keep_house)),
        )

    async def run(self) -> None:
        """Works until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for name, turn in self._loops:
                tasks.create_task(forever(turn, name=name))

    def _by_a_right_clock(
        self, turn: Callable[[], Awaitable[None]]
    ) -> Callable[[], Awaitable[None]]:
        """With a clock that is not the database's nothing is done: no time that it writes down could be trusted."""

        async def turn_if_right() -> None:
            if (await read_clock(self._pool, self._clock())).agrees:
                await turn()
            else:
                await asyncio.sleep(CLOCK_LOOK_SECONDS)

        return turn_if_right

    async def work_off(self) -> int:
        """Works until nothing is pending; returns for how many residents something changed."""
        await bring_back_programmes(self._pool, now=self._clock())
        await bring_back_days(self._pool, now=self._clock())
        days_max = self._settings.claim_days_max
        residents = 0
        one_by_one = 0
        while True:
            share = whole_share(days_max)
            if one_by_one:
                # One of each in turn, so that neither waits for the other's one at fault.
                share = ONE_RECENT if one_by_one % 2 else ONE_OF_BACKLOG
            evaluated: set[str] = set()
            try:
                async with self._pool.acquire() as connection:
                    changed = await work_off_pending_days(
                        connection,
                        share=share,
                        now=self._clock(),
                        city_day=self._today(),
                        backlog=self._backlog,
                        evaluated=evaluated,
                    )
            except DaysFailed as error:
                if len(error.pending) == 1:
                    await self._set_aside(error)
                # Those claimed together are taken one by one, to find the one at fault.
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
            await self._announce(changed)

    async def _set_aside(self, failed: DaysFailed) -> None:
        """Sets the day aside; or the programme, once it failed for one after the other, and then nobody's day."""
        async with self._pool.acquire() as connection:
            await set_day_aside(connection, failed, now=self._clock())
        error = failed.of_programme
        if error is None:
            return
        name = item_of(error.programme).name
        of_programme = self._failed_by[name]
        of_programme[failed.pending[0].resident_id] = error
        if at_fault(list(of_programme.values())) is None:
            return
        async with self._pool.acquire() as connection, connection.transaction():
            await set_aside(connection, item_of(error.programme), error.reason, now=self._clock())
            await connection.execute(RELEASE_DAYS, list(of_programme), self._clock())
        del self._failed_by[name]
        await bring_back_days(self._pool, now=self._clock())

    async def _announce(self, changed: set[int]) -> None:
        if changed:
            self._stale = True
            await announce(self._redis, changed)

    def _today(self) -> date:
        """The city's day."""
        return local_date(self._clock(), self._settings.time_zone)

    async def _day_reached(self) -> date:
        """The city's day, once the ledger has come to it."""
        async with self._pool.acquire() as connection:
            return await day_reached(connection, self._today())

    async def turn_day(self) -> bool:
        """Brings everybody's points to the city's day: what is spendable by now, what has lapsed. False while it waits."""
        return await turn_day(
            self._pool,
            today=self._today(),
            now=self._clock(),
            announce=self._announce,
        )

    async def check_ledger(self) -> None:
        """Proves and verifies the ledger, once a day; a check that breaks off is made up for some hours later."""

        async def check(_: Sequence[Item]) -> bool:
            return await check_ledger(
                self._pool, today=await self._day_reached(), clock=self._clock
            )

        item = Item("chore", "check of the ledger")
        outcome = await isolated([item], check)
        for _, error in outcome.failed:
            await set_aside(self._pool, item, error, now=self._clock())
        if any(outcome.results):
            await mended(self._pool, [item])

    async def draw(self) -> None:
        """Takes the steps of draws whose day has come, and reveals the lotteries' seeds of the days that are over."""
        today, now = await self._day_reached(), self._clock()
        await take_steps(self._pool, today=today, now=now)
        await keep_seeds(self._pool, today=today, now=now)

    async def erase(self) -> None:
        """Erases the residents who asked for it."""
        if await carry_out_erasures(self._pool, now=self._clock()):
            self._stale = True

    async def forget(self) -> None:
        """Deletes samples that are older than the kept months; a month's work is done once."""
        first_day = first_day_kept(await self._day_reached(), self._settings.samples_kept_months)
        if first_day != self._forgotten_before and await forget_old_samples(
            self._pool, first_day=first_day
        ):
            self._forgotten_before = first_day

    async def release_lapsed(self) -> None:
        """Gives back what was held for rewards that nobody picked up in time."""
        await release_lapsed_holds(self._pool, now=self._clock(), city_day=self._today())

    async def keep_house(self) -> None:
        """Everything that is done once an hour; what fails is set aside and tried again, and keeps nothing else back."""
        began = self._clock()
        for name, chore in (
            ("partitions", self._make_partitions),
            ("expired sessions", self.forget_expired),
            ("old imports", self._forget_imports),
            ("draws", self.draw),
            ("lapsed holds", self.release_lapsed),
            ("old samples", self.forget),
        ):
            await attempt(self._pool, Item("chore", name), chore, now=self._clock())
        await forget_untried(self._pool, "draw", "chore", now=began)

    async def _make_partitions(self) -> None:
        await self._pool.execute(MAKE_MONTHS)

    async def forget_expired(self) -> None:
        """Deletes sessions, codes and nonces that are over."""
        await self._pool.execute(FORGET_EXPIRED, self._clock())

    async def _forget_imports(self) -> None:
        async with self._pool.acquire() as connection:
            await forget_imports(connection, self._clock())
            await forget_set_aside(connection, now=self._clock())

    async def read_imports(self) -> None:
        """Reads every file that waits, in turns."""
        await read_in_turns(
            self._pool,
            self._uploads,
            self._clock,
            samples_kept_months=self._settings.samples_kept_months,
        )

    async def refresh(self) -> None:
        """Works out the day's indicators, and brings the programmes' totals up to date."""
        await self.look_back()
        await attempt(
            self._pool, Item("chore", "programmes' totals"), self._add_up, now=self._clock()
        )

    async def look_back(self) -> None:
        """Works out the indicators of the days that are over; of each day once. One that fails is tried with the next day's."""
        now, whole = self._clock(), Item("indicators", "all")
        self._kept_back = await held(self._pool, "indicators", now=now)
        if whole not in self._kept_back:
            await attempt(self._pool, whole, self._refresh_indicators, now=now)

    async def _refresh_indicators(self) -> None:
        async with self._pool.acquire() as connection:
            failed = await refresh_indicators(
                connection,
                last_day=last_day_counted(self._clock(), self._settings.time_zone),
                days=self._settings.indicator_days,
                threshold=self._settings.disclosure_threshold,
            )
        if failed is None:
            return
        for indicator in INDICATORS:
            item, error = Item("indicators", indicator.code), failed.get(indicator.code)
            if error is None:
                await mended(self._pool, [item])
            elif item not in self._kept_back:
                await set_aside(self._pool, item, error, now=self._clock())

    async def _add_up(self) -> None:
        async with self._pool.acquire() as connection:
            await add_award_changes(connection)

    async def _work(self) -> None:
        started = time.monotonic()
        residents = await self.work_off()
        if residents:
            log.debug(
                "worked_off", residents=residents, seconds=round(time.monotonic() - started, 3)
            )
        await self._wait_for_the_bell()

    async def _erase(self) -> None:
        await self.erase()
        await self._wait_for_the_bell()

    async def _wait_for_the_bell(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), LOOK_SECONDS)
        self._rung.clear()

    async def _read_imports(self) -> None:
        await self.read_imports()
        await asyncio.sleep(LOOK_SECONDS)

    async def _turn_days(self) -> None:
        is_time = (
            self._today() != self._turned or time.monotonic() - self._turned_at >= DAY_TURN_SECONDS
        )
        if is_time or await is_owed(self._pool, now=self._clock()):
            day, started = self._today(), time.monotonic()
            if not await self.turn_day():
                await asyncio.sleep(DAY_WAIT_SECONDS)
                return
            if is_time:
                self._turned, self._turned_at = day, started
                await self.check_ledger()
        await asyncio.sleep(DAY_LOOK_SECONDS)

    async def _listen(self) -> None:
        """Hears the doorbell until the connection is lost."""
        lost = asyncio.Event()

        def ring(*_: object) -> None:
            self._rung.set()

        def lose(*_: object) -> None:
            lost.set()

        async with self._pool.acquire() as connection:
            connection.add_termination_listener(lose)
            await connection.add_listener(CHANNEL, ring)
            try:
                await lost.wait()
            finally:
                await connection.remove_listener(CHANNEL, ring)
        await asyncio.sleep(TROUBLE_SECONDS)

    async def _look_back(self) -> None:
        if self._stale:
            self._stale = False
            await self.refresh()
        else:
            await self.look_back()
        await asyncio.sleep(TOTALS_SECONDS)

    async def _keep_house(self) -> None:
        started = time.monotonic()
        await self.keep_house()
        while time.monotonic() - started < HOUSEKEEPING_SECONDS:
            await asyncio.sleep(DAY_LOOK_SECONDS)
            if await is_any_due(self._pool, "draw", "chore", "hold", now=self._clock()):
                return
