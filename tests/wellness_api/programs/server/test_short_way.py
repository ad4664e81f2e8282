"""Uploads by the short way and by the long one are the same uploads, and are refused with the same words."""

import asyncio
from typing import Any

import msgspec
import pytest

from tests.town import Answer, Person, Town, steps

LONG_WAY = {"Content-Type": "application/json; charset=utf-8"}
"""A content type with a parameter is looked at by the application."""

SHORT_WAY = {"Content-Type": "application/json"}


async def send(
    town: Town, person: Person, headers: dict[str, str], *batches: Any, key: str = "way-0001"
) -> Answer:
    return await town.call(
        "POST",
        "/v1/uploads",
        data=msgspec.json.encode({"batches": list(batches)}),
        headers=person.headers | {"Idempotency-Key": key} | headers,
    )


async def test_both_ways_give_the_same_receipt_for_the_same_key(town: Town) -> None:
    hanako = await town.resident()
    short = await send(town, hanako, SHORT_WAY, steps([50, 60]))
    long = await send(town, hanako, LONG_WAY, steps([50, 60]))
    again = await send(town, hanako, SHORT_WAY, steps([50, 60]))
    assert (short.status, long.status, again.status) == (201, 200, 200)
    assert short.json == long.json == again.json
    assert short.headers["Content-Type"] == long.headers["Content-Type"]


async def test_an_answer_in_messagepack_is_the_same_answer(town: Town) -> None:
    hanako = await town.resident()
    packed = {"Accept": "application/msgpack"}
    short = await send(town, hanako, SHORT_WAY | packed, steps([50, 60]))
    long = await send(town, hanako, LONG_WAY | packed, steps([50, 60]))
    assert short.body == long.body
    assert short.headers["Content-Type"] == long.headers["Content-Type"] == "application/msgpack"


@pytest.mark.parametrize(
    "batch",
    [
        steps([50]) | {"metric": "happiness"},
        steps([50]) | {"values": []},
        steps([50]) | {"source": "my phone"},
        steps([50]) | {"times_ms": [1]},
        "steps",
    ],
)
async def test_both_ways_refuse_with_the_same_report(town: Town, batch: Any) -> None:
    hanako = await town.resident()
    short = await send(town, hanako, SHORT_WAY, batch)
    long = await send(town, hanako, LONG_WAY, batch)
    assert short.status == long.status == 422
    assert short.json == long.json
    assert short.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("token", ["", "nobody", "Ж"])
async def test_a_token_of_nobody_is_refused(town: Town, token: str) -> None:
    hanako = await town.resident()
    stranger = {"Authorization": f"Bearer {token}"}
    assert (await send(town, hanako, SHORT_WAY | stranger, steps([50]))).status == 401


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Authorization", "Bearer TARO"),
        ("Idempotency-Key", "way-0002"),
        ("Content-Type", "application/msgpack"),
        ("Content-Encoding", "zstd"),
        ("Accept", "application/msgpack"),
    ],
)
async def test_a_header_that_comes_twice_counts_the_same_on_both_ways(
    town: Town, name: str, other: str
) -> None:
    """By its first value, whatever comes behind."""
    hanako, taro = await town.resident(), await town.resident("太郎")
    first = {"Authorization": f"Bearer {hanako.token}", "Idempotency-Key": "way-0001"} | SHORT_WAY
    first |= {"Content-Encoding": "identity", "Accept": "application/json"}
    twice = [*first.items(), (name, other.replace("TARO", taro.token))]
    body = msgspec.json.encode({"batches": [steps([50])]})
    taken = await town.call("POST", "/v1/uploads", data=body, headers=twice)
    again = await town.call("POST", "/v1/uploads", data=body, headers=first)
    assert (taken.status, again.status) == (201, 200)
    assert taken.headers["Content-Type"] == "application/json"
    assert taken.json == again.json
    assert await town.owner.fetchval("SELECT count(*) FROM health.upload") == 1


@pytest.mark.parametrize("lengths", ["11 12", "11 11"])
async def test_a_length_that_comes_twice_is_refused(town: Town, lengths: str) -> None:
    hanako = await town.resident()
    host, port = town.base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    said = "".join(f"Content-Length: {length}\r\n" for length in lengths.split())
    writer.write(
        f"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {hanako.token}\r\n"
        f"Content-Type: application/json\r\nIdempotency-Key: way-0001\r\n{said}\r\n".encode()
    )
    assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 400 ")
    writer.close()


async def test_an_apps_upload_with_a_card_is_refused(town: Town) -> None:
    hanako = await town.resident()
    answer = await town.call(
        "POST",
        "/v1/uploads",
        json={"batches": [steps([50])], "card": "card-1"},
        headers=hanako.headers | {"Idempotency-Key": "way-0001"},
    )
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "card")


async def test_a_client_that_hangs_up_in_the_middle_stores_nothing(town: Town) -> None:
    hanako = await town.resident()
    host, port = town.base_url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = (
        "POST /v1/uploads HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {hanako.token}\r\nIdempotency-Key: way-0001\r\nContent-Length: 500\r\n\r\n"
    )
    writer.write(head.encode() + b'{"batches": [')
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await send(town, hanako, SHORT_WAY, steps([50]))).status == 201
    assert await town.owner.fetchval("SELECT count(*) FROM health.upload") == 1
