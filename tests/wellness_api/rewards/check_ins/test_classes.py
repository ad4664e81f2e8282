"""Classes whose screen shows a code that changes every minute."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device_bridge.keys import key_id
from device_bridge.signing import sign
from tests.town import NOON, Answer, Person, Town
from tests.wellness_api.rewards.check_ins.people import HALL, TODAY, counted, entry, outcomes, send
from wellness_api.identity.accounts.code_tries import TRIES_PER_HOUR_MAX
from wellness_api.identity.accounts.enrolment import enrol_gateway, give_card
from wellness_api.rewards.check_ins.rotating import changes_at, code_at, is_good

SECRET = b"a class's own secret"
CLASS = 48


async def make(town: Town, staff: Person, *sessions: dict[str, str], place: str = HALL) -> Answer:
    """A class that is open from 11:45 to 13:00, unless said otherwise."""
    return await town.call(
        "POST",
        "/v1/classes",
        json={
            "name": "いきいき体操",
            "place": place,
            "sessions": sessions
            or [{"from": "2026-11-18T11:45:00+09:00", "to": "2026-11-18T13:00:00+09:00"}],
        },
        headers=staff.headers,
    )


async def open_class(town: Town, *, place: str = HALL) -> tuple[Person, int]:
    staff = await town.staff("programme_officer")
    made = await make(town, staff, place=place)
    assert made.status == 201, made.json
    return staff, made.json["class_id"]


async def on_screen(town: Town, staff: Person, class_id: int) -> str:
    return str((await town.get(f"/v1/classes/{class_id}/code", staff)).json["code"])


async def check_in(town: Town, person: Person, code: str) -> Answer:
    return await town.call("POST", "/v1/me/check-ins", json={"code": code}, headers=person.headers)


def reason(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["type"].removeprefix("urn:wellness:")


async def test_the_code_on_the_screen_checks_a_resident_in(town: Town) -> None:
    staff, class_id = await open_class(town)
    hanako = await town.resident()
    answer = await check_in(town, hanako, await on_screen(town, staff, class_id))
    assert answer.json == {"name": "いきいき体操", "outcome": "recorded"}
    assert await counted(town, hanako) == {(TODAY, CLASS): 1}


async def test_whoever_types_it_again_is_there_already(town: Town) -> None:
    staff, class_id = await open_class(town)
    hanako = await town.resident()
    for outcome in ("recorded", "already_there", "already_there"):
        code = await on_screen(town, staff, class_id)
        assert (await check_in(town, hanako, code)).json["outcome"] == outcome
        town.clock.advance(timedelta(minutes=1))


async def test_a_photograph_of_the_code_is_useless_after_two_minutes(town: Town) -> None:
    staff, class_id = await open_class(town)
    photographed = await on_screen(town, staff, class_id)
    there, late = await town.residents(2)
    town.clock.advance(timedelta(seconds=119))
    assert (await check_in(town, there, photographed)).json["outcome"] == "recorded"
    town.clock.advance(timedelta(seconds=1))
    assert reason(await check_in(town, late, photographed)) == (422, "wrong_class_code")
    assert await counted(town, late) == {}


async def test_the_screens_code_changes_every_minute(town: Town) -> None:
    staff, class_id = await open_class(town)
    seen = []
    for _ in range(5):
        shown = (await town.get(f"/v1/classes/{class_id}/code", staff)).json
        assert datetime.fromisoformat(shown["changes_at"]) - town.clock() == timedelta(minutes=1)
        seen.append(shown["code"])
        town.clock.advance(timedelta(minutes=1))
    assert len(set(seen)) == 5


async def test_the_class_is_the_one_whose_screen_shows_the_code(town: Town) -> None:
    staff, first = await open_class(town)
    await open_class(town, place="西公民館")
    hanako = await town.resident()
    await check_in(town, hanako, await on_screen(town, staff, first))
    (source,) = (await town.get("/v1/me/sources", hanako)).json["items"][0]["sources"]
    await give_card(town.owner, hanako.principal_id, "card-0001")
    listed = await send(town, staff, entry(time="2026-11-18T11:45:00+09:00"))
    assert outcomes(listed) == ["already_there"], source


async def test_what_staff_took_back_is_not_brought_back_by_the_code(town: Town) -> None:
    staff, class_id = await open_class(town)
    hanako = await town.resident()
    await check_in(town, hanako, await on_screen(town, staff, class_id))
    wrong = entry(card=None, resident=hanako.principal_id, time="2026-11-18T11:45:00+09:00")
    assert outcomes(await send(town, staff, wrong, method="DELETE")) == ["withdrawn"]
    town.clock.advance(timedelta(minutes=1))
    answer = await check_in(town, hanako, await on_screen(town, staff, class_id))
    assert answer.json["outcome"] == "deleted"
    assert await counted(town, hanako) == {}


async def test_codes_are_good_while_the_door_is_open(town: Town) -> None:
    staff = await town.staff("programme_officer")
    made = await make(
        town, staff, {"from": "2026-11-18T12:30:00+09:00", "to": "2026-11-18T13:00:00+09:00"}
    )
    path = f"/v1/classes/{made.json['class_id']}/code"
    assert reason(await town.get(path, staff)) == (404, "class_not_open")
    assert len((await town.get("/v1/classes", staff)).json["items"]) == 1
    town.clock.advance(timedelta(minutes=59))
    code = (await town.get(path, staff)).json["code"]
    town.clock.advance(timedelta(minutes=1))
    assert reason(await town.get(path, staff)) == (404, "class_not_open")
    assert reason(await check_in(town, await town.resident(), code)) == (422, "wrong_class_code")
    assert (await town.get("/v1/classes", staff)).json["items"] == []


@pytest.mark.parametrize("code", ["00000000", "", "1", "さんぽ", "1" * 33])
async def test_a_wrong_code_checks_nobody_in(town: Town, code: str) -> None:
    await open_class(town)
    hanako = await town.resident()
    assert (await check_in(town, hanako, code)).status == 422
    assert await counted(town, hanako) == {}


async def test_codes_are_not_found_by_trying(town: Town) -> None:
    staff, class_id = await open_class(town)
    mallory, hanako = await town.residents(2)
    for _ in range(TRIES_PER_HOUR_MAX):
        assert (await check_in(town, mallory, "00000000")).status == 422
    right = await on_screen(town, staff, class_id)
    refused = await check_in(town, mallory, right)
    assert reason(refused) == (429, "too_many_tries")
    assert refused.headers["Retry-After"] == "3600"
    assert (await check_in(town, hanako, right)).status == 200
    town.clock.advance(timedelta(hours=1) - timedelta(minutes=1))
    assert (await check_in(town, mallory, await on_screen(town, staff, class_id))).status == 429


async def test_tries_count_anew_each_hour(town: Town) -> None:
    mallory = await town.resident()
    for _ in range(TRIES_PER_HOUR_MAX + 1):
        await check_in(town, mallory, "00000000")
    town.clock.advance(timedelta(hours=1))
    assert (await check_in(town, mallory, "00000000")).status == 422


@pytest.mark.parametrize(
    "session",
    [
        {"from": "2026-11-18T13:00:00+09:00", "to": "2026-11-18T12:00:00+09:00"},
        {"from": "2026-11-18T13:00:00+09:00", "to": "2026-11-20T12:00:00+09:00"},
        {"from": "2026-11-18T13:00:00", "to": "2026-11-18T14:00:00"},
    ],
)
async def test_a_session_that_cannot_be_is_refused(town: Town, session: dict[str, str]) -> None:
    staff = await town.staff("programme_officer")
    assert (await make(town, staff, session)).status == 422


async def test_the_same_session_twice_is_refused(town: Town) -> None:
    session = {"from": "2026-11-18T13:00:00+09:00", "to": "2026-11-18T14:00:00+09:00"}
    answer = await make(town, await town.staff("programme_officer"), session, session)
    assert reason(answer) == (422, "invalid_class")


async def test_residents_do_not_see_the_screen(town: Town) -> None:
    _, class_id = await open_class(town)
    hanako = await town.resident()
    assert (await town.get(f"/v1/classes/{class_id}/code", hanako)).status == 403


def test_a_code_is_good_for_its_minute_and_the_next() -> None:
    minute = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
    code = code_at(SECRET, minute)
    assert len(code) == 8
    assert changes_at(minute) == minute + timedelta(minutes=1)
    good = [
        seconds
        for seconds in range(-60, 240)
        if is_good(SECRET, code, minute + timedelta(seconds=seconds))
    ]
    assert good == list(range(120))
    assert not is_good(b"of another class", code, minute)


async def test_a_gateway_with_a_card_says_that_someone_came_and_not_that_a_clinic_saw_them(
    town: Town,
) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key()
    await enrol_gateway(
        town.owner, "中央", key_id=key_id(public), public_key=public.public_bytes_raw()
    )
    hanako = await town.resident()
    await give_card(town.owner, hanako.principal_id, "card-0001")

    async def upload(metric: str, number: int) -> Answer:
        body = msgspec.json.encode({"batches": [came(metric)], "card": "card-0001"})
        headers = sign(
            key=key,
            method="POST",
            path="/v1/uploads",
            content_type="application/json",
            idempotency_key=f"gateway-{number:04}",
            body=body,
            now=town.clock(),
        )
        return await town.call("POST", "/v1/uploads", data=body, headers=headers)

    assert (await upload("class_attended", 1)).status == 201
    refused = await upload("checkup_attended", 2)
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "batches[0].metric")
    assert await counted(town, hanako) == {(TODAY, CLASS): 1}


def came(metric: str) -> dict[str, Any]:
    return {
        "metric": metric,
        "source": "station:reader-1",
        "times_ms": [int(NOON.timestamp() * 1000)],
        "values": [1],
    }
