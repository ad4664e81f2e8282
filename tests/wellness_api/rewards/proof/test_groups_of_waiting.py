"""Somebody whose days always wait keeps no group's awards unproven, but their own group's where they differ."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from tests.poison import poison, set_aside
from tests.town import Person, Town, local_morning, steps
from tests.wellness_api.rewards.closing.test_groups import (
    CITY_GOAL,
    LEAGUE,
    MONDAY,
    PAIR,
    live_through_the_week,
    pair,
)
from tests.wellness_api.rewards.winter import TODAY, begin, programme, prove, walk


@pytest.fixture
async def pairs(town: Town) -> list[Person]:
    """Two pairs whose week is over and frozen; of the last a day waits that nobody ever works out."""
    await town.put_in_force(programme(PAIR, LEAGUE, CITY_GOAL))
    people = await town.residents(4)
    await pair(town, people[0], people[1])
    await pair(town, people[2], people[3])
    for person in people:
        await walk(town, person, TODAY, 10)
    await live_through_the_week(
        town, {person: [20, 20, 20, 0, 0, 0, place] for place, person in enumerate(people)}
    )
    for day in (7, 11, 12):
        await begin(town, MONDAY + timedelta(days=day))
        await town.settle()
    await town.upload(people[3], steps([7] * 30, start=local_morning(MONDAY)))
    return people


async def add_points(town: Town, person: Person, rule: str) -> None:
    """As the owner of the database."""
    done = await town.owner.execute(
        "UPDATE rewards.group_award SET points = points + 1 WHERE resident_id = $1 AND rule = $2",
        *(person.principal_id, rule),
    )
    assert done == "UPDATE 1"


async def test_groups_are_proven_while_somebody_waits(town: Town, pairs: list[Person]) -> None:
    proof = await prove(town, city_day=town.clock().date())
    assert (proof.residents_waiting, proof.failed, proof.groups_failed) == (1, [], [])
    assert (proof.differences, proof.not_judged) == ([], [])


async def test_a_pair_that_does_not_wait_is_judged_and_one_that_does_is_named(
    town: Town, pairs: list[Person]
) -> None:
    await add_points(town, pairs[0], "pair")
    await add_points(town, pairs[2], "pair")
    proof = await prove(town, city_day=town.clock().date())
    of_pair = [difference for difference in proof.differences if difference.rule == "pair"]
    # Once as the group's, and once as the award that rests on it.
    assert {difference.resident_id for difference in of_pair} >= {pairs[0].principal_id}
    assert [(difference.resident_id, difference.rule) for difference in proof.not_judged] == [
        (pairs[2].principal_id, "pair")
    ]


async def test_in_a_league_everybody_is_in_one_group_with_who_waits(
    town: Town, pairs: list[Person]
) -> None:
    winner = await town.owner.fetchval(
        "SELECT resident_id FROM rewards.group_award WHERE rule = 'league' ORDER BY points DESC LIMIT 1"
    )
    await add_points(town, Person(winner, ""), "league")
    proof = await prove(town, city_day=town.clock().date())
    assert [(difference.resident_id, difference.rule) for difference in proof.not_judged] == [
        (winner, "league")
    ]


async def test_the_nightly_check_says_how_many_were_not_judged(
    town: Town, pairs: list[Person]
) -> None:
    await add_points(town, pairs[2], "pair")
    await town.owner.execute("DELETE FROM rewards.ledger_check")
    with capture_logs() as logs:
        await town.worker.check_ledger()
    (line,) = [entry for entry in logs if entry["event"] == "ledger_checked"]
    assert line["not_judged"] == 1


async def test_groups_that_cannot_be_worked_out_leave_everybodys_own_awards_proven(
    town: Town, pairs: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    poison(monkeypatch, "wellness_api.rewards.proof.groups.share_out", lambda _: True)
    await town.owner.execute("DELETE FROM rewards.ledger_check")
    await town.worker.check_ledger()
    assert await set_aside(town) == [(0, "proof", "groups of winter version 1")]
    assert await town.owner.fetchval(
        "SELECT bool_and(checked_at IS NOT NULL) FROM rewards.ledger_check"
    )
