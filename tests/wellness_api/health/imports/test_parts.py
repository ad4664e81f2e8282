"""A file comes in parts: in any order, as often as it takes, from the one resident whose it is."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.town import Town
from tests.wellness_api.health.imports.exports import (
    bring_in,
    export,
    open_import,
    parts_of,
    put_part,
    send,
    state_of,
    steps,
)
from wellness_api.database.pool import open_pool
from wellness_api.health.imports.receiving import IMPORTS_OPEN_MAX
from wellness_api.health.imports.shapes import FILE_BYTES_MAX
from wellness_api.health.imports.turns import FINISHED_KEPT, UNSENT_KEPT, forget_imports

FILE = export(*(steps(minute, 100) for minute in range(5)))


async def test_parts_in_any_order_and_sent_again_make_the_file(town: Town) -> None:
    hanako = await town.resident()
    opened = (await open_import(town, hanako, len(FILE), part_bytes=200)).json
    parts = parts_of(FILE, 200)
    assert opened["missing_parts"] == list(range(len(parts)))
    order = [*range(1, len(parts)), 1, 2]
    for number in order:
        answer = await put_part(town, hanako, opened["id"], number, parts[number])
        assert answer.status == 200
    assert (answer.json["state"], answer.json["missing_parts"]) == ("receiving", [0])
    assert answer.json["bytes_received"] == len(FILE) - 200
    await town.worker.read_imports()
    assert (await state_of(town, hanako, opened["id"]))["state"] == "receiving"
    last = (await put_part(town, hanako, opened["id"], 0, parts[0])).json
    assert (last["state"], last["bytes_received"], last["missing_parts"]) == (
        "waiting",
        len(FILE),
        [],
    )
    await town.worker.read_imports()
    over = await state_of(town, hanako, opened["id"])
    assert (over["state"], over["progress"]["samples"]["accepted"]) == ("done", 5)


async def test_parts_sent_at_the_same_moment_make_the_file(town: Town) -> None:
    hanako = await town.resident()
    opened = (await open_import(town, hanako, len(FILE), part_bytes=100)).json
    answers = await asyncio.gather(
        *(
            put_part(town, hanako, opened["id"], number, part)
            for number, part in enumerate(parts_of(FILE, 100))
            for _ in range(2)
        )
    )
    assert {answer.status for answer in answers} == {200}
    assert (await state_of(town, hanako, opened["id"]))["state"] == "waiting"
    await town.worker.read_imports()
    assert (await state_of(town, hanako, opened["id"]))["state"] == "done"


async def test_a_part_sent_again_after_everything_is_over_changes_nothing(town: Town) -> None:
    hanako = await town.resident()
    over = await bring_in(town, hanako, FILE)
    again = await put_part(town, hanako, over["id"], 0, FILE[: over["part_bytes"]])
    assert (again.status, again.json) == (200, over)


async def test_other_content_for_the_same_part_is_refused(town: Town) -> None:
    hanako = await town.resident()
    opened = (await open_import(town, hanako, 20, part_bytes=10)).json
    await put_part(town, hanako, opened["id"], 0, b"0123456789")
    answer = await put_part(town, hanako, opened["id"], 0, b"9876543210")
    assert (answer.status, answer.json["type"]) == (409, "urn:wellness:part_differs")
    assert (await state_of(town, hanako, opened["id"]))["bytes_received"] == 10


@pytest.mark.parametrize(
    ("number", "content"),
    [(0, b"123"), (0, b"12345678901"), (1, b"0123456789"), (2, b"x"), (1, b""), (7, b"0123456789")],
)
async def test_a_part_of_another_size_or_number_is_refused(
    town: Town, number: int, content: bytes
) -> None:
    hanako = await town.resident()
    opened = (await open_import(town, hanako, 15, part_bytes=10)).json
    answer = await put_part(town, hanako, opened["id"], number, content)
    assert (answer.status, answer.json["type"]) == (422, "urn:wellness:invalid_import")
    assert answer.json["errors"][0]["limit"]


@pytest.mark.parametrize(
    ("size", "part_bytes"), [(0, 10), (FILE_BYTES_MAX + 1, None), (10, 0), (10_000_000, 1)]
)
async def test_a_file_beyond_the_bounds_is_refused_before_it_is_sent(
    town: Town, size: int, part_bytes: int | None
) -> None:
    hanako = await town.resident()
    assert (await open_import(town, hanako, size, part_bytes=part_bytes)).status == 422


async def test_opened_again_with_the_same_key_it_is_the_same_import(town: Town) -> None:
    hanako = await town.resident()
    first = await open_import(town, hanako, 10, key="import-key-1")
    again = await open_import(town, hanako, 10, key="import-key-1")
    other = await open_import(town, hanako, 11, key="import-key-1")
    assert (first.status, again.status, again.json) == (201, 200, first.json)
    assert (other.status, other.json["type"]) == (422, "urn:wellness:idempotency_key_reused")


async def test_a_resident_has_few_imports_under_way_at_once(town: Town) -> None:
    hanako = await town.resident()
    opened = [(await open_import(town, hanako, 10)).json for _ in range(IMPORTS_OPEN_MAX)]
    refused = await open_import(town, hanako, 10)
    assert (refused.status, refused.json["type"]) == (409, "urn:wellness:too_many_imports")
    gone = await town.call("DELETE", f"/v1/imports/{opened[0]['id']}", headers=hanako.headers)
    assert gone.status == 204
    assert (await open_import(town, hanako, 10)).status == 201


async def test_an_import_given_up_is_gone_with_what_was_sent(town: Town) -> None:
    hanako = await town.resident()
    import_id = await send(town, hanako, FILE)
    await town.call("DELETE", f"/v1/imports/{import_id}", headers=hanako.headers)
    await town.worker.read_imports()
    assert (await town.get("/v1/imports", hanako)).json == {"items": []}
    assert await town.owner.fetchval("SELECT count(*) FROM health.import_part") == 0
    assert await town.owner.fetchval("SELECT count(*) FROM health.segment") == 0


async def test_somebody_elses_import_is_not_found(town: Town) -> None:
    hanako, taro = await town.residents(2)
    opened = (await open_import(town, hanako, 10)).json
    path = f"/v1/imports/{opened['id']}"
    assert (await town.get(path, taro)).status == 404
    assert (await put_part(town, taro, opened["id"], 0, b"0123456789")).status == 404
    assert (await town.call("DELETE", path, headers=taro.headers)).status == 404
    assert (await town.get(f"/v1/imports/{uuid4()}", hanako)).status == 404
    assert (await town.get("/v1/imports", taro)).json == {"items": []}
    assert (await town.get("/v1/imports", hanako)).json == {"items": [opened]}


async def test_imports_are_for_residents(town: Town) -> None:
    officer = await town.staff("programme_officer")
    assert (await open_import(town, officer, 10)).status == 403
    assert (await town.get("/v1/imports")).status == 401


async def test_the_database_itself_hides_imports_from_others(town: Town) -> None:
    hanako = await town.resident()
    await send(town, hanako, FILE)
    assert town.settings.database_url is not None
    pool = await open_pool(town.settings.database_url, role="wellness_api", connections_max=1)
    for table in ("health.import", "health.import_part"):
        assert await pool.fetchval(f"SELECT count(*) FROM {table}") == 0
    await pool.close()


async def test_what_is_never_sent_to_its_end_or_long_over_is_forgotten(town: Town) -> None:
    hanako = await town.resident()
    over = await bring_in(town, hanako, FILE)
    opened = (await open_import(town, hanako, 10)).json

    async def left() -> set[str]:
        await forget_imports(town.owner, town.clock())
        items = (await town.get("/v1/imports", hanako)).json["items"]
        return {item["id"] for item in items}

    town.clock.advance(UNSENT_KEPT)
    assert await left() == {over["id"], opened["id"]}
    town.clock.advance(timedelta(seconds=1))
    assert await left() == {over["id"]}
    town.clock.advance(FINISHED_KEPT)
    await town.owner.execute("UPDATE identity.session SET expires_at = 'infinity'")
    assert await left() == set()
