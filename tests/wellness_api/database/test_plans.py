"""Hot statements find their rows by index, also in a database that was just filled: its statistics are of its first rows."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.conftest import Servers, own_database
from tests.town import NOON
from wellness_api.database.pool import Role, open_pool
from wellness_api.database.sql import read_named_sql, read_sql

TODAY = NOON.date()
RESIDENTS = 300
DAYS = 60

FILL = f"""
CREATE TEMP TABLE place AS
SELECT r::bigint AS resident_id, date '{TODAY}' - d AS day, r * 1000 + d AS number
FROM generate_series({{first}}, {{last}}) r, generate_series(0, {DAYS} - 1) d;

INSERT INTO health.segment
SELECT resident_id, number, now(), 0, day, 1, 'phone:a', 0, 0, '\\x00', '\\x00' FROM place;
INSERT INTO health.record (resident_id, record, revision, sequence, source, last_day, places)
SELECT resident_id, md5(number::text)::uuid, 0, number, 'phone:a', day, '\\x00' FROM place;
INSERT INTO health.correction (resident_id, key, kind, asked_at, sequence, source, from_ms, until_ms, by_ms)
SELECT resident_id, md5(number::text)::uuid, 'shift', now(), number, 'phone:a', 0, 1, 1000 FROM place WHERE number % 60 = 0;
INSERT INTO health.record_turn SELECT number, 1 FROM place UNION SELECT resident_id, 1 FROM place;
INSERT INTO health.whole_state (resident_id, metric, source, sequence, last_day, spans)
SELECT resident_id, 1, 'phone:' || number, number, day, '\\x90' FROM place WHERE number % 10 = 0;
INSERT INTO health.day_summary SELECT resident_id, day, 1, 5000, 60, now() FROM place;
INSERT INTO health.pending_day SELECT resident_id, day, number, now() FROM place;
INSERT INTO health.upload
SELECT resident_id, md5(number::text)::uuid, md5('x')::uuid, number, now(), '\\x00' FROM place;
INSERT INTO rewards.transfer
    (resident_id, transfer_id, posted_at, programme, version, rule, period_start, period_end, debit_account, credit_account,
    amount, spendable_from, expires_on, facts, hash)
SELECT resident_id, number, now(), 'yokohama', 1, 'walk', day, day, 'budget', 'pending', 2, day + 15, '2027-03-31', '{{{{}}}}',
    ''
FROM place;
INSERT INTO rewards.day_in_time (resident_id, programme, version, day, figure, value, waits_until)
SELECT resident_id, 'yokohama', 1, day, 1, 0, day + 5 + {DAYS} FROM place WHERE number % 5 = 0;
INSERT INTO rewards.group_award SELECT resident_id, 'yokohama', 'pair', day, day + 6, 20, '{{{{}}}}' FROM place;
INSERT INTO rewards.pending_points SELECT resident_id, day + 15, '2027-03-31', 2 FROM place;
INSERT INTO rewards.expiring_points SELECT resident_id, day, 2 FROM place;
INSERT INTO identity.consent (resident_id, purpose, version, given, at, channel)
SELECT resident_id, 'research', 1, true, now(), 'phone' FROM place;
INSERT INTO rewards.next_award
SELECT resident_id, '{TODAY}', 1, 1, 1, 1, 0, 0 FROM place ON CONFLICT DO NOTHING;
INSERT INTO rewards.wallet (resident_id, balance, owed, updated_at)
SELECT number, 2, 0, now() FROM place UNION SELECT resident_id, 2, 0, now() FROM place;
INSERT INTO identity.principal (role, display_name)
SELECT 'resident', 'r' FROM generate_series({{first}}, {{last}});
INSERT INTO identity.session
SELECT sha256(r::text::bytea), r, now() + interval '1 day' FROM generate_series({{first}}, {{last}}) r;

DROP TABLE place;
"""

PAIRS = (
    [resident_id for resident_id in range(5, 133) for _ in range(4)],
    [TODAY - timedelta(days=back) for _ in range(5, 133) for back in range(4)],
)
"""As many as the worker claims in a turn."""

STORING_COST_MAX = 100
"""By the planner's estimate; 30 as it is."""

UUID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"

HOT: dict[str, tuple[Role, str, str, tuple[Any, ...] | dict[str, Any]]] = {
    "storing uploads": (
        "wellness_api",
        "wellness_api.health.samples",
        "store_uploads",
        {
            "resident_ids": [5, 6],
            "keys": [UUID] * 2,
            "content_digests": [UUID] * 2,
            "received_ats": [NOON] * 2,
            "receipts": [b""] * 2,
            "seen": [0] * 2,
            "part_residents": [5, 6],
            "part_days": [TODAY] * 2,
            "part_metrics": [1] * 2,
            "part_sources": ["phone:a"] * 2,
            "part_revisions": [0] * 2,
            "part_firsts": [0] * 2,
            "part_lasts": [0] * 2,
            "part_times": [b"\0"] * 2,
            "part_lengths": [b""] * 2,
            "part_values": [b"\0"] * 2,
            "part_records": [None, b"\0"],
            "part_changes": [None, b"\0"],
            "part_origins": [None, 1],
            "first_day": TODAY,
            "last_day": TODAY,
            "named_residents": [5],
            "named_records": [UUID],
            "record_residents": [5],
            "records": [UUID],
            "record_revisions": [1],
            "record_sources": ["phone:a"],
            "record_last_days": [TODAY],
            "record_places": [b"\0"],
            "seen_records": [0] * 2,
            "take_turns": [True, False],
            "seen_states": [0] * 2,
            "watched_residents": [5, 6],
            "watched_days": [TODAY] * 2,
            "watched_metrics": [1] * 2,
            "watched_sources": ["phone:a"] * 2,
            "state_residents": [5],
            "state_metrics": [1],
            "state_sources": ["phone:a"],
            "state_last_days": [TODAY],
            "state_spans": [b""],
        },
    ),
    "keeping a correction": (
        "wellness_api",
        "wellness_api.health.corrections",
        "keep_correction",
        {
            "resident_id": 5,
            "correction_id": UUID,
            "key": UUID,
            "kind": "shift",
            "now": NOON,
            "source": "phone:a",
            "metric": "steps",
            "metric_number": 1,
            "from_ms": 1_790_000_000_000,
            "until_ms": 1_790_000_600_000,
            "by_ms": 1_000,
            "is_of_source": False,
        },
    ),
    "the records that an upload speaks of": (
        "wellness_api",
        "wellness_api.health.samples",
        "stored_records",
        (5, [UUID] * 2),
    ),
    "the records that a whole state ends": (
        "wellness_api",
        "wellness_api.health.samples",
        "records_of_marks",
        (5, [UUID] * 2, [UUID] * 2),
    ),
    "what an app has said whole": (
        "wellness_api",
        "wellness_api.health.samples",
        "whole_states",
        (5,),
    ),
    "comparing an upload": (
        "wellness_api",
        "wellness_api.health.samples",
        "stored_segments",
        {
            "resident_id": 5,
            "days": [TODAY],
            "metrics": [1],
            "sources": ["phone:a"],
            "firsts": [0],
            "lasts": [0],
        },
    ),
    "finding a receipt": (
        "wellness_api",
        "wellness_api.health.samples",
        "find_upload",
        (5, UUID),
    ),
    "finding a session": (
        "wellness_api",
        "wellness_api.identity.accounts",
        "session_principals",
        ([b"\0" * 32],),
    ),
    "a resident's today": (
        "wellness_api",
        "wellness_api.residents.view",
        "today",
        {
            "resident_id": 5,
            "today": TODAY,
            "steps": 1,
            "measured": [2, 5],
            "early_sleep": 1004,
            "late_sleep": 1005,
            "joined_on": TODAY,
        },
    ),
    "reading samples back": (
        "wellness_api",
        "wellness_api.health.samples",
        "own_segments",
        {
            "resident_id": 5,
            "first_day": TODAY - timedelta(days=7),
            "last_day": TODAY,
            "metrics": [1, 35],
            "source": None,
        },
    ),
    "reading all of a resident's samples": (
        "wellness_api",
        "wellness_api.health.samples",
        "own_segments",
        {
            "resident_id": 5,
            "first_day": TODAY - timedelta(days=14),
            "last_day": TODAY,
            "metrics": None,
            "source": None,
        },
    ),
    "what a day's receipt needs besides": (
        "wellness_api",
        "wellness_api.residents.day_receipt",
        "day_facts",
        {"resident_id": 5, "day": TODAY, "heard_since": TODAY - timedelta(days=31)},
    ),
    "a resident's entries": (
        "wellness_api",
        "wellness_api.residents.view",
        "wallet_entries",
        {"resident_id": 5, "below": 2**62, "day": None, "rows": 20},
    ),
    "a resident's entries of a day": (
        "wellness_api",
        "wellness_api.residents.view",
        "wallet_entries",
        {"resident_id": 5, "below": 2**62, "day": TODAY, "rows": 20},
    ),
    "a resident's wallet": ("wellness_api", "wellness_api.residents.view", "wallet", (5, TODAY)),
    "claiming pending days": (
        "wellness_worker",
        "wellness_api.health.days",
        "claim_pending_days",
        {"recent_max": 384, "lock": 1, "backlog_min": 128, "after_resident": 0},
    ),
    "the segments of claimed days": (
        "wellness_worker",
        "wellness_api.health.days",
        "segments_of_days",
        {"resident_ids": PAIRS[0], "days": PAIRS[1], "metrics": None, "segments_max": 20_001},
    ),
    "the segments that shifts moved into claimed days": (
        "wellness_worker",
        "wellness_api.health.days",
        "segments_moved_to_days",
        {"resident_ids": PAIRS[0], "days": PAIRS[1], "metrics": None, "segments_max": 20_001},
    ),
    "what the ledger holds of claimed days": (
        "wellness_worker",
        "wellness_api.rewards.awards",
        "held_points",
        {
            "programme": "yokohama",
            "resident_ids": PAIRS[0],
            "starts_from": PAIRS[1],
            "since": PAIRS[1],
            "until": PAIRS[1],
        },
    ),
    "what groups gave those residents": (
        "wellness_worker",
        "wellness_api.rewards.awards",
        "group_awards",
        {
            "resident_ids": list(range(5, 133)),
            "programme": "yokohama",
            "first_day": TODAY - timedelta(days=28),
            "last_day": TODAY,
        },
    ),
    "the figures of claimed days": (
        "wellness_worker",
        "wellness_api.health.days",
        "write_summaries",
        {
            "worked_out_residents": PAIRS[0],
            "worked_out_days": PAIRS[1],
            "resident_ids": PAIRS[0],
            "days": PAIRS[1],
            "figures": [1] * 512,
            "summary_values": [5000.0] * 512,
            "sample_counts": [60] * 512,
            "measured_ats": [NOON] * 512,
        },
    ),
    "the days before claimed ones": (
        "wellness_worker",
        "wellness_api.rewards.awards",
        "history",
        {
            "resident_ids": list(range(5, 133)),
            "first_day": TODAY - timedelta(days=28),
            "last_day": TODAY,
            "figures": [1],
            "programme": "yokohama",
            "version": 1,
        },
    ),
    "the days that waited": (
        "wellness_worker",
        "wellness_api.rewards.closing",
        "queue_days_that_waited",
        (TODAY, NOON),
    ),
    "holding wallets": (
        "wellness_worker",
        "wellness_api.rewards.ledger",
        "lock_wallets",
        (list(range(5, 133)), NOON),
    ),
    "what waits of awards": (
        "wellness_worker",
        "wellness_api.rewards.ledger",
        "pending_points",
        (*PAIRS, PAIRS[1]),
    ),
    "appending transfers": (
        "wellness_worker",
        "wellness_api.rewards.ledger",
        "append_transfers",
        {
            "now": NOON,
            "resident_ids": PAIRS[0],
            "transfer_ids": PAIRS[0],
            "programmes": ["yokohama"] * 512,
            "versions": [1] * 512,
            "rules": ["walk"] * 512,
            "period_starts": PAIRS[1],
            "period_ends": PAIRS[1],
            "debit_accounts": ["budget"] * 512,
            "credit_accounts": ["pending"] * 512,
            "amounts": [2] * 512,
            "spendable_froms": PAIRS[1],
            "expires_ons": PAIRS[1],
            "redemption_ids": [None] * 512,
            "facts": ["{}"] * 512,
            "hashes": [b""] * 512,
        },
    ),
    "what has become spendable": (
        "wellness_worker",
        "wellness_api.rewards.closing",
        "spendable_points",
        (list(range(5, 133)), TODAY),
    ),
    "what lapses, and what had lapsed": (
        "wellness_worker",
        "wellness_api.rewards.ledger",
        "lots",
        (list(range(5, 133)),),
    ),
}

LARGE = (
    r"(segment_2026(09|10|11)|day_summary|transfer|wallet|pending_points|expiring_points|pending_day"
    r"|upload|record|correction|session|principal|next_award|consent|day_in_time)"
)


OF_RESIDENTS = re.compile(
    r"Scan using \S+ on (segment_2026(?:09|10|11)|day_summary|transfer|wallet|pending_points|expiring_points|upload|record|correction)\b.*\n\s+(Index Cond: .*)?"
)


@pytest.fixture(scope="module", params=["no statistics", "statistics of the first rows"])
async def filled_url(servers: Servers, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """Filled once for all statements: their plans are looked at, and none is run."""
    async with own_database(servers) as url:
        connection = await asyncpg.connect(url)
        await connection.execute(FILL.format(first=1, last=2))
        if request.param != "no statistics":
            await connection.execute("ANALYZE")
        await connection.execute(FILL.format(first=3, last=RESIDENTS))
        await connection.close()
        yield url


@pytest.mark.parametrize("statement", HOT)
async def test_a_hot_statement_reads_only_the_rows_it_needs(
    filled_url: str, statement: str
) -> None:
    role, package, name, arguments = HOT[statement]
    pool = await open_pool(filled_url, role=role, connections_max=1)
    async with pool.acquire() as connection:
        text, *values = (
            read_named_sql(package, name)(**arguments)
            if isinstance(arguments, dict)
            else (read_sql(package, name), *arguments)
        )
        lines = await connection.fetch(f"EXPLAIN {text}", *values)
    plan = "\n".join(line[0] for line in lines)
    await pool.close()
    assert not re.search(rf"Seq Scan on {LARGE}", plan), plan
    for _, condition in OF_RESIDENTS.findall(plan):
        assert "resident_id" in condition, plan


async def test_an_upload_looks_at_shifts_alone_and_by_their_index(filled_url: str) -> None:
    role, package, name, arguments = HOT["storing uploads"]
    assert isinstance(arguments, dict)
    text, *values = read_named_sql(package, name)(**arguments)
    pool = await open_pool(filled_url, role=role, connections_max=1)
    async with pool.acquire() as connection:
        plan = "\n".join(
            row[0] for row in await connection.fetch(f"EXPLAIN (VERBOSE) {text}", *values)
        )
    await pool.close()
    assert re.findall(r"Scan using (\S+) on health\.correction", plan) == ["correction_shift"], plan
    # One that seems dear without its arguments is planned anew at each upload, which takes longer than the upload.
    cost = re.match(r".*cost=[0-9.]+\.\.([0-9.]+) ", plan)
    assert cost is not None
    assert float(cost[1]) < STORING_COST_MAX, plan


@pytest.mark.parametrize(
    ("function", "pattern"),
    [
        ("days_moved_to", r"FOR shift IN(.*?)LOOP"),
        ("days_with_moved_samples", r"\A(.*)\Z"),
    ],
)
async def test_where_samples_were_moved_is_found_by_the_resident(
    filled_url: str, function: str, pattern: str
) -> None:
    pool = await open_pool(filled_url, role="wellness_worker", connections_max=1)
    async with pool.acquire() as connection:
        body = await connection.fetchval("SELECT prosrc FROM pg_proc WHERE proname = $1", function)
        (text,) = re.findall(pattern, body, re.DOTALL)
        for name, value in (("resident", "5"), ("source", "'phone:a'"), ("metrics", "'{1}'")):
            text = text.replace(f"of_{name}", value)
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {text}"))
    await pool.close()
    assert not re.search(rf"Seq Scan on {LARGE}", plan), plan
    for _, condition in OF_RESIDENTS.findall(plan):
        assert "resident_id" in condition, plan
