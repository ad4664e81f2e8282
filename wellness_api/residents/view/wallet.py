"""The wallet: what a resident can spend, what is pending, and what lapses next."""

from datetime import date
from typing import Final

import asyncpg
import msgspec

from points.said import Text
from wellness_api.database.pool import Pool
from wellness_api.database.sql import read_sql

WALLET: Final = read_sql(__package__, "wallet")


class WalletProgramme(msgspec.Struct, kw_only=True):
    """The programme in force."""

    code: str
    version: int
    name: Text


class NextSpendable(msgspec.Struct, kw_only=True):
    """How many of the pending points can be spent from that day on, if the programme still gives them then."""

    points: int
    from_day: date


class NextLapsing(msgspec.Struct, kw_only=True):
    """How many of the points that can be spent are good until that day and no longer."""

    points: int
    last_day: date


class Wallet(msgspec.Struct, kw_only=True):
    """A resident's points, and the programme that gives them (none between programmes).

    `balance`: points to spend. `pending`: points that cannot be spent yet, since data that still comes in may change
    them; `next_spendable` is the first of them. `held`: set aside for rewards that are not handed out yet. `owed`: what
    a correction could not take back; later awards pay it first. `expiring`: the part of the balance that lapses next.
    """

    balance: int
    pending: int
    next_spendable: NextSpendable | None
    held: int
    owed: int
    expiring: NextLapsing | None
    programme: WalletProgramme | None


async def wallet_of(pool: Pool, resident_id: int, *, today: date) -> Wallet:
    """The resident's wallet."""
    row = await pool.fetchrow(WALLET, resident_id, today)
    assert row is not None, "the statement always gives one row"
    return Wallet(
        balance=row["balance"],
        pending=row["pending"],
        next_spendable=_next_spendable(row),
        held=row["held"],
        owed=row["owed"],
        expiring=_next_lapsing(row),
        programme=_in_force(row),
    )


def _next_spendable(row: asyncpg.Record) -> NextSpendable | None:
    if row["spendable_from"] is None:
        return None
    return NextSpendable(points=row["spendable_next"], from_day=row["spendable_from"])


def _next_lapsing(row: asyncpg.Record) -> NextLapsing | None:
    if row["expires_on"] is None:
        return None
    return NextLapsing(points=row["lapsing_next"], last_day=row["expires_on"])


def _in_force(row: asyncpg.Record) -> WalletProgramme | None:
    if row["code"] is None:
        return None
    name = msgspec.json.decode(row["name"], type=Text)
    return WalletProgramme(code=row["code"], version=row["version"], name=name)
