"""The uploads of `ingest`, beside the same samples sent to an ordinary FastAPI service (peer_fastapi.py).

Both sides are one process behind HTTP with a client process of its own, the same number of connections, and each
upload its own durable transaction. Wire and schema differ, and that is the point: ours is columns of MessagePack into
segments, the peer's is rows of JSON into rows. Ours also signs in, keeps receipts and heeds revisions.
"""

from datetime import date
from functools import partial
from typing import Final

from tests.bench.bench_server import app_process, bench_server, checkpoint
from tests.bench.http_client import send
from tests.bench.ingest import CONNECTIONS, send_days
from tests.bench.measure import (
    Benchmark,
    Result,
    Round,
    alternate,
    client_process,
    compare_rounds,
    round_of,
)
from tests.bench.uploads import (
    SAMPLES_PER_DAY,
    bench_day,
    day_times_ms,
    moments,
    noisy_heart_rate,
    peer_request,
)

UPLOADS_PER_ROUND: Final = 1_500
PEER_UPLOADS_PER_ROUND: Final = 150
"""Fewer, since it takes about as long for them. What is compared is a rate."""

WARM_UP: Final = 100
PEER_WARM_UP: Final = 30

PEER_NAME: Final = "FastAPI + SQLAlchemy, JSON rows"
PEER_APP: Final = "tests.bench.peer_fastapi:app"


def days_as_peer_requests(url: str, count: int, day: date, first: int) -> list[bytes]:
    """The same days as `ingest` sends, for residents `first` and on."""
    times = moments(day_times_ms(day))
    return [
        peer_request(url, resident_id=resident, times=times, values=noisy_heart_rate(resident))
        for resident in range(first, first + count)
    ]


def _send_days_to_peer(url: str, count: int, day: date, first: int) -> Round:
    sent = send(url, days_as_peer_requests(url, count, day, first), connections=CONNECTIONS)
    return round_of(count * SAMPLES_PER_DAY, sent.elapsed_seconds, sent.latencies_seconds)


def run(rounds: int) -> list[Result]:
    """Alternates the sides for so many rounds after a warm-up of each."""
    day = bench_day()
    with (
        client_process() as client,
        bench_server(UPLOADS_PER_ROUND * rounds + WARM_UP) as server,
        app_process(PEER_APP, server.database_url) as peer,
    ):

        def ours(first: int, uploads: int) -> Round:
            tokens = server.tokens[first : first + uploads]
            return client.apply(send_days, (server.url, tokens, day, first))

        def rival(first: int, uploads: int) -> Round:
            return client.apply(_send_days_to_peer, (peer.url, uploads, day, first))

        ours(0, WARM_UP)
        rival(0, PEER_WARM_UP)
        mine, theirs = alternate(
            rounds,
            before_each=partial(checkpoint, server.database_url),
            ours=lambda number: ours(WARM_UP + number * UPLOADS_PER_ROUND, UPLOADS_PER_ROUND),
            rival=lambda number: rival(
                PEER_WARM_UP + number * PEER_UPLOADS_PER_ROUND, PEER_UPLOADS_PER_ROUND
            ),
        )
    return compare_rounds(
        "ingest_peer", ours=mine, rival=theirs, rival_name=PEER_NAME, of="samples"
    )


BENCHMARK: Final = Benchmark(name="ingest_peer", run=run)
