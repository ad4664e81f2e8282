"""What a programme gave so far follows the ledger, and to know it nobody sums the ledger."""

import asyncio
from datetime import timedelta
from typing import Any

from tests.town import NOON, Person, Town, local_morning, steps
from wellness_api.database.pool import open_pool
from wellness_api.rewards.awards.totals import ADD_AWARD_CHANGES, add_award_changes, sum_transfers

AS_SUMMED = """
SELECT programme, version, sum(CASE 'budget' WHEN debit_account THEN amount WHEN credit_account THEN -amount END),
    count(DISTINCT resident_id)
FROM rewards.transfer
WHERE 'budget' IN (debit_account, credit_account)
GROUP BY programme, version ORDER BY 1, 2
"""
KEPT = (
    "SELECT programme, version, points_awarded, residents_awarded FROM rewards.programme_total"
    " ORDER BY 1, 2"
)


async def rows(town: Town, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await town.owner.fetch(query)]


async def walk(
    town: Town, person: Person, minutes: int, *, back: int = 0, revision: int = 0
) -> None:
    morning = local_morning(NOON.date() - timedelta(days=back))
    values = [100] * minutes if minutes else [None] * 60
    await town.upload(person, steps(values, start=morning, revision=revision))


async def test_totals_follow_awards_corrections_and_residents_who_come_later(town: Town) -> None:
    await town.put_in_force()
    hanako, taro = await town.residents(2)
    for person, minutes, back, revision in [
        (hanako, 60, 0, 0),
        (hanako, 30, 1, 0),
        (taro, 25, 3, 0),
        (hanako, 0, 0, 1),  # All taken back.
        (taro, 60, 2, 0),
    ]:
        await walk(town, person, minutes, back=back, revision=revision)
        await town.settle()
        await add_award_changes(town.owner)
        assert await rows(town, KEPT) == await rows(town, AS_SUMMED)
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.award_change") == 0
    await add_award_changes(town.owner)
    assert await rows(town, KEPT) == await rows(town, AS_SUMMED)


async def test_totals_that_somebody_changed_are_right_after_the_nightly_check(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await walk(town, hanako, 60)
    await town.settle()
    await add_award_changes(town.owner)
    await town.owner.execute("UPDATE rewards.programme_total SET points_awarded = 99")
    await walk(town, hanako, 60, back=1)
    await town.settle()
    await town.worker.turn_day()
    await town.worker.check_ledger()
    assert await rows(town, KEPT) == await rows(town, AS_SUMMED)
    await add_award_changes(town.owner)
    assert await rows(town, KEPT) == await rows(town, AS_SUMMED), "nothing is added twice"


async def test_postings_sums_and_additions_at_once_end_with_the_right_totals(town: Town) -> None:
    await town.put_in_force()
    people = await town.residents(3)
    assert town.settings.database_url is not None
    pool = await open_pool(town.settings.database_url, role="wellness_worker", connections_max=2)
    working = True

    async def over_and_over(index: int) -> None:
        while working:
            async with pool.acquire() as connection:
                await (sum_transfers, add_award_changes)[index](connection)

    keepers = [asyncio.create_task(over_and_over(index)) for index in range(2)]
    for back in range(6):
        for person in people:
            await walk(town, person, 25 + back, back=back)
        await town.settle()
    working = False
    await asyncio.gather(*keepers)
    async with pool.acquire() as connection:
        await add_award_changes(connection)
    await pool.close()
    assert await rows(town, KEPT) == await rows(town, AS_SUMMED)


async def test_adding_changes_does_not_read_the_ledger(town: Town) -> None:
    plan = await town.owner.fetch(f"EXPLAIN {ADD_AWARD_CHANGES}")
    assert "rewards.transfer" not in ADD_AWARD_CHANGES
    assert not [line[0] for line in plan if " on transfer" in line[0]]
