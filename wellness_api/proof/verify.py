"""Compares everything that is kept of the ledger with its transfers, and the transfers with their chain of hashes."""

from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from typing import Final, NamedTuple

from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql

BALANCES_THAT_DIFFER: Final = read_sql(__package__, "balances_that_differ")
BROKEN_CHAINS: Final = read_sql(__package__, "broken_chains")

RESIDENTS_PER_STEP: Final = 500
"""With a year of each, some two hundred thousand transfers are compared at a time."""

ONE_MOMENT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
"""The worker goes on meanwhile; everything is looked at as it is now."""

HEADS: Final = "SELECT resident_id, chain_head FROM rewards.wallet ORDER BY resident_id"

FIRST_ID, LAST_ID = -(2**63), 2**63 - 1


class BalanceDiffers(NamedTuple):
    """A balance that is not the sum of the resident's transfers.

    `balance`: the wallet's `wallet`, `owed`, `pending` or `held`, or a row of `pending_points` or `expiring_points`, which
    its days tell from the resident's others.
    """

    resident_id: int
    balance: str
    spendable_from: date | None
    expires_on: date | None
    kept: int
    moved: int


class BrokenChain(NamedTuple):
    """The first transfer of a resident that is not what it was, or is missing."""

    resident_id: int
    transfer_id: int


class Verification(NamedTuple):
    """What differs, of how many residents; and the fingerprint of all transfers, to be kept where nobody can change both."""

    residents: int
    balances: list[BalanceDiffers]
    chains: list[BrokenChain]
    fingerprint: bytes

    @property
    def residents_with_other_balances(self) -> int:
        """How many residents have a balance that differs."""
        return len({each.resident_id for each in self.balances})


async def verify_ledger(
    connection: Connection, *, on_step: Callable[[int, int], None]
) -> Verification:
    """Verifies the whole ledger; to be called at the start of a transaction. `on_step`: residents done, of how many."""
    await connection.execute(ONE_MOMENT)
    heads = await connection.fetch(HEADS)
    balances: list[BalanceDiffers] = []
    chains: list[BrokenChain] = []
    done = 0
    for first, last in _steps([row["resident_id"] for row in heads]):
        differing = await connection.fetch(BALANCES_THAT_DIFFER, first, last)
        broken = await connection.fetch(BROKEN_CHAINS, first, last)
        balances.extend(BalanceDiffers(*row) for row in differing)
        chains.extend(BrokenChain(*row) for row in broken)
        done = min(done + RESIDENTS_PER_STEP, len(heads))
        on_step(done, len(heads))
    fingerprint = sha256()
    for resident_id, head in heads:
        fingerprint.update(resident_id.to_bytes(8) + head)
    return Verification(len(heads), balances, chains, fingerprint.digest())


def _steps(residents: list[int]) -> Iterator[tuple[int, int]]:
    """First and last id of each step; together they take in every id, also of those who have transfers and no wallet."""
    lasts = residents[RESIDENTS_PER_STEP - 1 : -1 : RESIDENTS_PER_STEP]
    firsts = [FIRST_ID, *(last + 1 for last in lasts)]
    yield from zip(firsts, [*lasts, LAST_ID], strict=True)
