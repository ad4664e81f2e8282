"""A resident chooses which device counts first; summaries, samples and points follow."""

from datetime import timedelta

import pytest

from tests.town import LATE_WINDOW_DAYS, NOON, Answer, Person, Town, local_morning, steps
from tests.wellness_api.rewards.check_ins.people import HALL, entry, send, with_card

TODAY = NOON.date()


async def choose(town: Town, person: Person, *sources: str, metric: str = "steps") -> Answer:
    return await town.call(
        "PUT",
        f"/v1/me/sources/{metric}",
        json={"sources": list(sources)},
        headers=person.headers,
    )


async def both_devices(town: Town, person: Person, *, days_ago: int = 0) -> None:
    """Forty minutes that the watch counts as 2,000 steps and the phone as 4,000."""
    morning = local_morning(TODAY - timedelta(days=days_ago))
    await town.upload(
        person,
        steps([50] * 40, start=morning, source="watch:w"),
        steps([100] * 40, start=morning, source="phone:p"),
    )


async def test_sources_are_listed_best_first_with_their_days(town: Town) -> None:
    hanako = await town.resident()
    await both_devices(town, hanako)
    await both_devices(town, hanako, days_ago=3)
    (item,) = (await town.get("/v1/me/sources", hanako)).json["items"]
    assert (item["metric"], item["chosen"]) == ("steps", False)
    assert item["sources"] == [
        {
            "source": source,
            "first_day": str(TODAY - timedelta(days=3)),
            "last_day": str(TODAY),
            "venue": None,
        }
        for source in ("watch:w", "phone:p")
    ]


async def test_a_choice_changes_steps_and_points_by_a_correction(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await both_devices(town, hanako)
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 2_000
    assert (await choose(town, hanako, "phone:p")).status == 204
    await town.settle()
    today = (await town.get("/v1/me/today", hanako)).json
    assert (today["steps"], today["points_today"]) == (4_000, 2)
    assert (await town.get("/v1/me/wallet", hanako)).json["pending"] == 2
    assert (await choose(town, hanako, "watch:w", "phone:p")).status == 204
    await town.settle()
    entries = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert [entry["points"] for entry in entries] == [-1, 1, 1]
    (item,) = (await town.get("/v1/me/sources", hanako)).json["items"]
    assert item["chosen"]


async def test_samples_are_read_back_as_they_count(town: Town) -> None:
    hanako = await town.resident()
    await both_devices(town, hanako)
    await choose(town, hanako, "phone:p")
    morning = local_morning(TODAY)
    span = {"from": morning.isoformat(), "to": (morning + timedelta(hours=1)).isoformat()}
    answer = await town.call(
        "GET", "/v1/me/samples", params={"metric": "steps"} | span, headers=hanako.headers
    )
    assert set(answer.json["values"]) == {100}


async def test_frozen_days_stay_as_they_are_also_when_more_arrives_for_them(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await both_devices(town, hanako, days_ago=LATE_WINDOW_DAYS)
    await both_devices(town, hanako, days_ago=LATE_WINDOW_DAYS - 1)
    await town.settle()
    town.clock.advance(timedelta(days=1))
    await choose(town, hanako, "phone:p")
    frozen = TODAY - timedelta(days=LATE_WINDOW_DAYS)
    await town.upload(hanako, steps([1], start=local_morning(frozen), source="station:s"))
    await town.settle()
    assert [(day, points) for *_, day, points in await town.awards()] == [
        (frozen, 1),
        (frozen + timedelta(days=1), 2),
    ]


async def test_the_choice_of_one_resident_is_not_another_ones(town: Town) -> None:
    hanako, taro = await town.residents(2)
    for person in (hanako, taro):
        await both_devices(town, person)
    await choose(town, hanako, "phone:p")
    await town.settle()
    assert (await town.get("/v1/me/today", taro)).json["steps"] == 2_000


@pytest.mark.parametrize(
    ("metric", "sources", "field"),
    [
        ("happiness", ["phone:p"], "metric"),
        ("steps", ["my phone"], "sources[0]"),
        ("steps", ["watches"], "sources[0]"),
        ("steps", ["watch", "watch"], "sources"),
        ("steps", ["phone:p", "phone:p"], "sources"),
        ("steps", [f"phone:{number}" for number in range(33)], "sources"),
    ],
)
async def test_a_choice_that_cannot_be_is_refused_with_its_field(
    town: Town, metric: str, sources: list[str], field: str
) -> None:
    answer = await choose(town, await town.resident(), *sources, metric=metric)
    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == field


async def test_a_counter_of_the_day_is_a_source_of_what_it_counts(town: Town) -> None:
    hanako = await town.resident()
    seven = local_morning(TODAY) + timedelta(hours=1)
    counter = steps([1_234], start=seven, source="phone:p") | {"metric": "steps_day_total"}
    await town.upload(hanako, steps([50] * 40, source="watch:w"), counter)
    (item,) = (await town.get("/v1/me/sources", hanako)).json["items"]
    assert (item["metric"], [own_source["source"] for own_source in item["sources"]]) == (
        "steps",
        ["watch:w", "phone:p"],
    )
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 2_000
    assert (await choose(town, hanako, "phone:p")).status == 204
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 1_234


async def test_the_order_is_chosen_for_what_is_counted_not_for_its_counter(town: Town) -> None:
    answer = await choose(town, await town.resident(), "phone:p", metric="steps_day_total")
    assert (answer.status, answer.json["errors"][0]["limit"]) == (422, "steps")


async def test_a_hall_goes_by_what_its_staff_call_it(town: Town) -> None:
    hanako, staff = await with_card(town), await town.staff("health_staff")
    await send(town, staff, entry(), entry(place="Hall-2", kind="checkup_attended"))
    await town.settle()
    items = (await town.get("/v1/me/sources", hanako)).json["items"]
    named = {seen["venue"]: seen["source"] for item in items for seen in item["sources"]}
    assert named.keys() == {HALL, "Hall-2"}
    assert named["Hall-2"] == "station:Hall-2"


async def test_that_the_order_does_not_matter_is_kept_and_changes_nothing(town: Town) -> None:
    hanako = await town.resident()
    await both_devices(town, hanako)
    assert (await choose(town, hanako)).status == 204
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 2_000
    (item,) = (await town.get("/v1/me/sources", hanako)).json["items"]
    assert not item["chosen"]


@pytest.mark.parametrize("choice", [["watch", "phone:p"], []])
async def test_a_choice_is_listed_as_it_was_made(town: Town, choice: list[str]) -> None:
    hanako = await town.resident()
    await both_devices(town, hanako)
    (item,) = (await town.get("/v1/me/sources", hanako)).json["items"]
    assert item["choice"] is None
    assert (await choose(town, hanako, *choice)).status == 204
    (item,) = (await town.get("/v1/me/sources", hanako)).json["items"]
    assert item["choice"] == choice
