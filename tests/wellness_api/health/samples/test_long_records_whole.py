"""A record belongs wholly to the whole state in which it begins, however long it is, and no other state touches it."""

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from tests.town import NOON, Person, Town, local_morning, ms
from tests.wellness_api.health.samples.test_whole_states import became, post
from wellness_api.health.samples import reaching

FIRST = local_morning(NOON.date()) - timedelta(days=16)
"""The first day; days of a record are counted from it."""

WATCH = "watch:a"
LONG = (0, 1, 5, 9)
"""The days on which a long record has a sample, the first one when it begins."""


def at(day: float) -> datetime:
    return FIRST + timedelta(days=day)


def pulses(record_id: str, *days: float) -> dict[str, Any]:
    """A record of a watch with a sample at an hour of each of the days."""
    return {
        "type": "HeartRateRecord",
        "metadata": {
            "id": record_id,
            "lastModifiedTime": at(10).isoformat(),
            "dataOrigin": "a",
            "device": {"type": 1},
        },
        "startTime": at(days[0]).isoformat(),
        "endTime": at(days[0] + 1).isoformat(),
        "samples": [{"time": at(day).isoformat(), "beatsPerMinute": 60} for day in days],
    }


def state(first_day: float, last_day: float) -> dict[str, Any]:
    return {
        "metric": "heart_rate",
        "source": WATCH,
        "from_ms": ms(at(first_day - 0.25)),
        "until_ms": ms(at(last_day + 0.5)),
        "sequence": ms(NOON),
    }


async def say(town: Town, person: Person, *states: dict[str, Any]) -> list[tuple[str, int]]:
    """The outcome of whole states that have nothing."""
    answer = await post(town, person, {"batches": [], "whole_states": list(states)})
    assert answer.status == 201, answer.json
    return became(answer.json)


async def keep(town: Town, person: Person, *records: dict[str, Any]) -> None:
    answer = await post(town, person, {"records": list(records)}, "/health-connect")
    assert answer.status == 201, answer.json


async def living(town: Town, person: Person) -> list[float]:
    """The days, counted from the first, of which there are samples."""
    span = {"metric": "heart_rate", "from": at(-20).isoformat(), "to": NOON.isoformat()}
    answer = await town.call("GET", "/v1/me/samples", params=span, headers=person.headers)
    assert answer.status == 200, answer.json
    return [(of - ms(FIRST)) / 86_400_000 for of in answer.json["times_ms"]]


@pytest.mark.parametrize("order", ["record first", "state first"])
@pytest.mark.parametrize(
    ("first_day", "last_day", "is_left"),
    [(0, 0, False), (0, 9, False), (1, 1, True), (4, 5, True), (9, 9, True), (1, 12, True)],
)
async def test_a_long_record_is_gone_wholly_or_not_at_all_in_either_order(
    town: Town, order: str, first_day: int, last_day: int, *, is_left: bool
) -> None:
    hanako = await town.resident()
    if order == "record first":
        await keep(town, hanako, pulses("long", *LONG))
    outcome = await say(town, hanako, state(first_day, last_day))
    if order == "record first":
        assert outcome == [("holds", 0 if is_left else len(LONG))]
    else:
        await keep(town, hanako, pulses("long", *LONG))
    assert await living(town, hanako) == (list(LONG) if is_left else [])


async def test_the_days_of_a_long_record_that_is_gone_are_worked_out_anew(town: Town) -> None:
    hanako = await town.resident()
    await keep(town, hanako, pulses("long", *LONG))
    await town.settle()
    await say(town, hanako, state(0, 0))
    await town.settle()
    assert await town.owner.fetchval("SELECT count(*) FROM health.day_summary") == 0


async def test_others_of_the_same_days_stay_beside_a_long_record_that_is_gone(town: Town) -> None:
    hanako = await town.resident()
    await keep(town, hanako, pulses("long", *LONG), pulses("other", 5.25), pulses("here", 0.25))
    assert await say(town, hanako, state(0, 0)) == [("holds", len(LONG) + 1)]
    assert await living(town, hanako) == [5.25]


async def test_a_record_that_begins_on_a_day_that_is_not_kept_any_more_stays(town: Town) -> None:
    hanako = await town.resident()
    await keep(town, hanako, pulses("long", *LONG))
    await town.owner.execute("UPDATE health.retention SET first_day = $1", at(3).date())
    assert await say(town, hanako, state(4, 6)) == [("holds", 0)]
    assert 5 in await living(town, hanako)


async def test_only_whole_states_that_end_records_look_for_further_days(town: Town) -> None:
    hanako = await town.resident()
    await keep(town, hanako, pulses("long", *LONG))
    looked: list[int] = []

    def look(rows: Any, ending: Any, arrival: Any) -> Any:
        looked.append(len(rows))
        return further(rows, ending, arrival)

    further = reaching._further
    with patch.object(reaching, "_further", look):
        await say(town, hanako, state(2, 3))
        body = {"records": [pulses("long", *LONG)], "whole_states": [state(0, 0)]}
        await post(town, hanako, body, "/health-connect")
        assert looked == []
        await say(town, hanako, state(0, 0) | {"sequence": ms(NOON) + 1})
    assert looked == [1]


async def test_a_whole_state_whose_records_reach_over_too_many_days_is_refused(town: Town) -> None:
    hanako = await town.resident()
    await keep(town, hanako, pulses("long", *LONG))
    with patch.object(reaching, "FURTHER_DAYS_MAX", 1):
        answer = await post(town, hanako, {"batches": [], "whole_states": [state(0, 0)]})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "whole_states")
    assert await living(town, hanako) == list(LONG)
