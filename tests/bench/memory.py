"""How much memory the API process takes while 64 clients send days of heart rate, beside the peer's process.

The figure is the greatest resident set (MiB) seen in a round, shared libraries included. Both processes stay from
round to round; the peer (peer_fastapi.py) gets the same samples as rows of JSON, fewer of them, since it takes longer.
"""

from datetime import date
from functools import partial
from multiprocessing.pool import Pool
from typing import Final

import psutil

from tests.bench.bench_server import app_process, bench_server, checkpoint
from tests.bench.http_client import send
from tests.bench.ingest import days_as_requests
from tests.bench.ingest_peer import PEER_APP, PEER_NAME, days_as_peer_requests
from tests.bench.measure import Benchmark, Result, alternate, client_process, compare
from tests.bench.uploads import bench_day

CLIENTS: Final = 64
UPLOADS_PER_ROUND: Final = 1_500
PEER_UPLOADS_PER_ROUND: Final = 200
"""Each round lasts long enough for some dozens of looks: about a second for ours, three for the peer."""

LOOK_SECONDS: Final = 0.02
BYTES_PER_MIB: Final = 2**20


def _send_to_us(url: str, tokens: list[str], day: date, first: int) -> None:
    send(url, days_as_requests(url, tokens, day, first), connections=CLIENTS)


def _send_to_peer(url: str, count: int, day: date, first: int) -> None:
    send(url, days_as_peer_requests(url, count, day, first), connections=CLIENTS)


def _most_mib_while(client: Pool, pid: int, work: partial[None]) -> float:
    process = psutil.Process(pid)
    most = process.memory_info().rss
    under_way = client.apply_async(work)
    while not under_way.ready():
        under_way.wait(LOOK_SECONDS)
        most = max(most, process.memory_info().rss)
    under_way.get()
    return most / BYTES_PER_MIB


def run(rounds: int) -> list[Result]:
    """Alternates the sides for so many rounds."""
    day = bench_day()
    with (
        client_process() as client,
        bench_server(UPLOADS_PER_ROUND * rounds) as server,
        app_process(PEER_APP, server.database_url) as peer,
    ):

        def ours(number: int) -> float:
            first = number * UPLOADS_PER_ROUND
            tokens = server.tokens[first : first + UPLOADS_PER_ROUND]
            work = partial(_send_to_us, server.url, tokens, day, first)
            return _most_mib_while(client, server.pid, work)

        def rival(number: int) -> float:
            first = number * PEER_UPLOADS_PER_ROUND
            work = partial(_send_to_peer, peer.url, PEER_UPLOADS_PER_ROUND, day, first)
            return _most_mib_while(client, peer.pid, work)

        mine, theirs = alternate(
            rounds,
            before_each=partial(checkpoint, server.database_url),
            ours=ours,
            rival=rival,
        )
    return [
        compare(
            "memory_resident",
            ours=mine,
            rival=theirs,
            rival_name=PEER_NAME,
            unit="MiB",
            higher_is_better=False,
        )
    ]


BENCHMARK: Final = Benchmark(name="memory", run=run)
