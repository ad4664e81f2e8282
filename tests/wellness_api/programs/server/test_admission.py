"""When there is too much to do, staff pages and long reads go first, uploads and balances last; nobody takes up everything."""

import asyncio
from contextlib import ExitStack
from typing import Any

import pytest

from tests.town import Answer, Person, Town, open_town, steps
from wellness_api.http.come_back import Busy
from wellness_api.http.load import LOOKS, ROOM, Importance, Load
from wellness_api.http.services import Services
from wellness_api.http.shares import Shares, Streams
from wellness_api.process.settings import Settings
from wellness_api.programs.server.running import (
    LARGE_BODIES_OF_ONE_MAX,
    STREAMS_PER_PERSON_MAX,
)


def test_who_has_to_go_first() -> None:
    load = Load(requests_max=10)
    order: list[Importance] = ["first_to_go", "ordinary", "last_to_go"]
    refused_at: dict[Importance, int] = {}
    with ExitStack() as under_way:
        for requests in range(11):
            for importance in order:
                try:
                    load.check(importance)
                except Busy:
                    refused_at.setdefault(importance, requests)
            if requests < 10:
                under_way.enter_context(load.request("last_to_go"))
    assert refused_at == {"first_to_go": 4, "ordinary": 7, "last_to_go": 10}
    load.check("first_to_go")


def test_bodies_have_so_much_room_together() -> None:
    load = Load(requests_max=100, body_bytes_max=1_000_000)
    with load.request("last_to_go") as first, load.request("last_to_go") as second:
        first.add(600_000)
        second.add(300_000)
        with pytest.raises(Busy):
            second.add(300_000)
        first.add(100_000)
    assert (load.requests, load.body_bytes) == (0, 0)


async def test_a_loop_that_is_late_for_some_time_refuses_what_can_wait() -> None:
    load = Load(requests_max=100)
    late_seconds = ROOM["first_to_go"].lag_seconds + 0.1
    for _ in range(LOOKS - 1):
        load.note_lag(late_seconds)
    load.check("first_to_go")
    load.note_lag(late_seconds)
    with pytest.raises(Busy):
        load.check("first_to_go")
    load.check("ordinary")
    load.check("last_to_go")
    load.note_lag(0.0)
    load.check("first_to_go")


async def test_a_long_step_is_seen_as_lag() -> None:
    load = Load(requests_max=100)
    watch = asyncio.create_task(load.watch())
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(10):
        while load.lag_seconds < 0.02:
            await asyncio.sleep(0)
            end = loop.time() + 0.15
            while loop.time() < end:
                pass
    watch.cancel()


async def test_a_share_lets_some_through_others_wait_and_the_rest_is_refused() -> None:
    shares = Shares(at_once_max=2, waiting_max=3, wait_seconds_max=0.2)
    leave = asyncio.Event()

    async def request(who: int) -> str:
        try:
            async with shares.of(who):
                await leave.wait()
        except Busy as busy:
            return f"{busy.code} {busy.status}"
        return "done"

    hers = [asyncio.create_task(request(1)) for _ in range(7)]
    await asyncio.sleep(0.05)
    assert [task.done() for task in hers] == [False] * 5 + [True] * 2
    his = asyncio.create_task(request(2))
    await asyncio.sleep(0.3)
    leave.set()
    assert await his == "done"
    refused = "too_many_at_once 429"
    assert await asyncio.gather(*hers) == ["done"] * 2 + [refused] * 5
    assert await request(1) == "done"
    assert not shares.busy


async def test_who_waits_goes_on_when_another_of_theirs_is_answered_or_gives_up() -> None:
    shares = Shares(at_once_max=1, waiting_max=3, wait_seconds_max=5.0)

    async def request(seconds: float) -> None:
        async with shares.of(1):
            await asyncio.sleep(seconds)

    first, second, third = (asyncio.create_task(request(seconds)) for seconds in (0.05, 9.0, 0.0))
    await asyncio.sleep(0.1)
    assert first.done()
    second.cancel()
    await asyncio.wait_for(third, 1)
    assert not shares.busy


async def test_clients_that_are_slow_with_their_bodies_take_nobodys_place(town: Town) -> None:
    """Of strangers and of one resident, on both ways."""
    hanako, taro = await town.resident(), await town.resident("太郎")
    host, port = town.base_url.removeprefix("http://").split(":")
    pipes = []
    for number in range(2 * town.settings.requests_max):
        pipe = await asyncio.open_connection(host, int(port))
        address, kind_ = [
            ("/v1/sessions", "application/json"),
            ("/v1/uploads", "application/json"),
            ("/v1/me/team", "application/json"),
        ][number % 3]
        pipe[1].write(
            f"POST {address} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {hanako.token}\r\n"
            f"Content-Type: {kind_}\r\nIdempotency-Key: slow-{number:04}\r\n"
            "Content-Length: 500\r\n\r\n{".encode()
        )
        pipes.append(pipe)
    await asyncio.sleep(0.2)
    assert services(town).load.requests == 0
    assert (await town.upload(hanako, steps([100]))).status == 201
    assert (await town.get("/v1/me/today", taro)).status == 200
    wrong = await town.call("POST", "/v1/sessions", json={"code": "NOBODYS"})
    assert (wrong.status, kind(wrong)) == (401, "urn:wellness:wrong_code")
    for pipe in pipes:
        pipe[1].close()


async def test_ones_own_slow_uploads_keep_one_from_nothing(town: Town) -> None:
    """As an import's parts on a bad line; such bodies take minutes, and ask nothing of the database meanwhile."""
    hanako = await town.resident()
    host, port = town.base_url.removeprefix("http://").split(":")
    pipes = []
    for number in range(2 * LARGE_BODIES_OF_ONE_MAX):
        pipe = await asyncio.open_connection(host, int(port))
        pipe[1].write(
            f"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {hanako.token}\r\n"
            f"Content-Type: application/json\r\nIdempotency-Key: slow-{number:04}\r\n"
            "Content-Length: 1000000\r\n\r\n{".encode()
        )
        pipes.append(pipe)
    await asyncio.sleep(0.2)
    async with asyncio.timeout(4):
        assert (await town.get("/v1/me/today", hanako)).status == 200
        assert (await town.upload(hanako, steps([100]))).status == 201
    for pipe in pipes:
        pipe[1].close()


@pytest.mark.parametrize("path", ["/v1/uploads", "/v1/sessions", "/v1/me/team"])
async def test_a_length_of_thousands_of_digits_is_the_callers_error(town: Town, path: str) -> None:
    hanako = await town.resident()
    host, port = town.base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {hanako.token}\r\n"
        "Content-Type: application/json\r\nIdempotency-Key: long-length\r\n"
        f"Content-Length: {'0' * 5000}2\r\n\r\n{{}}".encode()
    )
    async with asyncio.timeout(10):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    writer.close()
    assert head.startswith("HTTP/1.1 4"), head
    assert "application/problem+json" in head


def test_streams_are_counted_by_person_and_in_all() -> None:
    streams = Streams(per_person_max=2, total_max=3)
    with ExitStack() as opened:
        for who in (1, 1, 2):
            opened.enter_context(streams.of(who))
        with pytest.raises(Busy) as hers:
            opened.enter_context(streams.of(1))
        with pytest.raises(Busy) as anybodys:
            opened.enter_context(streams.of(3))
    assert (hers.value.status, anybodys.value.status) == (429, 503)
    with streams.of(3):
        pass


def services(town: Town) -> Services:
    of_app = town.app.state.services
    assert isinstance(of_app, Services)
    return of_app


def kind(answer: Answer) -> Any:
    return answer.json.get("type")


async def ways(town: Town, hanako: Person, officer: Person) -> dict[str, int]:
    """What everybody gets."""
    uploaded = await town.upload(hanako, steps([100]))
    long_way = await town.call(
        "POST",
        "/v1/uploads",
        json={"batches": [steps([100])]},
        headers=hanako.headers
        | {"Idempotency-Key": "long-way-1", "Content-Type": "application/json; charset=utf-8"},
    )
    return {
        "upload": uploaded.status // 100,
        "long way": long_way.status // 100,
        "today": (await town.get("/v1/me/today", hanako)).status // 100,
        "team": (await town.get("/v1/me/team", hanako)).status // 100,
        "staff": (await town.get("/v1/indicators", officer)).status // 100,
        "health": (await town.get("/healthz")).status // 100,
        "ready": (await town.get("/readyz")).status // 100,
    }


async def test_overload_sheds_staff_pages_first_and_uploads_last(town: Town) -> None:
    hanako, officer = await town.resident(), await town.staff("health_staff")
    load, most = services(town).load, town.settings.requests_max
    fine = await ways(town, hanako, officer)
    assert set(fine.values()) == {2}
    for share, refused in (
        (ROOM["first_to_go"].share, {"staff"}),
        (ROOM["ordinary"].share, {"staff", "team"}),
        (1.0, {"staff", "team", "today", "upload", "long way"}),
    ):
        with ExitStack() as under_way:
            while load.requests < most * share:
                under_way.enter_context(load.request("last_to_go"))
            assert await ways(town, hanako, officer) == fine | dict.fromkeys(refused, 5)
    assert await ways(town, hanako, officer) == fine


async def test_what_is_shed_says_when_to_come_again_on_both_ways(town: Town) -> None:
    hanako = await town.resident()
    load = services(town).load
    with ExitStack() as under_way:
        while load.requests < town.settings.requests_max:
            under_way.enter_context(load.request("last_to_go"))
        short = await town.upload(hanako, steps([100]))
        long = await town.get("/v1/me/today", hanako)
    assert kind(short) == kind(long) == "urn:wellness:overloaded"
    for answer in (short, long):
        assert answer.status == 503
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert 1 <= int(answer.headers["Retry-After"]) <= 8


async def test_a_resident_has_a_few_streams_and_no_more(settings: Settings) -> None:
    async with open_town(settings.model_copy(update={"streams_max": 5})) as town:
        hanako, taro = await town.resident(), await town.resident("太郎")
        async with asyncio.timeout(20):
            opened = []
            for person in [*[hanako] * STREAMS_PER_PERSON_MAX, taro]:
                events = await town.http.get(
                    town.base_url + "/v1/me/events", headers=person.headers
                )
                assert events.status == 200
                opened.append(events)
            hers = await town.get("/v1/me/events", hanako)
            his = await town.get("/v1/me/events", taro)
            assert (hers.status, kind(hers)) == (429, "urn:wellness:too_many_streams")
            assert (his.status, kind(his)) == (503, "urn:wellness:too_many_streams")
            # Their other requests go on.
            assert (await town.get("/v1/me/today", hanako)).status == 200
            for events in opened:
                events.close()
            while (
                again := await town.http.get(
                    town.base_url + "/v1/me/events", headers=hanako.headers
                )
            ).status != 200:
                await asyncio.sleep(0.05)
            again.close()
