import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime

import msgspec
import numpy as np
import pytest
from aiohttp import web

from device_bridge.wire import BatchReceipt, Receipt, Upload
from wellness_api.town.simulation import sender as sending
from wellness_api.town.simulation.city import SimulatedCity, city
from wellness_api.town.simulation.live import active_residents, live, next_window, walked_now
from wellness_api.town.simulation.sender import (
    ATTEMPTS_MAX,
    LANES,
    Sender,
    ServerUnavailableError,
    Tally,
    UploadRefusedError,
    open_session,
    send_all,
    send_history,
)
from wellness_api.town.simulation.uploads import PlannedUpload, Window

UNTIL = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
Answer = Callable[[int, str], web.Response | None]


class SmallServer:
    """Takes uploads as the contract says, counting each key once; `answer` may say otherwise for the nth request."""

    def __init__(self) -> None:
        self.requests = 0
        self.under_way = 0
        self.under_way_most = 0
        self.taken: dict[str, list[str]] = {}
        self.uploads: list[Upload] = []
        self.receipts: dict[str, Receipt] = {}
        self.answer: Answer = lambda _request, _key: None
        self.answers_to_lose = 0
        self.url = ""
        self.thirty_taken = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        self.requests += 1
        self.under_way += 1
        self.under_way_most = max(self.under_way_most, self.under_way)
        try:
            body = await request.read()
            await asyncio.sleep(0.001)
            return self.answer(self.requests, request.headers["Idempotency-Key"]) or self.take(
                request, body
            )
        finally:
            self.under_way -= 1

    def take(self, request: web.Request, body: bytes) -> web.Response:
        assert request.content_type == "application/msgpack"
        upload = msgspec.msgpack.decode(body, type=Upload)
        key = request.headers["Idempotency-Key"]
        if key in self.receipts:
            return self.receipt(200, self.receipts[key])
        self.taken.setdefault(request.headers["Authorization"], []).append(key)
        self.uploads.append(upload)
        if len(self.uploads) >= 30:
            self.thirty_taken.set()
        samples = sum(len(batch.times_ms) // 8 for batch in upload.batches)
        receipt = Receipt(
            upload_id=self.requests,
            received_at=datetime.now(UTC),
            accepted=samples - 1,
            duplicate=0,
            refused=1,
            batches=[
                BatchReceipt(metric="steps", source="phone:1", accepted=0, duplicate=0, refused=0)
            ],
        )
        self.receipts[key] = receipt
        if self.answers_to_lose:
            self.answers_to_lose -= 1
            assert request.transport is not None
            request.transport.close()
        return self.receipt(201, receipt)

    @staticmethod
    def receipt(status: int, receipt: Receipt) -> web.Response:
        body = msgspec.json.encode(receipt)
        return web.Response(status=status, body=body, content_type="application/json")


@pytest.fixture
async def server() -> AsyncIterator[SmallServer]:
    small = SmallServer()
    app = web.Application()
    app.router.add_post("/v1/uploads", small.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    small.url = f"http://{host}:{port}"
    yield small
    await runner.cleanup()


@pytest.fixture(scope="module")
def town() -> SimulatedCity:
    return city(residents=30, seed=4, today=date(2026, 11, 24))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "WAIT_SECONDS_FIRST", 0.001)
    monkeypatch.setattr(sending, "WAIT_SECONDS_MAX", 0.004)


def tokens(town: SimulatedCity) -> dict[int, str]:
    return {resident: f"token-{resident}" for resident in town.residents}


async def deliver(server: SmallServer, town: SimulatedCity, uploads: list[PlannedUpload]) -> Tally:
    async with open_session() as session:
        sender = Sender(session, f"{server.url}/v1/uploads", tokens(town), Tally())
        return await send_all(sender, uploads)


def keys_in_order(uploads: list[PlannedUpload]) -> dict[str, list[str]]:
    keys: dict[str, list[str]] = {}
    for upload in uploads:
        of_resident = keys.setdefault(f"Bearer token-{upload.resident}", [])
        if upload.idempotency_key not in of_resident:
            of_resident.append(upload.idempotency_key)
    return keys


async def test_every_upload_arrives_in_its_residents_order(
    server: SmallServer, town: SimulatedCity
) -> None:
    uploads = list(town.uploads(UNTIL, days=30))
    tally = await deliver(server, town, uploads)
    assert server.taken == keys_in_order(uploads)
    assert 1 < server.under_way_most <= LANES
    assert tally.uploads == len(uploads)
    assert tally.replayed == len(uploads) - len(server.receipts) > 0
    samples = {upload.idempotency_key: upload.samples for upload in uploads}
    assert tally.accepted == sum(samples.values()) - len(samples)
    assert tally.refused == len(samples)
    assert tally.sent_bytes == sum(len(upload.body) for upload in uploads)


@pytest.mark.usefixtures("impatient")
async def test_a_busy_server_is_asked_again_and_order_is_kept(
    server: SmallServer, town: SimulatedCity
) -> None:
    refused: Counter[str] = Counter()

    def answer(request: int, key: str) -> web.Response | None:
        """Busy again and again, but never so often for one upload that it would be given up."""
        if refused[key] == ATTEMPTS_MAX - 1 or (request % 3 and request % 5):
            return None
        refused[key] += 1
        if request % 3 == 0:
            return web.Response(status=429, headers={"Retry-After": "1"})
        return web.Response(status=503)

    server.answer = answer
    uploads = list(town.uploads(UNTIL, days=30))
    tally = await deliver(server, town, uploads)
    assert server.taken == keys_in_order(uploads)
    assert tally.retries == server.requests - len(uploads) > 0


@pytest.mark.usefixtures("impatient")
async def test_an_upload_whose_answer_was_lost_is_sent_again(
    server: SmallServer, town: SimulatedCity
) -> None:
    server.answers_to_lose = 5
    uploads = list(town.uploads(UNTIL, days=14))
    tally = await deliver(server, town, uploads)
    assert server.taken == keys_in_order(uploads)
    assert tally.retries == 5
    samples = {upload.idempotency_key: upload.samples for upload in uploads}
    assert tally.accepted == sum(samples.values()) - len(samples)


@pytest.mark.usefixtures("impatient")
async def test_a_server_that_stays_away_is_an_error_that_names_the_upload(
    server: SmallServer, town: SimulatedCity
) -> None:
    server.answer = lambda _request, _key: web.Response(
        status=503, text='{"title": "Too much at once", "detail": "Come again."}'
    )
    uploads = list(town.uploads(UNTIL, days=3))
    said = r"sim-.* tried 8 times; last: 503 Too much at once\. Come again\."
    with pytest.raises(ServerUnavailableError, match=said):
        await deliver(server, town, uploads)


async def test_an_upload_that_is_wrong_is_not_sent_again(
    server: SmallServer, town: SimulatedCity
) -> None:
    server.answer = lambda _request, _key: web.Response(status=422, text='{"title":"no"}')
    uploads = list(town.uploads(UNTIL, days=3))
    with pytest.raises(UploadRefusedError, match=r": 422 no\.$") as refused:
        await deliver(server, town, uploads)
    assert refused.value.status == 422
    assert server.requests <= LANES


async def test_history_fills_up_to_now_with_progress(server: SmallServer) -> None:
    town = city(residents=20, seed=4, today=datetime.now(UTC).date())
    seen: list[int] = []
    tally = await send_history(
        town,
        base_url=server.url + "/",
        tokens=tokens(town),
        days=10,
        progress=lambda tally: seen.append(tally.uploads),
    )
    assert tally.uploads == seen[-1] > 20


async def test_live_residents_walk_in_whole_past_minutes_until_cancelled(
    server: SmallServer, town: SimulatedCity
) -> None:
    clock = [int(UNTIL.timestamp() * 1000) + 30_000]

    def clock_ms() -> int:
        clock[0] += 61_000
        return clock[0]

    task = asyncio.create_task(
        live(
            town, base_url=server.url, tokens=tokens(town), seconds_between=0.01, clock_ms=clock_ms
        )
    )
    await asyncio.wait_for(server.thirty_taken.wait(), 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    seen: set[tuple[str, int]] = set()
    for upload in server.uploads:
        (steps,) = [batch for batch in upload.batches if batch.metric == "steps"]
        assert isinstance(steps.times_ms, bytes)
        assert isinstance(steps.values, bytes)
        values = np.frombuffer(steps.values, "<f8")
        assert 1 <= values.min() <= values.max() <= 200
        for time_ms in np.frombuffer(steps.times_ms, "<i8").tolist():
            assert time_ms + 60_000 <= clock[0]
            assert (steps.source, time_ms) not in seen
            seen.add((steps.source, time_ms))


def test_the_same_minutes_hold_the_same_steps(town: SimulatedCity) -> None:
    resident = active_residents(town.people)[0]
    window = Window(1_795_000_020_000, 1_795_000_200_000)
    assert walked_now(town.people, resident, window) == walked_now(town.people, resident, window)


@pytest.mark.parametrize(
    ("sent_until_ms", "clock_ms", "window"),
    [
        (None, 600_001, Window(420_000, 600_000)),
        (540_000, 600_001, Window(540_000, 600_000)),
        (600_000, 659_999, None),
        (60_000, 600_000, Window(420_000, 600_000)),
    ],
)
def test_only_whole_new_minutes_are_sent(
    sent_until_ms: int | None, clock_ms: int, window: Window | None
) -> None:
    assert next_window(sent_until_ms, clock_ms) == window
