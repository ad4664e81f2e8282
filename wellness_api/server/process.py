"""The API process."""

import gc
from typing import Final

import uvicorn

from wellness_api.server.app import make_app
from wellness_api.settings import Settings

KEEP_ALIVE_SECONDS: Final = 75
STOP_SECONDS_MAX: Final = 3
GARBAGE_OBJECTS_MIN: Final = 10_000


def serve(settings: Settings) -> None:
    """Serves until a signal ends it; open streams are given a moment to close."""
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
