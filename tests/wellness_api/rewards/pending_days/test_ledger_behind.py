"""What a changed day matters for is worked out anew, also while the ledger's day is behind the city's."""

from datetime import timedelta

import pytest

from points.presets import preset_names, preset_text
from points.programme import read_programme
from tests.town import NOON, Person, Town, local_morning, steps
from tests.wellness_api.rewards.winter import prove

DAY = timedelta(days=1)


async def delete_day(town: Town, person: Person) -> None:
    begins = local_morning(NOON.date()) - timedelta(hours=6)
    deleted = await town.call(
        "DELETE",
        "/v1/me/samples",
        params={"from": begins.isoformat(), "to": (begins + DAY).isoformat(), "metric": "steps"},
        headers=person.headers | {"Idempotency-Key": "taken-back-0001"},
    )
    assert deleted.status < 300


async def walk(town: Town, person: Person) -> None:
    today = (town.clock() + timedelta(hours=9)).date()
    await town.upload(person, steps([390] * 30, start=local_morning(today)))
    await town.settle()


@pytest.mark.parametrize("preset", preset_names())
async def test_points_do_not_depend_on_when_the_day_is_turned(town: Town, preset: str) -> None:
    """Days come in and one is taken back before the worker turns any of them; the proof finds nothing that differs."""
    await town.put_in_force(read_programme(preset_text(preset)))
    hanako = await town.resident(birth_year=1952)
    await walk(town, hanako)
    await town.worker.turn_day()
    for _ in range(3):
        town.clock.advance(DAY)
        await walk(town, hanako)
    await delete_day(town, hanako)
    await town.settle()
    await town.worker.turn_day()
    await town.settle()
    proof = await prove(town, city_day=(town.clock() + timedelta(hours=9)).date())
    assert (proof.differences, proof.failed) == ([], [])


async def test_a_day_that_is_taken_back_makes_the_next_a_comeback(town: Town) -> None:
    await town.put_in_force(read_programme(preset_text("comeback")))
    hanako = await town.resident(birth_year=1952)
    await walk(town, hanako)
    await town.worker.turn_day()
    town.clock.advance(DAY)
    await walk(town, hanako)
    await delete_day(town, hanako)
    await town.settle()
    await town.worker.turn_day()
    next_day = NOON.date() + DAY
    assert [(rule, day, points) for _, rule, day, points in await town.awards()] == [
        ("back", next_day, 10),
        ("day", next_day, 5),
    ]
