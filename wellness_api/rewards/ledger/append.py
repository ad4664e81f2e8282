"""Appends transfers to the ledger: many transfers of many residents in one statement, each with its number and its
hash.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

import msgspec

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_named_sql, read_sql
from wellness_api.rewards.ledger.chain import chained, facts_text, microseconds_of, transfer_line
from wellness_api.rewards.ledger.transfer import Transfer

LOCK_WALLETS: Final = read_sql(__package__, "lock_wallets")
PENDING_POINTS: Final = read_sql(__package__, "pending_points")
LOTS: Final = read_sql(__package__, "lots")
APPEND_TRANSFERS: Final = read_named_sql(__package__, "append_transfers")


class HeldWallet(msgspec.Struct, gc=False):
    """A wallet that nobody else can change until the transaction ends, with the end of its chain."""

    balance: int
    owed: int
    last_transfer_id: int
    chain_head: bytes


class PendingKey(NamedTuple):
    """Pending points that become spendable on the same day and are good until the same day."""

    resident_id: int
    spendable_from: date
    expires_on: date


async def lock_wallets(
    connection: Connection, residents: Collection[int], *, now: datetime
) -> dict[int, HeldWallet]:
    """The residents' wallets, locked until the transaction ends. Missing wallets are made."""
    asked = list(residents)
    rows = await connection.fetch(LOCK_WALLETS, asked, now)
    if len(rows) < len(asked):
        # Somebody else made one of the wallets at this moment; the next statement sees it.
        rows = await connection.fetch(LOCK_WALLETS, asked, now)
    assert len(rows) == len(asked), "each resident has one wallet"
    return {row[0]: HeldWallet(row[1], row[2], row[3], row[4]) for row in rows}


async def pending_points(
    connection: Connection, keys: Collection[PendingKey]
) -> dict[PendingKey, int]:
    """The points that are pending under each key. Ask once the wallets are locked, so that the answer stays right."""
    asked = list(keys)
    rows = await connection.fetch(
        PENDING_POINTS,
        [key.resident_id for key in asked],
        [key.spendable_from for key in asked],
        [key.expires_on for key in asked],
    )
    return dict.fromkeys(asked, 0) | {PendingKey(row[0], row[1], row[2]): row[3] for row in rows}


class Lot(NamedTuple):
    """A resident's points that are good until the same day: the points that awards put into the wallet, and how many of
    them lapsed.
    """

    credited: int
    lapsed: int


async def lots_of(
    connection: Connection, residents: Collection[int]
) -> defaultdict[int, dict[date, Lot]]:
    """The residents' lots by their last days. Ask once the wallets are locked, so that the answer stays right."""
    lots: defaultdict[int, dict[date, Lot]] = defaultdict(dict)
    for row in await connection.fetch(LOTS, list(residents)):
        lots[row["resident_id"]][row["expires_on"]] = Lot(row["credited"], row["lapsed"])
    return lots


async def append_transfers(
    connection: Connection,
    transfers: Sequence[Transfer],
    wallets: dict[int, HeldWallet],
    *,
    now: datetime,
) -> None:
    """Appends the transfers, each resident's in the order of the list, and moves the ends of the wallets' chains.

    Raises CheckViolationError when an account would go below zero, and UniqueViolationError when a wallet's chain has
    gone on since it was read.
    """
    if not transfers:
        return
    posted_us = microseconds_of(now)
    numbers: list[int] = []
    facts: list[str] = []
    hashes: list[bytes] = []
    for transfer in transfers:
        assert transfer.amount > 0, "a transfer moves points, and forward"
        assert transfer.debit != transfer.credit, "a transfer is between two accounts"
        wallet = wallets[transfer.resident_id]
        number = wallet.last_transfer_id + 1
        text = facts_text(transfer.facts)
        line = transfer_line(transfer, transfer_id=number, posted_us=posted_us, facts=text)
        wallet.last_transfer_id = number
        wallet.chain_head = chained(wallet.chain_head, line)
        numbers.append(number)
        facts.append(text)
        hashes.append(wallet.chain_head)
    columns = dict(zip(Transfer._fields, zip(*transfers, strict=True), strict=True))
    row = await connection.fetchrow(
        *APPEND_TRANSFERS(
            now=now,
            resident_ids=columns["resident_id"],
            transfer_ids=numbers,
            programmes=columns["programme"],
            versions=columns["version"],
            rules=columns["rule"],
            period_starts=columns["period_start"],
            period_ends=columns["period_end"],
            debit_accounts=columns["debit"],
            credit_accounts=columns["credit"],
            amounts=columns["amount"],
            spendable_froms=columns["spendable_from"],
            expires_ons=columns["expires_on"],
            redemption_ids=columns["redemption_id"],
            facts=facts,
            hashes=hashes,
        )
    )
    assert row is not None, "the statement always gives one row"
    assert row["moved"] == len(set(columns["resident_id"])), "every wallet is there when it is held"
    assert row["overdrawn"] == 0, "no more is taken back of what lapsed than did lapse"
