"""Once a day's seed is out, nothing that anybody sends or takes back changes what the day's lottery paid."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from points.programme import read_programme
from tests.town import Person, Town, local_morning, steps
from tests.wellness_api.health.corrections.asking import delete, delete_source, shift
from tests.wellness_api.rewards.winter import TODAY, is_proven

LATE_WINDOW = 3
PROGRAMME = """
code = "winter"
version = 1
name = { ja = "冬", en = "Winter" }
in_force_from = 2026-11-02
late_window_days = 3

[[rules]]
kind = "lottery"
code = "lucky"
when = "instant"
goal = { at_least = 2000 }
prizes = [{ one_in = 2, points = 7 }]
"""
PEOPLE = 12


@pytest.fixture
async def people(town: Town, same_seeds: None) -> list[Person]:
    """Half of them reached the goal, and some of those won; the other half is short of it."""
    await town.put_in_force(read_programme(PROGRAMME))
    people = await town.residents(PEOPLE)
    await town.worker.turn_day()
    for place, person in enumerate(people):
        await town.upload(person, steps([100] * (25 if place % 2 else 15)))
    await town.settle()
    assert 1 <= len(await town.awards()) <= PEOPLE // 2
    return people


async def is_out(town: Town) -> bool:
    await town.worker.draw()
    seeds = (await town.get("/v1/lotteries/winter")).json["seeds"]
    return seeds[0]["day"] >= str(TODAY)


async def add(town: Town, person: Person) -> None:
    await town.upload(person, steps([100] * 60, source="watch:w"))


async def edit(town: Town, person: Person) -> None:
    await town.upload(person, steps([200] * 25, revision=1))


async def edit_down(town: Town, person: Person) -> None:
    await town.upload(person, steps([1] * 25, revision=1))


async def take_back(town: Town, person: Person) -> None:
    await town.upload(person, steps([None] * 25, revision=1))


async def delete_all(town: Town, person: Person) -> None:
    assert (await delete(town, person)).status == 200


async def forget_source(town: Town, person: Person) -> None:
    assert (await delete_source(town, person, "phone:test")).status == 200


async def move_away(town: Town, person: Person) -> None:
    assert (await shift(town, person, -86_400)).status == 200


async def choose_another_source(town: Town, person: Person) -> None:
    await add(town, person)
    await town.call(
        "PUT", "/v1/me/sources/steps", json={"sources": ["watch:w"]}, headers=person.headers
    )


@pytest.mark.parametrize(
    "change",
    [
        add,
        edit,
        edit_down,
        take_back,
        delete_all,
        forget_source,
        move_away,
        choose_another_source,
    ],
)
async def test_after_the_seed_nothing_changes_what_the_day_paid(
    town: Town, people: list[Person], change: Callable[[Town, Person], Awaitable[Any]]
) -> None:
    town.clock.advance(timedelta(days=LATE_WINDOW + 2))
    assert await town.worker.turn_day()
    assert await is_out(town)
    before = await town.awards()
    for person in people:
        await change(town, person)
    await town.settle()
    assert await town.awards() == before
    assert await is_proven(town)
    town.clock.now = local_morning(TODAY + timedelta(days=LATE_WINDOW + 3))
    assert await town.worker.turn_day()
    assert await town.awards() == before
    assert await is_proven(town)


async def test_up_to_the_end_of_the_late_window_data_counts_and_no_seed_is_out(
    town: Town, people: list[Person]
) -> None:
    town.clock.advance(timedelta(days=LATE_WINDOW))
    assert await town.worker.turn_day()
    assert not await is_out(town)
    before = await town.awards()
    for person in people:
        await add(town, person)
    await town.settle()
    assert len(await town.awards()) > len(before)
    town.clock.advance(timedelta(days=1))
    assert await town.worker.turn_day()
    assert not await is_out(town)
    assert await is_proven(town)


async def test_a_version_of_a_longer_late_window_keeps_the_seeds_back_from_then_on(
    town: Town, people: list[Person]
) -> None:
    town.clock.advance(timedelta(days=1))
    await town.put_in_force(
        read_programme(
            PROGRAMME.replace("version = 1", "version = 2")
            .replace("in_force_from = 2026-11-02", "in_force_from = 2026-11-20")
            .replace("late_window_days = 3", "late_window_days = 9")
        )
    )
    town.clock.advance(timedelta(days=LATE_WINDOW + 1))
    assert await town.worker.turn_day()
    assert not await is_out(town)
    town.clock.advance(timedelta(days=6))
    assert await town.worker.turn_day()
    assert await is_out(town)
