"""A resident abroad has the day turned at their own midnight: in Honolulu, Auckland and Furano."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from tests.town import Person, Town, steps
from tests.wellness_api.rewards.winter import GRANTED, TODAY, TOMORROW, is_proven, programme
from wellness_api.health.samples.local_days import day_bounds
from wellness_api.rewards.closing.day_commands import set_day_back
from wellness_api.rewards.closing.jobs import DayTurn
from wellness_api.rewards.proof.prove import TurnNotDone

pytestmark = pytest.mark.usefixtures("same_seeds")

ROW = """
[[rules]]
kind = "streak"
code = "row"
goal = { at_least = 2000 }
every_days = 3
days_off_month = 1
points_each = 5
"""
JOINING = """
[[rules]]
kind = "joining"
code = "joined"
after_days = 2
active_days_min = 1
points_once = 500
"""


def lottery(when: str) -> str:
    return f"""
[[rules]]
kind = "lottery"
code = "lucky"
when = "{when}"
goal = {{ at_least = 2000 }}
prizes = [{{ one_in = 2, points = 7 }}]
"""


class Traveller(NamedTuple):
    """A resident and the zone in which they live."""

    person: Person
    zone: str

    def at(self, day: Any, hours: float) -> datetime:
        """So many hours after their own midnight."""
        return day_bounds(day, self.zone)[0].astimezone(UTC) + timedelta(hours=hours)


HONOLULU, AUCKLAND, FURANO = "Pacific/Honolulu", "Pacific/Auckland", "Asia/Tokyo"
IN_ORDER = (AUCKLAND, FURANO, HONOLULU)
"""As their midnights come: at 20:00 of the day before, at midnight and at 19:00 in Furano."""


async def travellers(town: Town, *zones: str) -> list[Traveller]:
    people = await town.residents(len(zones))
    for person, zone in zip(people, zones, strict=True):
        await town.move_to(person, zone)
    return [Traveller(*pair) for pair in zip(people, zones, strict=True)]


async def walk(
    town: Town, traveller: Traveller, day: Any, minutes: int, *, hours: float = 6
) -> None:
    """A walk on their day, sent at once."""
    start = traveller.at(day, hours)
    town.clock.now = start + timedelta(minutes=minutes + 1)
    assert (await town.upload(traveller.person, steps([100] * minutes, start=start))).status == 201
    await town.settle()


async def turn_at(town: Town, moment: datetime) -> None:
    town.clock.now = moment
    assert await town.worker.turn_day()


async def days_of(town: Town, traveller: Traveller, rule: str) -> dict[Any, int]:
    """The traveller's points by that rule, by day."""
    return {
        day: points
        for resident, of_rule, day, points in await town.awards()
        if (resident, of_rule) == (traveller.person.principal_id, rule)
    }


@pytest.mark.parametrize("zone", IN_ORDER)
async def test_points_granted_for_a_day_come_and_go_at_the_residents_own_midnight(
    town: Town, zone: str
) -> None:
    await town.put_in_force(programme(GRANTED))
    (traveller,) = await travellers(town, zone)
    before = TODAY - timedelta(days=1)
    await turn_at(town, traveller.at(before, 0.5))
    await walk(town, traveller, before, 5)
    assert await days_of(town, traveller, "morning") == {}
    await turn_at(town, traveller.at(TODAY, 0) - timedelta(minutes=5))
    assert await days_of(town, traveller, "morning") == {}
    assert await is_proven(town)
    await turn_at(town, traveller.at(TODAY, 0) + timedelta(minutes=5))
    assert await days_of(town, traveller, "morning") == {TODAY: 10}
    assert await is_proven(town)
    for hours in range(1, 24, 2):  # Whatever midnights pass elsewhere.
        await turn_at(town, traveller.at(TODAY, hours))
        assert await days_of(town, traveller, "morning") == {TODAY: 10}, hours
    assert await is_proven(town)
    await turn_at(town, traveller.at(TOMORROW, 0) + timedelta(minutes=5))
    assert await days_of(town, traveller, "morning") == {TOMORROW: 10}
    assert await is_proven(town)


async def test_nobody_gets_or_loses_points_by_a_day_that_goes_on_where_they_live(
    town: Town,
) -> None:
    """Not even for a moment: each has one transfer for the day's grant, and one that takes it back."""
    await town.put_in_force(programme(GRANTED))
    people = await travellers(town, *IN_ORDER)
    before = TODAY - timedelta(days=1)
    await turn_at(town, people[0].at(before, 0.5))
    for traveller in people:
        await walk(town, traveller, before, 5)
        await turn_at(town, town.clock.now)
    end = people[-1].at(TOMORROW, 1)
    while town.clock.now < end:
        await turn_at(town, town.clock.now + timedelta(hours=1))
    rows = await town.owner.fetch(
        "SELECT resident_id, period_start, array_agg(amount * CASE debit_account WHEN 'budget' THEN 1 ELSE -1 END"
        " ORDER BY transfer_id) AS moved FROM rewards.transfer WHERE 'budget' IN (debit_account, credit_account)"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    )
    of_today = {row["resident_id"]: row["moved"] for row in rows if row["period_start"] == TODAY}
    assert of_today == {person.person.principal_id: [10, -10] for person in people}
    assert await is_proven(town)


@pytest.mark.parametrize("zone", IN_ORDER)
async def test_a_regret_lottery_is_settled_when_the_residents_own_day_is_over(
    town: Town, zone: str
) -> None:
    await town.put_in_force(programme(lottery("regret")))
    people = await travellers(town, *[zone] * 10)
    anybody = people[0]
    await turn_at(town, anybody.at(TODAY, 0.5))
    for place, traveller in enumerate(people):
        await walk(town, traveller, TODAY, 25 if place % 2 else 15)
    await turn_at(town, anybody.at(TOMORROW, 0) - timedelta(minutes=5))
    assert await town.awards() == []
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.missed_prize") == 0
    await turn_at(town, anybody.at(TOMORROW, 0) + timedelta(minutes=5))
    assert 1 <= len(await town.awards()) <= 5
    told = [
        (await town.get("/v1/me/today", traveller.person)).json["missed_prizes"]
        for traveller in people[::2]
    ]
    assert 1 <= sum(map(len, told)) <= 5
    assert await is_proven(town)


@pytest.mark.parametrize("zone", IN_ORDER)
@pytest.mark.parametrize("first", ["turn", "samples"])
async def test_an_instant_lottery_pays_on_the_residents_own_day_whoever_is_first(
    town: Town, zone: str, first: str
) -> None:
    """The samples of a day may be worked off before the day is turned."""
    await town.put_in_force(programme(lottery("instant")))
    people = await travellers(town, *[zone] * 8)
    anybody = people[0]
    await turn_at(town, anybody.at(TODAY, 0.5))
    if first == "turn":
        await turn_at(town, anybody.at(TOMORROW, 0.1))
    for traveller in people:
        await walk(town, traveller, TOMORROW, 25, hours=0.2)
    if first == "samples":
        assert await town.awards() == []
        assert await is_proven(town)
        await turn_at(town, anybody.at(TOMORROW, 0.9))
    assert 1 <= len(await town.awards()) <= 7
    assert await is_proven(town)


@pytest.mark.parametrize("zone", IN_ORDER)
async def test_a_row_is_not_broken_by_a_day_that_can_still_be_reached(
    town: Town, zone: str
) -> None:
    await town.put_in_force(programme(ROW))
    (traveller,) = await travellers(town, zone)
    for back in (2, 1, 0):
        day = TODAY - timedelta(days=back)
        await turn_at(town, traveller.at(day, 0.2))
        await walk(town, traveller, day, 25, hours=22)  # In their own evening.
    assert await days_of(town, traveller, "row") == {TODAY: 5}
    facts = await town.owner.fetch("SELECT facts::text FROM rewards.transfer")
    assert len(facts) == 1
    assert '"days_off": 0' in facts[0][0]
    assert await is_proven(town)
    # A missed day takes a day off when it is over for them, and no sooner.
    await turn_at(town, traveller.at(TOMORROW, 23.5))
    await walk(town, traveller, TOMORROW + timedelta(days=1), 25)
    await walk(town, traveller, TOMORROW + timedelta(days=2), 25)
    await walk(town, traveller, TOMORROW + timedelta(days=3), 25)
    await turn_at(town, town.clock.now)
    assert TOMORROW + timedelta(days=3) in await days_of(town, traveller, "row")
    assert await is_proven(town)


@pytest.mark.parametrize("zone", IN_ORDER)
async def test_points_for_having_joined_come_on_the_residents_own_day(
    town: Town, zone: str
) -> None:
    await town.put_in_force(programme(JOINING))
    (traveller,) = await travellers(town, zone)
    await town.owner.execute(
        "UPDATE identity.principal SET enrolled_at = $1", traveller.at(TODAY, 1)
    )
    await turn_at(town, traveller.at(TODAY, 2))
    await walk(town, traveller, TODAY, 5)
    due = TODAY + timedelta(days=2)
    await turn_at(town, traveller.at(due, 0) - timedelta(minutes=5))
    assert await days_of(town, traveller, "joined") == {}
    await turn_at(town, traveller.at(due, 0) + timedelta(minutes=5))
    assert await days_of(town, traveller, "joined") == {due: 500}
    assert await is_proven(town)


async def test_late_data_is_late_by_the_residents_own_days(town: Town) -> None:
    """Also when the days are worked out again from what is kept of them."""
    await town.put_in_force(programme(GRANTED, ROW))
    (traveller,) = await travellers(town, AUCKLAND)
    await turn_at(town, traveller.at(TODAY, 0.5))
    await walk(town, traveller, TODAY, 5)
    # Late where they live, while the city's day is the last that counts.
    town.clock.now = traveller.at(TODAY + timedelta(days=4), 0.2)
    await town.upload(traveller.person, steps([100] * 30, start=traveller.at(TODAY, 8)))
    await town.settle()
    await turn_at(town, town.clock.now)
    await turn_at(town, town.clock.now + timedelta(hours=12))
    assert TODAY not in await days_of(town, traveller, "morning")
    assert await is_proven(town)


async def test_a_worker_that_was_away_makes_up_for_every_zones_midnights(town: Town) -> None:
    await town.put_in_force(programme(GRANTED, lottery("regret")))
    people = await travellers(town, *IN_ORDER)
    await turn_at(town, people[0].at(TODAY, 0.5))
    for traveller in people:
        await walk(town, traveller, TODAY, 25)
    later = TODAY + timedelta(days=4)
    await turn_at(town, people[-1].at(later, 0.5))
    for traveller in people:
        assert list(await days_of(town, traveller, "morning"))[-1] >= later
    assert await is_proven(town)


async def test_zones_wait_with_the_city_while_nobody_believes_the_clock(town: Town) -> None:
    await town.put_in_force(programme(GRANTED))
    (traveller,) = await travellers(town, AUCKLAND)
    await turn_at(town, traveller.at(TODAY, 0.5))
    await walk(town, traveller, TODAY, 5)
    kept = await town.awards()
    town.clock.now += timedelta(days=800)
    assert not await town.worker.turn_day()
    assert await town.awards() == kept


async def test_a_day_that_a_wrong_clock_opened_is_set_back_abroad_too(town: Town) -> None:
    (traveller,) = await travellers(town, AUCKLAND)
    await turn_at(town, traveller.at(TODAY, 0.5))
    await turn_at(town, traveller.at(TODAY + timedelta(days=6), 0.5))
    assert await town.owner.fetchval(
        "SELECT day FROM rewards.zone_day WHERE time_zone = $1", AUCKLAND
    ) == TODAY + timedelta(days=6)
    town.clock.now = traveller.at(TODAY, 0.6)
    await set_day_back(town.owner, TODAY)
    await turn_at(town, town.clock.now)
    assert (
        await town.owner.fetchval("SELECT day FROM rewards.zone_day WHERE time_zone = $1", AUCKLAND)
        == TODAY
    )


async def test_the_worker_turns_the_day_when_it_is_midnight_anywhere(town: Town) -> None:
    await town.put_in_force(programme(GRANTED))
    people = await travellers(town, *IN_ORDER)
    turns = DayTurn(town.worker.tools)
    town.clock.now = people[0].at(TODAY, 0.5)
    await turns.turn()
    for traveller in people:
        await walk(town, traveller, TODAY, 5)
    await turns.turn()
    for traveller in people:
        town.clock.now = max(town.clock.now, traveller.at(TOMORROW, 0) + timedelta(seconds=20))
        await turns.turn()
        assert await days_of(town, traveller, "morning") == {TOMORROW: 10}


async def test_the_proof_waits_for_a_zone_that_is_being_turned(town: Town) -> None:
    (traveller,) = await travellers(town, AUCKLAND)
    await turn_at(town, traveller.at(TODAY, 0.5))
    await town.owner.execute("UPDATE rewards.zone_day SET is_turned = false")
    with pytest.raises(TurnNotDone):
        await is_proven(town)
    await turn_at(town, town.clock.now)
    assert await is_proven(town)
