"""The proof passes what the worker posted, and sees every point and balance that somebody changed."""

from datetime import timedelta

import pytest

from points.presets import preset_text
from points.programme import read_programme
from tests.town import LATE_WINDOW_DAYS, NOON, Person, Town, local_morning, steps
from tests.wellness_api.rewards.winter import TODAY, prove
from wellness_api.rewards.proof.prove import TurnNotDone


async def walked(town: Town, person: Person) -> None:
    """A week of walks, one corrected, one sent late, of two devices, worked off in parts."""
    for days_ago in range(7):
        morning = local_morning(TODAY - timedelta(days=days_ago))
        await town.upload(person, steps([100] * (20 + 10 * days_ago), start=morning))
        if days_ago % 2:
            await town.settle()
    await town.upload(person, steps([100] * 45, source="watch:w"))
    await town.upload(person, steps([None] * 30, revision=1))
    await town.settle()


@pytest.fixture
async def city(town: Town) -> Town:
    await town.put_in_force()
    await town.put_in_force(read_programme(preset_text("kamaishi")))
    for person in await town.residents(3):
        await walked(town, person)
    return town


async def test_what_the_worker_posted_is_proven(city: Town) -> None:
    proof = await prove(city)
    assert proof.differences == []
    assert proof.days == 21
    assert proof.awards == len(await city.awards()) > 30
    await city.worker.turn_day()
    assert (await prove(city)).differences == []


async def test_late_samples_and_choices_are_proven_too(city: Town) -> None:
    (person,) = await city.residents(1)
    await walked(city, person)
    city.clock.advance(timedelta(days=LATE_WINDOW_DAYS - 2))
    await city.upload(person, steps([200] * 60, start=local_morning(TODAY) + timedelta(hours=1)))
    await city.call(
        "PUT", "/v1/me/sources/steps", json={"sources": ["phone:test"]}, headers=person.headers
    )
    await city.settle()
    assert (await prove(city)).differences == []


async def test_days_of_which_only_a_counters_total_is_known_are_proven_too(town: Town) -> None:
    await town.put_in_force()
    person = await town.resident()
    total = steps([9_000], start=local_morning(TODAY)) | {"metric": "steps_day_total"}
    pulse = steps([70], start=local_morning(TODAY)) | {"metric": "heart_rate"}
    await town.upload(person, total, pulse)
    await town.settle()
    proof = await prove(town)
    assert (proof.days, proof.awards, proof.differences) == (1, 1, [])


async def test_points_that_no_rule_gave_are_found(city: Town) -> None:
    resident_id = await city.owner.fetchval("SELECT min(resident_id) FROM identity.resident")
    await city.owner.execute(
        "INSERT INTO rewards.transfer (resident_id, transfer_id, posted_at, programme, version, rule, period_start,"
        " period_end, debit_account, credit_account, amount, expires_on, facts, hash)"
        " VALUES ($1, 1000, $2, 'yokohama', 1, 'walk', $3, $3, 'budget', 'wallet', 500, $3, '{}', '')",
        resident_id,
        NOON,
        TODAY,
    )
    (difference,) = (await prove(city)).differences
    assert (difference.resident_id, difference.day) == (resident_id, TODAY)
    assert (difference.programme, difference.rule) == ("yokohama", "walk")
    assert difference.held == difference.due + 500


async def test_an_award_that_somebody_removed_is_found(city: Town) -> None:
    await city.owner.execute(
        "DELETE FROM rewards.transfer WHERE ctid IN (SELECT ctid FROM rewards.transfer WHERE rule = 'walk' LIMIT 1)"
    )
    (difference,) = (await prove(city)).differences
    assert difference.held < difference.due


async def test_samples_that_somebody_removed_are_found(city: Town) -> None:
    resident_id = await city.owner.fetchval("SELECT max(resident_id) FROM identity.resident")
    await city.owner.execute(
        "DELETE FROM health.segment WHERE resident_id = $1 AND day = $2", resident_id, TODAY
    )
    differences = (await prove(city)).differences
    assert {difference.due for difference in differences} == {0}
    assert {difference.resident_id for difference in differences} == {resident_id}


async def test_a_balance_that_somebody_changed_is_no_matter_of_awards(city: Town) -> None:
    await city.owner.execute(
        "UPDATE rewards.wallet SET balance = balance + 1 WHERE resident_id ="
        " (SELECT min(resident_id) FROM rewards.wallet)"
    )
    assert (await prove(city)).differences == []


async def test_a_day_that_waits_for_the_worker_is_not_judged(city: Town) -> None:
    (person,) = await city.residents(1)
    await city.upload(person, steps([100] * 60))
    assert (await prove(city)).differences == []
    await city.settle()
    assert (await prove(city)).days == 22


async def test_while_the_day_is_turned_it_says_to_try_again(city: Town) -> None:
    await city.worker.turn_day()
    await city.owner.execute("UPDATE rewards.open_day SET is_turned = false")
    with pytest.raises(TurnNotDone, match="try again"):
        await prove(city)
    await city.worker.turn_day()
    assert (await prove(city)).differences == []
