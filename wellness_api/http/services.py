"""What handlers work with; made once when the process starts."""

from dataclasses import dataclass
from typing import Any

from litestar import Request
from redis.asyncio import Redis

from wellness_api.database.pool import Pool
from wellness_api.database.probe import Probe
from wellness_api.health.samples.columns import Arrival
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.retention import Retention
from wellness_api.health.samples.storing import UploadStore
from wellness_api.http.live import Listener
from wellness_api.http.load import Load
from wellness_api.http.principals import Principal
from wellness_api.http.shares import Shares, Streams
from wellness_api.identity.accounts.gateways import Gateways
from wellness_api.identity.accounts.sessions import Sessions
from wellness_api.identity.accounts.sign_in import SignIn
from wellness_api.process.clock import Clock
from wellness_api.process.settings import Settings
from wellness_api.work.doorbell import Doorbell

SignedInRequest = Request[Principal, Any, Any]
AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, kw_only=True)
class Services:
    """The open connections and the long-lived parts of one API process."""

    settings: Settings
    pool: Pool
    probe: Probe
    load: Load
    shares: Shares
    bodies: Shares
    strangers: Shares
    streams: Streams
    redis: Redis
    sessions: Sessions
    sign_in: SignIn
    gateways: Gateways
    uploads: UploadStore
    doorbell: Doorbell
    listener: Listener
    clock: Clock
    retention: Retention

    def arrival(self, time_zone: str) -> Arrival:
        """What an upload that comes now is read with."""
        now = self.clock()
        return Arrival(now, time_zone, self.retention.first_day(local_date(now, time_zone)))


def services_of(request: AnyRequest) -> Services:
    """The services of the process that answers the request."""
    services = request.app.state.services
    assert isinstance(services, Services), "the application is started by make_app"
    return services
