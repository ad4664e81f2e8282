"""Signing in with the printed code, and what a session may do."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.town import Answer, Person, Town
from wellness_api.identity.accounts.enrolment import print_code
from wellness_api.process.settings import Settings


async def sign_in(town: Town, code: str, *, key: str | None = None, agent: str = "test") -> Answer:
    headers = {"User-Agent": agent} | ({"Idempotency-Key": key} if key else {})
    return await town.call("POST", "/v1/sessions", json={"code": code}, headers=headers)


async def is_signed_in(town: Town, signed_in: Answer) -> bool:
    token = signed_in.json["token"]
    answer = await town.call("GET", "/v1/me", headers={"Authorization": f"Bearer {token}"})
    return answer.status == 200


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].removeprefix("urn:wellness:")


async def printed(town: Town, person: Person, **more: Any) -> str:
    return await print_code(town.owner, person.principal_id, now=town.clock(), **more)


async def test_a_code_holds_as_it_is_typed_and_for_as_long_as_no_other_is_printed(
    town: Town,
) -> None:
    hanako = await town.resident()
    code = await printed(town, hanako)
    first = await sign_in(town, f" {code.lower()} ")
    assert (first.status, first.json["role"]) == (201, "resident")
    assert "HttpOnly" in first.headers["Set-Cookie"]
    assert "SameSite=strict" in first.headers["Set-Cookie"]
    town.clock.advance(timedelta(days=700))
    assert (await sign_in(town, code.replace("-", " "))).status == 201


async def test_a_new_code_ends_the_old_one_at_once_and_the_old_paper_is_told(town: Town) -> None:
    hanako, taro = await town.residents(2)
    old, others = await printed(town, hanako), await printed(town, taro)
    before = await sign_in(town, old)
    new = await printed(town, hanako)
    refused = await sign_in(town, old)
    assert refusal(refused) == (401, "code_replaced")
    assert "newer paper" in refused.json["detail"]
    assert "counter" in refused.json["detail"]
    assert (await sign_in(town, new)).status == 201
    assert (await sign_in(town, others)).status == 201
    assert await is_signed_in(town, before)


async def test_of_two_codes_printed_at_once_one_holds(town: Town, settings: Settings) -> None:
    hanako = await town.resident()
    counters = [await asyncpg.connect(settings.database_url) for _ in range(4)]
    codes = await asyncio.gather(
        *(print_code(counter, hanako.principal_id, now=town.clock()) for counter in counters)
    )
    for counter in counters:
        await counter.close()
    statuses = sorted([(await sign_in(town, code)).status for code in codes])
    assert statuses == [201, 401, 401, 401]


async def test_a_code_is_good_on_so_many_devices_and_one_that_signs_out_makes_room(
    town: Town,
) -> None:
    hanako = await town.resident()
    code = await printed(town, hanako, devices_max=2)
    phone, _ = [await sign_in(town, code) for _ in range(2)]
    refused = await sign_in(town, code)
    assert refusal(refused) == (409, "too_many_devices")
    assert refused.json["errors"][0]["limit"] == "at most 2 devices"
    headers = {"Authorization": f"Bearer {phone.json['token']}"}
    assert (await town.call("DELETE", "/v1/sessions/current", headers=headers)).status == 204
    assert (await sign_in(town, code)).status == 201
    assert (await sign_in(town, code)).status == 409
    assert (await sign_in(town, await printed(town, hanako))).status == 201


async def test_without_a_limit_of_its_own_a_code_has_the_settings(town: Town) -> None:
    code = await printed(town, await town.resident())
    together = await asyncio.gather(*(sign_in(town, code) for _ in range(8)))
    statuses = sorted(answer.status for answer in together)
    assert statuses == [201] * town.settings.devices_per_code_max + [409] * 3


async def test_a_sign_in_whose_answer_got_lost_counts_once(town: Town) -> None:
    hanako = await town.resident()
    code = await printed(town, hanako, devices_max=1)
    first = await sign_in(town, code, key="phone-0001")
    again = await sign_in(town, code.lower(), key="phone-0001")
    assert (first.status, again.status) == (201, 200)
    assert again.json == first.json
    assert await is_signed_in(town, again)
    assert (await sign_in(town, code, key="phone-0002")).status == 409
    together = await asyncio.gather(*(sign_in(town, code, key="phone-0001") for _ in range(5)))
    assert {answer.json["token"] for answer in together} == {first.json["token"]}


async def test_a_device_that_signed_out_comes_back_with_another_token(town: Town) -> None:
    hanako = await town.resident()
    code = await printed(town, hanako, devices_max=1)
    first = await sign_in(town, code, key="phone-0001")
    headers = {"Authorization": f"Bearer {first.json['token']}"}
    await town.call("DELETE", "/v1/sessions/current", headers=headers)
    back = await sign_in(town, code, key="phone-0001")
    assert (back.status, back.json["token"] == first.json["token"]) == (201, False)
    assert not await is_signed_in(town, first)


async def test_a_shared_tablet_keeps_its_people_apart(town: Town) -> None:
    hanako, taro = await town.residents(2)
    tokens = {
        (await sign_in(town, await printed(town, person), key="tablet-0001")).json["token"]
        for person in (hanako, taro)
    }
    assert len(tokens) == 2


async def test_a_devices_key_alone_opens_nothing(town: Town) -> None:
    hanako = await town.resident()
    old = await printed(town, hanako)
    await sign_in(town, old, key="phone-0001")
    assert (await sign_in(town, "AAAA-AAAA-AAAA", key="phone-0001")).status == 401
    await printed(town, hanako)
    assert refusal(await sign_in(town, old, key="phone-0001")) == (401, "code_replaced")


async def test_who_asked_to_be_erased_is_not_let_in_by_the_code(town: Town) -> None:
    hanako = await town.resident()
    code = await printed(town, hanako)
    leave = {"confirm": "erase"}
    assert (await town.call("DELETE", "/v1/me", json=leave, headers=hanako.headers)).status == 202
    assert refusal(await sign_in(town, code)) == (401, "wrong_code")


async def test_signing_out_ends_the_session(town: Town) -> None:
    hanako = await town.resident()
    assert (await town.get("/v1/me", hanako)).status == 200
    assert (await town.call("DELETE", "/v1/sessions/current", headers=hanako.headers)).status == 204
    assert (await town.get("/v1/me", hanako)).status == 401


async def test_the_database_holds_no_token_and_no_code(town: Town) -> None:
    hanako = await town.resident()
    code = await print_code(town.owner, hanako.principal_id, now=town.clock())
    for table, column in (("session", "token_digest"), ("sign_in_code", "code_digest")):
        (digest,) = await town.owner.fetchrow(f"SELECT {column} FROM identity.{table}")
        assert digest not in {hanako.token.encode(), code.encode()}
        assert len(digest) == 32


RESIDENT_ONLY = ["/v1/me/today", "/v1/me/wallet", "/v1/me/wallet/entries", "/v1/me/events"]
STAFF_ONLY = ["/v1/indicators", "/v1/indicators/mean_steps", "/v1/zones", "/v1/programmes"]


@pytest.mark.parametrize("path", RESIDENT_ONLY + STAFF_ONLY)
async def test_a_stranger_is_told_to_sign_in(town: Town, path: str) -> None:
    answer = await town.get(path)
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "/v1/sessions" in answer.json["detail"]


@pytest.mark.parametrize("path", RESIDENT_ONLY)
async def test_staff_do_not_reach_a_residents_own_pages(town: Town, path: str) -> None:
    for role in ("health_staff", "programme_officer"):
        assert (await town.get(path, await town.staff(role))).status == 403


@pytest.mark.parametrize("path", STAFF_ONLY)
async def test_residents_do_not_reach_the_staffs_pages(town: Town, path: str) -> None:
    assert (await town.get(path, await town.resident())).status == 403
