"""Many small uploads, as phones send them that sync every quarter of an hour: 15 samples each, 64 connections.

Two results. `first`: each upload is its resident's first of that day, new throughout. `day`: residents send their day
quarter by quarter, so that ours has a growing number of segments to compare each upload with. The peer
(peer_fastapi.py) gets the same samples and does the same for both: a row each, or nothing where there is one.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Final, NamedTuple

from tests.bench.bench_server import app_process, bench_server, checkpoint
from tests.bench.http_client import send
from tests.bench.ingest_peer import PEER_APP, PEER_NAME
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
    our_request,
    packed,
    peer_request,
)

SAMPLES_PER_UPLOAD: Final = 15
QUARTERS_PER_DAY: Final = SAMPLES_PER_DAY // SAMPLES_PER_UPLOAD
CONNECTIONS: Final = 64
WARM_UP: Final = 200

RESIDENTS_FIRST: Final = 2_000
RESIDENTS_DAY: Final = CONNECTIONS
"""As many as connections, so that a resident's uploads hardly ever meet: a phone waits for its answer."""


class Quarters(NamedTuple):
    """The first so many quarters of the day, sent by so many residents from `first_resident` on."""

    first_resident: int
    residents: int
    quarters: int

    def of_residents(self) -> list[tuple[int, slice]]:
        """The resident and the samples of the day, upload by upload: a quarter of all residents, then the next."""
        return [
            (
                self.first_resident + resident,
                slice(quarter * SAMPLES_PER_UPLOAD, (quarter + 1) * SAMPLES_PER_UPLOAD),
            )
            for quarter in range(self.quarters)
            for resident in range(self.residents)
        ]


def _send_to_us(url: str, tokens: Sequence[str], day: date, wanted: Quarters) -> Round:
    times = day_times_ms(day)
    requests = [
        our_request(
            url,
            token=tokens[resident - wanted.first_resident],
            key=f"small-{resident:08d}-{part.start:04d}",
            batches=[packed(times[part], noisy_heart_rate(resident)[part])],
        )
        for resident, part in wanted.of_residents()
    ]
    return _round(url, requests)


def _send_to_peer(url: str, day: date, wanted: Quarters) -> Round:
    times = moments(day_times_ms(day))
    requests = [
        peer_request(
            url,
            resident_id=resident,
            times=times[part],
            values=noisy_heart_rate(resident)[part],
        )
        for resident, part in wanted.of_residents()
    ]
    return _round(url, requests)


def _round(url: str, requests: list[bytes]) -> Round:
    sent = send(url, requests, connections=CONNECTIONS)
    return round_of(len(requests), sent.elapsed_seconds, sent.latencies_seconds)


def _nth(side: Callable[[Quarters], Round], parts: Sequence[Quarters], number: int) -> Round:
    return side(parts[number])


def run(rounds: int) -> list[Result]:
    """Alternates the sides for so many rounds after a warm-up of each, first the one kind, then the other."""
    day = bench_day()
    residents = WARM_UP + rounds * (RESIDENTS_FIRST + RESIDENTS_DAY)
    with (
        client_process() as client,
        bench_server(residents) as server,
        app_process(PEER_APP, server.database_url) as peer,
    ):

        def ours(wanted: Quarters) -> Round:
            tokens = server.tokens[wanted.first_resident :][: wanted.residents]
            return client.apply(_send_to_us, (server.url, tokens, day, wanted))

        def rival(wanted: Quarters) -> Round:
            return client.apply(_send_to_peer, (peer.url, day, wanted))

        warm_up = Quarters(0, WARM_UP, 1)
        ours(warm_up)
        rival(warm_up)
        results: list[Result] = []
        begin = WARM_UP
        for kind, count, quarters in (
            ("first", RESIDENTS_FIRST, 1),
            ("day", RESIDENTS_DAY, QUARTERS_PER_DAY),
        ):
            parts = [Quarters(begin + number * count, count, quarters) for number in range(rounds)]
            begin += rounds * count
            mine, theirs = alternate(
                rounds,
                before_each=partial(checkpoint, server.database_url),
                ours=partial(_nth, ours, parts),
                rival=partial(_nth, rival, parts),
            )
            results += compare_rounds(
                f"ingest_small_{kind}",
                ours=mine,
                rival=theirs,
                rival_name=PEER_NAME,
                of="uploads",
            )
    return results


BENCHMARK: Final = Benchmark(name="ingest_small", run=run)
