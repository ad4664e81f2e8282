"""A request that is sent again under its key is carried out once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.town import Answer, Person, Town
from wellness_api.http.capabilities import capabilities
from wellness_api.http.examples import DEMO_TEAM_CODE
from wellness_api.http.idempotency import COUNTS_ONCE
from wellness_api.rewards.check_ins.class_handlers import CLASS_EXAMPLE

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
ENDS_THE_SESSION = {"closeSession", "eraseMe"}
"""Nobody is signed in any more who could ask again."""

KEY = "phone-0000-0001"


async def make_team(
    town: Town, person: Person, *, key: str | None = KEY, name: str = "朝の散歩"
) -> Answer:
    headers = person.headers | ({"Idempotency-Key": key} if key else {})
    return await town.call(
        "POST", "/v1/me/team", json={"name": name, "size_max": 3}, headers=headers
    )


def kind(answer: Answer) -> Any:
    return answer.json["type"].removeprefix("urn:wellness:")


def test_every_operation_that_changes_something_takes_a_key() -> None:
    for capability in capabilities():
        for handler in capability.handlers:
            if not UNSAFE & set(handler.http_methods) or handler.operation_id in ENDS_THE_SESSION:
                continue
            has_its_own = "idempotency_key" in handler.parsed_fn_signature.parameters
            assert has_its_own or getattr(handler.fn, COUNTS_ONCE, False), handler.operation_id


async def test_what_was_made_once_is_answered_again(town: Town) -> None:
    hanako = await town.resident()
    first = await make_team(town, hanako)
    again = await make_team(town, hanako)
    assert first.status == again.status == 201
    assert again.body == first.body, "the code too, which is kept nowhere"
    assert kind(await make_team(town, hanako, key="phone-0000-0002")) == "in_a_team"


async def test_the_code_of_an_answer_cannot_be_read_in_the_database(town: Town) -> None:
    hanako = await town.resident()
    code = (await make_team(town, hanako)).json["code"]
    (row,) = await town.owner.fetch("SELECT * FROM work.request")
    assert code.encode() not in row["answer"]
    assert KEY.encode() not in b"".join(value for value in row.values() if isinstance(value, bytes))


async def test_a_key_with_another_request_is_refused(town: Town) -> None:
    hanako = await town.resident()
    await make_team(town, hanako)
    assert kind(await make_team(town, hanako, name="夜の散歩")) == "idempotency_key_reused"
    other_way = await town.call(
        "DELETE", "/v1/me/team", headers=hanako.headers | {"Idempotency-Key": KEY}
    )
    assert kind(other_way) == "idempotency_key_reused"


async def test_keys_are_everybodys_own(town: Town) -> None:
    hanako, taro = await town.residents(2)
    assert (await make_team(town, hanako)).json["code"] != (await make_team(town, taro)).json[
        "code"
    ]


async def test_what_was_refused_may_be_asked_again_under_its_key(town: Town) -> None:
    hanako, taro = await town.residents(2)
    code = (await make_team(town, hanako)).json["code"]
    headers = taro.headers | {"Idempotency-Key": "phone-0000-0009"}

    async def join(typed: str) -> Answer:
        return await town.call("POST", "/v1/me/team/members", json={"code": typed}, headers=headers)

    assert kind(await join(DEMO_TEAM_CODE)) == "wrong_team_code"
    assert (await join(code)).status == 201, "the key is as if it had not come"
    assert (await join(code)).status == 201


async def test_of_many_at_once_one_is_carried_out(town: Town) -> None:
    officer = await town.staff("programme_officer")
    headers = officer.headers | {"Idempotency-Key": KEY}

    async def make() -> Answer:
        return await town.call("POST", "/v1/classes", json=CLASS_EXAMPLE, headers=headers)

    answers = await asyncio.gather(*(make() for _ in range(12)))
    made = [answer for answer in answers if answer.status == 201]
    waits = [answer for answer in answers if answer.status == 409]
    assert len(made) + len(waits) == 12
    assert {kind(answer) for answer in waits} <= {"still_under_way"}
    assert all("Retry-After" in answer.headers for answer in waits)
    assert len({answer.body for answer in made}) == 1
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.class") == 1


async def test_what_was_broken_off_is_carried_out_after_a_minute(town: Town) -> None:
    hanako = await town.resident()
    await make_team(town, hanako)
    await town.call("DELETE", "/v1/me/team", headers=hanako.headers)
    await town.owner.execute(
        "UPDATE work.request SET status = NULL, answer = NULL, media_type = NULL"
    )
    assert kind(await make_team(town, hanako)) == "still_under_way"
    town.clock.advance(timedelta(seconds=61))
    assert (await make_team(town, hanako)).status == 201


@pytest.mark.parametrize("key", ["short", "x" * 65, "with space", "ä" * 10])
async def test_a_key_that_is_none_is_refused(town: Town, key: str) -> None:
    hanako = await town.resident()
    answer = await make_team(town, hanako, key=key)
    assert (answer.status, kind(answer)) == (400, "invalid_request")
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"


async def test_answers_are_forgotten_after_a_day(town: Town) -> None:
    hanako = await town.resident()
    await make_team(town, hanako)
    await town.worker.keep_house()
    assert await town.owner.fetchval("SELECT count(*) FROM work.request") == 1
    await town.owner.execute("UPDATE work.request SET began_at = began_at - interval '25 hours'")
    await town.worker.keep_house()
    assert await town.owner.fetchval("SELECT count(*) FROM work.request") == 0


async def test_what_is_carried_out_is_told_though_the_database_goes_before_it_can_be_kept(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("wellness_api.work.once.handling.keep_answer", gone)
    made = await make_team(town, await town.resident())
    assert made.status == 201
    assert made.json["code"]


async def test_a_key_covers_how_the_content_is_written(town: Town) -> None:
    hanako = await town.resident()
    await make_team(town, hanako)
    other = await town.call(
        "POST",
        "/v1/me/team",
        data=b'{"name": "\xe6\x9c\x9d\xe3\x81\xae\xe6\x95\xa3\xe6\xad\xa9", "size_max": 3}',
        headers=hanako.headers | {"Idempotency-Key": KEY, "Content-Type": "text/plain"},
    )
    assert kind(other) == "idempotency_key_reused"
