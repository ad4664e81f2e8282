"""Uploads arrive once, in order, whatever the network and the server do in between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from gateway_server import GatewayServer, Received, answers, serve
from hypothesis import given
from hypothesis import strategies as st

from device_bridge.backoff import Backoff
from device_bridge.clock import BoxClock
from device_bridge.keeping import Keeper
from device_bridge.keys import key_id
from device_bridge.outbox import Outbox
from device_bridge.requests import Answer, send_signed
from device_bridge.samples import Sample
from device_bridge.status import Status
from device_bridge.uploader import Pace, Uploader
from device_bridge.verdicts import Delivered, Later, Refused, judge

KEY = Ed25519PrivateKey.generate()
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
OFFLINE = Pace().offline
TOKYO = ZoneInfo("Asia/Tokyo")
SOON = Backoff(first_seconds=0.02, max_seconds=0.05)


def weight(index: int, *, card: str = "card-1") -> Sample:
    return Sample(
        card=card, source="station:A", metric="body_weight", time_ms=index, value=60.0 + index
    )


@asynccontextmanager
async def uploading(
    outbox: Outbox,
    url: str,
    *,
    clock: BoxClock | None = None,
    status: Status | None = None,
    held: Backoff = SOON,
) -> AsyncIterator[Uploader]:
    clock, status = clock or BoxClock(), status or Status()
    async with aiohttp.ClientSession() as session:
        keeper = Keeper(outbox, clock=clock, zone=TOKYO, status=status)
        uploader = Uploader(
            outbox=outbox,
            send=partial(send_signed, session, base_url=url, key=KEY),
            clock=clock,
            status=status,
            settle_times=keeper.settle_times,
            pace=Pace(offline=SOON, held=held, gather_seconds=0.0),
        )
        task = asyncio.create_task(uploader.run())
        try:
            yield uploader
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture
async def server() -> AsyncIterator[GatewayServer]:
    async with serve(GatewayServer(public_keys=KEYS)) as running:
        yield running


@pytest.fixture
def outbox(tmp_path: Path) -> AsyncIterator[Outbox]:
    with Outbox(tmp_path / "outbox.sqlite") as opened:
        yield opened


async def test_samples_arrive_signed_and_leave_the_outbox(
    outbox: Outbox, server: GatewayServer
) -> None:
    async with uploading(outbox, server.url) as uploader:
        outbox.add([weight(0), weight(1)])
        uploader.wake()
        await until(lambda: outbox.samples_kept() == 0)
    assert server.samples() == {
        ("station:A", "body_weight", 0): 60.0,
        ("station:A", "body_weight", 1): 61.0,
    }
    assert server.requests[0].verified.key_id in KEYS


async def test_what_was_measured_offline_arrives_when_the_network_is_back(outbox: Outbox) -> None:
    outbox.add([weight(0)])
    server = GatewayServer(public_keys=KEYS)
    async with serve(server):
        port = int(server.url.rsplit(":", 1)[1])
    async with uploading(outbox, server.url):
        await asyncio.sleep(0.1)
        assert outbox.samples_kept() == 1
        async with serve(server, port=port):
            await until(lambda: outbox.samples_kept() == 0)
    assert len(server.uploads) == 1


@pytest.mark.parametrize("status", [500, 503, 302, 401, 408, 429])
async def test_a_server_in_trouble_is_asked_again_with_the_same_request(
    outbox: Outbox, server: GatewayServer, status: int
) -> None:
    server.script.extend([answers(status), answers(status)])
    outbox.add([weight(0)])
    async with uploading(outbox, server.url):
        await until(lambda: outbox.samples_kept() == 0)
    assert len(server.requests) == 3
    assert len({(received.key, received.body) for received in server.requests}) == 1
    assert len({received.verified.nonce for received in server.requests}) == 3
    assert outbox.refusals() == []


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_refused_sample_is_put_aside_and_the_rest_goes_on(
    outbox: Outbox, server: GatewayServer, status: int
) -> None:
    server.script.append(answers(status, '{"title":"This card is not enrolled"}'))
    outbox.add([weight(0, card="card-9"), weight(1, card="card-1")])
    async with uploading(outbox, server.url):
        await until(lambda: len(server.uploads) == 1)
        await until(lambda: outbox.samples_kept() == 1)
    assert server.samples() == {("station:A", "body_weight", 1): 61.0}
    ((key, kept_status, problem),) = outbox.refusals()
    assert key == server.requests[0].key
    assert kept_status == status
    assert problem == b'{"title":"This card is not enrolled"}'


async def test_a_lost_receipt_leads_to_the_same_key_again_and_counts_once(
    outbox: Outbox, server: GatewayServer
) -> None:
    async def accept_and_hang_up(received: Received) -> web.Response:
        server.receipt(received)
        raise asyncio.CancelledError  # The connection closes without an answer.

    server.script.append(accept_and_hang_up)
    outbox.add([weight(0)])
    async with uploading(outbox, server.url):
        await until(lambda: outbox.samples_kept() == 0)
    assert len(server.requests) == 2
    assert len(server.uploads) == 1


async def test_a_gateway_that_dies_while_sending_sends_the_same_request_after_its_restart(
    tmp_path: Path, server: GatewayServer
) -> None:
    async def accept_and_stall(received: Received) -> web.Response:
        server.receipt(received)
        await asyncio.sleep(60)
        raise AssertionError

    server.script.append(accept_and_stall)
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        outbox.add([weight(0)])
        async with uploading(outbox, server.url):
            await until(lambda: len(server.requests) == 1)
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        outbox.add([weight(1)])
        async with uploading(outbox, server.url):
            await until(lambda: outbox.samples_kept() == 0)
    first, again, following = server.requests
    assert (first.key, first.body) == (again.key, again.body)
    assert following.key != first.key
    assert len(server.samples()) == 2


def answer(status: int, body: bytes = b"", *, retry_after_seconds: float = 0.0) -> Answer:
    return Answer(
        status=status,
        content_type="application/json",
        retry_after_seconds=retry_after_seconds,
        body=body,
    )


def test_only_a_receipt_is_the_servers_word() -> None:
    receipt = b'{"upload_id":1,"received_at":"2026-11-24T03:00:00Z","accepted":1,"duplicate":0,"refused":0,"batches":[]}'
    assert isinstance(judge(answer(201, receipt)), Delivered)
    assert isinstance(judge(answer(200, receipt)), Delivered)
    assert isinstance(judge(answer(200, b"<html>Welcome to the Wi-Fi</html>")), Later)
    assert isinstance(judge(answer(204)), Later)


def test_the_servers_own_waiting_time_is_kept() -> None:
    assert judge(answer(429, retry_after_seconds=7.0)) == Later("answered 429", 7.0)
    assert judge(answer(422, b"why")) == Refused(422, b"why")


@given(st.integers(1, 10_000), st.floats(0, 1e9))
def test_waiting_is_bounded(failures: int, asked_seconds: float) -> None:
    waited = OFFLINE.seconds(failures, asked_seconds=asked_seconds)
    assert OFFLINE.first_seconds / 2 <= waited <= OFFLINE.max_seconds


def test_waiting_doubles_and_differs_between_gateways() -> None:
    tenth = [OFFLINE.seconds(5) for _ in range(50)]
    assert all(8.0 <= seconds <= 16.0 for seconds in tenth)
    assert len(set(tenth)) > 1
