"""Whatever comes, of whomever: a problem report that says what is wrong, never an error of ours."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from yarl import URL

from device_bridge.keys import key_id
from device_bridge.signing import sign
from tests.hostile import Hostile, hostile_requests
from tests.town import Answer, Person, Town
from tests.wellness_api.rewards.redemptions.shop import offer, rich_resident
from wellness_api.identity.accounts.enrolment import enrol_gateway, give_card

AT_ONCE = 16
REQUESTS_PER_OPERATION_MAX = 30
"""Five hundred are all there are; then it takes minutes."""

SEED = 1
ROLES = ("resident", "programme_officer", "health_staff")


async def send(town: Town, asked: Hostile, credentials: Mapping[str, str]) -> Answer:
    url = URL(town.base_url + asked.path, encoded=True)
    async with town.http.request(
        asked.method, url, data=asked.body, headers=asked.headers | credentials
    ) as answered:
        # A stream goes on; its head is what counts.
        body = b"" if answered.content_type == "text/event-stream" else await answered.read()
        return Answer(answered.status, answered.headers, body)


async def errors_of_ours(
    town: Town, requests: Iterable[Hostile], credentials: Any
) -> tuple[Counter[int], list[str]]:
    """How often each status came, and the requests that were answered as if we were at fault."""
    gate, statuses, faults = asyncio.Semaphore(AT_ONCE), Counter[int](), []

    async def one(asked: Hostile) -> None:
        async with gate:
            said = credentials(asked) if callable(credentials) else credentials
            answer = await send(town, asked, said)
        statuses[answer.status] += 1
        if answer.status >= 500:
            body = (asked.body or b"")[:80]
            faults.append(
                f"{answer.status} {asked.method} {asked.path[:120]} {asked.headers} {body!r}"
            )
        elif answer.status >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json", asked

    await asyncio.gather(*(one(asked) for asked in requests))
    return statuses, sorted(faults)


@pytest.fixture
async def requests(town: Town) -> list[Hostile]:
    await town.put_in_force()
    for kind in ("pickup_goods", "municipal_points"):
        await offer(town, kind)
    description = (await town.get("/openapi.json")).json
    return list(
        hostile_requests(description, per_operation_max=REQUESTS_PER_OPERATION_MAX, seed=SEED)
    )


def ends(asked: Hostile) -> bool:
    """Whether it signs out or leaves, and with it all that comes after."""
    leaves = asked.operation == "eraseMe" and b'"erase"' in (asked.body or b"")
    return leaves or asked.operation == "closeSession"


async def allowed(town: Town) -> dict[str, list[str]]:
    paths = (await town.get("/openapi.json")).json["paths"]
    return {
        operation["operationId"]: operation.get("x-roles", [])
        for of_path in paths.values()
        for operation in of_path.values()
    }


async def person_of(town: Town, role: str) -> Person:
    if role != "resident":
        return await town.staff(role)
    hanako = await rich_resident(town)
    await give_card(town.owner, hanako.principal_id, "demo-card-0001")
    return hanako


@pytest.mark.parametrize("role", ROLES)
async def test_no_input_of_someone_signed_in_is_an_error_of_ours(
    town: Town, requests: list[Hostile], role: str
) -> None:
    roles = await allowed(town)
    person = await person_of(town, role)
    theirs = [asked for asked in requests if role in roles[asked.operation] and not ends(asked)]
    statuses, faults = await errors_of_ours(town, theirs, person.headers)
    assert faults == []
    assert sum(statuses.values()) > 200
    assert statuses[401] == 0, "or nothing was tried"


async def test_no_input_of_a_stranger_is_an_error_of_ours(
    town: Town, requests: list[Hostile]
) -> None:
    roles = await allowed(town)
    strangers = [asked for asked in requests if not roles[asked.operation]]
    strangers += [asked for asked in requests if roles[asked.operation]][::11]
    _, faults = await errors_of_ours(town, strangers, {})
    assert faults == []


async def test_no_input_of_a_gateway_is_an_error_of_ours(
    town: Town, requests: list[Hostile]
) -> None:
    key = Ed25519PrivateKey.generate()
    public_key = key.public_key()
    await enrol_gateway(
        town.owner, "中央", key_id=key_id(public_key), public_key=public_key.public_bytes_raw()
    )
    await person_of(town, "resident")
    roles = await allowed(town)

    def signed(asked: Hostile) -> dict[str, str]:
        return sign(
            key=key,
            method=asked.method,
            path=asked.path,
            content_type=asked.headers.get("Content-Type", "application/json"),
            idempotency_key=asked.headers.get("Idempotency-Key", ""),
            body=asked.body or b"",
            now=town.clock(),
        )

    theirs = [
        asked
        for asked in requests
        if "gateway" in roles[asked.operation] and all(map(str.isascii, asked.headers.values()))
    ]
    statuses, faults = await errors_of_ours(town, theirs, signed)
    assert faults == []
    assert sum(statuses.values()) - statuses[401] > 100


JSON = b"Content-Type: application/json\r\nContent-Length: 2\r\n"
RAW = [
    b"GET /v1/me/sources/\xff HTTP/1.1\r\nHost: x\r\n",
    b"GET /v1/me/wallet/entries?cursor=\xff\xfe HTTP/1.1\r\nHost: x\r\n",
    b"GET /v1/me HTTP/1.1\r\nHost: x\r\nX: \xff\r\n",
    b"GET /v1/me HTTP/1.1\r\nHost: x\r\nCookie: wellness_session=\xff; \xfe\r\n",
    b"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xed\xa0\x80\r\n",
    b"GET /v1/me HTTP/1.1\r\nHost: x\r\nSignature-Input: \xff\r\nSignature: \xff\r\n",
    b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: \xff\r\nContent-Length: 2\r\n",
    b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nIdempotency-Key: \xff\xff\xff\xff\xff\xff\xff\xff\r\n"
    + JSON,
    b"POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\r\nIdempotency-Key: 12345678\r\n"
    + JSON,
    b"DELETE /v1/me HTTP/1.1\r\nHost: \xff\r\nOrigin: \xff\r\nCookie: wellness_session=x\r\n",
]


@pytest.mark.parametrize("head", RAW)
async def test_bytes_that_are_no_text_are_the_callers_error(town: Town, head: bytes) -> None:
    host, port = town.base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head + b"Connection: close\r\n\r\n{}")
    status = int((await reader.readline()).split()[1])
    writer.close()
    assert 400 <= status < 500
