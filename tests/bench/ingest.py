"""Durable ingest over HTTP, beside asyncpg COPY of the same samples into one row per sample.

Each side's client is a process of its own and sends the same uploads: one resident's day of heart rate, a sample a
minute, each upload its own durable transaction, over the same number of connections. Ours goes through HTTP, sign-in,
checks and receipts; COPY goes straight into the table, which has its primary key and nothing else. The worker does
not run while the clock does: COPY has none either. The bytes are weighed when it has emptied its queue.
"""

import asyncio
import time
from datetime import date
from functools import partial
from typing import Final

import asyncpg
import uvloop

from tests.bench.bench_server import bench_server, checkpoint, execute, let_worker_catch_up
from tests.bench.http_client import send
from tests.bench.measure import (
    Benchmark,
    Result,
    Round,
    alternate,
    client_process,
    compare,
    compare_rounds,
    round_of,
)
from tests.bench.uploads import (
    METRIC_NUMBER,
    SAMPLES_PER_DAY,
    SOURCE_NUMBER,
    bench_day,
    day_times_ms,
    moments,
    noisy_heart_rate,
    our_request,
    packed,
)

UPLOADS_PER_ROUND: Final = 1_500
CONNECTIONS: Final = 16
WARM_UP: Final = 100

ROWS_TABLE: Final = """
CREATE TABLE IF NOT EXISTS public.bench_sample (
    resident_id bigint NOT NULL, metric smallint NOT NULL, source smallint NOT NULL,
    time timestamptz NOT NULL, value double precision NOT NULL,
    PRIMARY KEY (resident_id, metric, source, time))
"""


def days_as_requests(url: str, tokens: list[str], day: date, first: int) -> list[bytes]:
    """An upload for each token, as MessagePack with packed columns."""
    times = day_times_ms(day)
    return [
        our_request(
            url,
            token=token,
            key=f"bench-{first + index:012d}",
            batches=[packed(times, noisy_heart_rate(first + index))],
        )
        for index, token in enumerate(tokens)
    ]


def send_days(url: str, tokens: list[str], day: date, first: int) -> Round:
    """Our side: a day for each token."""
    sent = send(url, days_as_requests(url, tokens, day, first), connections=CONNECTIONS)
    return round_of(len(tokens) * SAMPLES_PER_DAY, sent.elapsed_seconds, sent.latencies_seconds)


def copy_days(database_url: str, count: int, day: date, first: int) -> Round:
    """The rival's side: the same days."""
    return uvloop.run(_copy_all(database_url, count, day, first))


async def _copy_all(database_url: str, count: int, day: date, first: int) -> Round:
    """The rival: records are made before the clock starts."""
    times = moments(day_times_ms(day))
    records = [
        [
            (first + index, METRIC_NUMBER, SOURCE_NUMBER, moment, value)
            for moment, value in zip(times, noisy_heart_rate(first + index).tolist(), strict=True)
        ]
        for index in range(count)
    ]
    todo = iter(records)
    latencies: list[float] = []
    async with asyncpg.create_pool(
        database_url, min_size=CONNECTIONS, max_size=CONNECTIONS
    ) as pool:

        async def copy() -> None:
            async with pool.acquire() as connection:
                for rows in todo:
                    started = time.perf_counter()
                    await connection.copy_records_to_table(
                        "bench_sample", records=rows, schema_name="public"
                    )
                    latencies.append(time.perf_counter() - started)

        started = time.perf_counter()
        await asyncio.gather(*(copy() for _ in range(CONNECTIONS)))
        elapsed = time.perf_counter() - started
    return round_of(count * SAMPLES_PER_DAY, elapsed, latencies)


async def _bytes_on_disk(database_url: str) -> tuple[int, int]:
    """Tables and indexes: ours (segments and receipts), and the rows'.

    The queue of pending days is empty by now. What room its files keep depends on how long it was, not on the samples.
    """
    connection = await asyncpg.connect(database_url)
    try:
        waiting = await connection.fetchval("SELECT count(*) FROM health.pending_day")
        assert waiting == 0, "the worker has caught up"
        row = await connection.fetchrow(
            "SELECT (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('health.segment'))"
            " + pg_total_relation_size('health.upload') AS ours,"
            " pg_total_relation_size('public.bench_sample') AS rival"
        )
        assert row is not None, "the statement always gives one row"
        return int(row["ours"]), int(row["rival"])
    finally:
        await connection.close()


def run(rounds: int) -> list[Result]:
    """Alternates the sides for so many rounds after a warm-up of each."""
    day = bench_day()
    count = UPLOADS_PER_ROUND * rounds + WARM_UP
    with client_process() as client, bench_server(count) as server:
        execute(server.database_url, ROWS_TABLE)

        def ours(first: int, uploads: int) -> Round:
            tokens = server.tokens[first : first + uploads]
            return client.apply(send_days, (server.url, tokens, day, first))

        def rival(first: int, uploads: int) -> Round:
            return client.apply(copy_days, (server.database_url, uploads, day, first))

        ours(0, WARM_UP)
        rival(0, WARM_UP)
        mine, theirs = alternate(
            rounds,
            before_each=partial(checkpoint, server.database_url),
            ours=lambda number: ours(WARM_UP + number * UPLOADS_PER_ROUND, UPLOADS_PER_ROUND),
            rival=lambda number: rival(WARM_UP + number * UPLOADS_PER_ROUND, UPLOADS_PER_ROUND),
        )
        let_worker_catch_up(server)
        bytes_ours, bytes_rival = asyncio.run(_bytes_on_disk(server.database_url))
    samples = count * SAMPLES_PER_DAY
    size = compare(
        "ingest_bytes_per_sample",
        ours=[bytes_ours / samples],
        rival=[bytes_rival / samples],
        rival_name="rows with primary key",
        unit="B/sample",
        higher_is_better=False,
    )
    return [
        *compare_rounds(
            "ingest", ours=mine, rival=theirs, rival_name="asyncpg COPY into rows", of="samples"
        ),
        size,
    ]


BENCHMARK: Final = Benchmark(name="ingest", run=run)
