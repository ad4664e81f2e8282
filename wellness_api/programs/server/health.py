"""For load balancers and dashboards: whether the process is alive and ready, and its metrics."""

import asyncio
from typing import Final

import asyncpg
import msgspec
from litestar import MediaType, Response, get
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from redis.exceptions import RedisError

from wellness_api.database.clock import read_clock
from wellness_api.database.errors import SERVER_GONE, server_is_gone
from wellness_api.http.operations import goes
from wellness_api.http.services import AnyRequest, Services, services_of

DATABASE_UP: Final = Gauge("wellness_database_up", "1 when the database answered, else 0")
CLOCK_APART: Final = Gauge(
    "wellness_clock_apart_seconds", "How far this process's clock is ahead of the database's"
)

REDIS_SECONDS_MAX: Final = 1.0
"""A Redis that does not answer by then counts as down."""


class Health(msgspec.Struct, kw_only=True):
    """Whether the process answers."""

    status: str


class Readiness(msgspec.Struct, kw_only=True):
    """Whether requests can be served: the database is `ok`, and not `unreachable`, or `read_only` like a standby.

    Requests can be served without Redis; live updates are then slower. `clock`: `ok`, `apart` when it differs from the
    database's, or `unknown`. `schema`: `ok`, `differs` when the database has another version than the process, or
    `unknown`.
    """

    status: str
    database: str
    redis: str
    clock: str
    schema: str


@get(
    "/healthz",
    operation_id="alive",
    summary="Whether the process answers",
    tags=["operation"],
    **goes("always"),
)
async def alive() -> Health:
    """Alive."""
    return Health(status="ok")


@get(
    "/readyz",
    operation_id="ready",
    summary="Whether requests can be served",
    tags=["operation"],
    **goes("always"),
)
async def ready(request: AnyRequest) -> Response[Readiness]:
    """Ready when the database answers, has the same time, has the tables and functions of this version, and accepts
    writes; a standby does not.
    """
    services = services_of(request)
    redis = "ok"
    try:
        async with asyncio.timeout(REDIS_SECONDS_MAX):
            await services.redis.ping()
    except (RedisError, OSError):
        redis = "unreachable"
    try:
        database = await services.probe.ask()
    except (*SERVER_GONE, asyncpg.PostgresError):
        return _answer(database="unreachable", redis=redis, clock="unknown", schema="unknown")
    return _answer(
        database="read_only" if database.is_read_only else "ok",
        redis=redis,
        clock="ok" if database.clock.agrees else "apart",
        schema="ok" if database.schema_agrees else "differs",
    )


def _answer(*, database: str, redis: str, clock: str, schema: str) -> Response[Readiness]:
    is_ready = database == clock == schema == "ok"
    return Response(
        Readiness(
            status="ready" if is_ready else "not_ready",
            database=database,
            redis=redis,
            clock=clock,
            schema=schema,
        ),
        status_code=HTTP_200_OK if is_ready else HTTP_503_SERVICE_UNAVAILABLE,
    )


@get(
    "/metrics",
    operation_id="prometheusMetrics",
    summary="Figures for Prometheus",
    tags=["operation"],
    media_type=MediaType.TEXT,
    **goes("always"),
)
async def metrics(request: AnyRequest) -> Response[bytes]:
    """The process's figures, and the figures that capabilities read from the database. While the database is gone these
    stay as they were.
    """
    services = services_of(request)
    try:
        for set_figures in services.figures:
            await set_figures(services)
    except SERVER_GONE as error:
        if not server_is_gone(error):
            raise
        DATABASE_UP.set(0)
    else:
        DATABASE_UP.set(1)
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def set_clock_apart(services: Services) -> None:
    """Sets a figure of this process alone."""
    clock = await read_clock(services.pool, services.clock())
    CLOCK_APART.set(clock.apart.total_seconds())
