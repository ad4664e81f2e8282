"""Who joins with a phone that kept two weeks: what those days pay is what the programme says, for worker and proof alike."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from points.programme import Programme, read_programme
from tests.town import NOON, Person, Town, local_morning, steps
from tests.wellness_api.identity.consents.test_consents import say
from tests.wellness_api.rewards.winter import prove

TODAY = NOON.date()


def programme(says: str = "") -> Programme:
    """A point for each 1,000 steps, and 7 for 40,000 in a month; spendable on the next day."""
    return read_programme(f"""
code = "city"
version = 1
name = {{ ja = "健康ポイント", en = "Health points" }}
in_force_from = 2026-04-01
late_window_days = 14
{says}

[[rules]]
kind = "steps_per_point"
code = "walk"
steps_per_point = 1000
points_day_max = 10

[[rules]]
kind = "period_tiers"
code = "month"
period = "month"
of = "total"
bands = [{{ tiers = [{{ at_least = 40_000, points = 7 }}] }}]
""")


async def newcomer(town: Town, *, origin: str = "device") -> Person:
    """Joins this morning, and sends two weeks of 3,000 steps a day and today's."""
    person = await town.resident()
    await join_this_morning(town, person)
    for back in range(14, -1, -1):
        batch = steps([100] * 30, start=local_morning(TODAY - timedelta(days=back)))
        await town.upload(person, batch | {"origin": origin})
    await town.settle()
    return person


async def join_this_morning(town: Town, person: Person) -> None:
    await town.owner.execute(
        "UPDATE identity.principal SET enrolled_at = $1 WHERE principal_id = $2",
        NOON - timedelta(hours=2),
        person.principal_id,
    )


async def paid(town: Town) -> dict[tuple[str, date], int]:
    return {(rule, day): points for _, rule, day, points in await town.awards()}


async def differences(town: Town) -> list[object]:
    return [*(await prove(town)).differences]


ALL_DAYS = {("walk", TODAY - timedelta(days=back)): 3 for back in range(15)} | {
    ("month", TODAY.replace(day=1)): 7
}


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("", {("walk", TODAY): 3}),
        ("pays_before_joining = false", {("walk", TODAY): 3}),
        ("pays_before_joining = true", ALL_DAYS),
    ],
)
async def test_two_weeks_before_joining_pay_what_the_programme_says(
    town: Town, says: str, expected: dict[tuple[str, date], int]
) -> None:
    await town.put_in_force(programme(says))
    await newcomer(town)
    assert await paid(town) == expected
    assert await differences(town) == []


async def test_steps_of_before_joining_are_shown_all_the_same(town: Town) -> None:
    await town.put_in_force(programme())
    person = await newcomer(town)
    week = (await town.get("/v1/me/today", person)).json["week"]
    assert [(day["steps"], day["points"]) for day in week] == [(3_000, 0)] * 6 + [(3_000, 3)]


async def test_a_late_upload_of_a_day_before_joining_changes_nothing(town: Town) -> None:
    await town.put_in_force(programme())
    person = await newcomer(town)
    late = local_morning(TODAY - timedelta(days=2)) + timedelta(hours=2)
    await town.upload(person, steps([100] * 50, start=late))
    await town.settle()
    assert await paid(town) == {("walk", TODAY): 3}
    assert await differences(town) == []


TYPED_WAITS = "[trust.typed]\nafter_days = 7"
"""What was typed in counts after a week."""

BEFORE_JOINING: dict[str, Any] = {
    "programmes": [{"code": "city", "name": {"ja": "健康ポイント", "en": "Health points"}}],
    "why": "before_joining",
    "reason": {
        "ja": "参加した日は11月18日(水)です。それより前の日には、ポイントがつきません。",
        "en": "You joined on 18 Nov. Days before that give no points.",
    },
}


@pytest.mark.parametrize("origin", ["device", "typed"])
async def test_a_day_before_joining_is_promised_no_points(town: Town, origin: str) -> None:
    await town.put_in_force(programme(TYPED_WAITS))
    person = await newcomer(town, origin=origin)
    before = (await town.get(f"/v1/me/days/{TODAY - timedelta(days=3)}", person)).json
    assert before["not_taking_part"] == [BEFORE_JOINING]
    (of_steps,) = before["figures"]
    (in_time,) = of_steps["in_time"]
    assert (of_steps["value"], in_time["value"]) == (3_000, None)
    assert (in_time["why"], in_time["left_out"]) == (["not_taking_part"], [])
    joined = (await town.get(f"/v1/me/days/{TODAY}", person)).json
    assert joined["not_taking_part"] == []
    today = (await town.get("/v1/me/today", person)).json
    assert today["not_taking_part"] == [BEFORE_JOINING]
    assert {of["day"] for of in today["left_out"]} == ({str(TODAY)} if origin == "typed" else set())


async def test_who_joined_long_ago_or_is_paid_for_the_days_before_is_told_nothing(
    town: Town,
) -> None:
    await town.put_in_force(programme("pays_before_joining = true"))
    person = await newcomer(town)
    assert (await town.get("/v1/me/today", person)).json["not_taking_part"] == []
    day = (await town.get(f"/v1/me/days/{TODAY - timedelta(days=3)}", person)).json
    assert day["not_taking_part"] == []
    assert day["figures"][0]["in_time"][0]["value"] == 3_000


async def test_a_programme_that_is_for_others_promises_nothing(town: Town) -> None:
    for_others = "[eligibility]\nage_from = 100"
    await town.put_in_force(programme(f"{for_others}\n{TYPED_WAITS}"))
    person = await town.resident()
    batch = steps([100] * 30, start=local_morning(TODAY))
    await town.upload(person, batch | {"origin": "typed"})
    await town.settle()
    day = (await town.get(f"/v1/me/days/{TODAY}", person)).json
    (told,) = day["not_taking_part"]
    assert told["why"] == "not_eligible"
    assert day["figures"][0]["in_time"][0]["left_out"] == []
    assert (await town.get("/v1/me/today", person)).json["left_out"] == []


async def test_who_gave_the_consent_that_a_programme_asks_for_takes_part_from_that_day_on(
    town: Town,
) -> None:
    await town.put_in_force(programme('[eligibility]\nconsents = ["research"]'))
    person = await town.resident()
    await town.upload(person, steps([100] * 30, start=local_morning(TODAY)))
    day = (await town.get(f"/v1/me/days/{TODAY}", person)).json
    assert [of["why"] for of in day["not_taking_part"]] == ["not_eligible"]
    await say(town, person, "research", given=True)
    await town.settle()
    day = (await town.get(f"/v1/me/days/{TODAY}", person)).json
    assert day["not_taking_part"] == []
    assert day["figures"][0]["in_time"][0]["value"] == 3_000
    assert day["points"] == 3


async def test_a_consent_counts_for_the_whole_day_on_which_it_is_given(town: Town) -> None:
    """The day had been worked out without it."""
    await town.put_in_force(programme('[eligibility]\nconsents = ["research"]'))
    person = await town.resident()
    await town.upload(person, steps([100] * 30, start=local_morning(TODAY)))
    await town.settle()
    assert await paid(town) == {}
    await say(town, person, "research", given=True)
    await town.settle()
    assert await paid(town) == {("walk", TODAY): 3}
    assert await differences(town) == []
    await say(town, person, "research", given=False)
    await town.settle()
    assert await paid(town) == {("walk", TODAY): 3}
    assert await differences(town) == []


async def test_a_new_version_that_pays_for_such_days_hides_nothing_of_the_one_before(
    town: Town,
) -> None:
    before = programme()
    pays = msgspec.structs.replace(
        programme("pays_before_joining = true"),
        version=2,
        in_force_from=TODAY - timedelta(days=1),
    )
    for version in (before, pays):
        await town.put_in_force(version)
    person = await newcomer(town)
    assert (await town.get("/v1/me/today", person)).json["not_taking_part"] == [BEFORE_JOINING]
