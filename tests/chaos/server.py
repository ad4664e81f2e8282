"""The server that is struck, and the community centre beside it: real processes, a folder and ports of their own."""

import http.client
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

from points.presets import preset_text
from points.programme import read_programme
from tests.chaos.senders import Resident
from tests.processes import environment
from wellness_api.http.examples import DEMO_CARD
from wellness_api.identity.accounts.enrolment import (
    NewResident,
    enrol_gateway,
    enrol_residents,
    give_card,
    give_tokens,
)
from wellness_api.indicators.zones import add_zones
from wellness_api.process.settings import Settings
from wellness_api.programs.children.child import Process, end_child, end_of, start_child
from wellness_api.programs.children.keeper import STOP_SECONDS_MAX, keeper
from wellness_api.programs.start.children import Children
from wellness_api.programs.start.obstacles import free_port
from wellness_api.rewards.awards.programmes import add_programme
from wellness_api.town.demo.gateway import gateway_key, start_gateway
from wellness_api.town.simulation.city import city
from wellness_api.town.simulation.commands import simulated_zones

READY_SECONDS_MAX = 180.0
STOP_PARTS = 7
URL = "WELLNESS_DATABASE_URL="
RESIDENTS = 24


class ServerEnded(Exception):
    """The start itself has ended, which no kill of a part may bring about."""

    def __init__(self, process: Process, log: Path) -> None:
        super().__init__("\n".join([f"`up` ended with {process.returncode}:", *end_of(log)]))


@dataclass(frozen=True)
class Server:
    """A running `up`."""

    process: Process
    log: Path
    settings: Settings

    @property
    def base_url(self) -> str:
        """Where the API answers."""
        return f"http://{self.settings.host}:{self.settings.port}"

    @property
    def environment(self) -> dict[str, str]:
        """For the operator's commands."""
        url = self.settings.database_url
        assert url is not None, "the server has said it"
        return environment(self.settings.var_dir, self.settings.port) | {
            "WELLNESS_DATABASE_URL": url
        }

    def check(self) -> None:
        """Raises ServerEnded."""
        if self.process.poll() is not None:
            raise ServerEnded(self.process, self.log)

    def wait_until_ready(self) -> None:
        """Until it says that it can serve."""
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not _is_ready(self.settings):
            self.check()
            assert time.monotonic() < deadline, "\n".join(end_of(self.log))
            time.sleep(0.1)


def _is_ready(settings: Settings) -> bool:
    connection = http.client.HTTPConnection(settings.host, settings.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def struck_server(folder: Path) -> Iterator[Server]:
    """`wellness up` in the folder, on databases of its own; it ends in order, or with us."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "up.log"
    settings = Settings(database_url=None, redis_url=None, var_dir=folder, port=free_port())
    up = [sys.executable, "-m", "wellness_api", "up"]
    process = start_child(up, log=log, environment=environment(folder, settings.port))
    begun = Server(process=process, log=log, settings=settings)
    try:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not (urls := [line for line in end_of(log) if line.startswith(URL)]):
            begun.check()
            assert time.monotonic() < deadline, "\n".join(end_of(log))
            time.sleep(0.1)
        complete = settings.model_copy(update={"database_url": urls[0].removeprefix(URL)})
        yield Server(process=process, log=log, settings=complete)
    finally:
        end_child(process, signal.SIGTERM, seconds_max=STOP_PARTS * STOP_SECONDS_MAX)


@contextmanager
def community_centre(server: Server) -> Iterator[None]:
    """Virtual devices and the gateway that reads them, kept up by us."""
    with keeper(lambda _: None) as kept:
        children = Children(server.settings, kept)
        start_gateway(
            server.settings.var_dir / "demo",
            children,
            base_url=server.base_url,
            time_zone=server.settings.time_zone,
        )
        kept.keep_up()
        yield
        kept.check()


async def settle_town(server: Server, seed: int) -> list[Resident]:
    """A programme, people with sessions, a gateway; the last resident's card lies at the community centre."""
    key_id, public_key = gateway_key(server.settings.var_dir / "demo")
    today = datetime.now(UTC).date()
    connection = await asyncpg.connect(server.settings.database_url)
    try:
        await add_zones(connection, simulated_zones(city(residents=1, seed=seed, today=today)))
        await add_programme(connection, read_programme(preset_text("yokohama")))
        ids = await enrol_residents(
            connection,
            [
                NewResident(f"住民{number}", 1950, "female", "chuo")
                for number in range(RESIDENTS + 1)
            ],
            time_zone=server.settings.time_zone,
            enrolled_at=datetime.now(UTC) - timedelta(days=90),
        )
        expires_at = datetime.now(UTC) + timedelta(days=1)
        tokens = await give_tokens(connection, ids, expires_at=expires_at)
        await enrol_gateway(connection, "センター", key_id=key_id, public_key=public_key)
        await give_card(connection, ids[-1], DEMO_CARD)
    finally:
        await connection.close()
    return [Resident(*pair) for pair in zip(ids, tokens, strict=True)]
