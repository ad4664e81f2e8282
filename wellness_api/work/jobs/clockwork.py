"""Lets the jobs of one worker take their turns."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from wellness_api.database.clock import read_clock
from wellness_api.database.loops import forever
from wellness_api.process.discovery import modules_named
from wellness_api.work.jobs.job import Job, Tools, Turn
from wellness_api.work.jobs.runs import Runs
from wellness_api.work.set_aside.items import Item, attempt, forget_untried, is_any_due, is_due

MODULE: Final = "jobs"

LOOK_SECONDS: Final = 10.0
"""How often a loop checks whether a set-aside item is due again, and whether a clock is right again."""


def all_jobs() -> list[Job]:
    """The jobs that folders state as JOBS in their module `jobs`, by name."""
    jobs = [job for module in modules_named(MODULE) for job in module.JOBS]
    assert len({job.name for job in jobs}) == len(jobs), "a job's name is its own"
    return sorted(jobs, key=lambda job: job.name)


def loops_of(jobs: Sequence[Job]) -> int:
    """How many loops there are, each with at most one connection in use: one for each lane, and one that hears the bell."""
    return 1 + len({job.lane or job.name for job in jobs}) + sum(job.at_once - 1 for job in jobs)


@dataclass
class _Row:
    job: Job
    turn: Turn
    due_at: float = 0.0
    """By the monotonic clock."""


async def take_turn(job: Job, turn: Turn, tools: Tools, runs: Runs) -> float | None:
    """Takes one turn of the job, and notes it. A chore that fails is set aside as a whole; other errors are raised."""
    rests: float | None = None

    async def noted() -> None:
        nonlocal rests
        async with runs.run(job, tools.clock):
            rests = await turn()

    if not job.is_chore:
        await noted()
        return rests
    began = tools.clock()
    await attempt(tools.pool, _chore(job), noted, now=began)
    await forget_untried(tools.pool, *job.woken_by, now=began)
    return rests


class Clockwork:
    """The jobs of one worker. Each lane runs by itself, so that a failing or slow job holds no other lane up."""

    def __init__(self, tools: Tools, jobs: Sequence[Job]) -> None:
        self._tools = tools
        self._runs = Runs(tools.pool)
        lanes: defaultdict[str, list[_Row]] = defaultdict(list)
        for job in jobs:
            turn = job.make(tools)
            for number in range(job.at_once):
                lane = job.lane or (f"{job.name} {number + 1}" if number else job.name)
                lanes[lane].append(_Row(job, turn))
        self._lanes = dict(lanes)

    @property
    def loops(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        """The loops by name."""
        return [
            ("doorbell", lambda: self._tools.bell.listen(self._tools.pool)),
            *((lane, self._turns_of(rows)) for lane, rows in self._lanes.items()),
        ]

    async def run(self) -> None:
        """Works until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for name, turn in self.loops:
                tasks.create_task(forever(turn, name=name))

    def _turns_of(self, rows: Sequence[_Row]) -> Callable[[], Awaitable[None]]:
        async def turns() -> None:
            await self._take_turns(rows)

        return turns

    async def _take_turns(self, rows: Sequence[_Row]) -> None:
        """Takes the turns of the rows whose time has come, and then waits for the next."""
        heard = self._tools.bell.rings
        is_right = all(row.job.by_any_clock for row in rows) or await self._is_clock_right()
        began = time.monotonic()
        # The row that has waited longest goes first, so that one that fails each time is not always before the others.
        for row in sorted(rows, key=lambda row: row.due_at):
            if (is_right or row.job.by_any_clock) and await self._is_due(row, began):
                await self._take(row)
        await self._rest(rows, heard=heard, is_right=is_right)

    async def _is_clock_right(self) -> bool:
        """If the clock differs from the database's, nothing is done: nobody could trust a time that it writes down."""
        return (await read_clock(self._tools.pool, self._tools.clock())).agrees

    async def _is_due(self, row: _Row, began: float) -> bool:
        if row.due_at <= began:
            return True
        pool, now = self._tools.pool, self._tools.clock()
        if row.job.woken_by and await is_any_due(pool, *row.job.woken_by, now=now):
            return True
        return row.job.is_chore and await is_due(pool, _chore(row.job), now=now)

    async def _take(self, row: _Row) -> None:
        # A turn that fails is tried again soon, but not before the others of its lane have had their turns.
        rests: float | None = min(row.job.rests_seconds, LOOK_SECONDS)
        try:
            rests = await take_turn(row.job, row.turn, self._tools, self._runs)
        finally:
            row.due_at = time.monotonic() + (row.job.rests_seconds if rests is None else rests)

    async def _rest(self, rows: Sequence[_Row], *, heard: int, is_right: bool) -> None:
        seconds = min(row.due_at for row in rows) - time.monotonic() if is_right else LOOK_SECONDS
        if any(row.job.is_chore or row.job.woken_by for row in rows):
            seconds = min(seconds, LOOK_SECONDS)
        called = [row for row in rows if row.job.by_bell]
        if not called or not is_right:
            await asyncio.sleep(max(seconds, 0.0))
        elif await self._tools.bell.wait(max(seconds, 0.0), heard=heard):
            for row in called:
                row.due_at = 0.0


def _chore(job: Job) -> Item:
    return Item("chore", job.name)
