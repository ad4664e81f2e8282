"""Compares everything that is stored about the ledger with its transfers, totals too; the transfers with their chain of
hashes; and redemptions and settlements with the transfers.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Final, NamedTuple

import asyncpg

from wellness_api.database.isolating import isolated
from wellness_api.database.pool import Connection
from wellness_api.database.sql import read_sql

BALANCES_THAT_DIFFER: Final = read_sql(__package__, "balances_that_differ")
BROKEN_CHAINS: Final = read_sql(__package__, "broken_chains")
RESIDENTS_FROM_TO: Final = read_sql(__package__, "residents_from_to")
REDEMPTIONS_THAT_DIFFER: Final = "SELECT * FROM rewards.redemptions_that_differ($1, $2)"
SETTLEMENTS_THAT_DIFFER: Final = "SELECT * FROM rewards.settlements_that_differ()"
TOTALS_OF_RESIDENTS: Final = read_sql(__package__, "totals_of_residents")
KEPT_TOTALS: Final = read_sql(__package__, "kept_totals")

RESIDENTS_PER_STEP: Final = 500
"""With a year of each resident, some two hundred thousand transfers are compared at a time."""

ONE_MOMENT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
"""The worker goes on meanwhile; the check sees everything as it is at this moment."""

HEADS: Final = "SELECT resident_id, chain_head FROM rewards.wallet ORDER BY resident_id"

FIRST_ID, LAST_ID = -(2**63), 2**63 - 1


class BalanceDiffers(NamedTuple):
    """A balance that is not the sum of the resident's transfers.

    `balance`: the wallet's `wallet`, `owed`, `pending` or `held`, or a row of `pending_points` or `expiring_points`,
    which its days distinguish from the resident's other rows; `lapsed_points` is the lapsed part of `expiring_points`.
    """

    resident_id: int
    balance: str
    spendable_from: date | None
    expires_on: date | None
    kept: int
    moved: int


class BrokenChain(NamedTuple):
    """The first transfer of a resident that has changed or is missing."""

    resident_id: int
    transfer_id: int


class RedemptionDiffers(NamedTuple):
    """A redemption that differs from the transfers that name it, or that transfers name and that does not exist. None:
    transfers name no redemption.

    `differs`: `unknown`, `unnamed`, `unmoved`, `points`, `state`, `times` or `unit`; redemptions_that_differ.sql says
    what each means.
    """

    resident_id: int
    redemption_id: int | None
    differs: str


class SettlementDiffers(NamedTuple):
    """A payment to partners, or a stock, that no redemption explains.

    `differs`: `line`, `left_out`, `empty`, `erased`, `units` or `unit_twice`; settlements_that_differ.sql says what
    each means.
    """

    settlement: int | None
    redemption_id: int | None
    item: str | None
    differs: str


class TotalDiffers(NamedTuple):
    """A stored total of a programme version that is not the sum of the transfers: `points`, or the number of
    `residents`.
    """

    programme: str
    version: int
    total: str
    kept: int
    moved: int


class CheckFailed(NamedTuple):
    """A resident who could not be looked at, with the error. None stands for the settlements."""

    resident_id: int | None
    error: Exception


class Verification(NamedTuple):
    """What differs, the number of residents, and the fingerprint of all transfers, which should be kept where nobody
    can change both.

    `failed`: what could not be looked at; everything else is verified.
    """

    residents: int
    balances: list[BalanceDiffers]
    chains: list[BrokenChain]
    redemptions: list[RedemptionDiffers]
    settlements: list[SettlementDiffers]
    totals: list[TotalDiffers]
    fingerprint: bytes
    failed: list[CheckFailed]

    @property
    def residents_with_other_balances(self) -> int:
        """How many residents have a balance that differs."""
        return len({balance.resident_id for balance in self.balances})

    @property
    def is_sound(self) -> bool:
        """Whether everything was looked at and nothing differs."""
        return not (
            self.balances
            or self.chains
            or self.redemptions
            or self.settlements
            or self.totals
            or self.failed
        )


async def verify_ledger(
    connection: Connection, *, on_step: Callable[[int, int], None]
) -> Verification:
    """Verifies the whole ledger; call it at the start of a transaction. `on_step` gets how many residents are done, and
    of how many.
    """
    await connection.execute(ONE_MOMENT)
    heads = await connection.fetch(HEADS)
    balances: list[BalanceDiffers] = []
    chains: list[BrokenChain] = []
    redemptions: list[RedemptionDiffers] = []
    failed: list[CheckFailed] = []
    totals = _Totals(Counter(), Counter())
    done = 0
    for first, last in _steps([row["resident_id"] for row in heads]):
        compared, at_fault = await _compared(connection, first, last)
        for difference in compared:
            balances += difference.balances
            chains += difference.chains
            redemptions += difference.redemptions
            totals.points.update(difference.totals.points)
            totals.residents.update(difference.totals.residents)
        failed += at_fault
        done = min(done + RESIDENTS_PER_STEP, len(heads))
        on_step(done, len(heads))
    settlements, not_looked_at = await _settlements(connection)
    fingerprint = sha256()
    for resident_id, head in heads:
        fingerprint.update(resident_id.to_bytes(8) + head)
    return Verification(
        len(heads),
        balances,
        chains,
        redemptions,
        settlements,
        # The sums lack the transfers of residents that could not be read.
        [] if failed else await _totals_that_differ(connection, totals),
        fingerprint.digest(),
        failed + not_looked_at,
    )


class _Totals(NamedTuple):
    """By programme and version, the points that residents got on balance and the number of these residents."""

    points: Counter[tuple[str, int]]
    residents: Counter[tuple[str, int]]


class _Compared(NamedTuple):
    """What differs for the residents of a range, and the points that they got."""

    balances: list[BalanceDiffers]
    chains: list[BrokenChain]
    redemptions: list[RedemptionDiffers]
    totals: _Totals


async def _compared(
    connection: Connection, first: int, last: int
) -> tuple[list[_Compared], list[CheckFailed]]:
    """What differs for the residents from `first` to `last`. Where a statement fails, also who is at fault; all others
    are compared.
    """

    async def compare(span: Sequence[int]) -> _Compared:
        async with connection.transaction():
            differing = await connection.fetch(BALANCES_THAT_DIFFER, span[0], span[-1])
            broken = await connection.fetch(BROKEN_CHAINS, span[0], span[-1])
            otherwise = await connection.fetch(REDEMPTIONS_THAT_DIFFER, span[0], span[-1])
            totals = await connection.fetch(TOTALS_OF_RESIDENTS, span[0], span[-1])
        return _Compared(
            [BalanceDiffers(*row) for row in differing],
            [BrokenChain(*row) for row in broken],
            [RedemptionDiffers(*row) for row in otherwise],
            _totals(totals),
        )

    async def compare_range(_: Sequence[tuple[int, int]]) -> _Compared:
        return await compare((first, last))

    whole = await isolated([(first, last)], compare_range)
    if not whole.failed:
        return whole.results, []
    residents = [
        row["resident_id"] for row in await connection.fetch(RESIDENTS_FROM_TO, first, last)
    ]
    one_by_one = await isolated(residents, compare)
    return one_by_one.results, [CheckFailed(*resident_id) for resident_id in one_by_one.failed]


def _totals(rows: Sequence[asyncpg.Record]) -> _Totals:
    return _Totals(
        Counter({(row["programme"], row["version"]): row["points"] for row in rows}),
        Counter({(row["programme"], row["version"]): row["residents"] for row in rows}),
    )


async def _totals_that_differ(connection: Connection, moved: _Totals) -> list[TotalDiffers]:
    kept = _totals(await connection.fetch(KEPT_TOTALS))
    return [
        TotalDiffers(*version, total, of_kept[version], of_moved[version])
        for total, of_kept, of_moved in (
            ("points", kept.points, moved.points),
            ("residents", kept.residents, moved.residents),
        )
        for version in sorted(of_kept.keys() | of_moved.keys())
        if of_kept[version] != of_moved[version]
    ]


async def _settlements(
    connection: Connection,
) -> tuple[list[SettlementDiffers], list[CheckFailed]]:
    async def look(_: Sequence[None]) -> list[SettlementDiffers]:
        async with connection.transaction():
            rows = await connection.fetch(SETTLEMENTS_THAT_DIFFER)
        return [SettlementDiffers(*row) for row in rows]

    outcome = await isolated([None], look)
    differences = [verified for differing in outcome.results for verified in differing]
    return differences, [CheckFailed(*failure) for failure in outcome.failed]


def _steps(residents: list[int]) -> Iterator[tuple[int, int]]:
    """The first and the last id of each step. Together the steps cover every id, also ids with transfers and no wallet."""
    lasts = residents[RESIDENTS_PER_STEP - 1 : -1 : RESIDENTS_PER_STEP]
    firsts = [FIRST_ID, *(last + 1 for last in lasts)]
    yield from zip(firsts, [*lasts, LAST_ID], strict=True)
