"""The chain of hashes: the worker and the database make the same of every transfer."""

from datetime import UTC, date, datetime, timedelta

import asyncpg
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from points.programme import NEVER
from wellness_api.rewards.ledger.chain import (
    NO_HASH,
    chained,
    facts_text,
    microseconds_of,
    transfer_line,
)
from wellness_api.rewards.ledger.transfer import Transfer

TRANSFERS = 300

LINES = """
SELECT rewards.transfer_line(jsonb_populate_record(NULL::rewards.transfer, line::jsonb)) AS line,
    sha256($2::bytea || convert_to(
        rewards.transfer_line(jsonb_populate_record(NULL::rewards.transfer, line::jsonb)), 'UTF8')) AS hash
FROM unnest($1::text[]) WITH ORDINALITY AS asked (line, number)
ORDER BY number
"""

codes = st.from_regex(r"\A[a-z][a-z0-9_]{0,12}\Z")
days = st.dates(date(1990, 1, 1), date(9999, 12, 30))
facts = st.dictionaries(
    st.one_of(codes, st.sampled_from(["歩数", "é", "zz", "points_before"])),
    st.integers(-(2**53), 2**53),
    max_size=6,
)
transfers = st.builds(
    Transfer,
    resident_id=st.integers(0, 2**40),
    programme=st.none() | codes,
    version=st.none() | st.integers(1, 1_000),
    rule=st.none() | codes,
    period_start=days,
    period_end=days,
    debit=st.sampled_from(["budget", "pending", "wallet"]),
    credit=st.sampled_from(["owed", "held", "expired"]),
    amount=st.integers(1, 2**31 - 1),
    spendable_from=st.none() | days,
    expires_on=st.none() | st.just(NEVER) | days,
    redemption_id=st.none() | st.integers(1, 2**60),
    facts=facts,
)
moments = st.integers(0, 4_000_000_000_000_000).map(
    lambda posted_us: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=posted_us)
)


def columns_of(transfer: Transfer, number: int, moment: datetime) -> str:
    """The row as the database's own JSON reads it."""
    row = transfer._asdict() | {
        "expires_on": "infinity" if transfer.expires_on == NEVER else transfer.expires_on,
        "transfer_id": number,
        "posted_at": moment.isoformat(),
        "debit_account": transfer.debit,
        "credit_account": transfer.credit,
    }
    return msgspec.json.encode(row).decode()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    made=st.lists(
        st.tuples(transfers, st.integers(1, 2**40), moments), min_size=1, max_size=TRANSFERS
    ),
    before=st.sampled_from([NO_HASH, bytes(32), bytes(range(32))]),
)
async def test_the_worker_and_the_database_write_the_same_line_and_hash(
    database_url: str, made: list[tuple[Transfer, int, datetime]], before: bytes
) -> None:
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch(LINES, [columns_of(*transfer) for transfer in made], before)
    await connection.close()
    for (transfer, number, moment), row in zip(made, rows, strict=True):
        line = transfer_line(
            transfer,
            transfer_id=number,
            posted_us=microseconds_of(moment),
            facts=facts_text(transfer.facts),
        )
        assert line == row["line"]
        assert chained(before, line) == row["hash"]


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({}, "{}"),
        ({"steps": 2_500}, '{"steps": 2500}'),
        (
            {"points": 1, "age": 70, "steps": -3},
            '{"age": 70, "steps": -3, "points": 1}',
        ),
    ],
)
def test_facts_are_written_as_postgresql_writes_them(facts: dict[str, int], text: str) -> None:
    assert facts_text(facts) == text


def test_a_line_names_every_column() -> None:
    transfer = Transfer(
        resident_id=7,
        programme="yokohama",
        version=2,
        rule="walk",
        period_start=date(2000, 1, 2),
        period_end=date(2000, 1, 3),
        debit="budget",
        credit="pending",
        amount=5,
        spendable_from=date(2000, 1, 11),
        expires_on=None,
        redemption_id=None,
        facts={},
    )
    line = transfer_line(transfer, transfer_id=3, posted_us=1_000_001, facts="{}")
    assert line == "7|3|1000001|yokohama|2|walk|1|2|budget|pending|5|10|||{}"
