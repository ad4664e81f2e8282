"""Whoever leaves is gone from every table; the city's books balance, and nobody else notices."""

import json
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.processes import environment, run
from tests.town import LATE_WINDOW_DAYS, Person, Town, steps
from tests.wellness_api.identity.erasure.leaving import CARD, leave, use_everything
from wellness_api.database.pool import Role, open_pool
from wellness_api.identity.accounts.enrolment import print_code

TABLES_WITH_A_PERSON = """
SELECT format('%I.%I', table_schema, table_name) AS name, column_name AS person
FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE column_name IN ('resident_id', 'principal_id') AND table_type = 'BASE TABLE'
    AND table_schema NOT IN ('pg_catalog', 'information_schema')
"""
AFTERWARDS = "identity.erasure_request"


async def rows_about(town: Town, who: int) -> dict[str, int]:
    """How many rows each table has that names a person; partitions are tables too."""
    return {
        row["name"]: await town.owner.fetchval(
            f"SELECT count(*) FROM {row['name']} WHERE {row['person']} = $1", who
        )
        for row in await town.owner.fetch(TABLES_WITH_A_PERSON)
    }


async def totals(town: Town) -> list[Any]:
    await town.worker.refresh()
    return [
        tuple(row)
        for row in await town.owner.fetch(
            "SELECT programme, version, points_awarded, residents_awarded FROM rewards.programme_total"
        )
    ]


async def test_every_table_that_names_a_resident_is_empty_of_one_who_left(town: Town) -> None:
    await town.put_in_force()
    gone = await use_everything(town, "去る人")
    before = await rows_about(town, gone.principal_id)
    filled = {
        name
        for name, rows in before.items()
        if rows or name.startswith("health.segment_") or name == AFTERWARDS
    }
    assert filled == before.keys(), "a table is new: let use_everything put a row into it"
    await leave(town, gone)
    await town.worker.erase()
    after = await rows_about(town, gone.principal_id)
    assert {name for name, rows in after.items() if rows} == {AFTERWARDS}


async def test_nothing_else_refers_to_people(town: Town) -> None:
    """A table that names its person otherwise would be forgotten by the erasure."""
    columns = await town.owner.fetch(
        "SELECT DISTINCT attname FROM pg_constraint"
        " JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)"
        " WHERE contype = 'f' AND confrelid IN ('identity.principal'::regclass, 'identity.resident'::regclass)"
    )
    assert {row["attname"] for row in columns} == {"resident_id", "principal_id", "gateway_id"}


async def test_the_others_keep_everything(town: Town) -> None:
    await town.put_in_force()
    gone = await use_everything(town, "去る人")
    stays = await town.resident("残る人")
    await town.upload(stays, steps([100] * 45))
    await town.settle()
    before = await rows_about(town, stays.principal_id)
    await leave(town, gone)
    await town.worker.erase()
    assert await rows_about(town, stays.principal_id) == before
    assert (await town.get("/v1/me/wallet", stays)).json["pending"] == 2


async def test_the_citys_books_balance_as_before(town: Town) -> None:
    await town.put_in_force()
    first, second, stays = await town.residents(3)
    for person, minutes in ((first, 60), (second, 30), (stays, 20)):
        await town.upload(person, steps([100] * minutes))
    await town.settle()
    # A correction that takes a point away again is part of the books too.
    await town.upload(first, steps([None] * 30, revision=1))
    await town.settle()
    # And so are points that were spent.
    town.clock.advance(timedelta(days=LATE_WINDOW_DAYS + 1))
    await town.worker.turn_day()
    await town.owner.execute(
        "SELECT rewards.append_transfer($1, $2, $3, 'wallet', 'held', 1, 5, '{}')",
        second.principal_id,
        town.clock(),
        town.clock().date(),
    )
    before = await totals(town)
    assert [(points, people) for _, _, points, people in before] == [(3, 3)]
    for person in (first, second):
        await leave(town, person)
        await town.worker.erase()
        assert await totals(town) == before
    kept = await town.owner.fetch(
        "SELECT rule, debit_account, credit_account, amount FROM rewards.erased_total ORDER BY 2, 3"
    )
    assert [tuple(row) for row in kept] == [
        ("walk", "budget", "pending", 4),
        ("walk", "pending", "budget", 2),
        (None, "pending", "wallet", 2),
        (None, "wallet", "held", 1),
    ]
    names = {row["attname"] for row in await columns_of(town, "rewards.erased_total")}
    assert names == {"programme", "version", "rule", "debit_account", "credit_account", "amount"}


async def columns_of(town: Town, table: str) -> list[asyncpg.Record]:
    return await town.owner.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0", table
    )


async def test_what_is_left_says_when_and_how_many_rows_and_not_who(town: Town) -> None:
    gone = await use_everything(town, "去る人")
    await leave(town, gone)
    await town.worker.erase()
    (left,) = await town.owner.fetch("SELECT * FROM identity.erasure")
    assert left["erased_at"] == town.clock()
    counted = json.loads(left["rows_deleted"])
    assert counted["identity.principal"] == counted["identity.resident"] == 1
    assert counted["health.import_part"] == counted["health.record"] == 1
    assert counted["health.segment_202611"] >= 3
    assert set(left.keys()) == {
        *("erasure_id", "erased_at", "rows_deleted", "scrubbed_at", "settled_before")
    }


async def test_a_resident_who_asks_is_signed_out_at_once_and_erased_by_the_workers_next_turn(
    town: Town,
) -> None:
    gone = await use_everything(town, "去る人")
    code = await print_code(town.owner, gone.principal_id, now=town.clock())
    assert (await town.get("/v1/me", gone)).status == 200
    answer = await leave(town, gone)
    assert (answer.status, list(answer.json)) == (202, ["requested_at"])
    assert (await town.get("/v1/me", gone)).status == 401
    signed_in = await town.call("POST", "/v1/sessions", json={"code": code})
    assert signed_in.json["type"] == "urn:wellness:wrong_code"
    # The wish survives whatever happens to the processes until the worker comes to it.
    assert (await rows_about(town, gone.principal_id))["identity.principal"] == 1
    await town.worker.erase()
    assert (await rows_about(town, gone.principal_id))["identity.principal"] == 0
    assert await town.redis.keys("*") == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"confirm": "yes"}, "wrong_shape"),
        ({"confirm": "erase", "really": True}, "wrong_shape"),
        ([], "wrong_shape"),
    ],
)
async def test_nobody_is_erased_without_the_word(town: Town, body: Any, problem: str) -> None:
    stays = await town.resident()
    answer = await town.call("DELETE", "/v1/me", json=body, headers=stays.headers)
    assert (answer.status, answer.json["type"]) == (422, f"urn:wellness:{problem}")
    await town.worker.erase()
    assert (await town.get("/v1/me", stays)).status == 200


async def test_no_body_erases_nobody(town: Town) -> None:
    stays = await town.resident()
    answer = await town.call("DELETE", "/v1/me", headers=stays.headers)
    assert answer.status == 415
    assert (await town.get("/v1/me", stays)).status == 200


async def test_staff_and_strangers_cannot_leave_this_way(town: Town) -> None:
    staff = await town.staff("health_staff")
    assert (await leave(town, staff)).status == 403
    assert (await leave(town, Person(0, "nobody's"))).status == 401


async def test_what_a_request_under_way_brought_late_goes_an_hour_later(town: Town) -> None:
    gone = await town.resident()
    await leave(town, gone)
    await town.worker.erase()
    # As an upload that was accepted by another process while the erasure ran.
    await town.owner.execute(
        "INSERT INTO health.pending_day VALUES ($1, $2, 1, now())",
        gone.principal_id,
        town.clock().date(),
    )
    await town.owner.execute(
        "INSERT INTO health.segment VALUES ($1, 1, now(), 0, $2, 1, 'phone:late', 0, 0, '\\x00', '\\x00')",
        gone.principal_id,
        town.clock().date(),
    )
    await town.settle()
    town.clock.advance(timedelta(minutes=59))
    await town.worker.erase()
    assert (await rows_about(town, gone.principal_id))["health.segment"] == 1
    town.clock.advance(timedelta(minutes=2))
    await town.worker.erase()
    assert not any((await rows_about(town, gone.principal_id)).values())
    counts = await town.owner.fetch("SELECT rows_deleted FROM identity.erasure ORDER BY erasure_id")
    assert json.loads(counts[1]["rows_deleted"])["health.segment_202611"] == 1


async def test_two_workers_erase_once(town: Town) -> None:
    await town.put_in_force()
    gone = await town.resident()
    await town.upload(gone, steps([100] * 60))
    await town.settle()
    before = await totals(town)
    await leave(town, gone)
    for _ in range(2):
        await town.worker.erase()
    assert await totals(town) == before
    assert await town.owner.fetchval("SELECT count(*) FROM identity.erasure") == 1


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("wellness_api", "SELECT identity.erase_resident(1, now())"),
        ("wellness_api", "SELECT health.drop_closed_month()"),
        ("wellness_api", "UPDATE identity.erasure_request SET due_at = now()"),
        ("wellness_worker", "INSERT INTO identity.erasure_request VALUES (1, now(), now())"),
        ("wellness_api", "DELETE FROM rewards.transfer"),
        ("wellness_worker", "DELETE FROM rewards.transfer"),
        ("wellness_worker", "UPDATE rewards.erased_total SET amount = 1"),
    ],
)
async def test_no_process_may_erase_at_will(town: Town, role: Role, statement: str) -> None:
    assert town.settings.database_url is not None
    pool = await open_pool(town.settings.database_url, role=role, connections_max=1)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)
    await pool.close()


async def test_the_worker_erases_nobody_who_did_not_ask(town: Town) -> None:
    stays = await town.resident()
    erased = await town.worker_pool.fetchval(
        "SELECT identity.erase_resident($1, now())", stays.principal_id
    )
    assert erased is None
    assert (await town.get("/v1/me", stays)).status == 200


async def test_the_api_asks_for_nobody_else(town: Town) -> None:
    assert town.settings.database_url is not None
    asks, other = await town.residents(2)
    pool = await open_pool(town.settings.database_url, role="wellness_api", connections_max=1)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(
            "WITH asking AS (SELECT set_config('wellness.resident_id', $1, true))"
            " INSERT INTO identity.erasure_request (resident_id, requested_at, due_at)"
            " SELECT $2, now(), now() FROM asking",
            str(asks.principal_id),
            other.principal_id,
        )
    await pool.close()


async def test_the_operator_erases_by_the_command(town: Town) -> None:
    assert town.settings.database_url is not None
    gone = await use_everything(town, "去る人")
    settings = environment(town.settings.var_dir, 1) | {
        "WELLNESS_DATABASE_URL": town.settings.database_url
    }
    who = str(gone.principal_id)
    unsure = run("residents", "erase", who, settings=settings)
    assert unsure.returncode != 0
    assert (await rows_about(town, gone.principal_id))["identity.resident"] == 1
    ended = run("residents", "erase", who, "--yes", settings=settings)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["identity.card"] == 1
    assert await town.owner.fetchval("SELECT count(*) FROM identity.card") == 0, CARD
    again = run("residents", "erase", who, "--yes", settings=settings)
    assert (again.returncode, again.stderr) == (1, f"wellness: there is no resident {who}\n")
