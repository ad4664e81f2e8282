"""Uploads arrive once, in order, whatever the network and the server do in between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import msgspec
import pytest
from aiohttp import web
from box import Box
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from gateway_server import GatewayServer, Received, answers, serve
from hypothesis import given
from hypothesis import strategies as st

from device_bridge.backoff import Backoff
from device_bridge.clock import BoxClock, Instant
from device_bridge.keeping import Keeper, unix_ms
from device_bridge.keys import key_id
from device_bridge.outbox import Outbox
from device_bridge.profiles.weight import WEIGHT
from device_bridge.requests import Answer, send_signed
from device_bridge.samples import Sample
from device_bridge.status import Status
from device_bridge.uploader import Pace, Uploader
from device_bridge.verdicts import Delivered, Held, Later, Refused, judge, parts_of
from device_bridge.wire import CLOCK_AHEAD_MS_MAX, EARLIEST_MS, Batch, Upload

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
    assert judge(answer(409, retry_after_seconds=7.0)) == Held("answered 409", 7.0)


@given(st.integers(1, 10_000), st.floats(0, 1e9))
def test_waiting_is_bounded(failures: int, asked_seconds: float) -> None:
    waited = OFFLINE.seconds(failures, asked_seconds=asked_seconds)
    assert OFFLINE.first_seconds / 2 <= waited <= OFFLINE.max_seconds


def test_waiting_doubles_and_differs_between_gateways() -> None:
    tenth = [OFFLINE.seconds(5) for _ in range(50)]
    assert all(8.0 <= seconds <= 16.0 for seconds in tenth)
    assert len(set(tenth)) > 1


async def test_a_card_that_is_not_enrolled_yet_waits_alone_and_goes_when_it_is(
    outbox: Outbox, server: GatewayServer
) -> None:
    enrolled = False
    problem = '{"errors":[{"field":"card","limit":"an enrolled card","detail":"..."}]}'

    async def asked(received: Received) -> web.Response:
        if received.upload.card == "card-9" and not enrolled:
            return web.json_response(text=problem, status=422)
        return server.receipt(received)

    server.always = asked
    outbox.add([weight(0, card="card-9"), weight(1), weight(2, card="card-9")])
    async with uploading(outbox, server.url):
        await until(lambda: len(server.uploads) == 1)
        outbox.add([weight(3, card="card-9")])
        enrolled = True
        await until(lambda: outbox.samples_kept() == 0)
    assert [value for *_, value in (key for key in server.samples())] == [1, 0, 2, 3]
    assert outbox.refusals() == []


@pytest.mark.parametrize("status", [403, 404, 409, 410, 415])
async def test_what_is_about_the_sender_or_the_moment_is_tried_again(
    outbox: Outbox, server: GatewayServer, status: int
) -> None:
    server.script.extend([answers(status)] * 3)
    outbox.add([weight(0, card="card-9"), weight(1)])
    async with uploading(outbox, server.url):
        await until(lambda: outbox.samples_kept() == 0)
    assert len(server.uploads) == 2
    assert outbox.refusals() == []


def odd_ones(received: Received, odd: set[int]) -> list[tuple[int, int]]:
    return [
        (number, place)
        for number, batch in enumerate(received.upload.batches)
        for place, time_ms in enumerate(batch.times_ms)
        if time_ms in odd
    ]


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("status", [400, 422])
async def test_odd_samples_are_put_aside_alone_and_their_neighbours_arrive(
    outbox: Outbox, server: GatewayServer, status: int, *, named: bool
) -> None:
    odd = {3, 150, 151, 299}

    async def asked(received: Received) -> web.Response:
        places = odd_ones(received, odd)
        if not places:
            return server.receipt(received)
        number, place = places[0]
        errors = [{"field": f"batches[{number}].values[{place}]"}] if named else []
        return web.json_response({"errors": errors}, status=status)

    server.always = asked
    outbox.add(
        [
            Sample(
                card="card-1",
                source=f"station:{index % 3}",
                metric="body_weight",
                time_ms=index,
                value=60.0,
            )
            for index in range(300)
        ]
    )
    status_of_it = Status()
    async with uploading(outbox, server.url, status=status_of_it):
        await until(lambda: len(outbox.refusals()) == len(odd))
    assert {time_ms for *_, time_ms in server.samples()} == set(range(300)) - odd
    assert [kept_status for _, kept_status, _ in outbox.refusals()] == [status] * len(odd)
    assert status_of_it.happened("upload refused and put aside") == len(odd)
    assert len(server.requests) < 100


async def test_a_batch_of_an_unknown_metric_is_put_aside_whole(
    outbox: Outbox, server: GatewayServer
) -> None:
    async def asked(received: Received) -> web.Response:
        metrics = [batch.metric for batch in received.upload.batches]
        if "grip" not in metrics:
            return server.receipt(received)
        field = f"batches[{metrics.index('grip')}].metric"
        return web.json_response({"errors": [{"field": field}]}, status=422)

    server.always = asked
    unknown = [msgspec.structs.replace(weight(index), metric="grip") for index in range(50)]
    outbox.add([weight(0), *unknown, weight(1)])
    async with uploading(outbox, server.url):
        await until(lambda: outbox.samples_kept() == 50 and not outbox.next_upload(now_ms=0))
    assert len(server.samples()) == 2
    assert len(outbox.refusals()) == 1


async def test_a_body_that_the_disk_has_changed_is_put_aside_and_the_others_arrive(
    tmp_path: Path, server: GatewayServer
) -> None:
    status = Status()
    with Outbox(tmp_path / "outbox.sqlite", status=status) as outbox:
        outbox.add([weight(0)])
        assert outbox.next_upload(now_ms=0) is not None
        outbox.add([weight(1, card="card-2")])
        with outbox.writing() as db:
            db.execute("UPDATE upload SET body = x'81a463617264c1'")
        async with uploading(outbox, server.url, status=status):
            await until(lambda: len(outbox.refusals()) == 1 and not outbox.next_upload(now_ms=0))
    assert status.happened("upload that a failing disk has changed put aside") == 1
    assert len(server.samples()) == 1


@pytest.mark.parametrize("key", ["a\u00b7b", "a\tb", "a\nb", "", "a\x80"])
async def test_a_key_that_the_disk_has_changed_is_replaced_and_all_arrives(
    outbox: Outbox, server: GatewayServer, key: str
) -> None:
    outbox.add([weight(0)])
    assert outbox.next_upload(now_ms=0) is not None
    outbox.add([weight(1, card="card-2")])
    with outbox.writing() as db:
        db.execute("UPDATE upload SET idempotency_key = ?", (key,))
    async with uploading(outbox, server.url):
        await until(lambda: outbox.samples_kept() == 0)
    assert len(server.samples()) == 2


async def test_what_is_too_large_is_halved(outbox: Outbox, server: GatewayServer) -> None:
    async def asked(received: Received) -> web.Response:
        samples = sum(len(batch.times_ms) for batch in received.upload.batches)
        return web.Response(status=413) if samples > 30 else server.receipt(received)

    server.always = asked
    outbox.add([weight(index) for index in range(100)])
    async with uploading(outbox, server.url):
        await until(lambda: outbox.samples_kept() == 0)
    assert len(server.samples()) == 100
    assert outbox.refusals() == []


async def test_an_upload_on_which_the_server_fails_for_ever_stops_no_other(
    outbox: Outbox, server: GatewayServer
) -> None:
    mended = False

    async def asked(received: Received) -> web.Response:
        if odd_ones(received, {7}) and not mended:
            return web.Response(status=500, text="panic")
        return server.receipt(received)

    server.always = asked
    outbox.add([weight(index) for index in range(20)])
    outbox.add([weight(100, card="card-2")])
    async with uploading(outbox, server.url):
        await until(lambda: outbox.samples_kept() == 1)
        ((_, status, _),) = outbox.refusals()
        assert status == 500
        assert len(server.samples()) == 20
    mended = True
    async with uploading(outbox, server.url):  # What the server failed on is tried again.
        await until(lambda: outbox.samples_kept() == 0)


async def test_times_that_a_wrong_clock_made_are_brought_to_now_and_not_put_aside(
    outbox: Outbox, server: GatewayServer
) -> None:
    """An outbox of before, or a box whose clock was believed too early: 1970 and 2099 among good ones."""
    now_ms = unix_ms(datetime.now(UTC))
    times = [now_ms - 60_000, 1_000, 2_000, now_ms + 70 * 365 * 86_400_000]

    async def asked(received: Received) -> web.Response:
        for number, batch in enumerate(received.upload.batches):
            for place, time_ms in enumerate(batch.times_ms):
                if not EARLIEST_MS <= time_ms <= unix_ms(datetime.now(UTC)) + CLOCK_AHEAD_MS_MAX:
                    errors = [{"field": f"batches[{number}].times_ms[{place}]"}]
                    return web.json_response({"errors": errors}, status=422)
        return server.receipt(received)

    server.always = asked
    outbox.add([weight(time_ms) for time_ms in times])
    status = Status()
    async with uploading(outbox, server.url, status=status):
        await until(lambda: outbox.samples_kept() == 0)
    assert outbox.refusals() == []
    assert status.happened("times of a wrong clock brought to now") == 1
    sent = sorted(time_ms for *_, time_ms in server.samples())
    assert len(sent) == 4
    assert sent[0] == times[0]
    assert sent[-1] - sent[1] < 60_000


async def test_a_box_that_starts_in_another_century_learns_the_time_and_sends_at_the_right_one(
    tmp_path: Path, server: GatewayServer
) -> None:
    """A server that checks signatures' times and says nothing but its Date."""
    for wall_off in (timedelta(days=-20_000), timedelta(days=26_000)):
        box = Box(
            tmp_path / f"{wall_off.days}.sqlite",
            now=datetime.now(UTC),
            started=datetime.now(UTC) - timedelta(hours=1),
            wall_off=wall_off,
            synchronised=False,
        )
        measured_at = box.now
        box.send(WEIGHT, b"\x00\xb8\x32")
        box.now = datetime.now(UTC)
        async with uploading(box.outbox, server.url, clock=box.clock, status=box.status):
            await until(lambda box=box: box.outbox.samples_kept() == 0)
        (time_ms,) = [time_ms for *_, time_ms in server.samples()]
        assert abs(time_ms - unix_ms(measured_at)) < 3_000
        assert box.status.happened("time learned from the server") == 1
        server.uploads.clear()
        box.close()


async def test_a_captive_portal_teaches_no_time(outbox: Outbox, server: GatewayServer) -> None:
    wrong = "Tue, 06 Mar 2001 12:00:00 GMT"

    async def portal(_received: Received) -> web.Response:
        return web.Response(
            text="<html>Welcome</html>", content_type="text/html", headers={"Date": wrong}
        )

    server.script.append(portal)
    outbox.add([weight(0)])
    clock = BoxClock(kernel_follows=lambda: False)
    said: list[datetime] = []
    learned = clock.learn

    def learn(date: datetime, *, asked: Instant) -> bool:
        said.append(date)
        return learned(date, asked=asked)

    clock.learn = learn
    async with uploading(outbox, server.url, clock=clock):
        await until(lambda: outbox.samples_kept() == 0)
    assert len(server.requests) == 2
    assert [date.year for date in said] == [datetime.now(UTC).year]


@pytest.mark.parametrize(
    "date",
    [
        "Fri, 31 Dec 9999 23:59:58 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +999999999999999999999",
    ],
)
async def test_a_date_that_cannot_be_true_is_no_date(
    outbox: Outbox, server: GatewayServer, date: str
) -> None:
    """Of a proxy, a portal or a server without a clock: it neither ends the gateway nor moves its time."""

    async def odd(_received: Received) -> web.Response:
        headers = {"Date": date, "Retry-After": date}
        return web.json_response({}, status=503, headers=headers)

    async def odd_wait(_received: Received) -> web.Response:
        return web.json_response({}, status=503, headers={"Retry-After": date})

    server.script.extend([odd, odd_wait])
    outbox.add([weight(0)])
    clock = BoxClock(kernel_follows=lambda: False)
    async with uploading(outbox, server.url, clock=clock):
        await until(lambda: outbox.samples_kept() == 0)
    assert len(server.requests) == 3
    assert abs(clock.best_utc() - datetime.now(UTC)) < timedelta(seconds=3)


async def test_a_date_that_speaks_against_a_clock_that_is_right_is_asked_again_and_not_believed(
    outbox: Outbox, server: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a server that was stopped for half a minute, and whose web server renews its date once a second."""
    monkeypatch.setattr("device_bridge.clock.ANSWERS_APART_MS_MIN", 50)
    monkeypatch.setattr("device_bridge.uploader.LOOK_SECONDS", 0.02)

    async def late(received: Received) -> web.Response:
        answer = server.receipt(received)
        answer.headers["Date"] = format_datetime(
            datetime.now(UTC) - timedelta(seconds=30), usegmt=True
        )
        return answer

    clock = BoxClock(kernel_follows=lambda: False)
    async with uploading(outbox, server.url, clock=clock):
        outbox.add([weight(0)])
        await until(lambda: outbox.samples_kept() == 0)
        server.script.append(late)
        outbox.add([weight(1)])
        await until(lambda: outbox.samples_kept() == 0)
        await until(clock.wants_a_second_word)
        await until(lambda: not clock.wants_a_second_word())
    assert abs(clock.best_utc() - datetime.now(UTC)) < timedelta(seconds=2)


def test_an_answer_that_cannot_be_read_is_asked_for_again() -> None:
    # Deeper than any Python goes: from 3.14 on what counts is the room on the stack, and no number.
    deep = b'{"unknown":' + b"[" * 1_000_000
    for status in (200, 201, 204):
        assert isinstance(judge(answer(status, deep)), Later)
    for status in (400, 422):
        assert isinstance(judge(answer(status, deep)), Later)


@pytest.mark.parametrize("column", ["lengths_ms[1]", "a column of a later server"])
def test_a_batch_is_halved_unless_all_of_its_samples_are_at_fault(column: str) -> None:
    times = [0, 60_000, 120_000]
    batch = Batch(metric="steps", source="station:a", times_ms=times, values=[1.0] * 3)
    parts = parts_of(Upload(batches=[batch]), f"batches[0].{column}")
    assert [part.batches[0].times_ms for part in parts] == [times[:1], times[1:]]


@given(data=st.data())
def test_parts_are_the_whole_and_each_is_smaller(data: st.DataObject) -> None:
    batches = data.draw(
        st.lists(
            st.lists(st.integers(0, 10**6), min_size=1, max_size=9).map(
                lambda times: Batch(
                    metric="steps", source="station:a", times_ms=times, values=[1.0] * len(times)
                )
            ),
            min_size=1,
            max_size=6,
        )
    )
    whole = Upload(batches=batches, card="card-1")
    of_samples = ["times_ms[2]", "lengths_ms[1]", "values[0]"]
    of_all_samples = ["metric", "source", "revision", "origin"]
    column = data.draw(st.sampled_from([*of_samples, *of_all_samples, "nothing"]))
    field = data.draw(
        st.sampled_from(["", "body", "card", f"batches[{data.draw(st.integers(0, 9))}].{column}"])
    )
    parts = parts_of(whole, field)
    times = sorted(time for batch in batches for time in batch.times_ms)
    assert times == sorted(
        time for part in parts for batch in part.batches for time in batch.times_ms
    )
    assert all(part.card == "card-1" and part.batches for part in parts)
    if len(parts) > 1:
        assert all(sum(len(b.times_ms) for b in part.batches) < len(times) for part in parts)
    elif len(times) > 1:
        assert len(batches) == 1
        assert column in of_all_samples
