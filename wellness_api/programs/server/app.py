"""Puts the application together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

from litestar import Litestar
from litestar.exceptions import NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.plugins.prometheus import PrometheusConfig

from wellness_api.database.pool import open_pool
from wellness_api.database.probe import Probe
from wellness_api.database.redis_client import open_redis
from wellness_api.health.corrections.handlers import delete_samples, delete_source, shift_samples
from wellness_api.health.formats.handlers import format_handlers
from wellness_api.health.imports.handlers import (
    delete_import,
    get_import,
    get_imports,
    post_import,
    put_part,
)
from wellness_api.health.metrics.handlers import get_metrics
from wellness_api.health.samples.handlers import take_upload
from wellness_api.health.samples.retention import RETENTION
from wellness_api.health.samples.storing import UPLOADS
from wellness_api.http.live import Listener
from wellness_api.http.load import Load
from wellness_api.http.services import Services
from wellness_api.http.shares import Shares, Streams
from wellness_api.identity.accounts.gateways import GATEWAYS
from wellness_api.identity.accounts.handlers import (
    close_session,
    end_session,
    get_own_sessions,
    open_session,
    who_am_i,
)
from wellness_api.identity.accounts.sessions import SESSIONS
from wellness_api.identity.accounts.sign_in import SIGN_IN
from wellness_api.identity.consents.handlers import get_consents, say_consent
from wellness_api.identity.erasure.handlers import erase_me
from wellness_api.indicators.handlers import get_indicator, get_indicators, get_zones
from wellness_api.process.clock import Clock, utc_now
from wellness_api.process.settings import Settings
from wellness_api.programs.server.admission import Admission, FairShare
from wellness_api.programs.server.authentication import Authentication
from wellness_api.programs.server.busy import busy_handlers
from wellness_api.programs.server.failed_uploads import note_failed_request
from wellness_api.programs.server.health import alive, metrics, ready
from wellness_api.programs.server.openapi import Description, get_description
from wellness_api.programs.server.pages import not_found, page, page_routers
from wellness_api.programs.server.panicking import PanicsAsErrors
from wellness_api.programs.server.parameters import KnownParameters
from wellness_api.programs.server.problems import exception_handlers
from wellness_api.programs.server.short_way import App
from wellness_api.residents.exports.handlers import get_fhir, get_open_mhealth
from wellness_api.residents.sources.handlers import choose_sources, get_sources
from wellness_api.residents.view.handlers import (
    get_events,
    get_flagged_samples,
    get_samples,
    get_today,
    get_wallet,
    get_wallet_entries,
)
from wellness_api.rewards.awards.handlers import get_programmes
from wellness_api.rewards.check_ins.class_handlers import (
    check_in,
    get_class_code,
    get_classes,
    make_class,
)
from wellness_api.rewards.check_ins.handlers import (
    record_check_in_list,
    record_check_ins,
    withdraw_check_ins,
)
from wellness_api.rewards.draws.handlers import (
    enter_public_value,
    get_draw,
    get_draws,
    get_own_draws,
    get_winners,
    hand_out_prize,
    make_draw,
)
from wellness_api.rewards.items.handlers import (
    confirm_pickup,
    delete_item,
    get_catalogue,
    get_pickups,
    patch_item,
    post_codes,
    post_item,
    put_stock,
)
from wellness_api.rewards.lotteries.handlers import get_lottery
from wellness_api.rewards.redemptions.handlers import (
    cancel_redemption,
    confirm_redemption,
    get_redemption,
    get_redemptions,
    get_reward_items,
    post_redemption,
)
from wellness_api.rewards.settlement.handlers import (
    get_settlement,
    get_settlement_sum,
    get_settlements,
    post_settlement,
)
from wellness_api.rewards.teams.handlers import get_team, join_team, leave_team, make_team
from wellness_api.work.doorbell import DOORBELL
from wellness_api.work.set_aside.handlers import get_set_aside, release

BODY_BYTES_MAX: Final = 64 * 1024
"""Of operations that do not say another `request_max_body_size`."""

SHARES_OF_THE_POOL: Final = 4
"""One person or gateway has at most one of so many parts of the database's connections; all strangers together, half."""

LARGE_BODIES_OF_ONE_MAX: Final = 4
"""Large bodies that one person or gateway may be sending at once; more of theirs wait."""

PERSON_WAITING_MAX: Final = 30
STRANGERS_WAITING_MAX: Final = 128
WAIT_SECONDS_MAX: Final = 5.0
STREAMS_PER_PERSON_MAX: Final = 4


def make_app(settings: Settings, *, clock: Clock = utc_now) -> App:
    """The API and the pages. Both URLs must be set in `settings`; `clock` is the time that uploads arrive at."""
    prometheus = PrometheusConfig(app_name="wellness", prefix="wellness", group_path=True)
    return App(
        route_handlers=[
            take_upload,
            *format_handlers(),
            post_import,
            put_part,
            get_import,
            get_imports,
            delete_import,
            get_metrics,
            open_session,
            close_session,
            get_own_sessions,
            end_session,
            who_am_i,
            erase_me,
            get_today,
            get_wallet,
            get_wallet_entries,
            get_events,
            get_samples,
            get_flagged_samples,
            get_fhir,
            get_open_mhealth,
            get_sources,
            delete_samples,
            delete_source,
            shift_samples,
            choose_sources,
            get_consents,
            say_consent,
            get_team,
            make_team,
            join_team,
            leave_team,
            check_in,
            record_check_ins,
            record_check_in_list,
            withdraw_check_ins,
            get_classes,
            make_class,
            get_class_code,
            get_indicators,
            get_indicator,
            get_zones,
            get_programmes,
            get_reward_items,
            post_redemption,
            get_redemptions,
            get_redemption,
            confirm_redemption,
            cancel_redemption,
            get_catalogue,
            post_item,
            patch_item,
            delete_item,
            put_stock,
            post_codes,
            get_pickups,
            confirm_pickup,
            get_settlements,
            get_settlement_sum,
            post_settlement,
            get_settlement,
            get_draws,
            get_draw,
            make_draw,
            enter_public_value,
            get_winners,
            hand_out_prize,
            get_own_draws,
            get_lottery,
            get_set_aside,
            release,
            alive,
            ready,
            metrics,
            get_description,
            page,
            *page_routers(),
        ],
        lifespan=[_services(settings, clock)],
        middleware=[
            PanicsAsErrors,
            prometheus.middleware,
            KnownParameters(),
            Admission(),
            Authentication,
            FairShare(),
        ],
        exception_handlers={
            **exception_handlers(),
            **busy_handlers(),
            NotFoundException: not_found,
        },
        after_exception=[note_failed_request],
        openapi_config=OpenAPIConfig(
            title="Wellness", version="1", path="/openapi", render_plugins=[Description()]
        ),
        request_max_body_size=BODY_BYTES_MAX,
        logging_config=None,  # Our own logs say what happened; see wellness_api.process.logs.
    )


def _services(
    settings: Settings, clock: Clock
) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    assert settings.database_url is not None, "the process is given a database"
    assert settings.redis_url is not None, "the process is given a Redis"
    database_url, redis_url = settings.database_url, settings.redis_url

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        pool = await open_pool(
            database_url, role="wellness_api", connections_max=settings.database_connections_max
        )
        probe = Probe(database_url, role="wellness_api", clock=clock)
        redis = open_redis(redis_url)
        services = Services(
            settings=settings,
            pool=pool,
            probe=probe,
            load=Load(requests_max=settings.requests_max),
            shares=Shares(
                at_once_max=max(1, settings.database_connections_max // SHARES_OF_THE_POOL),
                waiting_max=PERSON_WAITING_MAX,
                wait_seconds_max=WAIT_SECONDS_MAX,
            ),
            bodies=Shares(
                at_once_max=LARGE_BODIES_OF_ONE_MAX,
                waiting_max=PERSON_WAITING_MAX,
                wait_seconds_max=WAIT_SECONDS_MAX,
            ),
            strangers=Shares(
                at_once_max=max(1, settings.database_connections_max // 2),
                waiting_max=STRANGERS_WAITING_MAX,
                wait_seconds_max=WAIT_SECONDS_MAX,
            ),
            streams=Streams(per_person_max=STREAMS_PER_PERSON_MAX, total_max=settings.streams_max),
            redis=redis,
            listener=Listener(redis),
            clock=clock,
        )
        beside = [
            work
            for part in (DOORBELL, GATEWAYS, RETENTION, SESSIONS, SIGN_IN, UPLOADS)
            if (work := await part.start(services)) is not None
        ]
        app.state.services = services
        background = [
            asyncio.ensure_future(work)
            for work in (*beside, services.listener.run(), services.load.watch())
        ]
        try:
            yield
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await redis.aclose()
            await probe.close()
            await pool.close()

    return lifespan
