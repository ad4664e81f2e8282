"""Sessions go on while they are used, are listed, and end one by one."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from tests.town import Answer, Person, Town, open_town
from tests.wellness_api.identity.accounts.test_sign_in import is_signed_in, printed, sign_in
from wellness_api.identity.accounts.sessions import REMEMBERED_SECONDS
from wellness_api.identity.accounts.user_agents import device_of
from wellness_api.process.settings import Settings

SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)


def as_signed_in(answer: Answer) -> Person:
    return Person(0, answer.json["token"])


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request asks the database, as it does ten seconds later."""
    monkeypatch.setattr("wellness_api.identity.accounts.sessions.REMEMBERED_SECONDS", 0.0)


async def test_a_residents_session_goes_on_for_a_year_after_each_use(
    town: Town, forgetful: None
) -> None:
    phone = await sign_in(town, await printed(town, await town.resident()))
    for _ in range(3):
        town.clock.advance(timedelta(days=364))
        assert await is_signed_in(town, phone)
    town.clock.advance(timedelta(days=366))
    assert not await is_signed_in(town, phone)


@pytest.mark.parametrize("role", ["health_staff", "programme_officer"])
async def test_a_session_of_staff_ends_after_twelve_hours_without_use(
    town: Town, role: str, forgetful: None
) -> None:
    desk = await sign_in(town, await printed(town, await town.staff(role)))
    for _ in range(4):
        town.clock.advance(timedelta(hours=11, minutes=45))
        assert await is_signed_in(town, desk)
    town.clock.advance(timedelta(hours=12))
    assert not await is_signed_in(town, desk)


async def test_it_ends_on_time_also_while_it_is_remembered(town: Town) -> None:
    desk = await sign_in(town, await printed(town, await town.staff("health_staff")))
    assert await is_signed_in(town, desk)
    town.clock.advance(timedelta(hours=12))
    assert not await is_signed_in(town, desk)


async def test_use_is_written_once_a_day_and_not_at_each_request(
    town: Town, forgetful: None
) -> None:
    phone = await sign_in(town, await printed(town, await town.resident()))
    written = set()
    for _ in range(4 * 24):
        town.clock.advance(timedelta(minutes=30))
        assert await is_signed_in(town, phone)
        written.add(
            await town.owner.fetchval(
                "SELECT last_used_at FROM identity.session WHERE code_digest IS NOT NULL"
            )
        )
    assert len(written) == 3  # At the sign-in, after a day, after two.


async def test_a_session_that_another_process_is_just_noting_keeps_nobody_waiting(
    town: Town, settings: Settings, forgetful: None
) -> None:
    phone = await sign_in(town, await printed(town, await town.resident()))
    town.clock.advance(timedelta(days=2))
    other = await asyncpg.connect(settings.database_url)
    transaction = other.transaction()
    await transaction.start()
    await other.execute("SELECT FROM identity.session FOR UPDATE")
    assert await is_signed_in(town, phone)
    await transaction.rollback()
    await other.close()


async def test_my_devices_are_listed_with_their_last_use(town: Town) -> None:
    hanako, taro = await town.residents(2)
    code = await printed(town, hanako)
    await sign_in(town, code, agent=SAFARI)
    await sign_in(town, await printed(town, taro), agent=SAFARI)
    town.clock.advance(timedelta(hours=1))
    watch = await sign_in(town, code, agent="furano-walk/2.1 (Android 15)")
    listed = (await town.get("/v1/me/sessions", as_signed_in(watch))).json
    first, *others = listed["items"]
    assert (first["device"], first["is_this"]) == ("furano-walk, Android", True)
    (phone,) = [device for device in others if device["device"]]  # The town's own has no device.
    assert (phone["device"], phone["is_this"]) == ("Safari, iPhone", False)
    assert phone["last_used_at"] < first["last_used_at"]
    assert listed["has_code"] is True
    assert b"token" not in (await town.get("/v1/me/sessions", as_signed_in(watch))).body


async def test_a_device_is_signed_out_from_another(town: Town, forgetful: None) -> None:
    hanako, taro = await town.residents(2)
    code = await printed(town, hanako)
    lost, phone = await sign_in(town, code, agent=SAFARI), await sign_in(town, code)
    items = (await town.get("/v1/me/sessions", as_signed_in(phone))).json["items"]
    number = next(device["session_id"] for device in items if device["device"] == "Safari, iPhone")
    path = f"/v1/me/sessions/{number}"
    assert (await town.call("DELETE", path, headers=taro.headers)).status == 404
    assert await is_signed_in(town, lost)
    for status in (204, 404):
        answer = await town.call("DELETE", path, headers=as_signed_in(phone).headers)
        assert answer.status == status
    assert not await is_signed_in(town, lost)
    assert await is_signed_in(town, phone)


async def test_a_device_ends_at_once_where_it_was_just_seen(town: Town) -> None:
    hanako = await town.resident()
    code = await printed(town, hanako)
    lost, phone = await sign_in(town, code, agent=SAFARI), await sign_in(town, code)
    assert await is_signed_in(town, lost)
    items = (await town.get("/v1/me/sessions", as_signed_in(phone))).json["items"]
    number = next(device["session_id"] for device in items if device["device"] == "Safari, iPhone")
    await town.call("DELETE", f"/v1/me/sessions/{number}", headers=as_signed_in(phone).headers)
    assert not await is_signed_in(town, lost)


async def test_a_device_that_another_process_signed_out_is_out_within_ten_seconds(
    town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert REMEMBERED_SECONDS <= 10
    monkeypatch.setattr("wellness_api.identity.accounts.sessions.REMEMBERED_SECONDS", 0.3)
    phone = await sign_in(town, await printed(town, await town.resident()))
    async with open_town(settings) as other:
        assert await is_signed_in(other, phone)
        await town.call("DELETE", "/v1/sessions/current", headers=as_signed_in(phone).headers)
        ended_within = 0.0
        while await is_signed_in(other, phone):
            assert ended_within < 5
            ended_within += 0.1
            await asyncio.sleep(0.1)


async def test_someone_without_a_printed_code_is_told_so(town: Town) -> None:
    hanako = await town.resident()
    assert (await town.get("/v1/me/sessions", hanako)).json["has_code"] is False
    await printed(town, hanako)
    assert (await town.get("/v1/me/sessions", hanako)).json["has_code"] is True


APPLE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (SAFARI, "Safari, iPhone"),
        (f"Mozilla/5.0 (Linux; Android 15; K) {CHROME} Mobile Safari/537.36", "Chrome, Android"),
        (f"{APPLE} (KHTML, like Gecko) Mobile/15E148 Safari Line/15.1.0", "LINE, iPhone"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/142.0.0.0",
            "Edge, Windows",
        ),
        ("furano-walk/2.1 (Android 15)", "furano-walk, Android"),
        ("curl/8.5.0", "curl"),
        ("Mozilla/5.0", None),
        ("", None),
        ("<script>/1", None),
        ("A" * 10_000, None),
    ],
)
def test_a_device_has_a_short_name(user_agent: str, device: str | None) -> None:
    assert device_of(user_agent) == device
