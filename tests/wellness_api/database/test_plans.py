"""Hot statements find their rows by index, also in a database that has just been filled and has no statistics yet."""

import re
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.town import NOON
from wellness_api.database.pool import Role, open_pool
from wellness_api.database.sql import read_sql

TODAY = NOON.date()
RESIDENTS = 300
DAYS = 60

FILL = f"""
CREATE TEMP TABLE place AS
SELECT r::bigint AS resident_id, date '{TODAY}' - d AS day, r * 1000 + d AS number
FROM generate_series(1, {RESIDENTS}) r, generate_series(0, {DAYS} - 1) d;

INSERT INTO health.segment
SELECT resident_id, number, now(), 0, day, 1, 'phone:a', '\\x00', '\\x00' FROM place;
INSERT INTO health.day_summary SELECT resident_id, day, 1, 5000, 0, 100, 60, now() FROM place;
INSERT INTO health.pending_day SELECT resident_id, day, number, now() FROM place;
INSERT INTO health.upload
SELECT resident_id, md5(number::text)::uuid, md5('x')::uuid, number, now(), '\\x00' FROM place;
INSERT INTO rewards.transfer
    (resident_id, programme, version, rule, period_start, debit_account, credit_account, amount, facts)
SELECT resident_id, 'yokohama', 1, 'walk', day, 'budget', 'wallet', 2, '{{}}' FROM place;
INSERT INTO identity.principal (role, display_name)
SELECT 'resident', 'r' FROM generate_series(1, {RESIDENTS});
INSERT INTO identity.session
SELECT sha256(r::text::bytea), r, now() + interval '1 day' FROM generate_series(1, {RESIDENTS}) r;
"""

PAIRS = ([5, 6, 7], [TODAY, TODAY - timedelta(days=3), TODAY])

HOT: dict[str, tuple[Role, str, str, tuple[Any, ...]]] = {
    "storing an upload": (
        "wellness_api",
        "wellness_api.samples",
        "store_upload",
        (
            *(5, "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "1b4e28ba-2fa1-11d2-883f-0016d3cca427"),
            *(NOON, b"", 0, [TODAY], [1], ["phone:a"], [0], [b"\0"], [b"\0"], TODAY, TODAY),
        ),
    ),
    "comparing an upload": (
        "wellness_api",
        "wellness_api.samples",
        "stored_segments",
        (5, [TODAY], [1], ["phone:a"]),
    ),
    "finding a receipt": (
        "wellness_api",
        "wellness_api.samples",
        "find_upload",
        (5, "1b4e28ba-2fa1-11d2-883f-0016d3cca427"),
    ),
    "finding a session": (
        "wellness_api",
        "wellness_api.identity",
        "session_principal",
        (b"\0" * 32, NOON),
    ),
    "a resident's today": ("wellness_api", "wellness_api.residents", "today", (5, TODAY, 1)),
    "a resident's entries": (
        "wellness_api",
        "wellness_api.residents",
        "wallet_entries",
        (5, 2**62, 20),
    ),
    "claiming pending days": (
        "wellness_worker",
        "wellness_api.worker",
        "claim_pending_days",
        (512, 1),
    ),
    "the segments of claimed days": (
        "wellness_worker",
        "wellness_api.worker",
        "segments_of_days",
        PAIRS,
    ),
    "what the ledger holds of claimed days": (
        "wellness_worker",
        "wellness_api.rewards",
        "held_points",
        ("yokohama", *PAIRS),
    ),
}

LARGE = r"(segment_\d+|day_summary|transfer|pending_day|upload|session|principal)"


@pytest.fixture
async def filled_url(database_url: str) -> str:
    connection = await asyncpg.connect(database_url)
    await connection.execute(FILL)
    await connection.close()
    return database_url


@pytest.mark.parametrize("statement", HOT)
async def test_a_hot_statement_never_reads_a_large_table_whole(
    filled_url: str, statement: str
) -> None:
    role, package, name, arguments = HOT[statement]
    pool = await open_pool(filled_url, role=role, connections_max=1)
    async with pool.acquire() as connection:
        lines = await connection.fetch(f"EXPLAIN {read_sql(package, name)}", *arguments)
    plan = "\n".join(line[0] for line in lines)
    await pool.close()
    assert not re.search(rf"Seq Scan on {LARGE}", plan), plan
