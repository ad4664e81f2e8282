"""A hold whose points cannot be given back keeps nobody else's from being given back."""

from datetime import timedelta

import pytest

from tests.poison import set_aside
from tests.town import Town
from tests.wellness_api.rewards.redemptions.shop import offer, purse, redeem, rich_resident
from tests.worker import Worker
from wellness_api.rewards.redemptions import lapse


@pytest.mark.parametrize("at_once", [2, 200])
async def test_all_holds_lapse_but_the_one_that_is_broken_and_that_once_it_is_mended(
    town: Town, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(lapse, "RELEASED_AT_ONCE_MAX", at_once)
    goods = await offer(town, "pickup_goods")
    people = [await rich_resident(town) for _ in range(5)]
    numbers = [(await redeem(town, person, goods)).json["redemption_id"] for person in people]
    unlucky, number = people[1], numbers[1]
    # What is held cannot fall below zero: giving it back fails.
    await town.owner.execute(
        "UPDATE rewards.wallet SET held = held - 60 WHERE resident_id = $1", unlucky.principal_id
    )
    town.clock.advance(timedelta(days=3))
    await town.worker.release_lapsed()
    for person in people:
        assert await purse(town, person) == ((900, 40) if person is unlucky else (1_000, 0))
    assert await set_aside(town) == [(unlucky.principal_id, "hold", str(number))]
    reason = await town.owner.fetchval("SELECT reason FROM work.set_aside")
    assert reason.startswith("CheckViolationError (23514) wallet wallet_held_check")

    # A worker that starts anew does not stumble over it, nor try it without end.
    town.worker = Worker(town.worker_pool, town.redis, town.settings, town.clock)
    for _ in range(3):
        await town.worker.release_lapsed()
    assert await town.owner.fetchval("SELECT tries FROM work.set_aside") == 1
    await town.owner.execute(
        "UPDATE rewards.wallet SET held = held + 60 WHERE resident_id = $1", unlucky.principal_id
    )
    town.clock.advance(timedelta(minutes=2))
    await town.worker.release_lapsed()
    assert await purse(town, unlucky) == (1_000, 0)
    assert await set_aside(town) == []


async def test_a_broken_hold_that_the_resident_cancelled_is_on_the_list_no_more(town: Town) -> None:
    goods = await offer(town, "pickup_goods")
    hanako = await rich_resident(town)
    await redeem(town, hanako, goods)
    await town.owner.execute("UPDATE rewards.wallet SET held = 0")
    town.clock.advance(timedelta(days=3))
    await town.worker.release_lapsed()
    assert len(await set_aside(town)) == 1
    await town.owner.execute(
        "UPDATE rewards.redemption SET state = 'cancelled', ended_at = begun_at"
    )
    town.clock.advance(timedelta(minutes=2))
    await town.worker.release_lapsed()
    assert await set_aside(town) == []
