"""The rival of `read_day`: a resident's day by primary key from one row a sample, and nothing around it.

A minimal litestar app in a process of its own: asyncpg, msgspec's JSON, no sign-in, no choice of formats, one source.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import asyncpg
import msgspec
from litestar import Litestar, get
from litestar.datastructures import State

CONNECTIONS_MAX: Final = 16
"""As many as the benchmark's clients, so that no request waits for one."""

DAY_BY_KEY: Final = """
SELECT time, value FROM public.bench_sample
WHERE resident_id = $1 AND metric = $2 AND source = $3 AND time >= $4 AND time < $5
ORDER BY time
"""


class Sample(msgspec.Struct):
    time: datetime
    value: float


@asynccontextmanager
async def pool_of(app: Litestar) -> AsyncIterator[None]:
    async with asyncpg.create_pool(
        os.environ["BENCH_DATABASE_URL"], min_size=CONNECTIONS_MAX, max_size=CONNECTIONS_MAX
    ) as pool:
        app.state.pool = pool
        yield


@get("/samples")
async def get_samples(
    state: State, resident_id: int, metric: int, source: int, start: datetime, end: datetime
) -> list[Sample]:
    rows = await state.pool.fetch(DAY_BY_KEY, resident_id, metric, source, start, end)
    return [Sample(time, value) for time, value in rows]


app = Litestar([get_samples], lifespan=[pool_of], openapi_config=None, logging_config=None)
