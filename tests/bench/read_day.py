"""Reading a resident's day back, 1,440 samples, beside a bare SELECT by primary key of the same rows (rows_reader.py).

Both sides are one process behind HTTP with a client process of its own and the same number of connections. Ours is
asked for packed MessagePack, as apps do, and for JSON, as the rival answers. Ours also signs in, merges segments and
chooses among sources; each day was one upload of one source. What is read is in the database's memory on both sides.
"""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import urlencode

import msgspec

from device_bridge.wire import JSON, MESSAGEPACK
from tests.bench.bench_server import app_process, bench_server, checkpoint, execute
from tests.bench.http_client import get, send
from tests.bench.ingest import CONNECTIONS, ROWS_TABLE, copy_days, send_days
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
    METRIC,
    METRIC_NUMBER,
    SAMPLES_PER_DAY,
    SOURCE_NUMBER,
    bench_day,
    day_times_ms,
)

RESIDENTS: Final = 500
"""Their rows, 85 MB with the index, fit into the database's 256 MB of memory, as our segments do."""

READS_PER_ROUND: Final = 3_000
RIVAL_READS_PER_ROUND: Final = 1_000
"""Fewer, since it takes about as long for them. What is compared is a rate."""

OK: Final = 200
RIVAL_APP: Final = "tests.bench.rows_reader:app"


def _read_ours(url: str, tokens: list[str], day: date, media_type: str) -> Round:
    start, end = _span(day)
    asked = urlencode({"metric": METRIC, "from": start, "to": end})
    requests = [
        get(
            f"{url}/v1/me/samples?{asked}",
            {"Authorization": f"Bearer {tokens[read % RESIDENTS]}", "Accept": media_type},
        )
        for read in range(READS_PER_ROUND)
    ]
    sent = send(url, requests, connections=CONNECTIONS, status=OK)
    if media_type == MESSAGEPACK:
        lengths = {len(msgspec.msgpack.decode(body)["values"]) // 8 for body in sent.answers}
    else:
        lengths = {len(msgspec.json.decode(body)["values"]) for body in sent.answers}
    assert lengths == {SAMPLES_PER_DAY}, lengths
    return round_of(len(requests), sent.elapsed_seconds, sent.latencies_seconds)


def _read_rival(url: str, day: date) -> Round:
    start, end = _span(day)
    span = {"metric": METRIC_NUMBER, "source": SOURCE_NUMBER, "start": start, "end": end}
    requests = [
        get(f"{url}/samples?{urlencode({'resident_id': read % RESIDENTS} | span)}", {})
        for read in range(RIVAL_READS_PER_ROUND)
    ]
    sent = send(url, requests, connections=CONNECTIONS, status=OK)
    lengths = {len(msgspec.json.decode(body)) for body in sent.answers}
    assert lengths == {SAMPLES_PER_DAY}, lengths
    return round_of(len(requests), sent.elapsed_seconds, sent.latencies_seconds)


def _span(day: date) -> tuple[str, str]:
    start = datetime.fromtimestamp(int(day_times_ms(day)[0]) / 1000, UTC)
    return start.isoformat(), (start + timedelta(days=1)).isoformat()


def run(rounds: int) -> list[Result]:
    """Stores the days on both sides, then alternates them for so many rounds in either format."""
    day = bench_day()
    results: list[Result] = []
    with client_process() as client, bench_server(RESIDENTS) as server:
        execute(server.database_url, ROWS_TABLE)
        client.apply(send_days, (server.url, server.tokens, day, 0))
        client.apply(copy_days, (server.database_url, RESIDENTS, day, 0))
        execute(server.database_url, "VACUUM ANALYZE")
        with app_process(RIVAL_APP, server.database_url) as reader:

            def ours(media_type: str, _number: int) -> Round:
                return client.apply(_read_ours, (server.url, server.tokens, day, media_type))

            def rival(_number: int) -> Round:
                return client.apply(_read_rival, (reader.url, day))

            rival(0)
            for name, media_type in (("read_day", MESSAGEPACK), ("read_day_json", JSON)):
                ours(media_type, 0)
                mine, theirs = alternate(
                    rounds,
                    before_each=partial(checkpoint, server.database_url),
                    ours=partial(ours, media_type),
                    rival=rival,
                )
                results += compare_rounds(
                    name,
                    ours=mine,
                    rival=theirs,
                    rival_name="SELECT by primary key, JSON",
                    of="days",
                )
    return results


BENCHMARK: Final = Benchmark(name="read_day", run=run)
