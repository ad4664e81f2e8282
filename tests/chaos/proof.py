"""After the last blow: everything is let run dry, and what was acknowledged is compared with what is there."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

import asyncpg

from tests.chaos.recorder import Recorder
from tests.chaos.server import Server
from tests.processes import run
from wellness_api.health.metrics.catalogue import STEPS
from wellness_api.health.samples.digests import digest

DRY_SECONDS_MAX = 180.0
LEDGER_TRIES_MAX = 5
LOOK_SECONDS = 0.2

PENDING = "SELECT count(*) FROM health.pending_day"
SET_ASIDE = "SELECT kind, item, reason FROM work.set_aside"
STORED = "SELECT resident_id, idempotency_key, count(*) FROM health.upload GROUP BY 1, 2"
ARRIVED = "SELECT EXISTS (SELECT FROM health.upload WHERE resident_id = $1)"
COUNTED = "SELECT resident_id, day, value FROM health.day_summary WHERE figure = $1"
"""A minute's steps each, so a day that says more or less than was acknowledged counted something twice, or never."""


async def until(condition: Callable[[], Awaitable[bool]], what: str, recorder: Recorder) -> None:
    """Waits for what must come; that it does not is a finding."""
    deadline = time.monotonic() + DRY_SECONDS_MAX
    while not await condition():
        if time.monotonic() > deadline:
            recorder.note_finding(f"not within {DRY_SECONDS_MAX:g} s: {what}")
            return
        await asyncio.sleep(LOOK_SECONDS)


async def empty_outbox(server: Server, card_holder: int, recorder: Recorder) -> None:
    """The gateway has measured, has sent all of it, and the server refused nothing of it."""
    outbox = server.settings.var_dir / "demo" / "gateway.sqlite"

    def count(table: str) -> int:
        with closing(sqlite3.connect(f"file:{outbox}?mode=ro", uri=True)) as kept:
            (rows,) = kept.execute(f"SELECT count(*) FROM {table}").fetchone()
            return int(rows)

    async def is_empty() -> bool:
        return count("reading") == 0 and await has_arrived()

    async def has_arrived() -> bool:
        connection = await asyncpg.connect(server.settings.database_url)
        try:
            return bool(await connection.fetchval(ARRIVED, card_holder))
        finally:
            await connection.close()

    await until(is_empty, "the gateway has sent what it measured", recorder)
    if refused := count("refused"):
        recorder.note_finding(f"{refused} uploads of the gateway were put aside")


async def compare(database_url: str, recorder: Recorder) -> None:
    """Every upload of the recorder is there once, and its steps count once."""
    connection = await asyncpg.connect(database_url)
    try:

        async def is_dry() -> bool:
            return int(await connection.fetchval(PENDING)) == 0

        await until(is_dry, "no day waits for the worker", recorder)
        for row in await connection.fetch(SET_ASIDE):
            recorder.note_finding(f"{row['kind']} {row['item']} was set aside: {row['reason']}")
        stored = {tuple(row)[:2]: row["count"] for row in await connection.fetch(STORED)}
        counted = {
            tuple(row)[:2]: row["value"] for row in await connection.fetch(COUNTED, STEPS.number)
        }
    finally:
        await connection.close()
    expected: Counter[Any] = Counter()
    for sent, _ in recorder.receipts.values():
        if stored.get((sent.resident_id, digest(sent.key.encode()))) != 1:
            recorder.note_finding(f"{sent.key} was acknowledged and is not there")
        expected[sent.resident_id, sent.day] += sent.steps
    for (resident_id, day), steps in expected.items():
        if counted.get((resident_id, day)) != steps:
            recorder.note_finding(
                f"resident {resident_id}, {day}: {steps} steps were acknowledged, {counted.get((resident_id, day))} count"
            )


async def prove_ledger(server: Server, recorder: Recorder) -> None:
    """`ledger verify` and `ledger prove`, as the operator runs them."""
    for command in ("verify", "prove"):
        said = ""
        for _ in range(LEDGER_TRIES_MAX):
            ended = await asyncio.to_thread(
                run, "ledger", command, settings=server.environment, seconds_max=DRY_SECONDS_MAX
            )
            said = ended.stdout + ended.stderr
            if ended.returncode == 0 and "wait for the worker" not in said:
                break
            await asyncio.sleep(1)
        else:
            recorder.note_finding(f"ledger {command}: {said}")
