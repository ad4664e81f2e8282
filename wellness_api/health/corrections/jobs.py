"""The worker's side: corrections of many days are carried out step by step, one resident's after another's."""

from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from wellness_api.database.errors import server_is_gone
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.health.corrections.keeping import asked_in
from wellness_api.health.corrections.shapes import CorrectionProblem, Shift
from wellness_api.health.corrections.steps import (
    AT_ONCE,
    DAYS_DELETED_AT_ONCE,
    DAYS_SHIFTED_MAX,
    Task,
    correct_days,
    days_to_correct,
    end_deletion,
)
from wellness_api.health.samples.problems import InvalidUpload
from wellness_api.health.samples.storing import UploadStore
from wellness_api.process.panics import panics_as_errors
from wellness_api.work.jobs.job import HOUR_SECONDS, Job, Tools
from wellness_api.work.set_aside.items import Item, mended, set_aside

CLAIM_CORRECTION: Final = read_sql(__package__, "claim_correction")
NOTE_STEP: Final = read_named_sql(__package__, "note_step")
NOTE_PROBLEM: Final = read_named_sql(__package__, "note_problem")
FORGET_CORRECTIONS: Final = read_sql(__package__, "forget_corrections")

STEPS_A_TURN: Final = 16
"""After so many the turn is over, and noted; the next one begins at once."""

FAILED: Final = CorrectionProblem(
    code="internal_error",
    detail="Something went wrong here. What was corrected stays so; the rest follows once that is mended.",
)


class Corrections:
    """Carries out what residents asked for, a step of each in turn."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._store = UploadStore(tools.pool)

    async def turn(self) -> float | None:
        """Some steps; rests when none was left to be taken."""
        for _ in range(STEPS_A_TURN):
            if not await self.step():
                return None
        return 0.0

    async def step(self) -> bool:
        """The next step of the correction whose turn it is; False when there is none.

        What the step writes is on disk before it is noted. A worker that is killed between leaves a step that is found done.
        """
        pool, now = self._tools.pool, self._tools.clock()
        async with pool.acquire() as holder, holder.transaction():
            row = await holder.fetchrow(CLAIM_CORRECTION, now)
            if row is None:
                return False
            item = Item("correction", str(row["correction_id"]), row["resident_id"])
            try:
                with panics_as_errors():
                    await self._take(holder, row, now)
            except InvalidUpload as refused:
                problem = CorrectionProblem(code=refused.code, detail=refused.detail)
                await _note_problem(holder, item, problem, is_over=True, now=now)
            except Exception as error:
                if server_is_gone(error):
                    raise
                await set_aside(pool, item, error, now=now)
                await _note_problem(holder, item, FAILED, is_over=False, now=now)
                return True
            if row["state"] == "failed":
                await mended(holder, [item])
        return True

    async def _take(self, holder: Connection, row: asyncpg.Record, now: datetime) -> None:
        task = Task(
            resident_id=row["resident_id"],
            key=row["key"],
            asked=asked_in(row["kind"], row["asked"]),
            asked_at=row["asked_at"],
            time_zone=row["time_zone"],
            sequence=row["sequence"],
        )
        is_shift = isinstance(task.asked, Shift)
        # A day of the span's begin and end may be in part only.
        days_max = DAYS_SHIFTED_MAX + 2 if is_shift else DAYS_DELETED_AT_ONCE
        pool, day_done = self._tools.pool, row["day_done"]
        days = await days_to_correct(pool, task, days_max=days_max, day_done=day_done)
        samples = 0
        if days:
            step = AT_ONCE if is_shift else f"from {days[0].isoformat()}"
            accepted = await correct_days(pool, self._store, task, days, step=step)
            samples, day_done = accepted.receipt.accepted, days[-1]
        is_over = len(days) < days_max
        if is_over:
            await end_deletion(holder, task, sequence=task.sequence, asked_at=task.asked_at)
        await holder.execute(
            *NOTE_STEP(
                resident_id=task.resident_id,
                correction_id=row["correction_id"],
                days=len(days),
                day_done=day_done,
                samples=samples,
                is_over=is_over,
                now=now,
            )
        )


async def _note_problem(
    connection: Connection, item: Item, problem: CorrectionProblem, *, is_over: bool, now: datetime
) -> None:
    await connection.execute(
        *NOTE_PROBLEM(
            resident_id=item.resident_id,
            correction_id=UUID(item.name),
            problem=msgspec.json.encode(problem).decode(),
            is_over=is_over,
            now=now,
        )
    )


async def forget_old(tools: Tools) -> None:
    """Corrections whose keys nobody can ask for again."""
    await tools.pool.execute(FORGET_CORRECTIONS)


JOBS: Final = (
    Job(
        name="corrections",
        rests_seconds=0.5,
        by_bell=True,
        make=lambda tools: Corrections(tools).turn,
        woken_by=("correction",),
    ),
    Job(
        name="old corrections",
        rests_seconds=HOUR_SECONDS,
        lane="housekeeping",
        is_chore=True,
        make=lambda tools: partial(forget_old, tools),
    ),
)
