"""A rule may name any figure: it is kept from then on, of the days before that the rule looks at too, and proven."""

from datetime import date, timedelta

import pytest

from points.programme import Programme, read_programme
from tests.town import NOON, Person, Town, local_morning, steps
from wellness_api.health.figures.catalogue import FIGURE_BY_CODE
from wellness_api.rewards.awards.from_past import wants_figures, work_out_figures
from wellness_api.rewards.awards.programmes import UnknownName, add_programme
from wellness_api.rewards.proof.prove import prove_awards
from wellness_api.rewards.proof.summaries import verify_summaries

TODAY = NOON.date()

EARLY = """
code = "early"
version = 1
name = { ja = "朝の散歩", en = "Morning walk" }
in_force_from = 2026-11-17
late_window_days = 1
pays_before_joining = true
spendable_after_days = 0
[[rules]]
kind = "daily_tiers"
code = "before_8"
metrics = ["steps_before_8"]
bands = [{ tiers = [{ at_least = 1000, points = 5 }, { at_least = 3000, points = 9 }] }]
"""
GRANTED = """
[[rules]]
kind = "loss_framed"
code = "granted"
goal = { metrics = ["steps_before_8"], at_least = 1000 }
active_days = 2
points_day = 3
"""
WORN = EARLY.replace("steps_before_8", "wear_minutes").replace("at_least = 1000", "at_least = 60")


async def kept(town: Town, person: Person, code: str) -> dict[date, float]:
    rows = await town.owner.fetch(
        "SELECT day, value FROM health.day_summary WHERE resident_id = $1 AND figure = $2",
        *(person.principal_id, FIGURE_BY_CODE[code].number),
    )
    return {row["day"]: row["value"] for row in rows}


async def walk(town: Town, person: Person, minutes: int, *, back: int = 0, hours: int = 0) -> None:
    start = local_morning(TODAY - timedelta(days=back)) + timedelta(hours=hours)
    await town.upload(person, steps([100] * minutes, start=start))
    await town.settle()


async def points(town: Town, person: Person) -> dict[str, int]:
    return {
        rule: points
        for who, rule, day, points in await town.awards()
        if (who, day) == (person.principal_id, TODAY)
    }


async def is_proven(town: Town) -> bool:
    async with town.owner.transaction():
        proof = await prove_awards(
            town.owner, now=town.clock(), city_day=TODAY, on_step=lambda *_: None
        )
    async with town.owner.transaction():
        verified = await verify_summaries(town.owner, on_step=lambda *_: None)
    return not proof.differences and verified.is_sound


def programme(text: str) -> Programme:
    return read_programme(text)


async def test_steps_before_eight_are_paid_and_later_ones_are_not(town: Town) -> None:
    await town.put_in_force(programme(EARLY))
    hanako = await town.resident()
    await walk(town, hanako, 40, hours=3)
    assert await points(town, hanako) == {}
    await walk(town, hanako, 12)
    assert await points(town, hanako) == {"before_8": 5}
    assert await kept(town, hanako, "steps_before_8") == {TODAY: 1_200}
    entry, *_ = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert "朝8時までの1,200歩" in entry["reason"]["ja"]
    assert "1,200 steps before 8:00" in entry["reason"]["en"]
    assert await is_proven(town)


async def test_what_is_taken_back_before_eight_takes_its_points_back(town: Town) -> None:
    await town.put_in_force(programme(EARLY))
    hanako = await town.resident()
    await walk(town, hanako, 12)
    await town.upload(hanako, steps([None] * 12, revision=1))
    await town.settle()
    assert await points(town, hanako) == {}
    assert await kept(town, hanako, "steps_before_8") == {}
    assert await is_proven(town)


async def test_a_figure_that_nobody_names_has_no_row(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await walk(town, hanako, 12)
    assert await kept(town, hanako, "steps") == {TODAY: 1_200}
    assert await kept(town, hanako, "steps_before_8") == {}
    assert await kept(town, hanako, "wear_minutes") == {}
    assert await is_proven(town)


async def test_days_before_a_version_get_the_figures_that_its_rules_look_back_on(
    town: Town,
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await walk(town, hanako, 3, back=1)
    await walk(town, hanako, 12)
    late = programme(EARLY.replace("2026-11-17", "2026-11-18") + GRANTED)
    await add_programme(town.owner, late)
    assert wants_figures(late)
    assert await work_out_figures(town.owner, late, now=town.clock()) == 2
    await town.settle()
    assert await kept(town, hanako, "steps_before_8") == {
        TODAY - timedelta(days=1): 300,
        TODAY: 1_200,
    }
    assert await points(town, hanako) == {"before_8": 5, "granted": 3}
    assert await is_proven(town)
    assert not wants_figures(programme(EARLY.replace("steps_before_8", "systolic_highest")))


async def test_what_came_too_late_counts_for_the_day_and_not_for_its_rule(town: Town) -> None:
    await town.put_in_force(programme(EARLY))
    hanako = await town.resident()
    await walk(town, hanako, 12)
    town.clock.advance(timedelta(days=3))
    await town.upload(hanako, steps([100] * 20, start=local_morning(TODAY) + timedelta(minutes=30)))
    await town.settle()
    assert await kept(town, hanako, "steps_before_8") == {TODAY: 3_200}
    assert await points(town, hanako) == {"before_8": 5}, "3,000 were not there in time"


async def test_wear_is_worked_out_from_all_that_is_worn_by_the_proof_too(town: Town) -> None:
    await town.put_in_force(programme(WORN))
    hanako = await town.resident()
    pulse = steps([70] * 50, start=local_morning(TODAY) + timedelta(hours=1))
    await town.upload(hanako, steps([0] * 20), pulse | {"metric": "heart_rate"})
    await town.settle()
    assert await kept(town, hanako, "wear_minutes") == {TODAY: 70}
    assert await points(town, hanako) == {"before_8": 5}
    assert await is_proven(town)


async def test_a_counter_of_the_day_is_no_figure(town: Town) -> None:
    text = EARLY.replace("steps_before_8", "steps_day_total")
    with pytest.raises(UnknownName, match="there is no figure steps_day_total"):
        await add_programme(town.owner, programme(text))
