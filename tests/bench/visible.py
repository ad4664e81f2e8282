"""From an upload to points that its resident sees, at a city's evening peak: 8 syncs a second, each of another resident.

Everybody has a month of history, and the programme's rules look back on it. API and worker run as they do in a city; the
clock runs from the first byte of the upload until the wallet answers with the points. Compared with the aim of a second.
"""

import asyncio
import time
from datetime import date, timedelta
from typing import Final

import aiohttp
import asyncpg
import msgspec
import numpy as np
import uvloop

from points.presets import preset_text
from points.programme import Programme, read_programme
from tests.bench.bench_server import Server, bench_server, let_worker_catch_up
from tests.bench.http_client import send
from tests.bench.measure import Benchmark, Result, client_process, compare
from tests.bench.posting import walks
from tests.bench.uploads import bench_day, our_request
from wellness_api.rewards.awards.programmes import add_programme

PRESET: Final = "furano_winter"
SYNCS_PER_SECOND: Final = 8
SECONDS_PER_ROUND: Final = 20
HISTORY_DAYS: Final = 30
CONNECTIONS: Final = 16
STEPS_A_MINUTE: Final = 250
"""So many that the day reaches everybody's goal, and its points can be waited for."""

LOOK_SECONDS: Final = 0.01
SEEN_SECONDS_MAX: Final = 30.0
AIM_MS: Final = 1000.0
CREATED: Final = 201


def in_force(day: date) -> Programme:
    """The preset, in force over the history, which all comes in at once; its rules all year, to be the same at any date."""
    preset = read_programme(preset_text(PRESET))
    return msgspec.structs.replace(
        preset,
        rules=[
            msgspec.structs.replace(rule, seasons=[]) if rule.seasons else rule
            for rule in preset.rules
        ],
        in_force_from=day - timedelta(days=HISTORY_DAYS),
        in_force_to=None,
        late_window_days=60,
    )


def send_history(url: str, tokens: list[str], last_day: date) -> None:
    """A month of walks before the last day."""
    requests = [
        our_request(
            url,
            token=token,
            key=f"history-{place:06d}-{back:03d}",
            batches=[walks(place * 1000 + back, last_day - timedelta(days=back))],
        )
        for place, token in enumerate(tokens)
        for back in range(1, HISTORY_DAYS)
    ]
    send(url, requests, connections=CONNECTIONS)


def sync_evenly(url: str, tokens: list[str], day: date) -> list[float]:
    """Milliseconds from each upload to its points, so many a second whether or not the ones before are through."""
    return uvloop.run(_sync_evenly(url, tokens, day))


async def _sync_evenly(url: str, tokens: list[str], day: date) -> list[float]:
    async with aiohttp.ClientSession() as http:

        async def points(token: str) -> int:
            async with http.get(
                f"{url}/v1/me/wallet", headers={"Authorization": f"Bearer {token}"}
            ) as answer:
                wallet = await answer.json()
                return int(wallet["balance"] + wallet["pending"])

        async def sync(place: int, token: str) -> float:
            await asyncio.sleep(place / SYNCS_PER_SECOND)
            before = await points(token)
            request = our_request(
                url,
                token=token,
                key=f"sync-{day}-{token[:12]}",
                batches=[walks(place, day, steps_a_minute=STEPS_A_MINUTE)],
            )
            head, _, body = request.partition(b"\r\n\r\n")
            headers = dict(
                line.split(": ", 1)
                for line in head.decode().split("\r\n")[1:]
                if "Host" not in line
            )
            started = time.perf_counter()
            async with http.post(f"{url}/v1/uploads", data=body, headers=headers) as answer:
                assert answer.status == CREATED, await answer.text()
            async with asyncio.timeout(SEEN_SECONDS_MAX):
                while await points(token) == before:
                    await asyncio.sleep(LOOK_SECONDS)
            return (time.perf_counter() - started) * 1000

        return await asyncio.gather(*(sync(*phone) for phone in enumerate(tokens)))


def run(rounds: int) -> list[Result]:
    """So many rounds, with other residents in each."""
    day = bench_day()
    per_round = SYNCS_PER_SECOND * SECONDS_PER_ROUND
    waited: list[list[float]] = []
    with client_process() as client, bench_server(per_round * rounds) as server:
        asyncio.run(_put_in_force(server, in_force(day)))
        client.apply(send_history, (server.url, server.tokens, day))
        let_worker_catch_up(server)
        for number in range(rounds):
            tokens = server.tokens[number * per_round : (number + 1) * per_round]
            waited.append(client.apply(sync_evenly, (server.url, tokens, day)))
    return [
        compare(
            f"visible_p{percent}_ms",
            ours=[float(np.percentile(of_round, percent)) for of_round in waited],
            rival=[AIM_MS] * rounds,
            rival_name="the aim",
            unit="ms",
            higher_is_better=False,
        )
        for percent in (50, 95)
    ]


async def _put_in_force(server: Server, programme: Programme) -> None:
    connection = await asyncpg.connect(server.database_url)
    try:
        await add_programme(connection, programme)
    finally:
        await connection.close()


BENCHMARK: Final = Benchmark(name="visible", run=run)
