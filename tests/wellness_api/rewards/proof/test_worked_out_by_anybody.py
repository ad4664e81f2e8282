"""The chain of transfers and its fingerprint follow from columns alone, by the rule on the operators' page."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
from msgspec.structs import replace

from points.presets import preset_text
from points.programme import read_programme
from tests.town import LATE_WINDOW_DAYS, NOON, Town, local_morning, steps
from tests.wellness_api.rewards.redemptions.shop import offer, redeem
from wellness_api.rewards.proof.verify import verify_ledger

PAGE: Final = Path(__file__).parents[4] / "docs/operators.md"
SECTION: Final = PAGE.read_text(encoding="utf-8").partition("### The chain, ")[2]
COLUMNS: Final = re.findall(r"`(\w+)`", SECTION.partition("`resident_id`,")[2].partition("- ")[0])
BLOCKS: Final = re.findall(r"```text\n(.*?)```", SECTION, re.DOTALL)
EXAMPLE: Final = BLOCKS[0].splitlines()
LINES, HASHES = EXAMPLE[::2], EXAMPLE[1::2]

ROWS: Final = """
SELECT to_jsonb(transfer) - 'hash' AS columns, hash FROM rewards.transfer ORDER BY resident_id, transfer_id
"""
LINE: Final = (
    "SELECT rewards.transfer_line(jsonb_populate_record(NULL::rewards.transfer, $1::jsonb))"
)
DAYS: Final = ("period_start", "period_end", "spendable_from", "expires_on")
TEXTS: Final = ("programme", "rule", "debit_account", "credit_account")


def line_of(row: dict[str, Any]) -> str:
    """A transfer's columns, as JSON has them, as the page says that the line is written."""
    return "|".join(written(column, row[column]) for column in ["resident_id", *COLUMNS])


def written(column: str, value: Any) -> str:
    if value is None:
        return ""
    if column == "posted_at":
        since = datetime.fromisoformat(value) - datetime(1970, 1, 1, tzinfo=UTC)
        return str(since // timedelta(microseconds=1))
    if column in DAYS and value != "infinity":
        return str((date.fromisoformat(value) - date(2000, 1, 1)).days)
    if column == "facts":
        names = sorted(value, key=lambda name: (len(name.encode()), name.encode()))
        return "{" + ", ".join(f'"{name}": {value[name]}' for name in names) + "}"
    return str(value)


def columns_of(line: str) -> dict[str, Any]:
    """The other way: the row that the line is of."""
    row: dict[str, Any] = {}
    for column, text in zip(["resident_id", *COLUMNS], line.split("|"), strict=True):
        if text == "" or column in TEXTS:
            row[column] = text or None
        elif column == "posted_at":
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(text))
            row[column] = moment.isoformat()
        elif column in DAYS:
            row[column] = (date(2000, 1, 1) + timedelta(days=int(text))).isoformat()
        else:
            row[column] = json.loads(text)
    return row


def chained(lines: list[str]) -> list[bytes]:
    hashes: list[bytes] = []
    for line in lines:
        before = hashes[-1] if hashes else b""
        hashes.append(sha256(before + line.encode()).digest())
    return hashes


def test_the_pages_example_is_chained_as_the_page_says() -> None:
    hashes = chained(LINES)
    assert len(LINES) == 3
    assert [digest.hex() for digest in hashes] == HASHES
    assert sha256((7).to_bytes(8, "big") + hashes[-1]).hexdigest() == BLOCKS[1].strip()


@pytest.mark.parametrize("line", LINES)
async def test_the_pages_lines_are_those_that_the_database_makes(
    database_url: str, line: str
) -> None:
    connection = await asyncpg.connect(database_url)
    made = await connection.fetchval(LINE, json.dumps(columns_of(line)))
    await connection.close()
    assert made == line == line_of(columns_of(line))


@pytest.mark.parametrize("kept_fiscal_years", [None, 1])
async def test_every_hash_and_the_fingerprint_follow_from_the_columns_by_the_page(
    town: Town, kept_fiscal_years: int | None
) -> None:
    yokohama = read_programme(preset_text("yokohama"))
    await town.put_in_force(replace(yokohama, kept_fiscal_years=kept_fiscal_years))
    people = await town.residents(3)
    for day in range(4):
        morning = local_morning(NOON.date() + timedelta(days=day))
        town.clock.now = morning + timedelta(hours=12)
        for person in people[:2]:
            await town.upload(person, steps([100] * 60, start=morning))
        await town.settle()
    town.clock.now = NOON + timedelta(days=LATE_WINDOW_DAYS + 5)
    await town.worker.turn_day()
    goods = await offer(town, "pickup_goods", price_points=3)
    assert (await redeem(town, people[0], goods)).status == 201

    rows = [(json.loads(row["columns"]), row["hash"]) for row in await town.owner.fetch(ROWS)]
    chains = {
        resident_id: list(of)
        for resident_id, of in groupby(rows, key=lambda row: row[0]["resident_id"])
    }
    heads = []
    for resident_id, chain in chains.items():
        hashes = chained([line_of(columns) for columns, _ in chain])
        assert hashes == [kept for _, kept in chain]
        heads.append(resident_id.to_bytes(8, "big") + hashes[-1])
    async with town.owner.transaction():
        verification = await verify_ledger(town.owner, on_step=lambda *_: None)
    assert len(heads) == verification.residents == 2
    assert sha256(b"".join(heads)).digest() == verification.fingerprint
    accounts = {(row["debit_account"], row["credit_account"]) for row, _ in rows}
    assert accounts == {("budget", "pending"), ("pending", "wallet"), ("wallet", "held")}
