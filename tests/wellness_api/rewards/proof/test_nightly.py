"""The worker checks the whole ledger once a day, and dashboards see what it found."""

from datetime import timedelta

from tests.town import Town, steps


async def figures(town: Town) -> dict[str, float]:
    lines = (await town.get("/metrics")).body.decode().splitlines()
    return {
        name: float(value)
        for name, value in (
            line.rsplit(" ", 1) for line in lines if line.startswith("wellness_ledger")
        )
    }


async def checks(town: Town) -> list[tuple[object, ...]]:
    rows = await town.owner.fetch(
        "SELECT day, balances_differing, chains_differing, awards_differing FROM rewards.ledger_check ORDER BY 1"
    )
    return [tuple(row) for row in rows]


async def a_day(town: Town) -> None:
    await town.worker.turn_day()
    await town.worker.check_ledger()


async def test_each_day_is_checked_once(town: Town) -> None:
    await town.put_in_force()
    await town.upload(await town.resident(), steps([100] * 45))
    await town.settle()
    day = town.clock().date()
    await a_day(town)
    assert await checks(town) == [(day, 0, 0, 0)]
    await town.owner.execute("UPDATE rewards.wallet SET balance = 7")
    await a_day(town)
    assert await checks(town) == [(day, 0, 0, 0)]
    town.clock.advance(timedelta(days=1))
    await a_day(town)
    assert await checks(town) == [(day, 0, 0, 0), (day + timedelta(days=1), 1, 0, 0)]


async def test_dashboards_see_what_differs(town: Town) -> None:
    await town.put_in_force()
    await town.upload(await town.resident(), steps([100] * 45))
    await town.settle()
    await town.owner.execute("UPDATE rewards.transfer SET amount = amount + 1")
    await a_day(town)
    shown = await figures(town)
    assert {
        what: shown[f'wellness_ledger_differences{{what="{what}"}}']
        for what in ("balances", "chains", "awards")
    } == {"balances": 1, "chains": 1, "awards": 1}
    assert shown["wellness_ledger_checked_timestamp_seconds"] == town.clock().timestamp()


async def test_one_worker_of_several_makes_the_check_and_another_one_when_it_died(
    town: Town,
) -> None:
    await town.worker.turn_day()
    await town.owner.execute(
        "INSERT INTO rewards.ledger_check (day, begun_at) VALUES ($1, $2)",
        town.clock().date(),
        town.clock(),
    )
    town.clock.advance(timedelta(hours=5))
    await town.worker.check_ledger()
    assert not await town.owner.fetchval(
        "SELECT bool_or(checked_at IS NOT NULL) FROM rewards.ledger_check"
    )
    town.clock.advance(timedelta(hours=2))
    await town.worker.check_ledger()
    assert await town.owner.fetchval(
        "SELECT bool_and(checked_at IS NOT NULL) FROM rewards.ledger_check"
    )
