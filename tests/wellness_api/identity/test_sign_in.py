"""Signing in with the printed code, and what a session may do."""

from datetime import timedelta

import pytest

from tests.town import Town
from wellness_api.identity.enrolment import print_code


async def test_a_code_opens_one_session_and_is_used_up(town: Town) -> None:
    hanako = await town.resident()
    code = await print_code(town.owner, hanako.principal_id, now=town.clock())
    first = await town.call("POST", "/v1/sessions", json={"code": f" {code.lower()} "})
    assert (first.status, first.json["role"]) == (201, "resident")
    assert "HttpOnly" in first.headers["Set-Cookie"]
    assert "SameSite=strict" in first.headers["Set-Cookie"]
    again = await town.call("POST", "/v1/sessions", json={"code": code})
    assert (again.status, again.json["type"]) == (401, "urn:wellness:wrong_code")


async def test_a_code_is_over_after_a_month(town: Town) -> None:
    hanako = await town.resident()
    code = await print_code(town.owner, hanako.principal_id, now=town.clock())
    town.clock.advance(timedelta(days=31))
    assert (await town.call("POST", "/v1/sessions", json={"code": code})).status == 401


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
