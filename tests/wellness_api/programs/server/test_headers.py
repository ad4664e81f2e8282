"""What every answer tells browsers, and what another site cannot make them do."""

import re
from typing import Any

import pytest

from tests.town import Answer, Town, open_town, steps
from tests.wellness_api.identity.accounts.test_sign_in import printed, sign_in
from wellness_api.http.credentials import COOKIE, SECURE_COOKIE
from wellness_api.process.settings import Settings
from wellness_api.programs.server.pages import PAGES

PERSONAL = [
    "/v1/me",
    "/v1/me/today",
    "/v1/me/wallet",
    "/v1/me/fhir",
    "/v1/me/samples",
    "/v1/me/nothing",
]
ELSEWHERE = [
    "/healthz",
    "/openapi.json",
    "/openapi",
    "/openapi/openapi.json",
    "/openapi/x",
    "/",
    "/no-page",
]


def assert_safe(answer: Answer) -> None:
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    for name in ("Content-Security-Policy", "Cache-Control", "X-Content-Type-Options"):
        assert len(answer.headers.getall(name)) == 1
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("path", PERSONAL)
async def test_what_is_personal_is_never_kept(town: Town, path: str) -> None:
    for person in (await town.resident(), None):
        answer = await town.get(path, person)
        assert_safe(answer)
        assert answer.headers["Cache-Control"] == "no-store"


async def test_uploads_and_streams_are_not_kept_either(town: Town) -> None:
    hanako = await town.resident()
    uploaded = await town.upload(hanako, steps([100]))
    assert uploaded.status == 201
    assert_safe(uploaded)
    assert uploaded.headers["Cache-Control"] == "no-store"
    url = town.base_url + "/v1/me/events"
    async with town.http.get(url, headers=hanako.headers) as stream:
        assert stream.headers["Cache-Control"] == "no-store"
        assert stream.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ELSEWHERE)
async def test_every_other_answer_is_as_careful(town: Town, path: str) -> None:
    assert_safe(await town.get(path))


@pytest.mark.skipif(not (PAGES / "assets").is_dir(), reason="the pages are not built")
async def test_assets_are_kept_and_a_worker_may_do_what_its_page_may(town: Town) -> None:
    asset = next((PAGES / "assets").glob("*.js")).name
    answer = await town.get(f"/assets/{asset}")
    assert_safe(answer)
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_the_description_loads_nothing_from_elsewhere(town: Town) -> None:
    for path in ("/openapi.json", "/openapi", "/openapi/openapi.json"):
        answer = await town.get(path)
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.json["openapi"].startswith("3.1")
    for path in ("/openapi/swagger", "/openapi/redoc", "/openapi/scalar", "/openapi/elements"):
        answer = await town.get(path)
        assert answer.status == 404
        assert not re.search(rb"<script|https?://", answer.body)


async def test_behind_tls_browsers_are_told_to_stay_with_it(settings: Settings) -> None:
    async with open_town(settings.model_copy(update={"secure_cookies": True})) as town:
        for path in ("/", "/v1/me", "/openapi.json"):
            answer = await town.get(path)
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        signed_in = await sign_in(town, await printed(town, await town.resident()))
        cookies = signed_in.headers.getall("Set-Cookie")
        token = signed_in.json["token"]
        (named,) = [cookie for cookie in cookies if cookie.startswith("__Host-wellness_session=")]
        assert token in named
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=strict"} <= set(named.split("; "))
        assert "Domain" not in named


OURS = [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "BASE"}]
THEIRS: list[dict[str, str]] = [
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "BASE"},
    {"Origin": "https://example.org"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://["},
]


async def delete_source(town: Town, credentials: dict[str, str], site: dict[str, str]) -> Answer:
    headers = credentials | {
        name: value.replace("BASE", town.base_url) for name, value in site.items()
    }
    return await town.call("DELETE", "/v1/me/sources/phone:test", headers=headers)


@pytest.mark.parametrize("site", THEIRS)
async def test_what_another_site_makes_a_browser_send_is_refused(
    town: Town, site: dict[str, str]
) -> None:
    hanako = await town.resident()
    cookie = {"Cookie": f"wellness_session={hanako.token}", "Idempotency-Key": "delete-0001"}
    refused = await delete_source(town, cookie, site)
    assert (refused.status, refused.json["type"]) == (403, "urn:wellness:cross_site")
    bearer = hanako.headers | {"Idempotency-Key": "delete-0001"}
    assert (await delete_source(town, bearer, site)).status == 200
    assert (await town.call("GET", "/v1/me/today", headers=cookie | site)).status == 200


@pytest.mark.parametrize("site", OURS)
async def test_our_own_pages_may(town: Town, site: dict[str, str]) -> None:
    hanako = await town.resident()
    cookie = {"Cookie": f"wellness_session={hanako.token}", "Idempotency-Key": "delete-0001"}
    assert (await delete_source(town, cookie, site)).status == 200


@pytest.mark.parametrize(
    ("behind", "origin", "status"),
    [
        ({"secure_cookies": True}, "https://HOST", 200),
        ({"secure_cookies": True}, "http://HOST", 403),
        ({"trusted_proxies": "127.0.0.1"}, "https://HOST", 200),
        ({"trusted_proxies": "127.0.0.1"}, "http://HOST", 403),
        # A proxy that speaks HTTPS for a server that nobody told of it.
        ({}, "https://HOST", 200),
        ({}, "http://HOST", 200),
        ({}, "ftp://HOST", 403),
    ],
)
async def test_a_page_that_came_without_https_is_another_site_of_one_that_has_it(
    settings: Settings, behind: dict[str, Any], origin: str, status: int
) -> None:
    async with open_town(settings.model_copy(update=behind)) as town:
        hanako = await town.resident()
        name = SECURE_COOKIE if behind.get("secure_cookies") else COOKIE
        credentials = {
            "Cookie": f"{name}={hanako.token}",
            "Idempotency-Key": "delete-0001",
            "X-Forwarded-Proto": "https",
        }
        host = town.base_url.removeprefix("http://")
        answer = await delete_source(town, credentials, {"Origin": origin.replace("HOST", host)})
        assert answer.status == status


async def test_another_site_cannot_sign_a_browser_in(town: Town) -> None:
    code = await printed(town, await town.resident())
    answer = await town.call(
        "POST", "/v1/sessions", json={"code": code}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status == 403


async def test_a_browsers_cookie_is_renewed_at_each_visit(town: Town) -> None:
    hanako = await town.resident()
    cookie = {"Cookie": f"wellness_session={hanako.token}"}
    answer = await town.call("GET", "/v1/me", headers=cookie)
    assert "Max-Age=34560000" in answer.headers["Set-Cookie"]
    assert "Set-Cookie" not in (await town.get("/v1/me", hanako)).headers
