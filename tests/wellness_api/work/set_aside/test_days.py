"""A day or a fold that fails is set aside, and nobody else notices."""

from contextlib import AsyncExitStack
from datetime import timedelta

import numpy as np
import pytest

from tests.poison import PanicException, poison, release, set_aside
from tests.town import NOON, Person, Town, local_morning, steps
from tests.worker import Worker

DAY = NOON.date().isoformat()


async def walked(town: Town, *people: Person, steps_each: int = 100) -> None:
    for person in people:
        assert (await town.upload(person, steps([steps_each] * 25))).status == 201


# The last three are also what a driver raises when the server is gone; of an item they say nothing but that it failed.
@pytest.mark.parametrize("error", [PanicException, OSError, TimeoutError, FileNotFoundError])
async def test_a_day_whose_points_panic_is_set_aside_with_its_reason_and_everybody_else_goes_on(
    town: Town, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    await town.put_in_force()
    people = await town.residents(6)
    unlucky = people[2].principal_id
    mend = poison(
        monkeypatch,
        "wellness_api.rewards.pending_days.turn.post_points",
        lambda _connection, _programme, people, *_, **__: any(
            person.resident_id == unlucky for person in people
        ),
        error=error,
    )
    await walked(town, *people)
    await town.settle()
    assert {resident_id for resident_id, *_ in await town.awards()} == {
        person.principal_id for person in people
    } - {unlucky}
    assert await set_aside(town) == [(unlucky, "day", DAY)]
    reason = await town.owner.fetchval("SELECT reason FROM work.set_aside")
    assert reason.startswith(f"{error.__name__} at wellness_api.rewards.pending_days.turn:")
    assert "13" not in reason.partition(" at ")[0], "a message may hold a measured value"

    # A worker that starts anew does not stumble over it, and those who upload are served.
    town.worker = Worker(town.worker_pool, town.redis, town.settings, town.clock)
    await walked(town, people[0], steps_each=101)
    await town.settle()
    assert await set_aside(town) == [(unlucky, "day", DAY)]

    mend()
    assert await release(town) == 1
    await town.settle()
    assert await set_aside(town) == []
    assert unlucky in {resident_id for resident_id, *_ in await town.awards()}


async def test_a_new_upload_of_the_day_lets_it_be_tried_again_and_the_tries_are_counted(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    mend = poison(
        monkeypatch, "wellness_api.rewards.pending_days.turn.post_points", lambda *_, **__: True
    )
    await walked(town, hanako)
    for _ in range(3):
        await town.settle()
    assert await town.owner.fetchval("SELECT tries FROM work.set_aside") == 1, "no hot loop"
    await walked(town, hanako, steps_each=101)
    await town.settle()
    assert await town.owner.fetchval("SELECT tries FROM work.set_aside") == 2
    mend()
    await walked(town, hanako, steps_each=102)
    await town.settle()
    assert await set_aside(town) == []
    assert len(await town.awards()) == 1


async def test_a_day_that_only_waits_too_long_for_a_lock_is_tried_again_by_itself(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force()
    hanako, taro = await town.residents(2)
    await walked(town, hanako, taro)
    await town.settle()
    async with AsyncExitStack() as every:
        for _ in range(town.worker_pool.get_max_size()):
            connection = await every.enter_async_context(town.worker_pool.acquire())
            await connection.execute("SET lock_timeout = '50ms'")
    async with town.owner.transaction():
        await town.owner.execute(
            "SELECT FROM rewards.wallet WHERE resident_id = $1 FOR UPDATE", hanako.principal_id
        )
        await walked(town, hanako, taro, steps_each=201)
        await town.settle()
        points = {who: points for who, *_, points in await town.awards()}
        assert points == {hanako.principal_id: 1, taro.principal_id: 2}
        assert await set_aside(town) == [(hanako.principal_id, "day", DAY)]
    town.clock.advance(timedelta(minutes=2))
    await town.settle()
    assert await set_aside(town) == []
    assert {points for *_, points in await town.awards()} == {2}


async def test_a_fold_that_panics_costs_nobody_the_days_figures(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force()
    hanako, taro = await town.residents(2)
    mend = poison(
        monkeypatch,
        "wellness_api.health.days.folds.encode_values",
        lambda values, _metric: bool(np.any(values == 177_000)),
    )
    morning = local_morning(NOON.date())
    for person, value in ((hanako, 177), (taro, 100)):
        for minute in range(24):
            await town.upload(person, steps([value], start=morning + timedelta(minutes=minute)))
    await town.settle()

    async def segments(person: Person) -> int:
        count: int = await town.owner.fetchval(
            "SELECT count(*) FROM health.segment WHERE resident_id = $1", person.principal_id
        )
        return count

    assert (await segments(hanako), await segments(taro)) == (24, 1)
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 24 * 177
    assert {who for who, *_ in await town.awards()} == {hanako.principal_id, taro.principal_id}
    assert await set_aside(town) == [(hanako.principal_id, "fold", DAY)]
    mend()
    await release(town)
    await town.settle()
    assert (await segments(hanako), await set_aside(town)) == (1, [])
