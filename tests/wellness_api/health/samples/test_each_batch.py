"""An upload of which each batch is answered: an odd one is refused in its receipt, with its reason, and costs no other."""

from typing import Any

import msgspec
import pytest

from device_bridge.wire import JSON, MESSAGEPACK
from tests.town import NOON, Answer, Person, Town, ms

MORNING_MS = ms(NOON) - 3 * 3_600_000
GOOD: dict[str, Any] = {
    "metric": "steps",
    "source": "phone:a",
    "times_ms": [MORNING_MS, MORNING_MS + 60_000],
    "values": [50, 60],
}
WEIGHT: dict[str, Any] = {
    "metric": "body_weight",
    "source": "phone:scale",
    "times_ms": [MORNING_MS],
    "values": [62.4],
}


async def send(
    town: Town,
    person: Person,
    *batches: dict[str, Any],
    key: str | None = None,
    form: str = JSON,
    **said: Any,
) -> Answer:
    body = {"batches": list(batches), "each_batch": True} | said
    return await town.call(
        "POST",
        "/v1/uploads",
        data=(msgspec.json if form == JSON else msgspec.msgpack).encode(body),
        headers=person.headers
        | {"Idempotency-Key": key or f"each-{next(town.keys):08}", "Content-Type": form},
    )


ODD: dict[str, tuple[dict[str, Any], str, str, int]] = {
    "an unknown metric": (GOOD | {"metric": "stps"}, "invalid_upload", "metric", 2),
    "unequal columns": (GOOD | {"values": [50]}, "invalid_upload", "values", 2),
    "no samples": (GOOD | {"times_ms": [], "values": []}, "invalid_upload", "values", 0),
    "a time in the future": (
        GOOD | {"times_ms": [MORNING_MS, ms(NOON) + 3_600_000]},
        "invalid_upload",
        "times_ms[1]",
        2,
    ),
    "what only staff may say": (
        GOOD | {"metric": "class_attended", "values": [1, 1]},
        "invalid_upload",
        "metric",
        2,
    ),
    "a length of a moment": (WEIGHT | {"lengths_ms": 60_000}, "invalid_upload", "lengths_ms", 1),
    "a word for a time": (GOOD | {"times_ms": ["now", 2]}, "wrong_shape", "times_ms[0]", 0),
    "an unknown field": (GOOD | {"colour": "red"}, "wrong_shape", "", 0),
    "no source": ({"metric": "steps", "times_ms": [1], "values": [1]}, "wrong_shape", "", 0),
    "a source of its own kind": (GOOD | {"source": "oven:a"}, "wrong_shape", "source", 0),
}


@pytest.mark.parametrize("form", [JSON, MESSAGEPACK])
@pytest.mark.parametrize("name", ODD)
async def test_an_odd_batch_is_refused_in_its_place_and_the_others_are_stored(
    town: Town, name: str, form: str
) -> None:
    odd, reason, field, times = ODD[name]
    hanako = await town.resident()
    answer = await send(town, hanako, GOOD, odd, WEIGHT, form=form)
    assert answer.status == 201, answer.json
    first, refused, last = answer.json["batches"]
    assert (first["accepted"], last["accepted"]) == (2, 1)
    assert "problem" not in first
    assert (refused["accepted"], refused["duplicate"], refused["refused"]) == (0, 0, times)
    problem = refused["problem"]
    assert problem["reason"] == reason
    assert problem["field"] == f"batches[1]{'.' if field else ''}{field}"
    assert problem["limit"]
    assert problem["detail"]
    assert (answer.json["accepted"], answer.json["refused"]) == (3, times)
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 110


@pytest.mark.parametrize("name", ODD)
async def test_an_upload_of_which_nothing_can_be_taken_is_answered_as_ever(
    town: Town, name: str
) -> None:
    odd, _, _, _ = ODD[name]
    hanako = await town.resident()
    answer_to_each = await send(town, hanako, odd)
    as_ever = await send(town, hanako, odd, each_batch=False)
    assert (answer_to_each.status, answer_to_each.json) == (as_ever.status, as_ever.json)
    assert answer_to_each.status == 422


async def test_without_asking_one_odd_batch_costs_the_upload(town: Town) -> None:
    hanako = await town.resident()
    odd, *_ = ODD["an unknown metric"]
    assert (await send(town, hanako, GOOD, odd, each_batch=False)).status == 422
    assert await town.owner.fetchval("SELECT count(*) FROM health.segment") == 0


@pytest.mark.parametrize("name", ODD)
async def test_the_same_key_gets_the_same_receipt_also_when_the_batch_could_be_taken_by_now(
    town: Town, name: str
) -> None:
    odd, *_ = ODD[name]
    hanako = await town.resident()
    first = await send(town, hanako, GOOD, odd, key="each-batch-0001")
    town.clock.now = NOON.replace(hour=NOON.hour + 2)
    again = await send(town, hanako, GOOD, odd, key="each-batch-0001")
    assert (first.status, again.status) == (201, 200)
    assert again.json == first.json
    other = await send(town, hanako, WEIGHT, odd, key="each-batch-0001")
    assert other.json["type"] == "urn:wellness:idempotency_key_reused"


async def test_an_upload_without_odd_batches_is_the_same_with_and_without(town: Town) -> None:
    hanako = await town.resident()
    first = await send(town, hanako, GOOD, key="each-batch-0002")
    again = await send(town, hanako, GOOD, key="each-batch-0002", each_batch=False)
    assert (first.status, again.status) == (201, 200)
    assert again.json == first.json


async def test_limits_of_the_upload_are_the_uploads(town: Town) -> None:
    hanako = await town.resident()
    assert (await send(town, hanako, *[GOOD] * 501)).status == 422
    assert (await send(town, hanako)).json["errors"][0]["field"] == "batches"


async def test_a_whole_state_with_an_odd_batch_is_not_whole(town: Town) -> None:
    hanako = await town.resident()
    await send(town, hanako, GOOD)
    state = {
        "metric": "steps",
        "source": "phone:a",
        "from_ms": MORNING_MS,
        "until_ms": ms(NOON),
        "sequence": ms(NOON),
    }
    odd, *_ = ODD["unequal columns"]
    answer = await send(town, hanako, WEIGHT, odd, whole_states=[state])
    assert [of["outcome"] for of in answer.json["whole_states"]] == ["not_whole"]
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 110
