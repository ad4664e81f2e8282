"""Ingest when half of the uploads send again what was sent before, beside asyncpg COPY and an upsert.

Uploads come in pairs for the same resident and day. The first has the minutes 0 to 1,079. The second has 360 to 1,439:
a third of it is sent again as it was, a third is edited, at random minutes and with a greater revision, a third is new.
So ours reads what is stored, compares, and stores the rest. All first uploads are sent, then all second ones.

The rival copies each upload into a temporary table and upserts from there into one row a sample, in one durable
transaction. It keeps no revisions (who writes last wins) and leaves rows alone whose value is the same: both in its
favour.
"""

import asyncio
import time
from datetime import date, datetime
from functools import partial
from typing import Final, NamedTuple

import asyncpg
import msgspec
import numpy as np
import uvloop
from numpy.typing import NDArray

from device_bridge.wire import Receipt
from tests.bench.bench_server import bench_server, checkpoint, execute
from tests.bench.http_client import send
from tests.bench.ingest import CONNECTIONS, ROWS_TABLE
from tests.bench.measure import (
    Benchmark,
    Result,
    Round,
    alternate,
    client_process,
    compare_rounds,
    round_of,
)
from tests.bench.uploads import (
    METRIC_NUMBER,
    SOURCE_NUMBER,
    bench_day,
    day_times_ms,
    moments,
    noisy_heart_rate,
    our_request,
    packed,
)

PAIRS_PER_ROUND: Final = 600
WARM_UP: Final = 50

FIRST: Final = slice(0, 1_080)
SECOND: Final = slice(360, 1_440)
SAMPLES_PER_UPLOAD: Final = 1_080
EDITED: Final = 360
"""Of the 720 minutes that both uploads have; the other half is sent again unchanged."""

REVISION: Final = 1

STAGING_TABLE: Final = """
CREATE TEMPORARY TABLE bench_incoming (LIKE public.bench_sample) ON COMMIT DELETE ROWS
"""
UPSERT: Final = """
INSERT INTO public.bench_sample AS kept SELECT * FROM bench_incoming
ON CONFLICT (resident_id, metric, source, time) DO UPDATE SET value = excluded.value
WHERE kept.value IS DISTINCT FROM excluded.value
"""

Row = tuple[int, int, int, datetime, float]


class Pair(NamedTuple):
    """A resident's day as first measured, and as edited: `edited` are the places of the changed values."""

    measured: NDArray[np.float64]
    corrected: NDArray[np.float64]
    edited: NDArray[np.bool_]


def _pair(seed: int) -> Pair:
    measured = noisy_heart_rate(seed)
    edited = np.zeros(len(measured), np.bool_)
    both = np.arange(SECOND.start, FIRST.stop)
    edited[np.random.default_rng(seed).choice(both, EDITED, replace=False)] = True
    return Pair(measured, measured + edited, edited)


def _send_pairs(url: str, tokens: list[str], day: date, first: int) -> Round:
    """Ours. What is sent again and what is new has revision 0, as the first time; the edits come as a second batch."""
    times = day_times_ms(day)
    firsts, seconds = [], []
    for index, token in enumerate(tokens):
        pair, name = _pair(first + index), f"{first + index:012d}"
        unedited = ~pair.edited[SECOND]
        firsts.append(
            our_request(
                url,
                token=token,
                key=f"first-{name}",
                batches=[packed(times[FIRST], pair.measured[FIRST])],
            )
        )
        seconds.append(
            our_request(
                url,
                token=token,
                key=f"second-{name}",
                batches=[
                    packed(times[SECOND][unedited], pair.measured[SECOND][unedited]),
                    packed(times[pair.edited], pair.corrected[pair.edited], revision=REVISION),
                ],
            )
        )
    sent = send(url, firsts + seconds, connections=CONNECTIONS)
    receipts = [msgspec.json.decode(answer, type=Receipt) for answer in sent.answers]
    resent = FIRST.stop - SECOND.start
    assert sum(receipt.duplicate for receipt in receipts) == len(tokens) * (resent - EDITED)
    assert sum(receipt.refused for receipt in receipts) == 0
    return round_of(
        len(receipts) * SAMPLES_PER_UPLOAD, sent.elapsed_seconds, sent.latencies_seconds
    )


def _upsert_pairs(database_url: str, count: int, day: date, first: int) -> Round:
    return uvloop.run(_upsert_all(database_url, count, day, first))


async def _upsert_all(database_url: str, count: int, day: date, first: int) -> Round:
    """The rival: records and temporary tables are made before the clock starts."""
    times = moments(day_times_ms(day))
    firsts: list[list[Row]] = []
    seconds: list[list[Row]] = []
    for resident in range(first, first + count):
        pair = _pair(resident)
        for uploads, part, values in (
            (firsts, FIRST, pair.measured),
            (seconds, SECOND, pair.corrected),
        ):
            uploads.append(
                [
                    (resident, METRIC_NUMBER, SOURCE_NUMBER, moment, value)
                    for moment, value in zip(times[part], values[part].tolist(), strict=True)
                ]
            )
    todo = iter(firsts + seconds)
    latencies: list[float] = []
    async with asyncpg.create_pool(
        database_url, min_size=CONNECTIONS, max_size=CONNECTIONS, init=_make_staging_table
    ) as pool:

        async def upsert() -> None:
            async with pool.acquire() as connection:
                for records in todo:
                    started = time.perf_counter()
                    async with connection.transaction():
                        await connection.copy_records_to_table("bench_incoming", records=records)
                        await connection.execute(UPSERT)
                    latencies.append(time.perf_counter() - started)

        started = time.perf_counter()
        await asyncio.gather(*(upsert() for _ in range(CONNECTIONS)))
        elapsed = time.perf_counter() - started
    return round_of(2 * count * SAMPLES_PER_UPLOAD, elapsed, latencies)


async def _make_staging_table(connection: asyncpg.Connection) -> None:
    await connection.execute(STAGING_TABLE)


def run(rounds: int) -> list[Result]:
    """Alternates the sides for so many rounds after a warm-up of each."""
    day = bench_day()
    with (
        client_process() as client,
        bench_server(PAIRS_PER_ROUND * rounds + WARM_UP) as server,
    ):
        execute(server.database_url, ROWS_TABLE)

        def ours(first: int, pairs: int) -> Round:
            tokens = server.tokens[first : first + pairs]
            return client.apply(_send_pairs, (server.url, tokens, day, first))

        def rival(first: int, pairs: int) -> Round:
            return client.apply(_upsert_pairs, (server.database_url, pairs, day, first))

        ours(0, WARM_UP)
        rival(0, WARM_UP)
        mine, theirs = alternate(
            rounds,
            before_each=partial(checkpoint, server.database_url),
            ours=lambda number: ours(WARM_UP + number * PAIRS_PER_ROUND, PAIRS_PER_ROUND),
            rival=lambda number: rival(WARM_UP + number * PAIRS_PER_ROUND, PAIRS_PER_ROUND),
        )
    return compare_rounds(
        "ingest_resent",
        ours=mine,
        rival=theirs,
        rival_name="asyncpg COPY and upsert into rows",
        of="samples",
    )


BENCHMARK: Final = Benchmark(name="ingest_resent", run=run)
