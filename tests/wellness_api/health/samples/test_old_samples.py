"""Raw samples go after the kept months, and nothing that was made of them changes.

The database's own clock guards against dropping what is young, so these tests live in the real present.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from tests.town import NOON, Person, Town, local_morning, steps
from tests.worker import Worker
from wellness_api.database.locks import OPEN_DAYS_LOCK
from wellness_api.health.samples.local_days import local_date
from wellness_api.health.samples.old_samples import forget_old_samples
from wellness_api.health.samples.retention import Retention, first_day_kept, read_retention

MONTHS = 13


@pytest.fixture
async def present(town: Town) -> Town:
    """The town today, with thirteen months kept and partitions for the two years before."""
    town.clock.now = datetime.now(UTC)
    for back in range(26, -1, -1):
        await town.owner.execute(
            "SELECT health.ensure_segment_partitions($1)", first_day_kept(city_day(town), back)
        )
    town.settings = town.settings.model_copy(update={"samples_kept_months": MONTHS})
    town.worker = Worker(town.worker_pool, town.redis, town.settings, town.clock)
    return town


def city_day(town: Town) -> date:
    """Today in the city, where it may be the next month already."""
    return local_date(town.clock(), town.settings.time_zone)


def oldest_kept(town: Town) -> date:
    return first_day_kept(city_day(town), MONTHS)


async def walked(town: Town, person: Person, days: Sequence[date]) -> None:
    """An hour of steps on each day, sent on the next, and worked off."""
    now = town.clock()
    for day in days:
        town.clock.now = min(local_morning(day) + timedelta(days=1), now)
        answer = await town.upload(person, steps([100] * 60, start=local_morning(day)))
        assert answer.status == 201, answer.json
    town.clock.now = now
    await town.settle()


async def test_samples_of_before_the_kept_months_are_refused_alone(town: Town) -> None:
    hanako = await town.resident()
    oldest = first_day_kept(NOON.date(), town.settings.samples_kept_months)
    last_evening = local_morning(oldest) - timedelta(hours=6, minutes=2)
    receipt = (await town.upload(hanako, steps([10, 20, 30, 40], start=last_evening))).json
    assert (receipt["accepted"], receipt["refused"]) == (2, 2)
    assert [refusal["reason"] for refusal in receipt["batches"][0]["refusals"]] == [
        "past_retention"
    ] * 2
    assert receipt["batches"][0]["refusals"][0]["limit"] == f"not before {oldest}"
    assert await days_with_samples(town) == [oldest]


async def test_an_upload_of_long_ago_is_answered_and_keeps_nothing(town: Town) -> None:
    hanako = await town.resident()
    longer_ago = steps([10] * 30, start=local_morning(NOON.date() - timedelta(days=9 * 365)))
    answer = await town.upload(hanako, longer_ago, key="long-ago-1")
    assert (answer.status, answer.json["accepted"], answer.json["refused"]) == (201, 0, 30)
    assert len(answer.json["batches"][0]["refusals"]) == 20
    again = await town.upload(hanako, longer_ago, key="long-ago-1")
    assert (again.status, again.json) == (200, answer.json)
    assert await days_with_samples(town) == []


async def partitions(town: Town) -> list[str]:
    rows = await town.owner.fetch(
        "SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid"
        " WHERE inhparent = 'health.segment'::regclass ORDER BY relname"
    )
    return [row["relname"] for row in rows]


async def days_with_samples(town: Town) -> list[date]:
    return [
        row["day"]
        for row in await town.owner.fetch("SELECT DISTINCT day FROM health.segment ORDER BY day")
    ]


async def made_of_samples(town: Town) -> list[list[Any]]:
    """Summaries, ledger and wallets."""
    return [
        [tuple(row) for row in await town.owner.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3")]
        for table in ("health.day_summary", "rewards.transfer", "rewards.wallet")
    ]


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        (date(2026, 11, 25), 13, date(2025, 10, 1)),
        (date(2026, 11, 1), 13, date(2025, 10, 1)),
        (date(2026, 10, 31), 13, date(2025, 9, 1)),
        (date(2026, 1, 1), 13, date(2024, 12, 1)),
        (date(2026, 12, 31), 36, date(2023, 12, 1)),
        (date(2028, 2, 29), 24, date(2026, 2, 1)),
    ],
)
def test_whole_months_are_kept(today: date, months: int, first: date) -> None:
    assert first_day_kept(today, months) == first


def test_days_closed_before_stay_closed_after_the_setting_is_raised() -> None:
    closed = date(2025, 10, 1)
    assert Retention(36, closed).first_day(date(2026, 11, 25)) == closed
    assert Retention(13, closed).first_day(date(2027, 1, 1)) == date(2025, 12, 1)


@pytest.mark.parametrize("today", [date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29)])
async def test_partitions_ahead_exist_at_a_months_end(town: Town, today: date) -> None:
    await town.owner.execute("SELECT health.ensure_segment_partitions($1)", today)
    hanako = await town.resident()
    for ahead in (0, 1, 60):
        await town.owner.execute(
            "INSERT INTO health.segment VALUES ($1, $2, now(), 0, $3, 1, 'phone:a', 0, 0, '\\x00', '\\x00')",
            *(hanako.principal_id, ahead, today + timedelta(days=ahead)),
        )


async def test_old_months_go_and_what_was_made_of_them_stays(present: Town) -> None:
    await present.put_in_force()
    hanako = await present.resident()
    kept = oldest_kept(present)
    old = [kept - timedelta(days=days) for days in (150, 40, 2, 1)]
    young = [kept, kept + timedelta(days=1), city_day(present) - timedelta(days=2)]
    await walked(present, hanako, [*old, *young])
    before = await made_of_samples(present)
    wallet = (await present.get("/v1/me/wallet", hanako)).json

    await present.worker.forget()

    assert await days_with_samples(present) == young
    assert await made_of_samples(present) == before
    assert (await present.get("/v1/me/wallet", hanako)).json == wallet
    months = [name for name in await partitions(present) if name != "segment_archive"]
    assert months[0] == f"segment_{kept:%Y%m}"
    receipts = await present.owner.fetch("SELECT received_at FROM health.upload")
    assert len(receipts) == len(young) + 1  # The last old day's was sent on the first kept day.


async def test_points_stay_although_a_pending_day_was_left_from_before(present: Town) -> None:
    """A day without samples would be worked out to nothing, and its points taken back."""
    await present.put_in_force()
    hanako = await present.resident()
    kept = oldest_kept(present)
    await walked(present, hanako, [kept - timedelta(days=1), kept])
    before = await made_of_samples(present)
    await present.worker.forget()
    for days in (1, 2, -1):
        await present.owner.execute(
            "INSERT INTO health.pending_day VALUES ($1, $2, 9, now())",
            *(hanako.principal_id, kept - timedelta(days=days)),
        )
    await present.settle()
    assert await made_of_samples(present) == before
    left = await present.owner.fetch("SELECT day FROM health.pending_day ORDER BY day")
    assert [row["day"] for row in left] == [kept - timedelta(days=2), kept - timedelta(days=1)]
    await forget_old_samples(present.worker_pool, first_day=kept)
    assert await present.owner.fetchval("SELECT count(*) FROM health.pending_day") == 0


async def test_rows_of_the_archive_and_old_records_go_in_steps(present: Town) -> None:
    kept = oldest_kept(present)
    people = await present.residents(45)
    archived = date(2019, 5, 5)
    for person in people:
        for day in (archived, kept - timedelta(days=1), kept):
            await present.owner.execute(
                "INSERT INTO health.segment VALUES ($1, 1, now(), 0, $2, 1, 'phone:a', 0, 0, '\\x00', '\\x00')",
                *(person.principal_id, day),
            )
            await present.owner.execute(
                "INSERT INTO health.record VALUES ($1, gen_random_uuid(), 0, 1, $2, 'phone:a', '\\x00')",
                *(person.principal_id, day),
            )
    await present.worker.forget()
    for table, column in (("segment", "day"), ("record", "last_day")):
        left = await present.owner.fetch(f"SELECT {column} FROM health.{table}")
        assert [row[column] for row in left] == [kept] * len(people)
    assert "segment_archive" in await partitions(present)


async def test_the_api_answers_while_old_months_wait_to_go(present: Town) -> None:
    """A long reader keeps the month from being dropped; nobody else waits for it, and the next hour drops it."""
    await present.put_in_force()
    hanako = await present.resident()
    kept = oldest_kept(present)
    await walked(present, hanako, [kept - timedelta(days=1)])
    months = await partitions(present)
    reader = await asyncpg.connect(present.settings.database_url)
    reading = reader.transaction()
    await reading.start()
    await reader.fetch("SELECT count(*) FROM health.segment")
    forgetting = asyncio.create_task(present.worker.forget())
    slowest = 0.0
    minute = local_morning(city_day(present) - timedelta(days=1))
    while not forgetting.done():
        began = asyncio.get_running_loop().time()
        minute += timedelta(minutes=1)
        assert (await present.upload(hanako, steps([100], start=minute))).status == 201
        assert (await present.get("/v1/me/today", hanako)).status == 200
        slowest = max(slowest, asyncio.get_running_loop().time() - began)
    await forgetting
    assert slowest < 3
    assert await partitions(present) == months
    assert await days_with_samples(present)
    await reading.rollback()
    await reader.close()
    await present.worker.forget()
    assert f"segment_{kept - timedelta(days=1):%Y%m}" not in await partitions(present)


async def test_no_day_is_closed_while_a_worker_has_days_in_hand(present: Town) -> None:
    async with present.worker_pool.acquire() as turn, turn.transaction():
        await turn.execute("SELECT pg_advisory_xact_lock_shared($1, 0)", OPEN_DAYS_LOCK)
        done = await forget_old_samples(present.worker_pool, first_day=oldest_kept(present))
        assert not done
    assert await forget_old_samples(present.worker_pool, first_day=oldest_kept(present))


async def test_a_worker_whose_clock_is_years_ahead_drops_nothing_that_is_young(
    present: Town,
) -> None:
    hanako = await present.resident()
    yesterday = city_day(present) - timedelta(days=1)
    await walked(present, hanako, [yesterday])
    # What is old by the database's clock goes as it would by a worker's whose clock is right, in the zone that is furthest
    # ahead: there it may be the next month.
    tomorrow = city_day(present) + timedelta(days=1)
    oldest = f"segment_{first_day_kept(tomorrow, MONTHS):%Y%m}"
    months = [month for month in await partitions(present) if month >= oldest]
    present.clock.advance(timedelta(days=365 * 8))
    present.clock.database_ahead = -timedelta(days=365 * 8)
    await present.worker.forget()
    assert await partitions(present) == months
    assert await days_with_samples(present) == [yesterday]
    young = first_day_kept(datetime.now(UTC).date(), MONTHS - 2)
    with pytest.raises(asyncpg.RaiseError, match="thirteen months"):
        await present.owner.execute("SELECT health.close_days_before($1)", young)


async def test_what_was_closed_stays_closed(present: Town) -> None:
    kept = oldest_kept(present)
    await present.worker.forget()
    await present.owner.execute("SELECT health.close_days_before($1)", NOON.date().replace(2001))
    assert await read_retention(present.worker_pool, months=600) == Retention(600, kept)


async def test_a_months_work_is_done_once(present: Town) -> None:
    await present.worker.forget()
    await present.owner.execute("DROP TABLE health.retention CASCADE")
    await present.worker.forget()
