"""The API process."""

import asyncio
import gc
from typing import Final

import asyncpg
import uvicorn

from wellness_api.clock import utc_now
from wellness_api.database.clock import read_clock
from wellness_api.server.app import make_app
from wellness_api.settings import Settings
from wellness_api.trouble import Trouble

KEEP_ALIVE_SECONDS: Final = 75
STOP_SECONDS_MAX: Final = 3
GARBAGE_OBJECTS_MIN: Final = 10_000


class ClockDisagrees(Trouble):
    """What would be written down now could not be trusted."""


def serve(settings: Settings) -> None:
    """Serves until a signal ends it; open streams are given a moment to close. Raises ClockDisagrees."""
    assert settings.database_url is not None, "the process is given a database"
    asyncio.run(_check_clock(settings.database_url))
    app = make_app(settings)
    # What stands now stays for good; looking through it again at each collection is a tenth of an upload's time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS_MIN)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # Nothing here depends on the address that a request comes from.
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
    )


async def _check_clock(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        clock = await read_clock(connection, utc_now())
    finally:
        await connection.close()
    if not clock.agrees:
        raise ClockDisagrees(
            f"this host's clock is {abs(clock.apart)} {'ahead of' if clock.apart.days >= 0 else 'behind'} the"
            " database's; set both right (NTP), then start again"
        )
