"""Clients that send too much, too slowly or nothing at all are told so where HTTP allows it, and are cut off."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

import msgspec
import psutil
import pytest

from tests.town import CONNECTION_LIMITS, Person, Town, open_town, steps
from wellness_api.process.settings import Settings
from wellness_api.programs.server.connections import ConnectionLimits

QUICK = CONNECTION_LIMITS._replace(
    head_seconds_max=0.6,
    slow_seconds=0.6,
    bytes_per_second_min=100_000,
    body_seconds_max=3.0,
    closing_seconds_max=0.4,
    look_seconds=0.05,
)

Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Came(NamedTuple):
    """What a client read until the server hung up, and after how many seconds that was."""

    status: int
    headers: dict[str, str]
    problem: Any
    seconds: float


async def dial(town: Town) -> Pipe:
    host, port = town.base_url.removeprefix("http://").split(":")
    return await asyncio.open_connection(host, int(port))


async def read_out(pipe: Pipe, *, seconds_max: float = 10.0) -> Came:
    started = time.monotonic()
    raw = b""
    # Who still sends when the server hangs up is told so by a reset, behind the answer.
    with suppress(ConnectionResetError):
        async with asyncio.timeout(seconds_max):
            while piece := await pipe[0].read(65_536):
                raw += piece
    seconds = time.monotonic() - started
    if not raw:
        return Came(0, {}, None, seconds)
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return Came(int(first.split()[1]), headers, msgspec.json.decode(body), seconds)


def assert_is_problem(came: Came, status: int, code: str) -> None:
    assert (came.status, came.problem["type"]) == (status, f"urn:wellness:{code}")
    assert came.headers["content-type"] == "application/problem+json"
    assert came.headers["connection"] == "close"
    assert came.problem["errors"][0]["limit"]


@asynccontextmanager
async def quick_town(settings: Settings, limits: ConnectionLimits = QUICK) -> AsyncIterator[Town]:
    async with open_town(settings, limits=limits) as town:
        yield town


def upload_head(person: Person, **headers: object) -> bytes:
    lines = {
        "Host": "x",
        "Authorization": f"Bearer {person.token}",
        "Content-Type": "application/json",
        "Idempotency-Key": "slow-0001",
    } | headers
    text = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return f"POST /v1/uploads HTTP/1.1\r\n{text}\r\n".encode()


async def test_clients_that_never_end_their_request_are_closed_and_others_are_served(
    settings: Settings,
) -> None:
    """Three hundred at once: that say nothing, half a head, a head without its body, a body drop by drop."""
    async with quick_town(settings) as town:
        hanako = await town.resident()

        async def slow(number: int) -> Came:
            pipe = await dial(town)
            kind = number % 4
            if kind == 1:
                pipe[1].write(b"GET /v1/me HTTP/1.1\r\nHost: x\r\nX-Slow:")
            elif kind == 2:
                pipe[1].write(upload_head(hanako, Content_Length=1000) + b'{"batches')
            elif kind == 3:
                pipe[1].write(upload_head(hanako, Transfer_Encoding="chunked"))
                drops = asyncio.create_task(_drop_by_drop(pipe[1], b"1\r\n \r\n"))
                try:
                    return await read_out(pipe)
                finally:
                    drops.cancel()
                    pipe[1].close()
            try:
                return await read_out(pipe)
            finally:
                pipe[1].close()

        slow_ones = [asyncio.create_task(slow(number)) for number in range(300)]
        await asyncio.sleep(0.3)
        started = time.monotonic()
        assert (await town.upload(await town.resident("太郎"), steps([100]))).status == 201
        assert (await town.get("/healthz")).status == 200
        assert time.monotonic() - started < 4.0
        came = await asyncio.gather(*slow_ones)
        for number, answer in enumerate(came):
            if number % 4 == 0:
                assert answer.status == 0
            elif number % 4 == 3 and answer.status == 429:
                # Bodies of unknown length are received as part of the request, so they have to fit into her share.
                assert answer.problem["type"] == "urn:wellness:too_many_at_once"
            else:
                assert_is_problem(answer, 408, "too_slow")
        assert max(answer.seconds for answer in came) < 5.0
        await until_closed(town)


async def _drop_by_drop(writer: asyncio.StreamWriter, drop: bytes) -> None:
    while True:
        writer.write(drop)
        await asyncio.sleep(0.05)


async def until_closed(town: Town) -> None:
    """Nothing is kept of those who were sent away; ours is one."""
    async with asyncio.timeout(5):
        while len(watch_of(town)) > 1:
            await asyncio.sleep(0.05)


def watch_of(town: Town) -> Any:
    return town.protocol.watch


async def test_a_slow_body_that_keeps_to_the_least_rate_is_taken(settings: Settings) -> None:
    async with quick_town(settings) as town:
        hanako = await town.resident()
        body = msgspec.json.encode({"batches": [steps([100])]}) + b" " * 150_000
        pipe = await dial(town)
        pipe[1].write(upload_head(hanako, Content_Length=len(body), Connection="close"))
        for start in range(0, len(body), 15_000):
            pipe[1].write(body[start : start + 15_000])
            await asyncio.sleep(0.1)
        came = await read_out(pipe)
        assert (came.status, came.problem["accepted"]) == (201, 1)
        pipe[1].close()


@pytest.mark.parametrize("kind", ["one value", "many headers", "small headers", "name", "trailer"])
async def test_a_hundred_megabytes_of_headers_are_cut_off_at_the_limit(
    settings: Settings, kind: str
) -> None:
    async with quick_town(settings, CONNECTION_LIMITS) as town:
        hanako = await town.resident()
        pipe = await dial(town)
        first, piece = {
            "one value": (b"GET /v1/me HTTP/1.1\r\nHost: x\r\nX-Long: ", b"a" * 65_536),
            "many headers": (
                b"GET /v1/me HTTP/1.1\r\nHost: x\r\n",
                b"".join(b"X-%d: %s\r\n" % (n, b"a" * 1000) for n in range(60)),
            ),
            "small headers": (b"GET /v1/me HTTP/1.1\r\nHost: x\r\n", b"A:\r\n" * 16_000),
            "name": (b"GET /v1/me HTTP/1.1\r\nHost: x\r\n", b"a" * 65_536),
            "trailer": (
                upload_head(hanako, Transfer_Encoding="chunked") + b"1\r\n{\r\n0\r\nX-Long: ",
                b"a" * 65_536,
            ),
        }[kind]
        memory = psutil.Process().memory_info().rss
        pipe[1].write(first)
        sent, answered = 0, asyncio.create_task(read_out(pipe))
        while sent < 100_000_000 and not answered.done():
            pipe[1].write(piece)
            sent += len(piece)
            try:
                await asyncio.wait_for(pipe[1].drain(), 2)
            except (OSError, TimeoutError):
                break
        came = await answered
        assert_is_problem(came, 431, "head_too_large")
        assert sent < 20_000_000
        assert psutil.Process().memory_info().rss - memory < 50_000_000
        pipe[1].close()
        assert (await town.get("/v1/me", hanako)).status == 200


async def test_an_address_that_is_too_long_is_refused(settings: Settings) -> None:
    async with quick_town(settings) as town:
        pipe = await dial(town)
        pipe[1].write(b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert_is_problem(await read_out(pipe), 414, "target_too_long")
        pipe[1].close()


@pytest.mark.parametrize(
    "request_", [b"HELLO\r\n\r\n", b"GET / HTTP/9.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01" * 40]
)
async def test_what_is_no_http_is_a_problem_report(settings: Settings, request_: bytes) -> None:
    async with quick_town(settings) as town:
        pipe = await dial(town)
        pipe[1].write(request_)
        assert_is_problem(await read_out(pipe), 400, "malformed_request")
        pipe[1].close()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            b"ja",
            "送られたものを読み取れませんでした。画面をお使いのときは、開き直してもう一度お試しください。",
        ),
        (
            b"en-GB",
            "What was sent cannot be read. If you are on a page, please open it anew and try again.",
        ),
        (b"fr", "Invalid HTTP request received."),
    ],
)
@pytest.mark.parametrize(
    "first_lines",
    [b"HELLO\r\n", b"GET / HTTP/9.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nno header\r\n"],
)
async def test_what_is_no_http_is_refused_in_the_language_that_it_asks_for(
    settings: Settings, first_lines: bytes, language: bytes, words: str
) -> None:
    async with quick_town(settings) as town:
        pipe = await dial(town)
        pipe[1].write(first_lines + b"accept-LANGUAGE: " + language + b"\r\n\r\n")
        came = await read_out(pipe)
        assert_is_problem(came, 400, "malformed_request")
        assert came.problem["title"] == words
        pipe[1].close()


async def test_a_head_is_refused_in_the_language_that_it_asks_for(settings: Settings) -> None:
    japanese = b" HTTP/1.1\r\nHost: x\r\nAccept-Language: ja-JP\r\n"
    async with quick_town(settings) as town:
        for head, code, words in (
            (
                b"GET /" + b"a" * 9_000 + japanese + b"\r\n",
                "target_too_long",
                "アドレスが長すぎます",
            ),
            (b"GET /" + japanese + b"X: y\r\n" * 200 + b"\r\n", "head_too_large", "Cookie"),
            (b"GET /" + japanese + b"X-Slow:", "too_slow", "通信に時間がかかりすぎました"),
        ):
            pipe = await dial(town)
            pipe[1].write(head)
            came = await read_out(pipe)
            assert came.problem["type"] == f"urn:wellness:{code}"
            assert came.headers["content-language"] == "ja"
            told = {came.problem["title"], came.problem["detail"]}
            told |= {wrong["detail"] for wrong in came.problem["errors"]}
            assert len(told) == 1
            assert words in told.pop()
            pipe[1].close()


async def test_requests_that_are_sent_ahead_are_answered_in_their_order_up_to_a_limit(
    settings: Settings,
) -> None:
    async with quick_town(settings) as town:
        pipe = await dial(town)
        pipe[1].write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 5)
        for _ in range(5):
            assert b"200 OK" in await asyncio.wait_for(pipe[0].readuntil(b'"ok"}'), 5)
        pipe[1].write(b"GET /v1/metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 2_000)
        answered = 0
        with suppress(ConnectionResetError):
            async with asyncio.timeout(5):
                while line := await pipe[0].readline():
                    answered += line.startswith(b"HTTP/1.1 200")
        assert answered < 100
        pipe[1].close()


async def test_beyond_the_limit_what_was_sent_ahead_is_answered_and_then_the_rest_refused(
    settings: Settings,
) -> None:
    async with quick_town(settings) as town:
        pipe = await dial(town)
        pipe[1].write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 40)
        raw = await asyncio.wait_for(pipe[0].read(), 5)
        pipe[1].close()
    statuses = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", raw)]
    assert statuses == [200] * (len(statuses) - 1) + [429]
    assert len(statuses) > QUICK.pipelined_max
    assert b"retry-after" in raw
    assert b"urn:wellness:too_many_pipelined" in raw


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(settings: Settings) -> None:
    async with quick_town(settings) as town:
        for length in (b"Content-Length: 100000000", b"Transfer-Encoding: chunked"):
            pipe = await dial(town)
            pipe[1].write(
                b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + length
                + b"\r\n\r\n"
            )
            pipe[1].write(b"600\r\n" + b" " * 0x600 + b"\r\n")
            drops = asyncio.create_task(_drop_by_drop(pipe[1], b"600\r\n" + b" " * 0x600 + b"\r\n"))
            head = await asyncio.wait_for(pipe[0].readuntil(b"\r\n\r\n"), 5)
            assert head.startswith(b"HTTP/1.1 413")
            assert b"body_too_large" in await asyncio.wait_for(pipe[0].read(), 5)
            drops.cancel()
            pipe[1].close()


async def test_beyond_the_most_connections_the_one_that_is_idle_longest_makes_room(
    settings: Settings,
) -> None:
    async with quick_town(settings, CONNECTION_LIMITS._replace(connections_max=4)) as town:
        hanako = await town.resident()
        assert (await town.get("/v1/me/today", hanako)).status == 200  # Idle from now on.
        pipes = [await dial(town) for _ in range(3)]
        for pipe in pipes:
            pipe[1].write(upload_head(hanako, Content_Length=1000))
        await asyncio.sleep(0.2)
        fourth = await dial(town)
        fourth[1].write(upload_head(hanako, Content_Length=1000))
        await asyncio.sleep(0.2)
        assert len(watch_of(town)) == 4
        fifth = await dial(town)
        came = await read_out(fifth)
        assert_is_problem(came, 503, "too_many_connections")
        assert 1 <= int(came.headers["retry-after"]) <= 8
        for pipe in (*pipes, fourth, fifth):
            pipe[1].close()
        async with asyncio.timeout(5):
            while len(watch_of(town)):
                await asyncio.sleep(0.02)
        assert (await town.get("/v1/me/today", hanako)).status == 200


async def test_one_address_has_so_many_connections_if_the_city_says_so(settings: Settings) -> None:
    async with quick_town(settings, CONNECTION_LIMITS._replace(per_address_max=2)) as town:
        pipes = [await dial(town) for _ in range(3)]
        assert_is_problem(await read_out(pipes[2]), 503, "too_many_connections")
        for pipe in pipes:
            pipe[1].close()


async def test_a_client_that_does_not_read_its_answers_is_cut_off(settings: Settings) -> None:
    async with quick_town(settings) as town:
        pipe = await dial(town)
        pipe[0]._transport.pause_reading()
        request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"

        async def ask() -> None:
            with_limit = 0
            while with_limit < 400:
                pipe[1].write(request)
                await pipe[1].drain()
                await asyncio.sleep(0.005)
                with_limit += 1

        asking = asyncio.create_task(ask())
        await asyncio.sleep(0.1)
        await until_closed(town)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        pipe[1].close()
        assert (await town.get("/healthz")).status == 200


async def test_an_idle_connection_is_closed_in_its_time_whatever_comes_that_is_no_request(
    settings: Settings,
) -> None:
    async with quick_town(settings, QUICK._replace(idle_seconds_max=0.5)) as town:
        pipe = await dial(town)
        pipe[1].write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.wait_for(pipe[0].readuntil(b'"ok"}'), 5)
        drops = asyncio.create_task(_drop_by_drop(pipe[1], b"\r\n"))
        started = time.monotonic()
        with suppress(ConnectionResetError):
            assert await asyncio.wait_for(pipe[0].read(), 5) == b""
        assert 0.4 < time.monotonic() - started < 3.0
        drops.cancel()
        await asyncio.gather(drops, return_exceptions=True)
        pipe[1].close()


UPGRADES = {"Connection": "Upgrade, HTTP2-Settings", "HTTP2-Settings": "AAMAAABk", "Upgrade": "h2c"}


@pytest.mark.parametrize("piece_bytes", [1, 100, 10_000])
@pytest.mark.parametrize("framing", ["length", "chunked"])
@pytest.mark.parametrize("upgrade", ["h2c", "websocket"])
async def test_a_request_for_another_protocol_is_taken_as_if_it_had_not_asked(
    settings: Settings, upgrade: str, framing: str, piece_bytes: int
) -> None:
    """Clients of Java ask so by themselves, with each first request that has a body."""
    async with quick_town(settings, CONNECTION_LIMITS) as town:
        hanako = await town.resident()
        body = msgspec.json.encode({"batches": [steps([100])]})
        if framing == "chunked":
            framed = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
            length: dict[str, object] = {"Transfer_Encoding": "chunked"}
        else:
            framed, length = body, {"Content_Length": len(body)}
        asks = UPGRADES | {"Upgrade": upgrade}
        sent = upload_head(hanako, **length, **asks) + framed
        sent += b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        pipe = await dial(town)
        for start in range(0, len(sent), piece_bytes):
            pipe[1].write(sent[start : start + piece_bytes])
            await pipe[1].drain()
        raw = await asyncio.wait_for(pipe[0].read(), 5)
        assert raw.startswith(b"HTTP/1.1 201 ")
        assert b'"accepted":1' in raw
        assert raw.endswith(b'{"status":"ok"}')
        pipe[1].close()


async def test_requests_for_another_protocol_that_are_sent_ahead_are_limited_as_others_are(
    settings: Settings,
) -> None:
    async with quick_town(settings) as town:
        pipe = await dial(town)
        asks = b"GET /v1/metrics HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
        pipe[1].write(asks * 2_000)
        with suppress(ConnectionResetError):
            raw = await asyncio.wait_for(pipe[0].read(), 5)
            assert raw.count(b"HTTP/1.1 200") < 100
        pipe[1].close()


async def test_a_tunnel_is_refused_and_said_so(settings: Settings) -> None:
    async with quick_town(settings) as town:
        pipe = await dial(town)
        pipe[1].write(b"CONNECT city.example:443 HTTP/1.1\r\nHost: city.example\r\n\r\n")
        assert_is_problem(await read_out(pipe), 400, "malformed_request")
        pipe[1].close()
