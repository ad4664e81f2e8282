"""A programme that cannot be evaluated for anybody is set aside itself: days, and other programmes' points, go on."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from points.programme import Programme
from tests.poison import poison, release, set_aside
from tests.town import Person, Town
from tests.wellness_api.rewards.winter import (
    GRANTED,
    TODAY,
    TOMORROW,
    begin,
    is_proven,
    programme,
    walk,
)
from tests.wellness_api.work.set_aside.test_days import walked
from tests.worker import Worker

WALK = """
[[rules]]
kind = "steps_per_point"
code = "walk"
steps_per_point = 1000
points_day_max = 10
"""
BROKEN = "broken version 1"


def named(code: str, *rules: str) -> Programme:
    return msgspec.structs.replace(programme(*rules), code=code)


def of_broken(_connection: object, of: Programme, *_: object, **__: object) -> bool:
    return of.code == "broken"


async def awarded(town: Town, code: str) -> set[int]:
    """Who has points of the programme."""
    rows = await town.owner.fetch(
        "SELECT DISTINCT resident_id FROM rewards.transfer WHERE programme = $1", code
    )
    return {row["resident_id"] for row in rows}


def ids(people: list[Person]) -> set[int]:
    return {person.principal_id for person in people}


@pytest.fixture
async def people(town: Town) -> list[Person]:
    """Eight residents under two programmes."""
    await town.put_in_force(named("sound", WALK, GRANTED))
    await town.put_in_force(named("broken", WALK, GRANTED))
    people = await town.residents(8)
    await town.worker.turn_day()
    return people


@pytest.mark.parametrize("way", ["released", "by itself"])
async def test_days_go_on_without_the_programme_and_are_worked_out_again_once_it_is_mended(
    town: Town, people: list[Person], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    mend = poison(monkeypatch, "wellness_api.rewards.pending_days.turn.post_points", of_broken)
    await walked(town, *people)
    await town.settle()
    assert await set_aside(town) == [(0, "programme", BROKEN)]
    assert await awarded(town, "sound") == ids(people)
    assert await awarded(town, "broken") == set()
    assert (await town.get("/v1/me/today", people[0])).json["steps"] == 2_500
    assert await is_proven(town), "without the points that wait"

    # Later uploads do not try it again, nor does a worker that starts anew.
    town.worker = Worker(town.worker_pool, town.redis, town.settings, town.clock)
    await walked(town, people[0], steps_each=101)
    await town.settle()
    assert await town.owner.fetchval("SELECT tries FROM work.set_aside") == 1

    mend()
    if way == "released":
        await release(town, "programme")
    else:
        town.clock.advance(timedelta(minutes=2))
    await town.settle()
    assert await set_aside(town) == []
    assert await awarded(town, "broken") == ids(people)
    assert await town.owner.fetchval("SELECT count(*) FROM work.programme_day") == 0
    assert await is_proven(town)


async def test_a_programme_that_is_still_broken_is_set_aside_again_and_nobodys_day_is(
    town: Town, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch, "wellness_api.rewards.pending_days.turn.post_points", of_broken)
    await walked(town, *people)
    await town.settle()
    await release(town)
    await town.settle()
    assert await set_aside(town) == [(0, "programme", BROKEN)]
    assert await town.owner.fetchval("SELECT tries FROM work.set_aside") == 2
    assert await awarded(town, "sound") == ids(people)


async def test_a_few_people_at_fault_do_not_stop_a_programme(
    town: Town, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    unlucky = ids(people[2:6])

    def of_unlucky(
        _connection: object, of: Programme, about: Any, *_: object, **__: object
    ) -> bool:
        return of.code == "broken" and any(resident.resident_id in unlucky for resident in about)

    poison(monkeypatch, "wellness_api.rewards.pending_days.turn.post_points", of_unlucky)
    await walked(town, *people)
    await town.settle()
    assert {(who, kind) for who, kind, _ in await set_aside(town)} == {
        (who, "day") for who in unlucky
    }
    assert await awarded(town, "broken") == ids(people) - unlucky


async def test_what_days_ends_would_have_given_is_made_up_for(
    town: Town, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    mend = poison(monkeypatch, "wellness_api.rewards.closing.periods.post_points", of_broken)
    for person in people:
        await walk(town, person, TODAY, 5)
    before = await awarded(town, "broken")
    await begin(town, TOMORROW)
    assert await set_aside(town) == [(0, "programme", BROKEN)]
    assert await town.owner.fetchval("SELECT is_turned FROM rewards.open_day")
    assert (await awarded(town, "sound"), before) == (ids(people), set())
    await begin(town, TOMORROW + timedelta(days=1))
    assert await awarded(town, "broken") == set()

    mend()
    await release(town)
    town.clock.advance(timedelta(hours=12))
    for person in people:
        await walk(town, person, TOMORROW + timedelta(days=1), 5)
    assert await set_aside(town) == []
    assert await town.worker.turn_day()
    assert await awarded(town, "broken") == ids(people)
    totals = await town.owner.fetch(
        "SELECT programme, sum(CASE debit_account WHEN 'budget' THEN amount ELSE -amount END)"
        " FROM rewards.transfer WHERE programme IS NOT NULL GROUP BY 1"
    )
    assert len({total for _, total in totals}) == 1, "as the other programme, which has its rules"
    assert await is_proven(town)


async def test_a_programme_at_fault_takes_nobodys_page_away(
    town: Town, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    mend = poison(
        monkeypatch,
        "wellness_api.rewards.awards.next_awards.nearest_awards",
        lambda programme, _: programme.code == "broken",
    )
    await walked(town, people[0])
    await town.settle()
    today = await town.get("/v1/me/today", people[0])
    assert (today.status, today.json["steps"]) == (200, 2_500)
    assert today.json["next_point"] == {"steps_needed": 500, "points": 1}
    mend()
    assert (await town.get("/v1/me/today", people[0])).json["next_point"]["steps_needed"] == 500
