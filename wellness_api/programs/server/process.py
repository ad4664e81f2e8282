"""The API process."""

import asyncio
import gc
import resource
from typing import Any, Final

import asyncpg
import structlog
import uvicorn

from wellness_api.database.agreement import check_schema
from wellness_api.database.clock import read_clock
from wellness_api.database.redis_client import open_redis
from wellness_api.process.clock import utc_now
from wellness_api.process.settings import Settings
from wellness_api.process.trouble import Trouble
from wellness_api.programs.server.app import make_app
from wellness_api.programs.server.connections import ConnectionLimits
from wellness_api.programs.server.protocol import limited_protocol

ROLE: Final = "wellness_api"
STOP_SECONDS_MAX: Final = 3
"""When the server stops, requests that are not answered by then are cut off."""

GARBAGE_OBJECTS_MIN: Final = 10_000
"""The garbage collector runs after this many new objects."""

FILES_OF_OUR_OWN: Final = 256
"""Open files apart from the clients' connections: the database's, Redis', logs, pages."""

log = structlog.get_logger()


class ClockDisagrees(Trouble):
    """What the server would store now could not be trusted."""


def serve(settings: Settings) -> None:
    """Serves until a signal ends it; open streams get a moment to close.

    Raises SchemaDiffers, ClockDisagrees and UnusableRedisUrl.
    """
    assert settings.database_url is not None, "the process is given a database"
    assert settings.redis_url is not None, "the process is given a Redis"
    open_redis(settings.redis_url)  # An unreadable URL is reported before anything is started.
    asyncio.run(_check_database(settings.database_url))
    app = make_app(settings)
    # The objects that exist now stay for good. Looking through them at each collection would take a tenth of an
    # upload's time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS_MIN)
    limits = ConnectionLimits(
        connections_max=_connections_max(settings.connections_max),
        per_address_max=settings.connections_per_address_max,
    )
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        **options(limits, trusted_proxies=settings.trusted_proxies),
    )


async def _check_database(database_url: str) -> None:
    # It connects with the API's role: a login that may not take on this role is told so here, in plain words.
    connection = await asyncpg.connect(database_url, server_settings={"role": ROLE})
    try:
        await check_schema(connection)
        clock = await read_clock(connection, utc_now())
    finally:
        await connection.close()
    if not clock.agrees:
        raise ClockDisagrees(
            f"this host's clock is {abs(clock.apart)} {'ahead of' if clock.apart.days >= 0 else 'behind'} the"
            " database's; set both right (NTP), then start again"
        )


def options(limits: ConnectionLimits, *, trusted_proxies: str) -> dict[str, Any]:
    """How the application is served, wherever it listens: arguments of `uvicorn.run` and `uvicorn.Config`."""
    return {
        "http": limited_protocol(limits),
        "ws": "none",
        "log_config": None,  # The log lines are ours; see wellness_api.process.logs.
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        # Wrong sign-in codes are counted by the address that a trusted proxy names; nothing else depends on it.
        "proxy_headers": bool(trusted_proxies),
        "forwarded_allow_ips": trusted_proxies,
        "timeout_keep_alive": limits.idle_seconds_max,
        "timeout_graceful_shutdown": STOP_SECONDS_MAX,
    }


def _connections_max(wanted: int) -> int:
    """As many connections as wanted, if the process may open so many files. It raises that limit as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + FILES_OF_OUR_OWN
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    possible = max(soft - FILES_OF_OUR_OWN, 1)
    log.warning("fewer_connections", wanted=wanted, possible=possible, open_files_max=hard)
    return possible
