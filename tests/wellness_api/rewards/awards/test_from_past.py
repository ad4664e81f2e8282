"""A programme version whose first day is past pays everybody alike, at once, and what it pays is proven."""

from datetime import date, timedelta

import pytest

from points.programme import Programme
from tests.town import Person, Town, local_morning
from tests.wellness_api.rewards.winter import TODAY, is_proven, programme, prove, walk
from wellness_api.rewards.awards.from_past import (
    SamplesAreGone,
    SeedsAreOut,
    check_past,
    work_out_anew,
)
from wellness_api.rewards.awards.programmes import add_programme

BEGINS = TODAY - timedelta(days=12)
WALKING = """
[[rules]]
kind = "steps_per_point"
code = "walk"
steps_per_point = 1000
points_day_max = 5
"""
WEEKLY = """
[[rules]]
kind = "period_tiers"
code = "week"
period = "week"
of = "total"
bands = [{ tiers = [{ at_least = 6000, points = 20 }] }]
"""
JOINING = """
[[rules]]
kind = "joining"
code = "joined"
after_days = 3
active_days_min = 1
points_once = 500
"""
GRANTED = """
[[rules]]
kind = "loss_framed"
code = "morning"
goal = { at_least = 2000 }
active_days = 14
points_day = 10
"""
LOTTERY = """
[[rules]]
kind = "lottery"
code = "lucky"
when = "instant"
goal = { at_least = 2000 }
prizes = [{ one_in = 2, points = 7 }]
"""


def version(*rules: str, number: int = 1, begins: date = BEGINS) -> Programme:
    return programme(*rules, version=number, begins=begins)


async def live(town: Town, people: dict[str, Person]) -> None:
    """Fourteen days: one walks always, one stopped before the programme's first day, one joins within it and walks once."""
    for back in range(14, -1, -1):
        day = TODAY - timedelta(days=back)
        town.clock.now = local_morning(day) - timedelta(hours=5)
        assert await town.worker.turn_day()
        town.clock.now = local_morning(day) + timedelta(hours=3)
        await walk(town, people["walker"], day, 30 + back)
        if day < BEGINS:
            await walk(town, people["stopped"], day, 40)
        if day == BEGINS + timedelta(days=4):
            people["joined"] = await town.resident()
            await town.owner.execute(
                "UPDATE identity.principal SET enrolled_at = $2 WHERE principal_id = $1",
                people["joined"].principal_id,
                town.clock(),
            )
            await walk(town, people["joined"], day, 25)
        if day == BEGINS + timedelta(days=6):  # After the late window of three days.
            await walk(town, people["walker"], BEGINS + timedelta(days=1), 55)
    await town.settle()


async def put_in_force(town: Town, programme: Programme) -> int:
    """As `programme add --from-past` does."""
    await check_past(town.owner, programme)
    await add_programme(town.owner, programme)
    return await work_out_anew(town.owner, programme, now=town.clock())


async def brought_up(town: Town) -> None:
    """What the worker does within a minute."""
    await town.settle()
    assert await town.worker.turn_day()


async def points_of(town: Town, person: Person) -> dict[str, int]:
    points_by_rule: dict[str, int] = {}
    for resident, rule, _, points in await town.awards():
        if resident == person.principal_id:
            points_by_rule[rule] = points_by_rule.get(rule, 0) + points
    return points_by_rule


@pytest.fixture
async def people(town: Town) -> dict[str, Person]:
    walker, stopped, stranger = await town.residents(3)
    return {"walker": walker, "stopped": stopped, "stranger": stranger}


async def test_everybody_is_paid_as_if_it_had_been_in_force_from_its_first_day(
    town: Town, people: dict[str, Person]
) -> None:
    rules = (WALKING, WEEKLY, JOINING, GRANTED)
    await live(town, people)
    assert await town.awards() == []
    assert await put_in_force(town, version(*rules)) > 0
    await brought_up(town)
    paid = await town.awards()
    assert await is_proven(town)
    assert (await points_of(town, people["walker"])).keys() == {"walk", "week", "morning"}
    assert await points_of(town, people["stopped"]) == {"morning": 10}, "today's, as for anybody"
    assert (await points_of(town, people["joined"])).keys() == {"walk", "joined", "morning"}
    assert await points_of(town, people["stranger"]) == {}
    # Nothing more comes by itself, and new samples change their own days alone.
    await brought_up(town)
    assert await town.awards() == paid
    await walk(town, people["walker"], TODAY, 120)
    assert await is_proven(town)


async def test_a_second_version_takes_its_days_over_for_everybody(
    town: Town, people: dict[str, Person]
) -> None:
    await town.put_in_force(version(WALKING, GRANTED, WEEKLY, begins=BEGINS - timedelta(days=30)))
    await live(town, people)
    before = await town.awards()
    cheaper = WALKING.replace("1000", "500").replace("points_day_max = 5", "points_day_max = 9")
    begins = TODAY - timedelta(days=5)
    await put_in_force(town, version(cheaper, number=2, begins=begins))
    await brought_up(town)
    after = await town.awards()
    assert await is_proven(town)
    assert [row for row in after if row[2] < begins and row[1] == "walk"] == [
        row for row in before if row[2] < begins and row[1] == "walk"
    ]
    walked = {row[2]: row[3] for row in after if row[2] >= begins and row[1] == "walk"}
    assert walked == {begins + timedelta(days=day): 6 + (5 - day >= 5) for day in range(6)}
    assert not [row for row in after if row[2] >= begins and row[1] == "morning"]


async def test_while_the_worker_is_at_it_nobody_is_said_to_differ(
    town: Town, people: dict[str, Person]
) -> None:
    await live(town, people)
    await put_in_force(town, version(WALKING))
    async with town.owner.transaction():
        from_here = await town.owner.fetchval("SELECT is_turned FROM rewards.open_day")
    assert from_here is False, "the proof says to try again"
    await town.worker.turn_day()
    proof = await prove(town)
    assert (proof.differences, proof.residents_waiting) == ([], 2), "who walked since"
    await town.settle()
    assert await is_proven(town)


async def test_putting_it_in_force_again_pays_nothing_twice(
    town: Town, people: dict[str, Person]
) -> None:
    await live(town, people)
    programme = version(WALKING, JOINING)
    await put_in_force(town, programme)
    await brought_up(town)
    paid = await town.awards()
    await work_out_anew(town.owner, programme, now=town.clock())
    await brought_up(town)
    assert await town.awards() == paid
    assert await is_proven(town)


async def test_the_days_of_a_public_seed_keep_what_they_paid(
    town: Town, people: dict[str, Person]
) -> None:
    await town.put_in_force(version(LOTTERY, begins=BEGINS - timedelta(days=30)))
    await live(town, people)
    await town.worker.draw()
    last = await town.owner.fetchval("SELECT max(day) FROM rewards.lottery_seed")
    assert last == TODAY - timedelta(days=5)
    # Also a version without a lottery would take away what the days paid.
    for rule in (LOTTERY, WALKING):
        with pytest.raises(SeedsAreOut, match=str(last)):
            await put_in_force(town, version(rule, number=2, begins=last))
    paid = [row for row in await town.awards() if row[2] <= last]
    await put_in_force(town, version(WALKING, number=2, begins=last + timedelta(days=1)))
    await brought_up(town)
    assert [row for row in await town.awards() if row[2] <= last] == paid
    assert await is_proven(town)


async def test_days_of_which_samples_are_gone_are_not_worked_out_anew(
    town: Town, people: dict[str, Person]
) -> None:
    await live(town, people)
    town.clock.advance(timedelta(days=365 * 4))
    await town.owner.execute("UPDATE health.retention SET first_day = '2030-01-01'")
    with pytest.raises(SamplesAreGone, match="2030-01-01"):
        await put_in_force(town, version(WALKING))
