"""A day is the resident's day at home, wherever they are: each moment is in just one, however its offset is written."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.town import Answer, Person, Town, ms


async def send_rows(town: Town, person: Person, *times: str) -> Answer:
    rows = [{"metric": "steps", "source": "phone:a", "time": time, "value": 100} for time in times]
    return await town.call(
        "POST",
        "/v1/uploads/rows",
        json={"samples": rows},
        headers=person.headers | {"Idempotency-Key": f"rows-{next(town.keys):04}"},
    )


async def steps_by_day(town: Town, person: Person) -> dict[str, int]:
    await town.settle()
    rows = await town.owner.fetch(
        "SELECT day, value FROM health.day_summary WHERE resident_id = $1 AND figure = 1 ORDER BY day",
        person.principal_id,
    )
    return {row["day"].isoformat(): int(row["value"]) for row in rows}


async def test_a_walk_in_hawaii_counts_for_the_day_at_home(town: Town) -> None:
    hanako = await town.resident()
    await send_rows(town, hanako, "2026-11-16T23:30:00-10:00", "2026-11-17T06:00:00-10:00")
    assert await steps_by_day(town, hanako) == {"2026-11-17": 100, "2026-11-18": 100}


async def test_the_same_moment_in_two_offsets_is_one_sample(town: Town) -> None:
    hanako = await town.resident()
    await send_rows(town, hanako, "2026-11-17T06:00:00-05:00")
    again = (await send_rows(town, hanako, "2026-11-17T20:00:00+09:00")).json
    assert again["receipt"]["duplicate"] == 1
    assert await steps_by_day(town, hanako) == {"2026-11-17": 100}


async def resident_in_new_york(town: Town) -> Person:
    person = await town.resident("Mary")
    await town.move_to(person, "America/New_York")
    return person


def hourly(first: datetime, hours: int) -> dict[str, Any]:
    times = [ms(first + timedelta(hours=hour)) for hour in range(hours)]
    return {"metric": "steps", "source": "phone:a", "times_ms": times, "values": [100] * hours}


async def test_the_day_on_which_clocks_go_back_has_twenty_five_hours(town: Town) -> None:
    mary = await resident_in_new_york(town)
    # Midnight of 1 November 2026 there; at two o'clock it is one o'clock again.
    await town.upload(mary, hourly(datetime(2026, 11, 1, 4, tzinfo=UTC), 26))
    assert await steps_by_day(town, mary) == {"2026-11-01": 2_500, "2026-11-02": 100}


async def test_the_day_on_which_clocks_go_forward_has_twenty_three_hours(town: Town) -> None:
    mary = await resident_in_new_york(town)
    await town.upload(mary, hourly(datetime(2026, 3, 8, 5, tzinfo=UTC), 24))
    assert await steps_by_day(town, mary) == {"2026-03-08": 2_300, "2026-03-09": 100}


async def test_the_hour_that_clocks_repeat_is_two_hours_of_samples(town: Town) -> None:
    mary = await resident_in_new_york(town)
    await send_rows(town, mary, "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00")
    assert await steps_by_day(town, mary) == {"2026-11-01": 200}
