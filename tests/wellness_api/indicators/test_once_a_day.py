"""Indicators are worked out once a day over whole days that are over, whoever looks and whatever comes in meanwhile."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest

from tests.town import NOON, Person, Town, local_morning, steps
from tests.worker import Worker
from wellness_api.indicators.catalogue import INDICATOR_BY_CODE
from wellness_api.indicators.compute import last_day_counted

YESTERDAY: Final = NOON.date() - timedelta(days=1)
ADD_ZONE: Final = (
    "INSERT INTO indicators.zone (zone, name, population, outline)"
    " VALUES ($1::text, jsonb_build_object('ja', $1::text), $2, '{}')"
)
HOURS = [
    # the local time at which the indicators are worked out, and the last day that they look back on
    ("2026-11-18 12:00", date(2026, 11, 17)),
    ("2026-11-18 06:00", date(2026, 11, 17)),
    ("2026-11-18 05:59", date(2026, 11, 16)),
    ("2026-11-18 00:00", date(2026, 11, 16)),
]


async def walk(town: Town, people: list[Person], per_minute: int, *, day: date = YESTERDAY) -> None:
    walks = steps([per_minute] * 60, start=local_morning(day))
    await asyncio.gather(*(town.upload(person, walks) for person in people))
    await town.settle()


async def settled_zone(town: Town) -> list[Person]:
    """A zone of 60 people, of whom 30 walked 6,000 steps yesterday."""
    await town.owner.execute(ADD_ZONE, "chuo", 60)
    people = await town.residents(30)
    await walk(town, people, 100)
    return people


async def look(town: Town) -> dict[str, bytes]:
    staff = await town.staff("health_staff")
    return {
        code: (await town.get(f"/v1/indicators/{code}", staff)).body for code in INDICATOR_BY_CODE
    }


async def cell(town: Town, indicator: str) -> dict[str, Any]:
    staff = await town.staff("health_staff")
    answer = (await town.get(f"/v1/indicators/{indicator}", staff)).json
    (only,) = answer["cells"]
    return dict(only)


async def test_two_looks_within_a_day_give_the_same_bytes_whatever_one_resident_sends(
    town: Town,
) -> None:
    people = await settled_zone(town)
    await town.worker.refresh()
    before = await look(town)
    await walk(town, people[:1], 250)  # Yesterday's steps, corrected upwards.
    await walk(town, people[:1], 250, day=NOON.date())
    (newcomer,) = await town.residents(1)
    await walk(town, [newcomer], 100)
    town.clock.advance(timedelta(hours=11))
    await town.worker.refresh()
    assert await look(town) == before


async def test_the_next_day_is_worked_out_anew(town: Town) -> None:
    people = await settled_zone(town)
    await town.worker.refresh()
    assert (await cell(town, "mean_steps"))["value"] == 6_000
    await walk(town, people, 200, day=NOON.date())
    town.clock.advance(timedelta(days=1))
    await town.worker.refresh()
    assert (await cell(town, "mean_steps"))["value"] == 9_000


async def test_the_day_that_is_not_over_does_not_count(town: Town) -> None:
    people = await settled_zone(town)
    await walk(town, people, 250, day=NOON.date())
    await town.worker.refresh()
    staff = await town.staff("health_staff")
    answer = (await town.get("/v1/indicators/mean_steps", staff)).json
    assert answer["period"] == {"from": "2026-10-21", "to": "2026-11-17"}
    assert answer["cells"][0]["value"] == 6_000


async def test_a_restart_or_a_second_worker_does_not_work_the_day_out_again(town: Town) -> None:
    people = await settled_zone(town)
    workers = [Worker(town.worker_pool, town.redis, town.settings, town.clock) for _ in range(3)]
    await asyncio.gather(*(worker.look_back() for worker in workers))
    assert await town.owner.fetchval("SELECT count(*) FROM indicators.computation") == 1
    before = await look(town)
    await walk(town, people, 250)
    await Worker(town.worker_pool, town.redis, town.settings, town.clock).look_back()
    assert await look(town) == before


async def test_what_fails_half_way_is_worked_out_by_the_next_look(town: Town) -> None:
    await settled_zone(town)
    await town.owner.execute("REVOKE INSERT ON indicators.cell FROM wellness_worker")
    await town.worker.look_back()
    (reason,) = await town.owner.fetchval("SELECT array_agg(reason) FROM work.set_aside")
    assert "InsufficientPrivilegeError" in reason
    await town.owner.execute("GRANT INSERT ON indicators.cell TO wellness_worker")
    town.clock.advance(timedelta(minutes=2))
    await town.worker.look_back()
    assert (await cell(town, "mean_steps"))["value"] == 6_000


async def test_a_city_without_zones_waits_for_them(town: Town) -> None:
    await town.worker.look_back()
    staff = await town.staff("health_staff")
    answer = await town.get("/v1/indicators/mean_steps", staff)
    assert (answer.status, answer.json["type"]) == (404, "urn:wellness:not_computed")
    await settled_zone(town)
    await town.worker.look_back()
    assert (await cell(town, "participation"))["value"] == 50


async def test_nobody_who_leaves_is_seen_to_leave_before_the_next_day_and_then_by_a_step_at_most(
    town: Town,
) -> None:
    people = await settled_zone(town)
    await town.worker.refresh()
    before = await look(town)
    await town.owner.execute("SELECT identity.erase_resident($1, now())", people[0].principal_id)
    await town.worker.refresh()
    assert await look(town) == before
    town.clock.advance(timedelta(days=1))
    await town.worker.refresh()
    assert (await cell(town, "mean_steps"))["count"] == 30


@pytest.mark.parametrize(("local", "last_day"), HOURS)
def test_a_day_counts_from_six_in_the_morning_after_it(local: str, last_day: date) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=UTC) - timedelta(hours=9)
    assert last_day_counted(now, "Asia/Tokyo") == last_day


async def test_what_is_kept_of_a_day_that_is_set_aside_is_no_part_of_any_figure(
    town: Town,
) -> None:
    people = await settled_zone(town)
    await town.owner.executemany(
        "INSERT INTO work.set_aside (resident_id, kind, item, reason, since, last_at, tries)"
        " VALUES ($1, 'day', $2, 'TooTangled', $3, $3, 1)",
        [(person.principal_id, str(YESTERDAY), NOON) for person in people[:5]],
    )
    await town.worker.refresh()
    assert (await cell(town, "participation"))["count"] == 25
