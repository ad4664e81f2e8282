"""For load balancers and dashboards: alive, ready, metrics."""

import asyncio
from typing import Final

import asyncpg
import msgspec
from litestar import MediaType, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from redis.exceptions import RedisError

from wellness_api.database.clock import read_clock
from wellness_api.database.errors import SERVER_GONE, server_is_gone
from wellness_api.http.services import AnyRequest, Services, services_of
from wellness_api.rewards.proof.last_check import last_check
from wellness_api.work.set_aside.items import KINDS
from wellness_api.work.set_aside.listing import COUNT

DATABASE_UP: Final = Gauge("wellness_database_up", "1 when the database answered, else 0")
PENDING_DAYS: Final = Gauge("wellness_pending_days", "Days that the worker has still to take in")
"""Estimated from the table's statistics: counting would cost more than it tells."""

SET_ASIDE: Final = Gauge(
    "wellness_set_aside", "Items of work that failed alone and were set aside", ["kind"]
)
LEDGER_DIFFERENCES: Final = Gauge(
    "wellness_ledger_differences",
    "Residents' balances, residents' chains, awards and redemptions that differ by the last check of the ledger",
    ["what"],
)
LEDGER_CHECKED_AT: Final = Gauge(
    "wellness_ledger_checked_timestamp_seconds", "When the worker last checked the whole ledger"
)

CLOCK_APART: Final = Gauge(
    "wellness_clock_apart_seconds", "How far this process's clock is ahead of the database's"
)
LEDGER_DAY_WAITS: Final = Gauge(
    "wellness_ledger_day_waits",
    "1 for the reason why the worker does not open the ledger's next day, else 0",
    ["reason"],
)
WAIT_REASONS: Final = ("clocks_apart", "days_missing", "day_is_past")
DAY_WAITS: Final = "SELECT reason FROM rewards.day_waiting"

REDIS_SECONDS_MAX: Final = 1.0


class Health(msgspec.Struct, kw_only=True):
    """Whether the process answers."""

    status: str


class Readiness(msgspec.Struct, kw_only=True):
    """Whether requests can be served: the database is `ok`, and not `unreachable`, or `read_only` as a standby is.

    Without Redis they can; live updates are then slower. `clock`: `ok`, `apart` when it is not the database's, or
    `unknown`.
    """

    status: str
    database: str
    redis: str
    clock: str


@get("/healthz", operation_id="alive", summary="Whether the process answers", tags=["operation"])
async def alive() -> Health:
    """Alive."""
    return Health(status="ok")


@get("/readyz", operation_id="ready", summary="Whether requests can be served", tags=["operation"])
async def ready(request: AnyRequest) -> Response[Readiness]:
    """Ready when the database answers, says the same time, and takes what is written; a standby does not."""
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
        return _not_ready("unreachable", redis, "unknown")
    if database.is_read_only:
        return _not_ready("read_only", redis, "ok" if database.clock.agrees else "apart")
    if not database.clock.agrees:
        return _not_ready("ok", redis, "apart")
    return Response(Readiness(status="ready", database="ok", redis=redis, clock="ok"))


def _not_ready(database: str, redis: str, clock: str) -> Response[Readiness]:
    return Response(
        Readiness(status="not_ready", database=database, redis=redis, clock=clock), status_code=503
    )


@get(
    "/metrics",
    operation_id="prometheusMetrics",
    summary="Figures for Prometheus",
    tags=["operation"],
    media_type=MediaType.TEXT,
)
async def metrics(request: AnyRequest) -> Response[bytes]:
    """The process's figures, the length of the worker's queue, and what the last check of the ledger found."""
    try:
        await _read_figures(services_of(request))
    except SERVER_GONE as error:
        if not server_is_gone(error):
            raise
        DATABASE_UP.set(0)
    else:
        DATABASE_UP.set(1)
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _read_figures(services: Services) -> None:
    """Figures that the database keeps; with it gone they stay as they were."""
    pool = services.pool
    checked = await last_check(pool)
    if checked is not None:
        LEDGER_CHECKED_AT.set(checked["checked_at"].timestamp())
        for what in ("balances", "chains", "awards", "redemptions"):
            LEDGER_DIFFERENCES.labels(what).set(checked[what])
    estimate = await pool.fetchval(
        "SELECT n_live_tup FROM pg_stat_user_tables WHERE relid = 'health.pending_day'::regclass"
    )
    PENDING_DAYS.set(estimate or 0)
    clock = await read_clock(pool, services.clock())
    CLOCK_APART.set(clock.apart.total_seconds())
    waits = await pool.fetchval(DAY_WAITS)
    for reason in WAIT_REASONS:
        LEDGER_DAY_WAITS.labels(reason).set(reason == waits)
    items = {row["kind"]: row["items"] for row in await pool.fetch(COUNT)}
    for kind in KINDS:
        SET_ASIDE.labels(kind).set(items.get(kind, 0))
