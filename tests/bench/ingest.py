"""Durable ingest over HTTP, beside asyncpg COPY of the same samples into one row per sample.

Each side's client is a process of its own and sends the same uploads: one resident's day of heart rate, a sample a
minute, each upload its own durable transaction, over the same number of connections. Ours goes through HTTP, sign-in,
checks and receipts; COPY goes straight into the table, which has its primary key and nothing else. The worker does
not run while the clock does: COPY has none either. The bytes are weighed when it has emptied its queue.
"""

import asyncio
import multiprocessing
import re
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import asyncpg
import msgspec
import numpy as np
import uvloop
from numpy.typing import NDArray

from device_bridge.wire import MESSAGEPACK, Batch, Upload
from tests.bench.measure import Benchmark, Result, compare
from wellness_api.identity.enrolment import NewResident, enrol_residents, give_tokens
from wellness_api.settings import Settings
from wellness_api.start.children import children
from wellness_api.start.databases import databases
from wellness_api.start.obstacles import free_port
from wellness_api.start.up import prepare, wait_until_ready

UPLOADS_PER_ROUND: Final = 1_500
SAMPLES_PER_UPLOAD: Final = 1_440
CONNECTIONS: Final = 16
WARM_UP: Final = 100
SETTLED_LOOK_SECONDS: Final = 0.2

ROWS_TABLE: Final = """
CREATE TABLE IF NOT EXISTS public.bench_sample (
    resident_id bigint NOT NULL, metric smallint NOT NULL, source smallint NOT NULL,
    time timestamptz NOT NULL, value double precision NOT NULL,
    PRIMARY KEY (resident_id, metric, source, time))
"""


class Round(NamedTuple):
    """What one side did in one round."""

    samples_per_second: float
    p50_ms: float
    p99_ms: float


def noisy_heart_rate(seed: int) -> NDArray[np.float64]:
    """A day's heart rate, one whole number a minute: a slow wander with noise on top."""
    random = np.random.default_rng(seed)
    wander = np.cumsum(random.normal(0, 0.6, SAMPLES_PER_UPLOAD))
    wander -= np.linspace(0, wander[-1], SAMPLES_PER_UPLOAD)
    return np.clip(np.rint(72 + wander + random.normal(0, 3, SAMPLES_PER_UPLOAD)), 40, 200)


def day_times_ms(day: date) -> NDArray[np.int64]:
    """The minutes of the day, Asia/Tokyo, in Unix milliseconds."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=9)
    return round(start.timestamp() * 1000) + np.arange(SAMPLES_PER_UPLOAD, dtype=np.int64) * 60_000


def _requests(url: str, tokens: list[str], day: date, first: int) -> list[bytes]:
    """Whole HTTP requests: an upload as MessagePack with packed columns for each token."""
    times = day_times_ms(day).tobytes()
    requests = []
    for index, token in enumerate(tokens):
        batch = Batch(
            metric="heart_rate",
            source="watch:bench",
            times_ms=times,
            values=noisy_heart_rate(first + index).tobytes(),
        )
        body = msgspec.msgpack.encode(Upload(batches=[batch]))
        head = (
            f"POST /v1/uploads HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n"
            f"Authorization: Bearer {token}\r\nIdempotency-Key: bench-{first + index:012d}\r\n"
            f"Content-Type: {MESSAGEPACK}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        requests.append(head.encode() + body)
    return requests


async def _send_all(url: str, tokens: list[str], day: date, first: int) -> Round:
    """Ours. Requests are made before the clock starts, by a client that is light, since it shares our two cores."""
    requests = _requests(url, tokens, day, first)
    todo = iter(range(len(tokens)))
    latencies: list[float] = []
    address = urlsplit(url)

    async def send() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for index in todo:
            started = time.perf_counter()
            writer.write(requests[index])
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(re.search(rb"content-length: (\d+)", head)[1])
            answer = await reader.readexactly(length)
            assert head.startswith(b"HTTP/1.1 201"), (head, answer)
            latencies.append(time.perf_counter() - started)
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(send() for _ in range(CONNECTIONS)))
    elapsed = time.perf_counter() - started
    return _round(len(tokens), elapsed, latencies)


async def _copy_all(database_url: str, count: int, day: date, first: int) -> Round:
    """The rival: records are made before the clock starts."""
    times = [datetime.fromtimestamp(ms / 1000, UTC) for ms in day_times_ms(day).tolist()]
    records = [
        [
            (first + index, 2, 1, moment, value)
            for moment, value in zip(times, noisy_heart_rate(first + index).tolist(), strict=True)
        ]
        for index in range(count)
    ]
    todo = iter(range(count))
    latencies: list[float] = []
    async with asyncpg.create_pool(
        database_url, min_size=CONNECTIONS, max_size=CONNECTIONS
    ) as pool:

        async def copy() -> None:
            async with pool.acquire() as connection:
                for index in todo:
                    started = time.perf_counter()
                    await connection.copy_records_to_table(
                        "bench_sample", records=records[index], schema_name="public"
                    )
                    latencies.append(time.perf_counter() - started)

        started = time.perf_counter()
        await asyncio.gather(*(copy() for _ in range(CONNECTIONS)))
        elapsed = time.perf_counter() - started
    return _round(count, elapsed, latencies)


def _round(uploads: int, elapsed: float, latencies: list[float]) -> Round:
    cuts = statistics.quantiles(latencies, n=100)
    return Round(uploads * SAMPLES_PER_UPLOAD / elapsed, cuts[49] * 1000, cuts[98] * 1000)


def _client_ours(url: str, tokens: list[str], day: date, first: int) -> Round:
    return uvloop.run(_send_all(url, tokens, day, first))


def _client_rival(database_url: str, count: int, day: date, first: int) -> Round:
    return uvloop.run(_copy_all(database_url, count, day, first))


async def _enrol(database_url: str, count: int) -> list[str]:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(ROWS_TABLE)
        ids = await enrol_residents(
            connection,
            [NewResident("bench", 1970, "other", "bench")] * count,
            time_zone="Asia/Tokyo",
        )
        return await give_tokens(connection, ids, expires_at=datetime.now(UTC) + timedelta(hours=1))
    finally:
        await connection.close()


async def _checkpoint(database_url: str) -> None:
    """Writes out what is left of the round before, so that no side pays for the other's."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


async def _bytes_on_disk(database_url: str) -> tuple[int, int]:
    """Tables and indexes: ours (segments, receipts, the queue of pending days), and the rows'."""
    connection = await asyncpg.connect(database_url)
    try:
        while await connection.fetchval("SELECT EXISTS (SELECT FROM health.pending_day)"):
            await asyncio.sleep(SETTLED_LOOK_SECONDS)
        await connection.execute("VACUUM health.pending_day")
        row = await connection.fetchrow(
            "SELECT (SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('health.segment'))"
            " + pg_total_relation_size('health.upload') + pg_total_relation_size('health.pending_day') AS ours,"
            " pg_total_relation_size('public.bench_sample') AS rival"
        )
        assert row is not None, "the statement always gives one row"
        return int(row["ours"]), int(row["rival"])
    finally:
        await connection.close()


def run(rounds: int) -> list[Result]:
    """Alternates the sides for so many rounds after a warm-up of each."""
    day = datetime.now(UTC).date() - timedelta(days=2)
    count = UPLOADS_PER_ROUND * rounds + WARM_UP
    pool = multiprocessing.get_context("spawn").Pool(1)
    with tempfile.TemporaryDirectory(prefix="wellness-bench-") as folder, pool as client:
        settings = Settings(var_dir=Path(folder), port=free_port())
        with databases(settings) as complete, children(complete) as started:
            assert complete.database_url is not None, "databases() gives one"
            asyncio.run(prepare(complete.database_url))
            tokens = asyncio.run(_enrol(complete.database_url, count))
            started.start("api", ["serve"])
            wait_until_ready(complete, started)
            url = f"http://{complete.host}:{complete.port}"
            client.apply(_client_ours, (url, tokens[:WARM_UP], day, 0))
            client.apply(_client_rival, (complete.database_url, WARM_UP, day, 0))
            ours, rival = [], []
            for number in range(rounds):
                first = WARM_UP + number * UPLOADS_PER_ROUND
                part = tokens[first : first + UPLOADS_PER_ROUND]
                asyncio.run(_checkpoint(complete.database_url))
                ours.append(client.apply(_client_ours, (url, part, day, first)))
                asyncio.run(_checkpoint(complete.database_url))
                rival.append(
                    client.apply(_client_rival, (complete.database_url, len(part), day, first))
                )
            started.start("worker", ["work"])
            bytes_ours, bytes_rival = asyncio.run(_bytes_on_disk(complete.database_url))
    samples = count * SAMPLES_PER_UPLOAD
    speed, p50, p99 = (
        compare(
            f"ingest_{field}",
            ours=[getattr(each, field) for each in ours],
            rival=[getattr(each, field) for each in rival],
            rival_name="asyncpg COPY into rows",
            unit=unit,
            higher_is_better=field == "samples_per_second",
        )
        for field, unit in (("samples_per_second", "samples/s"), ("p50_ms", "ms"), ("p99_ms", "ms"))
    )
    size = compare(
        "ingest_bytes_per_sample",
        ours=[bytes_ours / samples],
        rival=[bytes_rival / samples],
        rival_name="rows with primary key",
        unit="B/sample",
        higher_is_better=False,
    )
    return [speed, p50, p99, size]


BENCHMARK: Final = Benchmark(name="ingest", run=run)
