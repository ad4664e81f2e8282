"""A resident's rows are reachable by that resident's requests and by processing: enforced in the database itself."""

import asyncpg
import pytest

from tests.town import Town, steps
from wellness_api.database.pool import open_pool

RESIDENT_TABLES = [
    "health.upload",
    "health.segment",
    "health.day_summary",
    "rewards.transfer",
    "rewards.wallet",
]


async def as_api(town: Town) -> "asyncpg.Pool[asyncpg.Record]":
    assert town.settings.database_url is not None
    return await open_pool(town.settings.database_url, role="wellness_api", connections_max=1)


@pytest.mark.parametrize("table", RESIDENT_TABLES)
async def test_the_api_sees_only_the_rows_of_the_resident_who_asks(town: Town, table: str) -> None:
    await town.put_in_force()
    hanako, taro = await town.residents(2)
    for person in (hanako, taro):
        await town.upload(person, steps([100] * 45))
    await town.settle()
    pool = await as_api(town)
    assert await pool.fetchval(f"SELECT count(*) FROM {table}") == 0
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "SELECT set_config('wellness.resident_id', $1, true)", str(hanako.principal_id)
        )
        rows = await connection.fetch(f"SELECT DISTINCT resident_id FROM {table}")
        assert [row["resident_id"] for row in rows] == [hanako.principal_id]
    await pool.close()


async def test_every_table_of_residents_rows_is_under_row_level_security(town: Town) -> None:
    rows = await town.owner.fetch(
        "SELECT relname, relrowsecurity, (SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid) AS policies"
        " FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'resident_id'"
        " WHERE relkind IN ('r', 'p') AND NOT relispartition"
        " AND relnamespace IN ('health'::regnamespace, 'rewards'::regnamespace)"
    )
    assert {"segment", "record", "import", "import_part", "wallet"} <= {
        row["relname"] for row in rows
    }
    assert [row["relname"] for row in rows if not (row["relrowsecurity"] and row["policies"])] == []


async def test_no_process_reaches_a_month_of_samples_past_the_policies_of_the_whole(
    town: Town,
) -> None:
    reachable = await town.owner.fetch(
        "SELECT relname FROM pg_class, unnest(ARRAY['wellness_api', 'wellness_worker']) AS role"
        " WHERE relispartition AND relkind = 'r' AND has_table_privilege(role, oid, 'SELECT')"
    )
    assert reachable == []


async def test_who_asked_does_not_stay_on_the_connection(town: Town) -> None:
    hanako = await town.resident()
    await town.upload(hanako, steps([100]))
    pool = await as_api(town)
    async with pool.acquire() as connection:
        await connection.fetchval(
            "SELECT set_config('wellness.resident_id', $1, true)", str(hanako.principal_id)
        )
        assert await connection.fetchval("SELECT count(*) FROM health.segment") == 0
    await pool.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO rewards.wallet VALUES (1, 1000, 0, now())",
        "INSERT INTO identity.principal (role, display_name) VALUES ('health_staff', 'Mallory')",
        "UPDATE identity.principal SET role = 'programme_officer'",
        "INSERT INTO identity.gateway_key VALUES ('k', 1, '\\x00')",
        "UPDATE health.segment SET revision = 9",
        "DELETE FROM health.upload",
        # Nobody is let in but by a code, and codes are the counter's.
        "INSERT INTO identity.session (token_digest, principal_id, expires_at) VALUES ('', 1, now())",
        "UPDATE identity.session SET principal_id = 2",
        "UPDATE identity.session SET token_digest = ''",
        "SELECT salt FROM identity.session",
        "INSERT INTO identity.sign_in_code (code_digest, principal_id, printed_at) VALUES ('', 1, now())",
        "UPDATE identity.sign_in_code SET ended_at = NULL",
        "UPDATE identity.sign_in_code SET devices_max = 1000",
        "DELETE FROM identity.sign_in_code",
        "SELECT code_digest FROM identity.sign_in_code",
        "SELECT identity.print_code(1, '', now(), 1)",
        # Of what handlers change, the rest is not theirs.
        "UPDATE identity.code_tries SET resident_id = 2",
        "UPDATE health.record SET resident_id = 2",
        "UPDATE health.source_order SET from_day = '2020-01-01'",
        "UPDATE health.pending_day SET day = '2026-01-01'",
        "DELETE FROM health.pending_day",
        "SELECT * FROM work.set_aside",
        "DELETE FROM work.set_aside",
        "SELECT health.ensure_segment_partitions('2020-01-01')",
        "UPDATE rewards.redemption SET handed_out_by = 1",
    ],
)
async def test_the_api_process_may_not_give_points_or_rights(town: Town, statement: str) -> None:
    pool = await as_api(town)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)
    await pool.close()


async def test_what_runs_with_the_owners_rights_is_nobodys_by_default(town: Town) -> None:
    """A function of the owner that is not taken away from PUBLIC is there for every login of the server."""
    open_to_all = await town.owner.fetch(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef"
        " AND pronamespace IN ('identity'::regnamespace, 'health'::regnamespace, 'rewards'::regnamespace,"
        " 'indicators'::regnamespace)"
        " AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))"
    )
    assert [row["oid"] for row in open_to_all] == []


async def test_the_worker_cannot_read_names_codes_or_keys(town: Town) -> None:
    assert town.settings.database_url is not None
    pool = await open_pool(town.settings.database_url, role="wellness_worker", connections_max=1)
    for table in ("principal", "card", "gateway_key"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.fetch(f"SELECT * FROM identity.{table}")
    await pool.close()
