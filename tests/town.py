"""A small town on a real server: real HTTP, PostgreSQL and Redis; only the clock and the people are made up."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final, Literal

import aiohttp
import asyncpg
import msgspec
import uvicorn
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.types import Scope
from redis.asyncio import Redis
from uvicorn.server import ServerState

from points.presets import preset_text
from points.programme import Programme, read_programme
from tests.database_clock import set_database_clock
from tests.worker import Worker
from wellness_api.database.pool import Pool, open_pool
from wellness_api.database.redis_client import open_redis
from wellness_api.http.capabilities import capabilities
from wellness_api.http.operations import REFUSES
from wellness_api.http.refused import Refused
from wellness_api.identity.accounts.enrolment import (
    NewResident,
    enrol_residents,
    enrol_staff,
    give_tokens,
)
from wellness_api.process.clock import Clock
from wellness_api.process.settings import Settings
from wellness_api.programs.server.app import app_of
from wellness_api.programs.server.connections import ConnectionLimits
from wellness_api.programs.server.process import options
from wellness_api.programs.server.protocol import LimitedProtocol
from wellness_api.programs.server.running import Lifespan, running
from wellness_api.programs.server.short_way import App
from wellness_api.rewards.awards.programmes import add_programme

NOON = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
"""A Wednesday in the snow season, noon in Furano."""

MINUTE_MS = 60_000
LATE_WINDOW_DAYS = 14
CONNECTION_LIMITS = ConnectionLimits(connections_max=1_000)
JOINED_BEFORE = timedelta(days=90)
"""How long the town's people have been enrolled."""


class HandSetClock:
    """A clock that stands still until it is set. The database's goes with it, `database_ahead` of it."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._database_ahead = timedelta(0)
        self._set_database()

    def __call__(self) -> datetime:
        return self._now

    @property
    def now(self) -> datetime:
        return self._now

    @now.setter
    def now(self, now: datetime) -> None:
        self._now = now
        self._set_database()

    @property
    def database_ahead(self) -> timedelta:
        return self._database_ahead

    @database_ahead.setter
    def database_ahead(self, ahead: timedelta) -> None:
        self._database_ahead = ahead
        self._set_database()

    def advance(self, by: timedelta) -> None:
        self.now += by

    def _set_database(self) -> None:
        set_database_clock(self._now + self._database_ahead)


@dataclass(frozen=True)
class Person:
    """Someone who is signed in."""

    principal_id: int
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


TO_ANY: Final = (
    "wellness_api.http.",
    "wellness_api.programs.server.",
    "wellness_api.identity.accounts.gateways",
    "wellness_api.work.once.",
)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass
class Town:
    """A server on `base_url`; `owner` is the schema owner's connection, `worker` works when told to."""

    base_url: str
    settings: Settings
    owner: "asyncpg.Connection[asyncpg.Record]"
    worker: Worker
    worker_pool: Pool
    redis: Redis
    clock: HandSetClock
    http: aiohttp.ClientSession
    app: App
    protocol: type[LimitedProtocol]
    keys: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def resident(
        self, name: str = "花子", *, zone: str = "chuo", birth_year: int = 1950
    ) -> Person:
        (person,) = await self.residents(1, name=name, zone=zone, birth_year=birth_year)
        return person

    async def residents(
        self, count: int, *, name: str = "花子", zone: str = "chuo", birth_year: int = 1950
    ) -> list[Person]:
        ids = await enrol_residents(
            self.owner,
            [NewResident(name, birth_year, "female", zone)] * count,
            time_zone=self.settings.time_zone,
            enrolled_at=self.clock() - JOINED_BEFORE,
        )
        return await self._signed_in(ids)

    async def move_to(self, person: Person, time_zone: str) -> None:
        """They live there from now on."""
        await self.owner.execute(
            "UPDATE identity.resident SET time_zone = $2 WHERE resident_id = $1",
            person.principal_id,
            time_zone,
        )

    async def staff(self, role: Literal["health_staff", "programme_officer"]) -> Person:
        (person,) = await self._signed_in([await enrol_staff(self.owner, "担当", role)])
        return person

    async def _signed_in(self, ids: Sequence[int]) -> list[Person]:
        tokens = await give_tokens(
            self.owner, ids, expires_at=self.clock() + timedelta(days=36_500)
        )
        return [Person(*pair) for pair in zip(ids, tokens, strict=True)]

    async def put_in_force(self, programme: Programme | None = None) -> Programme:
        """The given programme, else the Yokohama preset."""
        programme = programme or read_programme(preset_text("yokohama"))
        await add_programme(self.owner, programme)
        return programme

    async def call(self, method: str, path: str, **options: Any) -> Answer:
        async with self.http.request(method, self.base_url + path, **options) as response:
            return Answer(response.status, response.headers, await response.read())

    async def get(self, path: str, person: Person | None = None) -> Answer:
        return await self.call("GET", path, headers=person.headers if person else {})

    async def upload(
        self, person: Person, *batches: Mapping[str, Any], key: str | None = None
    ) -> Answer:
        return await self.call(
            "POST",
            "/v1/uploads",
            json={"batches": list(batches)},
            headers=person.headers | {"Idempotency-Key": key or f"test-{next(self.keys):08}"},
        )

    async def settle(self) -> None:
        """Lets the worker take in everything that is pending."""
        await self.worker.work_off()

    async def awards(self) -> list[tuple[Any, ...]]:
        """What the ledger says in the end: resident, rule, period, points above zero."""
        rows = await self.owner.fetch(
            "SELECT resident_id, rule, period_start, sum(CASE 'budget' WHEN debit_account THEN amount"
            " WHEN credit_account THEN -amount ELSE 0 END) AS points"
            " FROM rewards.transfer GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
        return [tuple(row) for row in rows if row["points"]]


def ms(moment: datetime) -> int:
    """Unix milliseconds."""
    return int(moment.timestamp() * 1000)


def local_morning(day: date) -> datetime:
    """Six o'clock in Furano."""
    return datetime(day.year, day.month, day.day, 6, tzinfo=UTC) - timedelta(hours=9)


def steps(
    values: Sequence[float | None],
    *,
    start: datetime | None = None,
    source: str = "phone:test",
    revision: int = 0,
) -> dict[str, Any]:
    """A batch of steps, a value a minute from `start`; else from six in the morning of the clock's day."""
    first = ms(start or local_morning(NOON.date()))
    return {
        "metric": "steps",
        "source": source,
        "times_ms": [first + MINUTE_MS * minute for minute in range(len(values))],
        "values": list(values),
        "revision": revision,
    }


async def _note_undeclared(undeclared: list[str], error: Exception, scope: Scope) -> None:
    """Refusals of a capability that its operation does not say can happen; those of the http wing and of the server can
    happen to any."""
    handler = scope.get("route_handler")
    if isinstance(error, Refused) and isinstance(handler, HTTPRouteHandler):
        declared = handler.opt.get(REFUSES, ())
        if not isinstance(error, declared) and not type(error).__module__.startswith(TO_ANY):
            undeclared.append(f"{handler.operation_id}: {type(error).__name__}")


class _Stage:
    """An application that is put together once, a tenth of a second's work, and is up for one town after the other."""

    def __init__(self) -> None:
        self._added = capabilities()
        self._up: Lifespan | None = None
        self.app = app_of(self._added, self._as_set)

    def set(self, settings: Settings, clock: Clock) -> App:
        """The application with these settings, when it is started the next time."""
        self._up = running(settings, clock, self._added)
        return self.app

    def _as_set(self, app: Litestar) -> AbstractAsyncContextManager[None]:
        assert self._up is not None
        return self._up(app)


ENDS_SECONDS_MAX: Final = 30.0

_free_stages: Final[list[_Stage]] = []
"""Of this process; towns that are open at the same time have one each."""


async def _end(server: uvicorn.Server) -> None:
    """As uvicorn does, with a limit on how long the application may take to end."""
    for listener in server.servers:
        listener.close()
    # Answers that have no end of their own, as live events, are broken off.
    with suppress(TimeoutError):
        async with asyncio.timeout(server.config.timeout_graceful_shutdown or 1):
            await _ended(server.server_state)
    for task in server.server_state.tasks:
        task.cancel()
    async with asyncio.timeout(ENDS_SECONDS_MAX):
        await server.lifespan.shutdown()


async def _ended(state: ServerState) -> None:
    while state.connections or state.tasks:
        # Those too that were let in meanwhile.
        for connection in list(state.connections):
            connection.shutdown()
        await asyncio.sleep(0.001)


@asynccontextmanager
async def open_town(
    settings: Settings, *, limits: ConnectionLimits = CONNECTION_LIMITS
) -> AsyncIterator[Town]:
    """The server and the worker's parts on the settings' databases."""
    clock = HandSetClock()
    listening = socket.create_server(("127.0.0.1", 0))
    # Not by `serve`, which looks for its end only ten times a second: a fifth of a second for each test.
    stage = _free_stages.pop() if _free_stages else _Stage()
    app = stage.set(settings, clock)
    undeclared: list[str] = []
    note = partial(_note_undeclared, undeclared)
    app.after_exception.append(note)
    serving = options(limits, trusted_proxies=settings.trusted_proxies)
    config = uvicorn.Config(app, **serving)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listening])
    assert server.started, "the application says why in its log"
    assert settings.database_url is not None
    assert settings.redis_url is not None
    owner = await asyncpg.connect(settings.database_url)
    pool = await open_pool(settings.database_url, role="wellness_worker", connections_max=8)
    redis = open_redis(settings.redis_url)
    try:
        async with aiohttp.ClientSession() as http:
            yield Town(
                base_url=f"http://127.0.0.1:{listening.getsockname()[1]}",
                settings=settings,
                owner=owner,
                worker=Worker(pool, redis, settings, clock),
                worker_pool=pool,
                redis=redis,
                clock=clock,
                http=http,
                app=app,
                protocol=serving["http"],
            )
        assert not undeclared, f"say refuses(...) at the handlers of {undeclared}"
    finally:
        set_database_clock(None)
        await _end(server)
        app.after_exception.remove(note)
        _free_stages.append(stage)
        await redis.aclose()
        await pool.close()
        await owner.close()
        listening.close()
