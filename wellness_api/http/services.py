"""What handlers work with; made once when the process starts."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from litestar import Request
from redis.asyncio import Redis

from wellness_api.database.pool import Pool
from wellness_api.database.probe import Probe
from wellness_api.http.live import Listener
from wellness_api.http.load import Load
from wellness_api.http.principals import Principal
from wellness_api.http.shares import Shares, Streams
from wellness_api.process.clock import Clock
from wellness_api.process.settings import Settings

SignedInRequest = Request[Principal, Any, Any]
AnyRequest = Request[Any, Any, Any]

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Services:
    """The open connections of one API process, what it shares out, and the parts that its capabilities state."""

    settings: Settings
    pool: Pool
    probe: Probe
    load: Load
    shares: Shares
    bodies: Shares
    strangers: Shares
    streams: Streams
    redis: Redis
    listener: Listener
    clock: Clock
    figures: "Sequence[Callable[[Services], Awaitable[None]]]" = ()
    parts: "dict[Part[Any], Any]" = field(default_factory=dict)


class Part(Generic[T]):
    """What a capability keeps for as long as the process lives. It is stated beside its class, and made once at the
    start.

    `make`: makes the part from the connections and settings. `run`: what the part does beside the requests, until
    cancelled.
    """

    def __init__(
        self,
        make: Callable[[Services], Awaitable[T]],
        *,
        run: Callable[[T], Awaitable[None]] | None = None,
    ) -> None:
        self._make = make
        self._run = run

    def of(self, services: Services) -> T:
        """The part of this process."""
        part: T = services.parts[self]
        return part

    async def start(self, services: Services) -> Awaitable[None] | None:
        """Makes the part. Returns what it is to do beside the requests, if anything."""
        part = services.parts[self] = await self._make(services)
        return self._run(part) if self._run else None


def services_of(request: AnyRequest) -> Services:
    """The services of the process that answers the request."""
    services = request.app.state.services
    assert isinstance(services, Services), "the application is started by make_app"
    return services
