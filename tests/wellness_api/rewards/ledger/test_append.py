"""Transfers of many residents at once: numbered, chained, and every balance with them."""

import asyncio
from datetime import date, timedelta

import asyncpg
import pytest

from points.programme import NEVER
from tests.town import NOON, Town
from wellness_api.rewards.ledger.append import append_transfers, lock_wallets
from wellness_api.rewards.ledger.chain import chained, facts_text, microseconds_of, transfer_line
from wellness_api.rewards.ledger.differences import Difference, post_differences
from wellness_api.rewards.ledger.transfer import Transfer
from wellness_api.rewards.proof.verify import Verification, verify_ledger

TODAY = NOON.date()
LATER = TODAY + timedelta(days=15)


async def verify(town: Town) -> Verification:
    async with town.owner.transaction():
        return await verify_ledger(town.owner, on_step=lambda *_: None)


def more_points(resident_id: int, points: int, *, spendable_from: date = LATER) -> Difference:
    return Difference(
        resident_id=resident_id,
        programme="yokohama",
        version=1,
        rule="walk",
        period_start=TODAY,
        period_end=TODAY,
        spendable_from=spendable_from,
        expires_on=NEVER,
        points=points,
        facts={"steps": 2_000 * points, "points": points, "points_before": 0},
    )


def lapsing(resident_id: int, points: int) -> Transfer:
    return Transfer(
        resident_id=resident_id,
        programme=None,
        version=None,
        rule=None,
        period_start=TODAY,
        period_end=TODAY,
        debit="wallet",
        credit="expired",
        amount=points,
        spendable_from=None,
        expires_on=None,
        redemption_id=None,
        facts={},
    )


async def post(town: Town, *differences: Difference) -> None:
    async with town.worker_pool.acquire() as connection, connection.transaction():
        await post_differences(connection, differences, now=NOON, today=TODAY)


async def wallets(town: Town) -> list[tuple[int, ...]]:
    rows = await town.owner.fetch(
        "SELECT resident_id, pending, balance, owed, last_transfer_id FROM rewards.wallet ORDER BY 1"
    )
    return [tuple(row) for row in rows]


@pytest.fixture
async def posted(town: Town) -> Town:
    await post(
        town,
        more_points(1, 5),
        more_points(1, 3, spendable_from=TODAY),
        more_points(2, 4),
        more_points(1, -2),
        more_points(2, -7),
    )
    return town


async def test_each_resident_has_numbers_from_one_and_balances_of_their_own(posted: Town) -> None:
    assert await wallets(posted) == [(1, 3, 3, 0, 3), (2, 0, 0, 3, 3)]
    rows = await posted.owner.fetch(
        "SELECT resident_id, transfer_id, debit_account, credit_account, amount"
        " FROM rewards.transfer ORDER BY 1, 2"
    )
    assert [tuple(row) for row in rows] == [
        (1, 1, "budget", "pending", 5),
        (1, 2, "budget", "wallet", 3),
        (1, 3, "pending", "budget", 2),
        (2, 1, "budget", "pending", 4),
        (2, 2, "pending", "budget", 4),
        (2, 3, "owed", "budget", 3),
    ]
    assert (await verify(posted)).balances == []


async def test_the_chain_goes_on_over_postings(posted: Town) -> None:
    await post(posted, more_points(1, 1), more_points(3, 1))
    before, last = await posted.owner.fetch(
        "SELECT hash, facts FROM rewards.transfer WHERE resident_id = 1 AND transfer_id >= 3 ORDER BY transfer_id"
    )
    of_last = more_points(1, 1)
    line = transfer_line(
        Transfer(
            1, "yokohama", 1, "walk", TODAY, TODAY, "budget", "pending", 1, LATER, NEVER, None, {}
        ),
        transfer_id=4,
        posted_us=microseconds_of(NOON),
        facts=facts_text(of_last.facts),
    )
    assert last["hash"] == chained(before["hash"], line)
    verification = await verify(posted)
    assert verification.chains == []
    assert verification.residents == 3


async def test_what_was_worked_out_from_an_old_end_of_the_chain_is_not_appended(
    posted: Town,
) -> None:
    before = await wallets(posted)
    async with posted.worker_pool.acquire() as connection:
        async with connection.transaction():
            old = await lock_wallets(connection, [1], now=NOON)
        await post(posted, more_points(1, 2, spendable_from=TODAY))
        with pytest.raises(asyncpg.UniqueViolationError):
            async with connection.transaction():
                await append_transfers(connection, [lapsing(1, 1)], old, now=NOON)
    assert await wallets(posted) == [(1, 3, 5, 0, 4), before[1]]


async def test_more_than_there_is_cannot_leave_an_account(posted: Town) -> None:
    before = await wallets(posted)
    async with posted.worker_pool.acquire() as connection:
        held = await lock_wallets(connection, [1], now=NOON)
        with pytest.raises(asyncpg.CheckViolationError):
            await append_transfers(connection, [lapsing(1, 4)], held, now=NOON)
    assert await wallets(posted) == before
    assert (await verify(posted)).balances == []


async def test_two_who_post_for_the_same_new_residents_wait_for_each_other(town: Town) -> None:
    residents = range(1, 41)

    async def post_all() -> None:
        await post(town, *(more_points(resident_id, 1) for resident_id in residents))

    await asyncio.gather(*(post_all() for _ in range(4)))
    assert await wallets(town) == [(resident_id, 4, 0, 0, 4) for resident_id in residents]
    verification = await verify(town)
    assert (verification.balances, verification.chains) == ([], [])


async def test_redemptions_move_points_by_the_databases_own_function(posted: Town) -> None:
    for debit, credit in (("wallet", "held"), ("held", "redeemed"), ("redeemed", "wallet")):
        await posted.owner.execute(
            "SELECT rewards.append_transfer(1, $1, $2, $3, $4, 2, 77, '{\"item\": 5}')",
            NOON,
            TODAY,
            debit,
            credit,
        )
    await post(posted, more_points(1, 1, spendable_from=TODAY))
    assert (await wallets(posted))[0] == (1, 3, 4, 0, 7)
    verification = await verify(posted)
    assert (verification.balances, verification.chains) == ([], [])
    with pytest.raises(asyncpg.CheckViolationError):
        await posted.owner.execute(
            "SELECT rewards.append_transfer(1, $1, $2, 'wallet', 'held', 5, 78, '{}')", NOON, TODAY
        )


@pytest.mark.parametrize("role", ["wellness_api", "wellness_worker"])
async def test_no_process_may_call_that_function_itself(posted: Town, role: str) -> None:
    await posted.owner.execute(f"SET ROLE {role}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await posted.owner.execute(
            "SELECT rewards.append_transfer(1, $1, $2, 'wallet', 'held', 1, 78, '{}')", NOON, TODAY
        )
    await posted.owner.execute("RESET ROLE")
