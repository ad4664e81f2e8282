"""A light HTTP client: whole requests made before the clock starts, since it shares the cores with what it measures."""

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import uvloop

CREATED: Final = 201

ROUND_SECONDS_MAX: Final = 120.0
"""A round takes seconds; one that takes this long has a server that does not answer."""


class Sent(NamedTuple):
    """How the requests fared: the time of all together, of each, and the answers' bodies, in order of arrival."""

    elapsed_seconds: float
    latencies_seconds: list[float]
    answers: list[bytes]


def post(url: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A whole POST request for a connection that is kept open."""
    return _head("POST", url, {**headers, "Content-Length": str(len(body))}) + body


def get(url: str, headers: Mapping[str, str]) -> bytes:
    """A whole GET request for a connection that is kept open."""
    return _head("GET", url, headers)


def _head(method: str, url: str, headers: Mapping[str, str]) -> bytes:
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    lines = [f"{name}: {value}" for name, value in {"Host": parts.netloc, **headers}.items()]
    return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode()


def send(url: str, requests: Sequence[bytes], *, connections: int, status: int = CREATED) -> Sent:
    """Sends the requests in order over so many connections, each of which waits for its answer before its next."""
    return uvloop.run(_send(url, requests, connections, status))


async def _send(url: str, requests: Sequence[bytes], connections: int, status: int) -> Sent:
    todo = iter(requests)
    latencies: list[float] = []
    answers: list[bytes] = []
    address = urlsplit(url)
    wanted = f"HTTP/1.1 {status}".encode()

    async def send_one_by_one() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        for request in todo:
            started = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            assert length is not None, head
            answer = await reader.readexactly(int(length[1]))
            assert head.startswith(wanted), (head, answer)
            latencies.append(time.perf_counter() - started)
            answers.append(answer)
        writer.close()

    started = time.perf_counter()
    async with asyncio.timeout(ROUND_SECONDS_MAX):
        await asyncio.gather(*(send_one_by_one() for _ in range(connections)))
    return Sent(time.perf_counter() - started, latencies, answers)
