"""The wallet and its entries, each with its reason."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, Literal

import asyncpg
import msgspec

from points.evaluate import UNCAPPED
from points.programme import Programme
from points.rules import Rule
from points.words import Text
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql
from wellness_api.rewards.programmes import programmes_kept

WALLET: Final = read_sql(__package__, "wallet")
WALLET_ENTRIES: Final = read_sql(__package__, "wallet_entries")

NEWEST: Final = 2**62
"""A cursor above every entry."""


class WalletProgramme(msgspec.Struct, kw_only=True):
    """The programme in force."""

    code: str
    version: int
    name: Text


class Wallet(msgspec.Struct, kw_only=True):
    """Points to spend, points owed after a correction, and the programme that gives them (none between programmes)."""

    balance: int
    owed: int
    programme: WalletProgramme | None


class Entry(msgspec.Struct, kw_only=True):
    """One transfer as the resident sees it: points come (above zero) or go, for a day, by a rule, for a reason.

    `account` is `owed` when the transfer raised or offset what the resident owes, else `wallet`.
    """

    entry_id: int
    posted_at: datetime
    day: date
    points: int
    account: Literal["wallet", "owed"]
    programme: str
    version: int
    rule: str
    reason: Text
    facts: dict[str, int]


class Entries(msgspec.Struct, kw_only=True):
    """A page of entries, newest first; `next_cursor` leads to the older ones."""

    items: list[Entry]
    next_cursor: str | None


async def wallet_of(pool: Pool, resident_id: int, *, today: date) -> Wallet:
    """The resident's wallet."""
    async with pool.acquire() as connection:
        row = await connection.fetchrow(WALLET, resident_id)
        programmes = await programmes_kept(connection)
    assert row is not None, "the statement always gives one row"
    current = next((each for each in programmes if each.in_force_on(today)), None)
    return Wallet(
        balance=row["balance"],
        owed=row["owed"],
        programme=None
        if current is None
        else WalletProgramme(code=current.code, version=current.version, name=current.name),
    )


async def entries_of(pool: Pool, resident_id: int, *, below: int = NEWEST, limit: int) -> Entries:
    """At most `limit` entries older than entry `below`."""
    async with pool.acquire() as connection:
        rows = await connection.fetch(WALLET_ENTRIES, resident_id, below, limit + 1)
        programmes = await programmes_kept(connection)
    items = [_entry(row, programmes) for row in rows[:limit]]
    return Entries(items=items, next_cursor=str(items[-1].entry_id) if len(rows) > limit else None)


def _entry(row: asyncpg.Record, programmes: Sequence[Programme]) -> Entry:
    rule = _rule_of(programmes, row["programme"], row["version"], row["rule"])
    facts = msgspec.json.decode(row["facts"], type=dict[str, int])
    comes = row["debit_account"] == "budget"
    return Entry(
        entry_id=row["transfer_id"],
        posted_at=row["posted_at"],
        day=row["period_start"],
        points=row["amount"] if comes else -row["amount"],
        account="owed" if "owed" in {row["debit_account"], row["credit_account"]} else "wallet",
        programme=row["programme"],
        version=row["version"],
        rule=row["rule"],
        reason=_reason(rule, row["period_start"], facts),
        facts=facts,
    )


def _rule_of(programmes: Sequence[Programme], programme: str, version: int, code: str) -> Rule:
    """The rule as that version has it; a version that dropped a rule takes its points back under the last that had it."""
    return next(
        rule
        for kept in sorted(programmes, key=lambda kept: kept.version, reverse=True)
        if kept.code == programme and kept.version <= version
        for rule in kept.rules
        if rule.code == code
    )


def _reason(rule: Rule, day: date, facts: dict[str, int]) -> Text:
    reason = rule.reason(day=day, facts=facts)
    before, after = facts["points_before"], facts["points"]
    if facts.get(UNCAPPED, after) > after:
        reason = Text(
            ja=f"{reason.ja} (1日の上限により{after}ポイント)",
            en=f"{reason.en} ({after} points by the day's maximum)",
        )
    if before == 0:
        return reason
    return Text(
        ja=f"{reason.ja} (新しいデータにより{before}ポイントから{after}ポイントに)",
        en=f"{reason.en} (new data: from {before} to {after} points)",
    )
