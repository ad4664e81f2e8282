"""Puts the application together from what the folders' capabilities add."""

from collections.abc import Sequence
from typing import Final

from litestar.exceptions import NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.plugins.prometheus import PrometheusConfig

from wellness_api.http.capabilities import Capability, capabilities
from wellness_api.process.clock import Clock, utc_now
from wellness_api.process.settings import Settings
from wellness_api.programs.server.admission import Admission, FairShare
from wellness_api.programs.server.authentication import Authentication
from wellness_api.programs.server.busy import busy_handlers
from wellness_api.programs.server.failed_uploads import note_failed_request
from wellness_api.programs.server.in_their_language import in_their_language
from wellness_api.programs.server.openapi import Description
from wellness_api.programs.server.pages import not_found, page, page_routers
from wellness_api.programs.server.panicking import PanicsAsErrors
from wellness_api.programs.server.parameters import KnownParameters
from wellness_api.programs.server.problems import exception_handlers
from wellness_api.programs.server.running import Lifespan, running
from wellness_api.programs.server.short_way import App

BODY_BYTES_MAX: Final = 64 * 1024
"""For operations that do not state another `request_max_body_size`."""


def make_app(settings: Settings, *, clock: Clock = utc_now) -> App:
    """The API and the pages. Both URLs must be set in `settings`; `clock` gives the time at which uploads arrive."""
    added = capabilities()
    return app_of(added, running(settings, clock, added))


def app_of(added: Sequence[Capability], lifespan: Lifespan) -> App:
    """The application of these capabilities, which is up for as long as its lifespan; it keeps nothing after it."""
    prometheus = PrometheusConfig(app_name="wellness", prefix="wellness", group_path=True)
    return App(
        route_handlers=[
            *(handler for capability in added for handler in capability.handlers),
            page,
            *page_routers(),
        ],
        lifespan=[lifespan],
        middleware=[
            PanicsAsErrors,
            prometheus.middleware,
            KnownParameters(),
            Admission(),
            Authentication,
            FairShare(),
        ],
        exception_handlers=in_their_language(
            {**exception_handlers(), **busy_handlers(), NotFoundException: not_found}
        ),
        after_exception=[note_failed_request],
        openapi_config=OpenAPIConfig(
            title="Wellness", version="1", path="/openapi", render_plugins=[Description()]
        ),
        request_max_body_size=BODY_BYTES_MAX,
        logging_config=None,  # Our own logs say what happened; see wellness_api.process.logs.
    )
