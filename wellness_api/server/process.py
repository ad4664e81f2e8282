"""The API process."""

import uvicorn

from wellness_api.server.app import make_app
from wellness_api.settings import Settings

KEEP_ALIVE_SECONDS = 75
STOP_SECONDS_MAX = 3


def serve(settings: Settings) -> None:
    """Serves until a signal ends it; open streams are given a moment to close."""
    uvicorn.run(
        make_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
    )
