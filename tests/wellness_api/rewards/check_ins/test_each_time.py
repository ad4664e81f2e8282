"""A rule that pays for each time pays each: from check-ins of one day to the ledger, and what is said twice once."""

from typing import Any

import pytest

from points.programme import Programme, read_programme
from tests.town import Person, Town
from tests.wellness_api.rewards.check_ins.people import (
    HALL,
    TODAY,
    counted,
    entry,
    outcomes,
    send,
    with_card,
)
from tests.wellness_api.rewards.winter import prove

CLASS = 48
OTHER_HALL = "西公民館"


def classes(*, period: str = "day", times_max: int = 3) -> Programme:
    return read_programme(f"""
code = "classes"
version = 1
name = {{ ja = "教室", en = "Classes" }}
in_force_from = 2026-04-01
late_window_days = 14

[[rules]]
kind = "attending"
code = "class"
name = {{ ja = "教室", en = "class" }}
metric = "class_attended"
period = "{period}"
times_max = {times_max}
points_each = 50
""")


def entry_at(hour: str, place: str = HALL) -> dict[str, Any]:
    return entry(time=f"2026-11-18T{hour}:00+09:00", place=place)


ON_THE_DAY = entry(time=None, day="2026-11-18")

DAYS: dict[str, tuple[list[dict[str, Any]], int]] = {
    "two classes at one hall are two": ([entry_at("09:00"), entry_at("10:00")], 2),
    "two halls are two, also at one time": ([entry_at("09:00"), entry_at("09:00", OTHER_HALL)], 2),
    "three are three": ([entry_at("08:00"), entry_at("09:30"), entry_at("11:00", OTHER_HALL)], 3),
    "a card that is shown again within the hour is one visit": (
        [entry_at("09:00"), entry_at("09:59")],
        1,
    ),
    "an hour counts from the visit, not from the last showing": (
        [entry_at("09:00"), entry_at("09:40"), entry_at("10:20")],
        2,
    ),
    "a list that says the day says nothing new beside a time": ([ON_THE_DAY, entry_at("09:00")], 1),
    "a list that says the day alone is one": ([ON_THE_DAY], 1),
}


async def paid(town: Town, person: Person) -> list[tuple[str, int]]:
    return [
        (rule, points) for who, rule, _, points in await town.awards() if who == person.principal_id
    ]


@pytest.mark.parametrize(("entries", "times"), DAYS.values(), ids=DAYS)
async def test_each_class_of_a_day_is_paid_and_none_twice(
    town: Town, entries: list[dict[str, Any]], times: int
) -> None:
    await town.put_in_force(classes())
    hanako, staff = await with_card(town), await town.staff("programme_officer")
    assert outcomes(await send(town, staff, *entries)) == ["recorded"] * len(entries)
    assert await counted(town, hanako) == {(TODAY, CLASS): times}
    assert await paid(town, hanako) == [("class", 50 * times)]
    (line,) = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert line["facts"]["times"] == times
    proof = await prove(town)
    assert (proof.awards, proof.differences) == (1, [])


async def test_no_more_are_paid_than_the_rule_says(town: Town) -> None:
    await town.put_in_force(classes(period="month", times_max=2))
    hanako, staff = await with_card(town), await town.staff("programme_officer")
    await send(town, staff, entry_at("08:00"), entry_at("09:00"), entry_at("10:00"))
    await town.settle()
    assert await paid(town, hanako) == [("class", 100)]


async def test_a_class_that_is_taken_back_leaves_the_other(town: Town) -> None:
    await town.put_in_force(classes())
    hanako, staff = await with_card(town), await town.staff("programme_officer")
    await send(town, staff, entry_at("08:00"), entry_at("10:00"))
    await town.settle()
    await send(town, staff, entry_at("08:00"), key="list-0002", method="DELETE")
    await town.settle()
    assert await paid(town, hanako) == [("class", 50)]
    newest, _ = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert (newest["kind"], newest["points"]) == ("award_taken_back", -50)
