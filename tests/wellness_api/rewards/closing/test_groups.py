"""What pairs, leagues and the whole city reach: given when the period is over, each on the members' own ledger."""

from datetime import date, timedelta

import pytest

from points.groups import CITY
from tests.town import NOON, Person, Town, local_morning, steps
from tests.wellness_api.rewards.winter import begin, is_proven, programme, walk
from wellness_api.database.pool import open_pool
from wellness_api.rewards.closing import batches
from wellness_api.rewards.closing.groups import close_groups
from wellness_api.rewards.ledger.days import LedgerDays

TODAY = NOON.date()
MONDAY = date(2026, 11, 23)
"""The week after the clock's Wednesday."""

PAIR = """
[[rules]]
kind = "team_goal"
code = "pair"
goal = { at_least = 1000 }
days_min = 3
points_each = 20
"""
LEAGUE = """
[[rules]]
kind = "league"
code = "league"
size = 3
valid_days_min = 1
points_by_place = [9, 4]
"""
CITY_GOAL = """
[[rules]]
kind = "collective_goal"
code = "city"
period = "week"
mean_at_least = 1500
participants_min = 2
recipient = { ja = "こども食堂", en = "Children's kitchen" }
donation_points = 200000
points_each = 5
"""


async def pair(town: Town, first: Person, second: Person) -> None:
    made = await town.call(
        "POST", "/v1/me/team", json={"name": "朝", "size_max": 2}, headers=first.headers
    )
    joined = await town.call(
        "POST",
        "/v1/me/team/members",
        json={"code": made.json["code"]},
        headers=second.headers,
    )
    assert joined.status == 201, joined.json


async def a_pair(town: Town, *rules: str) -> tuple[Person, Person]:
    """Two residents who are a pair, under a programme of the rules."""
    await town.put_in_force(programme(*rules))
    first, second = await town.residents(2)
    await pair(town, first, second)
    return first, second


async def live_through_the_week(town: Town, minutes: dict[Person, list[int]]) -> None:
    """Each person's minutes of 100 steps on the days of the week of MONDAY, sent in the evening."""
    await town.worker.turn_day()
    for place in range(7):
        day = MONDAY + timedelta(days=place)
        await begin(town, day)
        town.clock.now = local_morning(day) + timedelta(hours=13)
        for person, of_days in minutes.items():
            if of_days[place]:
                await town.upload(person, steps([100] * of_days[place], start=local_morning(day)))
        await town.settle()


async def test_a_pair_that_reached_its_days_together_is_paid_both(town: Town) -> None:
    await town.put_in_force(programme(PAIR))
    anna, ben, carl = await town.residents(3)
    await pair(town, anna, ben)
    await live_through_the_week(
        town,
        {
            anna: [10, 10, 0, 0, 0, 0, 0],
            ben: [0, 0, 0, 9, 10, 0, 0],
            carl: [10, 10, 10, 10, 10, 10, 10],
        },
    )
    assert await town.awards() == []
    await begin(town, MONDAY + timedelta(days=7))
    assert await town.awards() == [
        (anna.principal_id, "pair", MONDAY, 20),
        (ben.principal_id, "pair", MONDAY, 20),
    ]
    (entry,) = (await town.get("/v1/me/wallet/entries", anna)).json["items"]
    assert entry["reason"]["en"] == (
        "23 Nov to 29 Nov: 3 goal days between 2, of 3 (you: 2); 20 points each for a pair"
    )
    assert await is_proven(town)


async def test_a_late_upload_gives_a_pair_its_points_until_the_week_is_frozen(town: Town) -> None:
    anna, ben = await a_pair(town, PAIR)
    await live_through_the_week(town, {anna: [10, 10, 0, 0, 0, 0, 0], ben: [0] * 7})
    await begin(town, MONDAY + timedelta(days=7))
    assert await town.awards() == []
    await walk(town, ben, MONDAY + timedelta(days=5), 10)
    await begin(town, MONDAY + timedelta(days=8))
    assert len(await town.awards()) == 2
    await town.call("DELETE", "/v1/me/team", headers=ben.headers)
    await begin(town, MONDAY + timedelta(days=9))
    assert len(await town.awards()) == 2


async def test_a_league_pays_its_first_places(town: Town) -> None:
    await town.put_in_force(programme(LEAGUE))
    people = await town.residents(3)
    for person in people:
        await walk(town, person, TODAY, 10)
    await live_through_the_week(
        town,
        {
            people[0]: [5, 0, 0, 0, 0, 0, 0],
            people[1]: [30, 0, 0, 0, 0, 0, 0],
            people[2]: [0, 0, 0, 0, 0, 0, 8],
        },
    )
    await begin(town, MONDAY + timedelta(days=7))
    assert await town.awards() == [
        (people[1].principal_id, "league", MONDAY, 9),
        (people[2].principal_id, "league", MONDAY, 4),
    ]
    (entry,) = (await town.get("/v1/me/wallet/entries", people[2])).json["items"]
    assert entry["reason"]["en"].startswith(
        "23 Nov to 29 Nov: place 2 of 3 with 800 steps; 9, then 4 points for the first places"
    )


async def test_the_city_donates_once_when_the_week_is_frozen(town: Town) -> None:
    await town.put_in_force(programme(CITY_GOAL))
    people = await town.residents(2)
    await live_through_the_week(
        town, {people[0]: [20, 0, 0, 0, 0, 0, 0], people[1]: [0, 10, 0, 0, 0, 0, 0]}
    )
    donated = (
        "SELECT resident_id, amount, period_start FROM rewards.transfer"
        " WHERE credit_account = 'donated'"
    )
    for day in range(7, 10):
        await begin(town, MONDAY + timedelta(days=day))
        assert await town.awards() == [
            (person.principal_id, "city", MONDAY, 5) for person in people
        ]
        assert await town.owner.fetch(donated) == []
    for day in range(10, 13):
        await begin(town, MONDAY + timedelta(days=day))
        assert [tuple(row) for row in await town.owner.fetch(donated)] == [(CITY, 200_000, MONDAY)]
    assert await is_proven(town)


async def test_late_samples_of_a_week_that_is_over_are_no_difference_until_the_next_turn(
    town: Town,
) -> None:
    anna, ben = await a_pair(town, PAIR)
    await live_through_the_week(town, {anna: [10, 10, 0, 0, 0, 0, 0], ben: [0] * 7})
    await begin(town, MONDAY + timedelta(days=7))
    await walk(town, ben, MONDAY + timedelta(days=5), 10)
    assert await is_proven(town)


WALK = """
[[rules]]
kind = "steps_per_point"
code = "walk"
steps_per_point = 100
points_day_max = 30
"""


async def points_by_award(town: Town, person: Person) -> dict[tuple[str, date], int]:
    return {
        (rule, day): points
        for resident, rule, day, points in await town.awards()
        if resident == person.principal_id
    }


async def delete(town: Town, person: Person, day: date) -> None:
    """All of the person's samples of the day's morning."""
    start = local_morning(day)
    answer = await town.call(
        "DELETE",
        "/v1/me/samples",
        params={"from": start.isoformat(), "to": (start + timedelta(hours=5)).isoformat()},
        headers=person.headers | {"Idempotency-Key": f"delete-{next(town.keys):08}"},
    )
    assert answer.status == 200, answer.json
    await town.settle()


def come_to_noon(town: Town, day: date) -> None:
    town.clock.now = local_morning(day) + timedelta(hours=6)


async def test_caps_hold_for_what_pairs_and_single_rules_give_together(town: Town) -> None:
    anna, ben = await a_pair(town, "caps = { month = 65 }\n", WALK, PAIR)
    await live_through_the_week(town, {anna: [20, 10, 0, 0, 0, 0, 20], ben: [10] * 7})
    await begin(town, MONDAY + timedelta(days=7))
    days = [MONDAY + timedelta(days=place) for place in range(7)]
    assert await points_by_award(town, anna) == {
        ("walk", days[0]): 20,
        ("walk", days[1]): 10,
        ("walk", days[6]): 20,
        ("pair", MONDAY): 15,
    }
    entries = (await town.get("/v1/me/wallet/entries", anna)).json["items"]
    of_pair = next(entry for entry in entries if entry["points"] == 15)
    assert of_pair["reason"]["en"].startswith(
        "23 Nov to 29 Nov: 10 goal days between 2, of 3 (you: 3); 20 points each for a pair "
        "(all together at most 65 points a month: 15 points were left)"
    )

    # Monday is November's last day: what the pair got leaves nothing for it.
    come_to_noon(town, MONDAY + timedelta(days=7))
    await walk(town, anna, MONDAY + timedelta(days=7), 9)
    assert ("walk", MONDAY + timedelta(days=7)) not in await points_by_award(town, anna)
    # What she deletes makes room for what was cut.
    await delete(town, anna, days[6])
    assert await points_by_award(town, anna) == {
        ("walk", days[0]): 20,
        ("walk", days[1]): 10,
        ("pair", MONDAY): 20,
        ("walk", MONDAY + timedelta(days=7)): 9,
    }
    assert await is_proven(town)


async def test_a_pair_that_reaches_its_goal_late_takes_its_place_before_later_days(
    town: Town,
) -> None:
    anna, ben = await a_pair(town, "caps = { fiscal_year = 40 }\n", WALK, PAIR)
    await live_through_the_week(town, {anna: [10, 10, 0, 0, 0, 0, 0], ben: [0] * 7})
    await begin(town, MONDAY + timedelta(days=7))
    come_to_noon(town, MONDAY + timedelta(days=7))
    await walk(town, anna, MONDAY + timedelta(days=7), 15)
    after = ("walk", MONDAY + timedelta(days=7))
    assert (await points_by_award(town, anna))[after] == 15
    await walk(town, ben, MONDAY + timedelta(days=5), 10)
    await begin(town, MONDAY + timedelta(days=8))
    points = await points_by_award(town, anna)
    assert after not in points
    assert (points["pair", MONDAY], sum(points.values())) == (20, 40)
    assert await is_proven(town)


async def test_a_days_cap_holds_for_the_weeks_last_day_and_what_the_pair_got(town: Town) -> None:
    anna, ben = await a_pair(town, "caps = { day = 25 }\n", WALK, PAIR)
    await live_through_the_week(town, {anna: [10, 10, 0, 0, 0, 0, 0], ben: [0, 0, 10, 0, 0, 0, 0]})
    await begin(town, MONDAY + timedelta(days=7))
    sunday = MONDAY + timedelta(days=6)
    await walk(town, anna, sunday, 15)
    points = await points_by_award(town, anna)
    assert (points["walk", sunday], points["pair", MONDAY]) == (15, 10)
    assert await is_proven(town)


async def test_a_pair_that_has_not_reached_its_goal_after_all_is_told_why(town: Town) -> None:
    anna, ben = await a_pair(town, PAIR)
    await live_through_the_week(town, {anna: [10, 10, 0, 0, 0, 0, 0], ben: [0, 0, 0, 0, 10, 0, 0]})
    await begin(town, MONDAY + timedelta(days=7))
    await delete(town, ben, MONDAY + timedelta(days=4))
    await begin(town, MONDAY + timedelta(days=8))
    assert await town.awards() == []
    taken_back, *_ = (await town.get("/v1/me/wallet/entries", anna)).json["items"]
    assert taken_back["points"] == -20
    assert taken_back["reason"]["en"].startswith("23 Nov to 29 Nov: 2 goal days between 2, of 3")
    assert await is_proven(town)


async def test_what_groups_gave_cannot_be_changed_unnoticed(town: Town) -> None:
    anna, ben = await a_pair(town, "caps = { month = 900 }\n", WALK, PAIR)
    await live_through_the_week(town, {anna: [10, 10, 0, 0, 0, 0, 0], ben: [0] * 7})
    await begin(town, MONDAY + timedelta(days=7))
    await begin(town, MONDAY + timedelta(days=11))
    assert await is_proven(town)
    await town.owner.execute(
        "INSERT INTO rewards.group_award VALUES ($1, 'winter', 'pair', $2, $3, 20, '{}')",
        *(anna.principal_id, MONDAY, MONDAY + timedelta(days=6)),
    )
    assert not await is_proven(town)
    # Also when the ledger has followed it.
    await walk(town, anna, MONDAY + timedelta(days=6), 1)
    assert (await points_by_award(town, anna))["pair", MONDAY] == 20
    assert not await is_proven(town)


async def test_samples_of_a_weeks_first_day_leave_what_the_pair_got_alone(town: Town) -> None:
    anna, ben = await a_pair(town, WALK, PAIR)
    await live_through_the_week(town, {anna: [10, 10, 0, 0, 0, 0, 0], ben: [0, 0, 10, 0, 0, 0, 0]})
    await begin(town, MONDAY + timedelta(days=7))
    await walk(town, anna, MONDAY, 30)
    assert (await points_by_award(town, anna))["pair", MONDAY] == 20
    assert await is_proven(town)


async def test_points_of_a_pair_that_somebody_changed_are_found(town: Town) -> None:
    anna, ben = await a_pair(town, PAIR)
    await live_through_the_week(town, {anna: [10, 10, 0, 0, 0, 0, 0], ben: [0, 0, 10, 0, 0, 0, 0]})
    await begin(town, MONDAY + timedelta(days=7))
    await begin(town, MONDAY + timedelta(days=11))
    assert await is_proven(town)
    await town.owner.execute(
        "UPDATE rewards.transfer SET amount = 19 WHERE resident_id = $1", ben.principal_id
    )
    assert not await is_proven(town)


async def test_who_leaves_for_good_while_a_week_is_closed_is_given_nothing_more(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "RESIDENTS_PER_BATCH", 1)
    anna, ben = await a_pair(town, PAIR)
    await live_through_the_week(town, {anna: [10, 10, 0, 0, 0, 0, 0], ben: [0, 0, 10, 0, 0, 0, 0]})
    today = MONDAY + timedelta(days=7)
    town.clock.now = local_morning(today)
    assert town.settings.database_url is not None
    pool = await open_pool(town.settings.database_url, role="wellness_worker", connections_max=2)
    closing = close_groups(pool, since=MONDAY, days=LedgerDays(today), now=town.clock())
    assert await anext(closing) == {anna.principal_id}
    await town.owner.execute(
        "DELETE FROM identity.resident WHERE resident_id = $1", ben.principal_id
    )
    assert [changed async for changed in closing] == [set()]
    await pool.close()
    kept = await town.owner.fetch("SELECT resident_id FROM rewards.group_award")
    assert [row["resident_id"] for row in kept] == [anna.principal_id]
    assert await town.awards() == [(anna.principal_id, "pair", MONDAY, 20)]


async def test_nobody_loses_a_pairs_points_because_the_other_left_for_good(town: Town) -> None:
    anna, ben = await a_pair(town, PAIR)
    await live_through_the_week(town, {anna: [10, 10, 0, 0, 0, 0, 0], ben: [0, 0, 10, 0, 0, 0, 0]})
    await begin(town, MONDAY + timedelta(days=7))
    town.clock.now = local_morning(MONDAY + timedelta(days=8)) + timedelta(hours=12)
    await town.call("DELETE", "/v1/me", json={"confirm": "erase"}, headers=ben.headers)
    await town.worker.erase()
    for day in range(9, 14):
        await begin(town, MONDAY + timedelta(days=day))
    assert await town.awards() == [(anna.principal_id, "pair", MONDAY, 20)]
    assert await is_proven(town)
