"""What cannot even be looked at in the ledger is named alone; everything else is verified, and the proof is made."""

import pytest

from tests.poison import set_aside
from tests.town import Person, Town, steps
from tests.wellness_api.rewards.redemptions.shop import offer, redeem, rich_resident
from wellness_api.rewards.proof import verify as module
from wellness_api.rewards.proof.verify import Verification, verify_ledger


async def verify(town: Town) -> Verification:
    async with town.owner.transaction():
        return await verify_ledger(town.owner, on_step=lambda *_: None)


@pytest.fixture
async def shoppers(town: Town) -> list[Person]:
    """Five who redeemed; of the second a statement fails, of the fourth the balance was changed."""
    await town.put_in_force()
    gift = await offer(town, "donation")
    people = [await rich_resident(town) for _ in range(5)]
    for person in people:
        assert (await redeem(town, person, gift)).status == 201
    # Infinite dates cannot be subtracted: whoever compares its days raises.
    await town.owner.execute(
        "UPDATE rewards.redemption SET confirmed_on = 'infinity' WHERE resident_id = $1",
        people[1].principal_id,
    )
    await town.owner.execute(
        "UPDATE rewards.wallet SET balance = balance + 1 WHERE resident_id = $1",
        people[3].principal_id,
    )
    return people


@pytest.mark.parametrize("residents_per_step", [1, 2, 500])
async def test_who_is_at_fault_is_found_and_all_others_are_verified(
    town: Town,
    shoppers: list[Person],
    monkeypatch: pytest.MonkeyPatch,
    residents_per_step: int,
) -> None:
    monkeypatch.setattr(module, "RESIDENTS_PER_STEP", residents_per_step)
    verification = await verify(town)
    assert [who for who, _ in verification.failed] == [shoppers[1].principal_id]
    assert [balance.resident_id for balance in verification.balances] == [shoppers[3].principal_id]
    assert not verification.is_sound
    assert verification.residents == 5


async def test_settlements_that_cannot_be_looked_at_keep_no_resident_from_being_verified(
    town: Town, shoppers: list[Person]
) -> None:
    await town.owner.execute(
        "UPDATE rewards.redemption SET confirmed_on = day WHERE confirmed_on = 'infinity'"
    )
    await town.owner.execute("ALTER FUNCTION rewards.settlements_that_differ() RENAME TO hidden")
    verification = await verify(town)
    assert [who for who, _ in verification.failed] == [None]
    assert [balance.resident_id for balance in verification.balances] == [shoppers[3].principal_id]


async def test_the_nightly_check_goes_on_to_the_proof_and_staff_see_what_could_not_be_checked(
    town: Town, shoppers: list[Person]
) -> None:
    walker = await town.resident()
    await town.upload(walker, steps([100] * 45))
    await town.settle()
    await town.worker.turn_day()
    await town.owner.execute(
        "UPDATE rewards.transfer SET amount = amount + 1 WHERE resident_id = $1",
        walker.principal_id,
    )
    await town.worker.check_ledger()
    assert await set_aside(town) == [(shoppers[1].principal_id, "proof", "transfers")]
    check = await town.owner.fetchrow(
        "SELECT checked_at, balances_differing, chains_differing, awards_differing"
        " FROM rewards.ledger_check"
    )
    assert check is not None
    assert check["checked_at"] == town.clock()
    assert (check["balances_differing"], check["chains_differing"]) == (2, 1)
    assert check["awards_differing"] >= 1, "the walker's changed award"

    # With the next day's check it is off the list again.
    await town.owner.execute(
        "UPDATE rewards.redemption SET confirmed_on = day WHERE confirmed_on = 'infinity'"
    )
    await town.owner.execute("DELETE FROM rewards.ledger_check")
    await town.worker.check_ledger()
    assert await set_aside(town) == []
