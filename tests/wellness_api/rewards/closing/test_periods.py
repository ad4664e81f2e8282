"""What comes or goes because a day is over: for everybody, also without new samples, and proven afterwards."""

from datetime import timedelta

from tests.town import NOON, Town, local_morning, steps
from tests.wellness_api.rewards.winter import (
    GRANTED,
    TODAY,
    TOMORROW,
    begin,
    is_proven,
    programme,
    walk,
)

JOINING = """
[[rules]]
kind = "joining"
code = "joined"
after_days = 2
active_days_min = 2
points_once = 500
"""
REGRET = """
[[rules]]
kind = "lottery"
code = "lucky"
when = "regret"
goal = { at_least = 2000 }
prizes = [{ one_in = 3, points = 100 }, { one_in = 2, points = 7 }]
"""


async def test_points_granted_in_the_morning_are_gone_at_midnight_unless_the_goal_was_reached(
    town: Town,
) -> None:
    await town.put_in_force(programme(GRANTED))
    walker, sitter, stranger = await town.residents(3)
    await town.worker.turn_day()
    for person in (walker, sitter):
        await walk(town, person, TODAY, 5)
    await begin(town, TOMORROW)
    granted = [(walker, TOMORROW), (sitter, TOMORROW)]
    assert await town.awards() == [
        (person.principal_id, "morning", day, 10) for person, day in granted
    ]

    town.clock.now = local_morning(TOMORROW) + timedelta(hours=12)
    await walk(town, walker, TOMORROW, 20)
    await walk(town, sitter, TOMORROW, 19)
    await begin(town, TOMORROW + timedelta(days=1))
    kept = [day for _, _, day, _ in await town.awards() if day == TOMORROW]
    assert len(kept) == 1
    assert [award for award in await town.awards() if award[0] == stranger.principal_id] == []
    entries = (await town.get("/v1/me/wallet/entries", sitter)).json["items"]
    assert any("届きませんでした" in entry["reason"]["ja"] for entry in entries)
    assert await is_proven(town)


async def test_days_that_nobody_turned_are_made_up_for(town: Town) -> None:
    await town.put_in_force(programme(GRANTED))
    person = await town.resident()
    await town.worker.turn_day()
    await walk(town, person, TODAY, 30)
    await begin(town, TODAY + timedelta(days=4))
    assert await town.awards() == [(person.principal_id, "morning", TODAY + timedelta(days=4), 10)]
    assert await is_proven(town)


async def test_joining_is_paid_when_its_day_comes_without_a_sample_on_it(town: Town) -> None:
    await town.put_in_force(programme(JOINING))
    loyal, gone = await town.residents(2)
    await town.owner.execute(
        "UPDATE identity.principal SET enrolled_at = $1", NOON - timedelta(hours=2)
    )
    await town.worker.turn_day()
    for person in (loyal, gone):
        await walk(town, person, TODAY, 5)
    town.clock.now = local_morning(TOMORROW) + timedelta(hours=12)
    await walk(town, loyal, TOMORROW, 5)
    assert await town.awards() == []
    await begin(town, TODAY + timedelta(days=2))
    due = TODAY + timedelta(days=2)
    assert await town.awards() == [(loyal.principal_id, "joined", due, 500)]
    assert await is_proven(town)


async def test_a_regret_lottery_pays_the_day_after_and_can_be_recomputed(town: Town) -> None:
    await town.put_in_force(programme(REGRET))
    people = await town.residents(12)
    await town.worker.turn_day()
    for person in people:
        await town.upload(person, steps([100] * 25, start=local_morning(TODAY)))
    await town.settle()
    assert await town.awards() == []
    await begin(town, TOMORROW)
    won = await town.awards()
    # A chance of five sixths for each of twelve: nobody at all wins once in two thousand million runs.
    winners = [resident for resident, *_ in won]
    assert winners
    assert len(set(winners)) == len(winners)
    assert {points for *_, points in won} <= {100, 7}
    assert await is_proven(town)


async def test_who_would_have_won_is_told_on_the_next_day_and_nobody_else(town: Town) -> None:
    await town.put_in_force(programme(REGRET))
    people = await town.residents(12)
    idle, *walkers = people
    await town.worker.turn_day()
    for person in walkers:
        await town.upload(person, steps([100] * 19, start=local_morning(TODAY)))
    await town.settle()
    await begin(town, TOMORROW)
    town.clock.now = local_morning(TOMORROW) + timedelta(hours=1)
    told = [(await town.get("/v1/me/today", walker)).json["missed_prizes"] for walker in walkers]
    missed = [prize for prizes in told for prize in prizes]
    assert missed
    assert all(len(prizes) <= 1 for prizes in told)
    assert {prize["points"] for prize in missed} <= {100, 7}
    assert all("1,900歩: 2,000歩に届いていれば" in prize["reason"]["ja"] for prize in missed)
    assert (await town.get("/v1/me/today", idle)).json["missed_prizes"] == []
    assert await town.awards() == []

    # Steps that come late win it after all.
    loser = walkers[next(place for place, prizes in enumerate(told) if prizes)]
    await town.upload(
        loser, steps([100], start=local_morning(TODAY) + timedelta(hours=5), source="phone:test")
    )
    await town.settle()
    assert (await town.get("/v1/me/today", loser)).json["missed_prizes"] == []
    assert [resident for resident, *_ in await town.awards()] == [loser.principal_id]
    await begin(town, TOMORROW + timedelta(days=1))
    town.clock.now = local_morning(TOMORROW + timedelta(days=1)) + timedelta(hours=1)
    for walker in walkers:
        assert (await town.get("/v1/me/today", walker)).json["missed_prizes"] == []


async def test_turning_again_changes_nothing(town: Town) -> None:
    await town.put_in_force(programme(GRANTED, JOINING, REGRET))
    person = await town.resident()
    await town.worker.turn_day()
    await walk(town, person, TODAY, 30)
    await begin(town, TOMORROW)
    before = await town.owner.fetchval("SELECT count(*) FROM rewards.transfer")
    await town.worker.turn_day()
    await town.owner.execute("UPDATE rewards.open_day SET is_turned = false")
    await town.worker.turn_day()
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.transfer") == before


async def test_late_samples_of_a_day_that_is_over_change_what_it_gave_until_it_is_frozen(
    town: Town,
) -> None:
    await town.put_in_force(programme(GRANTED))
    person = await town.resident()
    await town.worker.turn_day()
    await walk(town, person, TODAY, 30)
    await begin(town, TOMORROW)
    await begin(town, TOMORROW + timedelta(days=1))
    assert [day for _, _, day, _ in await town.awards()] == [TOMORROW + timedelta(days=1)]
    await walk(town, person, TOMORROW, 20)
    assert [day for _, _, day, _ in await town.awards()] == [
        TOMORROW,
        TOMORROW + timedelta(days=1),
    ]
    await begin(town, TOMORROW + timedelta(days=5))
    await walk(town, person, TOMORROW + timedelta(days=1), 20)
    assert TOMORROW + timedelta(days=1) not in [day for _, _, day, _ in await town.awards()]
    assert await is_proven(town)
