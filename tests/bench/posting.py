"""Awards a second by the worker, beside a ledger that posts each transfer in a transaction of its own.

Ours begins with pending days as uploads leave them: claiming, reading the segments, summaries, folding, evaluation of a
preset, posting with hashes and balances, all of it, by one worker. The rival does what TPC-B does, on the same server
and to the same disk: each transfer is a durable transaction that moves two balances and writes a row of history, over
one connection and over eight. It is told what to post; it works nothing out.
"""

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final

import asyncpg
import msgspec
import numpy as np
import uvloop

from device_bridge.wire import Batch
from points.presets import preset_text
from points.programme import Programme, read_programme
from tests.bench.bench_server import bench_server, checkpoint, execute
from tests.bench.http_client import send
from tests.bench.measure import Benchmark, Result, alternate, client_process, compare
from tests.bench.uploads import bench_day, day_times_ms, our_request
from wellness_api.database.pool import open_pool
from wellness_api.health.days.pending import whole_share
from wellness_api.programs.worker.main import collect_seldom
from wellness_api.rewards.awards.programmes import add_programme
from wellness_api.rewards.pending_days.jobs import TURNS_AT_ONCE
from wellness_api.rewards.pending_days.turn import work_off_pending_days

PRESET: Final = "yokohama"
RESIDENTS_PER_ROUND: Final = 600
DAYS: Final = 7
CONNECTIONS: Final = 16
CLAIM_DAYS_MAX: Final = 512
WALKED_MINUTES: Final = 90
RIVAL_SECONDS: Final = 3.0
RIVAL_CLIENTS: Final = (1, 8)
RIVAL_ACCOUNTS: Final = 10_000

TPC_B: Final = f"""
CREATE TABLE IF NOT EXISTS public.bench_account (account integer PRIMARY KEY, balance bigint NOT NULL);
CREATE TABLE IF NOT EXISTS public.bench_history (
    debit integer NOT NULL, credit integer NOT NULL, amount integer NOT NULL, posted_at timestamptz NOT NULL);
INSERT INTO public.bench_account SELECT account, 0 FROM generate_series(0, {RIVAL_ACCOUNTS}) AS account
ON CONFLICT DO NOTHING;
"""


def in_force(day: date) -> Programme:
    """The preset, in force on the days that are sent."""
    return msgspec.structs.replace(
        read_programme(preset_text(PRESET)),
        in_force_from=day - timedelta(days=60),
        in_force_to=None,
        late_window_days=60,
    )


def walks(seed: int, day: date, *, steps_a_minute: int = 80) -> Batch:
    """A day's steps: some walks of one-minute samples, enough for points on most days. `steps_a_minute`: about."""
    random = np.random.default_rng(seed)
    minutes = np.sort(random.choice(np.arange(420, 1320), WALKED_MINUTES, replace=False))
    return Batch(
        metric="steps",
        source="phone:bench",
        times_ms=day_times_ms(day)[minutes].tobytes(),
        values=random.integers(steps_a_minute - 50, steps_a_minute + 50, WALKED_MINUTES)
        .astype(np.float64)
        .tobytes(),
    )


def send_walks(url: str, tokens: list[str], last_day: date, first: int) -> None:
    """A week of each resident, an upload for each day, as they would have come."""
    requests = [
        our_request(
            url,
            token=token,
            key=f"walk-{first + index:09d}-{back}",
            batches=[walks((first + index) * DAYS + back, last_day - timedelta(days=back))],
        )
        for index, token in enumerate(tokens)
        for back in range(DAYS)
    ]
    send(url, requests, connections=CONNECTIONS)


def work_off(database_url: str) -> float:
    """Awards a second until nothing is pending, as the worker process goes about it."""
    collect_seldom()
    return uvloop.run(_work_off(database_url))


async def _work_off(database_url: str) -> float:
    now = datetime.now(UTC)
    pool = await open_pool(database_url, role="wellness_worker", connections_max=TURNS_AT_ONCE)

    async def turns() -> None:
        async with pool.acquire() as connection:
            while await work_off_pending_days(
                connection, share=whole_share(CLAIM_DAYS_MAX), now=now, city_day=now.date()
            ):
                pass

    before = await pool.fetchval("SELECT count(*) FROM rewards.transfer")
    started = time.perf_counter()
    await asyncio.gather(*(turns() for _ in range(TURNS_AT_ONCE)))
    elapsed = time.perf_counter() - started
    after = await pool.fetchval("SELECT count(*) FROM rewards.transfer")
    await pool.close()
    return float(after - before) / elapsed


def transfer_one_by_one(database_url: str, clients: int) -> float:
    """Transfers a second, each its own transaction."""
    return uvloop.run(_transfer(database_url, clients))


async def _transfer(database_url: str, clients: int) -> float:
    random = np.random.default_rng(clients)
    done = 0
    deadline = 0.0

    async def transfer() -> None:
        nonlocal done
        connection = await asyncpg.connect(database_url)
        debit = await connection.prepare(
            "UPDATE public.bench_account SET balance = balance - $2 WHERE account = $1"
        )
        credit = await connection.prepare(
            "UPDATE public.bench_account SET balance = balance + $2 WHERE account = $1"
        )
        history = await connection.prepare(
            "INSERT INTO public.bench_history VALUES ($1, $2, $3, now())"
        )
        while time.perf_counter() < deadline:
            # Every transfer has accounts of its own to move: the budget's row would be waited for by all.
            payer, payee = (
                int(account) for account in random.choice(RIVAL_ACCOUNTS, 2, replace=False)
            )
            async with connection.transaction():
                # In one order, so that two never wait for each other.
                for account in sorted((payer, payee)):
                    await (debit if account == payer else credit).fetchval(account, 1)
                await history.fetchval(payer, payee, 1)
            done += 1
        await connection.close()

    started = time.perf_counter()
    deadline = started + RIVAL_SECONDS
    await asyncio.gather(*(transfer() for _ in range(clients)))
    return done / (time.perf_counter() - started)


def run(rounds: int) -> list[Result]:
    """Alternates the sides; the days are uploaded before the clock starts."""
    day = bench_day()
    results: list[Result] = []
    with (
        client_process() as client,
        bench_server(RESIDENTS_PER_ROUND * rounds * len(RIVAL_CLIENTS)) as server,
    ):
        execute(server.database_url, *TPC_B.strip().split(";\n"))
        asyncio.run(_put_in_force(server.database_url, in_force(day)))
        for part, clients in enumerate(RIVAL_CLIENTS):

            def ours(number: int, part: int = part) -> float:
                first = (part * rounds + number) * RESIDENTS_PER_ROUND
                tokens = server.tokens[first : first + RESIDENTS_PER_ROUND]
                client.apply(send_walks, (server.url, tokens, day, first))
                return client.apply(work_off, (server.database_url,))

            def rival(_number: int, clients: int = clients) -> float:
                return client.apply(transfer_one_by_one, (server.database_url, clients))

            mine, theirs = alternate(
                rounds,
                before_each=partial(checkpoint, server.database_url),
                ours=ours,
                rival=rival,
            )
            results.append(
                compare(
                    "posting_awards_per_second",
                    ours=mine,
                    rival=theirs,
                    rival_name=f"a transaction each, {clients} client{'s' if clients > 1 else ''}",
                    unit="awards/s",
                    higher_is_better=True,
                )
            )
    return results


async def _put_in_force(database_url: str, programme: Programme) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await add_programme(connection, programme)
    finally:
        await connection.close()


BENCHMARK: Final = Benchmark(name="posting", run=run)
