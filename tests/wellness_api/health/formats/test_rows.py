"""Samples as one JSON object each, for a first client."""

from datetime import timedelta
from typing import Any

import pytest

from tests.town import NOON, Answer, Person, Town, local_morning, steps
from wellness_api.health.formats.rows.form import ROWS_MAX


def row(minute: int = 0, value: float | None = 100, **changed: Any) -> dict[str, Any]:
    time = local_morning(NOON.date()) + timedelta(minutes=minute)
    return {
        "metric": "steps",
        "source": "phone:a",
        "time": time.isoformat(),
        "value": value,
    } | changed


async def send(town: Town, person: Person, *rows: Any, key: str = "rows-0001") -> Answer:
    return await town.call(
        "POST",
        "/v1/uploads/rows",
        json={"samples": list(rows)},
        headers=person.headers | {"Idempotency-Key": key},
    )


async def test_rows_become_steps_and_points_as_columns_do(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    answer = await send(town, hanako, *(row(minute) for minute in range(25)))
    assert answer.status == 201
    assert (answer.json["receipt"]["accepted"], answer.json["refused_items"]) == (25, 0)
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert (today["steps"], today["points_today"]) == (2_500, 1)


async def test_what_came_as_columns_is_known_when_it_comes_as_rows(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100, 100], source="phone:a"))
    receipt = (await send(town, hanako, row(0), row(1), row(2))).json["receipt"]
    assert (receipt["accepted"], receipt["duplicate"]) == (1, 2)


async def test_the_same_rows_with_the_same_key_get_the_same_answer(town: Town) -> None:
    hanako = await town.resident()
    first = await send(town, hanako, row(0), row(1, value="many"))
    again = await send(town, hanako, row(0), row(1, value="many"))
    assert (first.status, again.status) == (201, 200)
    assert again.json == first.json


BAD_ROWS: list[tuple[Any, str]] = [
    (row(metric="happiness"), "metric"),
    (row(source="my phone"), "source"),
    (row(time="yesterday"), "time"),
    (row(time="2026-11-18T06:00:00"), "time"),
    (row(time="1999-12-31T23:59:59+00:00"), "time"),
    (row(time="2027-01-01T00:00:00+09:00"), "time"),
    (row(value="many"), "value"),
    (row(unit="kg"), "unit"),
    (row(colour="red"), "item"),
    ("steps", "item"),
    (None, "item"),
]


@pytest.mark.parametrize(("bad", "field"), BAD_ROWS)
async def test_a_bad_row_is_refused_alone_with_its_place_and_field(
    town: Town, bad: Any, field: str
) -> None:
    hanako = await town.resident()
    answer = (await send(town, hanako, row(0), bad, row(1))).json
    assert answer["receipt"]["accepted"] == 2
    (refusal,) = answer["refusals"]
    assert (refusal["item"], refusal["field"]) == (1, field)
    assert refusal["limit"]
    assert refusal["detail"]


async def test_only_bad_rows_are_an_upload_that_cannot_be_taken(town: Town) -> None:
    hanako = await town.resident()
    answer = await send(town, hanako, row(time="yesterday"))
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "item[0].time")
    assert await town.owner.fetchval("SELECT count(*) FROM health.upload") == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 422),
        (b'{"samples": []}', 422),
        (b'{"samples": {}}', 422),
        (b'{"samples": [1, 2', 400),
        # Deeper than any Python goes: from 3.14 on what counts is the room on the stack, and no number.
        (b'{"samples": [' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"]}", 400),
        (b'{"rows": [1]}', 422),
        (b'{"samples": [' + b"1," * ROWS_MAX + b"1]}", 422),
    ],
)
async def test_a_body_that_is_no_list_of_rows_is_refused_whole(
    town: Town, body: bytes, status: int
) -> None:
    hanako = await town.resident()
    headers = hanako.headers | {"Idempotency-Key": "rows-bad-1", "Content-Type": "application/json"}
    answer = await town.call("POST", "/v1/uploads/rows", data=body, headers=headers)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")


async def test_an_unknown_format_and_another_content_type_are_refused(town: Town) -> None:
    hanako = await town.resident()
    headers = hanako.headers | {"Idempotency-Key": "rows-bad-2"}
    unknown = await town.call("POST", "/v1/uploads/scroll", json={}, headers=headers)
    assert unknown.status == 404
    csv = await town.call(
        "POST", "/v1/uploads/rows", data=b"a", headers=headers | {"Content-Type": "text/csv"}
    )
    assert (csv.status, csv.json["errors"][0]["field"]) == (415, "Content-Type")
