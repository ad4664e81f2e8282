"""The worker goes on, whatever is wrong with one day."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.town import NOON, Person, Town, local_morning, ms, open_town, steps
from tests.worker import Worker
from wellness_api.database.limits import TIME_LIMITS
from wellness_api.health.days import stored_days, uncountable
from wellness_api.health.days.pending import Round, Share, whole_share
from wellness_api.health.days.stored_days import ResidentDay
from wellness_api.process.settings import Settings
from wellness_api.rewards.pending_days import turn
from wellness_api.rewards.pending_days.turn import work_off_pending_days


async def test_a_damaged_segment_keeps_nobody_elses_points_waiting(town: Town) -> None:
    await town.put_in_force()
    people = await town.residents(5)
    for person in people:
        await town.upload(person, steps([100] * 25))
    unlucky = people[1].principal_id
    await town.owner.execute(
        "UPDATE health.segment SET values = '\\x0bad' WHERE resident_id = $1", unlucky
    )
    await town.settle()
    assert {resident_id for resident_id, *_ in await town.awards()} == {
        person.principal_id for person in people
    } - {unlucky}
    waiting = await town.owner.fetch("SELECT resident_id, kind, since FROM work.set_aside")
    assert [tuple(row) for row in waiting] == [(unlucky, "day", town.clock())]


async def test_a_day_set_aside_is_worked_out_once_it_is_mended(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 25))
    good = await town.owner.fetchval("SELECT values FROM health.segment")
    await town.owner.execute("UPDATE health.segment SET values = '\\x0bad'")
    await town.settle()
    assert await town.awards() == []
    await town.owner.execute("UPDATE health.segment SET values = $1", good)
    await town.owner.execute("SELECT work.release_set_aside(NULL, 'day', $1)", town.clock())
    await town.settle()
    assert [points for *_, points in await town.awards()] == [1]


async def figures(town: Town) -> list[tuple[object, ...]]:
    rows = await town.owner.fetch(
        "SELECT resident_id, day, figure, value, sample_count FROM health.day_summary"
        " WHERE figure < 1001 ORDER BY 1, 2, 3"
    )
    return [tuple(row) for row in rows]


def weight(value: float, minute: int) -> dict[str, object]:
    moment = local_morning(NOON.date()) + timedelta(minutes=minute)
    return {
        "metric": "body_weight",
        "source": "station:s",
        "times_ms": [ms(moment)],
        "values": [value],
    }


async def test_a_day_that_fails_keeps_the_figures_that_it_had_and_none_of_the_new_ones(
    town: Town,
) -> None:
    """One metric of the day is damaged; the figures of the others are not to be of another moment than its own."""
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 25), weight(62.5, 0))
    await town.settle()
    before, awards = await figures(town), await town.awards()
    await town.owner.execute("UPDATE health.segment SET values = '\\x0bad' WHERE metric = 5")
    await town.upload(
        hanako, steps([100] * 25, start=local_morning(NOON.date()) + timedelta(hours=1))
    )
    await town.settle()
    assert (await figures(town), await town.awards()) == (before, awards)
    assert await town.owner.fetchval("SELECT count(*) FROM work.set_aside") == 1


async def test_a_day_whose_points_cannot_be_posted_leaves_no_figures(town: Town) -> None:
    """Figures are written before points are posted, and go with them."""
    await town.put_in_force()
    people = await town.residents(3)
    unlucky = people[1].principal_id
    await town.owner.execute(
        f"ALTER TABLE rewards.transfer ADD CONSTRAINT refused CHECK (resident_id <> {unlucky}) NOT VALID"
    )
    for person in people:
        await town.upload(person, steps([100] * 25), weight(62.5, 0))
    await town.settle()
    assert {resident_id for resident_id, *_ in await figures(town)} == {
        person.principal_id for person in people
    } - {unlucky}
    await town.owner.execute("ALTER TABLE rewards.transfer DROP CONSTRAINT refused")
    await town.upload(people[1], weight(62.0, 1))
    await town.settle()
    of_unlucky = [figure for figure in await figures(town) if figure[0] == unlucky]
    assert [(metric, value) for _, _, metric, value, _ in of_unlucky] == [(1, 2_500), (5, 62.0)]
    assert len(await town.awards()) == 3


async def test_more_days_than_one_turn_takes_are_all_worked_off(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    for back in range(7):
        await town.upload(
            hanako, steps([100] * 25, start=local_morning(NOON.date() - timedelta(days=back)))
        )
    small_bites = town.settings.model_copy(update={"claim_days_max": 2})
    await Worker(town.worker_pool, town.redis, small_bites, town.clock).work_off()
    assert [points for *_, points in await town.awards()] == [1] * 7


async def test_many_small_uploads_of_a_day_are_kept_as_one_segment_and_read_the_same(
    town: Town,
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    morning = local_morning(NOON.date())
    for minute in range(24):
        await town.upload(hanako, steps([100], start=morning + timedelta(minutes=minute)))
    await town.upload(hanako, steps([None, 200], start=morning, revision=1))
    span = {
        "metric": "steps",
        "from": morning.isoformat(),
        "to": (morning + timedelta(hours=1)).isoformat(),
    }

    async def read() -> object:
        return (await town.call("GET", "/v1/me/samples", params=span, headers=hanako.headers)).json

    before = await read()
    await town.settle()
    assert await town.owner.fetchval("SELECT count(*) FROM health.segment") == 2
    assert await read() == before
    again = (await town.upload(hanako, steps([100] * 24))).json
    assert (again["duplicate"], again["refused"], again["accepted"]) == (22, 2, 0)
    await town.settle()
    assert (await town.get("/v1/me/today", hanako)).json["steps"] == 2_400


async def test_ten_years_at_once_keep_nobody_elses_morning_waiting(town: Town) -> None:
    await town.put_in_force()
    thorough, walker = await town.residents(2)
    long_ago = [NOON.date() - timedelta(days=15 + back) for back in range(60)]
    await town.upload(thorough, *(steps([100] * 25, start=local_morning(day)) for day in long_ago))
    await town.upload(walker, steps([100] * 25))
    async with town.worker_pool.acquire() as connection:
        changed = await work_off_pending_days(
            connection, share=whole_share(16), now=town.clock(), city_day=NOON.date()
        )
    assert changed == {thorough.principal_id, walker.principal_id}
    left = await town.owner.fetch("SELECT day FROM health.pending_day ORDER BY sequence")
    assert len(left) == 60 - 15, "what the morning leaves free is the backlog's"
    await town.settle()
    assert await town.owner.fetchval("SELECT count(*) FROM health.pending_day") == 0


async def test_a_city_that_never_rests_takes_the_backlog_in_too(town: Town) -> None:
    await town.put_in_force()
    thorough, *walkers = await town.residents(21)
    long_ago = NOON.date() - timedelta(days=15)
    for walker in walkers:
        await town.upload(walker, steps([100] * 25))
    await town.upload(thorough, steps([100] * 25, start=local_morning(long_ago)))
    async with town.worker_pool.acquire() as connection:
        await work_off_pending_days(
            connection, share=whole_share(16), now=town.clock(), city_day=NOON.date()
        )
    assert await town.owner.fetchval("SELECT count(*) FROM health.pending_day") == 20 - 12
    assert not await town.owner.fetchval("SELECT count(*) FROM health.pending_day WHERE is_backlog")


async def test_the_backlog_goes_round_among_those_who_wait(town: Town) -> None:
    await town.put_in_force()
    thorough, *others = await town.residents(6)
    for back in range(40):
        long_ago = NOON.date() - timedelta(days=15 + back)
        await town.upload(thorough, steps([100] * 25, start=local_morning(long_ago)))
    for other in others:
        await town.upload(other, steps([100] * 25, start=local_morning(long_ago)))
    backlog = Round()
    async with town.worker_pool.acquire() as connection:
        changed = await work_off_pending_days(
            connection,
            share=Share(0, 12),
            now=town.clock(),
            city_day=NOON.date(),
            backlog=backlog,
        )
    assert changed == {person.principal_id for person in (thorough, *others)}
    assert await town.owner.fetchval("SELECT count(*) FROM health.pending_day") == 40 - 2
    await town.settle()
    assert await town.owner.fetchval("SELECT count(*) FROM health.pending_day") == 0


async def test_a_day_of_many_uploads_is_worked_out_once(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    morning = local_morning(NOON.date())
    for minute in range(20):
        await town.upload(hanako, steps([100], start=morning + timedelta(minutes=minute)))
    async with town.worker_pool.acquire() as connection:
        await work_off_pending_days(
            connection, share=Share(1, 0), now=town.clock(), city_day=NOON.date()
        )
    assert await town.owner.fetchval("SELECT count(*) FROM health.pending_day") == 0
    assert (
        await town.owner.fetchval("SELECT sum(value) FROM health.day_summary WHERE figure = 1")
        == 2_000
    )


async def test_days_of_very_many_segments_are_worked_out_in_parts(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force()
    people = await town.residents(5)
    for person in people:
        for minute in range(3):
            morning = local_morning(NOON.date()) + timedelta(minutes=10 * minute)
            await town.upload(person, steps([100 * (minute + 1)], start=morning))
    monkeypatch.setattr(turn, "SEGMENTS_AT_ONCE_MAX", 6)
    monkeypatch.setattr(turn, "SEGMENTS_OF_A_DAY_MAX", 3)
    await town.upload(people[4], steps([50], start=local_morning(NOON.date()) + timedelta(hours=1)))
    await town.settle()
    rows = await town.owner.fetch("SELECT resident_id FROM health.day_summary")
    assert {row["resident_id"] for row in rows} == {person.principal_id for person in people[:4]}
    aside = await town.owner.fetch("SELECT resident_id, reason FROM work.set_aside")
    assert [row["resident_id"] for row in aside] == [people[4].principal_id]
    assert aside[0]["reason"].startswith("DayTooLarge")


@pytest.mark.parametrize("days_back", [0, 20])
async def test_a_damaged_day_is_found_among_recent_ones_and_in_the_backlog(
    town: Town, days_back: int
) -> None:
    await town.put_in_force()
    people = await town.residents(6)
    unlucky = people[2].principal_id
    for person in people:
        for back in (0, 20):
            morning = local_morning(NOON.date() - timedelta(days=back))
            await town.upload(person, steps([100] * 25, start=morning))
    damaged = NOON.date() - timedelta(days=days_back)
    await town.owner.execute(
        "UPDATE health.segment SET values = '\\x0bad' WHERE resident_id = $1 AND day = $2",
        unlucky,
        damaged,
    )
    await town.settle()
    assert await town.owner.fetchval("SELECT count(*) FROM health.pending_day") == 0
    assert [
        tuple(row) for row in await town.owner.fetch("SELECT resident_id, item FROM work.set_aside")
    ] == [(unlucky, damaged.isoformat())]


def overlapping(source: str = "phone:test", *, minutes: int = 10) -> dict[str, Any]:
    """Walks of a quarter of an hour, one begun each minute."""
    return steps([100] * minutes, source=source) | {"lengths_ms": [15 * 60_000] * minutes}


async def days_with_figures(town: Town) -> set[int]:
    rows = await town.owner.fetch("SELECT resident_id FROM health.day_summary")
    return {row["resident_id"] for row in rows}


async def reasons(town: Town) -> list[tuple[int, str, bool]]:
    """Who has a day that is set aside, what was raised, and whether it is tried again by itself."""
    rows = await town.owner.fetch("SELECT resident_id, reason, retry_at FROM work.set_aside")
    return [
        (row["resident_id"], row["reason"].split()[0], row["retry_at"] is not None) for row in rows
    ]


async def two_neighbours(town: Town, *batches: dict[str, Any]) -> tuple[Person, Person]:
    """One who sends these, and one who walks."""
    one, walker = await town.residents(2)
    answer = await town.upload(one, *batches)
    assert answer.status == 201, answer.json
    await town.upload(walker, steps([100] * 25))
    return one, walker


async def test_a_day_of_too_many_overlapping_records_of_all_sources_keeps_nobody_waiting(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force()
    monkeypatch.setattr(uncountable, "PARTS_OF_A_DAY_MAX", 300)
    tangled, walker = await two_neighbours(
        town, *(overlapping(f"phone:p{place}") for place in range(4))
    )
    await town.settle()
    assert await days_with_figures(town) == {walker.principal_id}
    assert await reasons(town) == [(tangled.principal_id, "TooTangled", False)]


async def test_a_day_of_too_many_sources_is_set_aside_until_they_are_fewer(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force()
    monkeypatch.setattr(uncountable, "SOURCES_OF_A_DAY_MAX", 3)
    many, walker = await two_neighbours(
        town, *(steps([100] * 25, source=f"phone:p{place}") for place in range(4))
    )
    await town.settle()
    assert await days_with_figures(town) == {walker.principal_id}
    assert await reasons(town) == [(many.principal_id, "TooManySources", False)]
    deleted = await town.call(
        "DELETE",
        "/v1/me/samples",
        params={
            "source": "phone:p3",
            "from": "2026-11-01T00:00:00+09:00",
            "to": "2026-12-01T00:00:00+09:00",
        },
        headers=many.headers | {"Idempotency-Key": "fewer-sources"},
    )
    assert deleted.status < 300, deleted.json
    await town.settle()
    assert await days_with_figures(town) == {many.principal_id, walker.principal_id}
    assert await reasons(town) == []


async def test_days_that_are_known_not_to_be_counted_slow_nobody_down(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are named at a look, so the other days of the turn need not be tried one by one."""
    await town.put_in_force()
    monkeypatch.setattr(uncountable, "SOURCES_OF_A_DAY_MAX", 3)
    people = await town.residents(6)
    at_fault = people[2], people[4]
    for person in people:
        sources = 4 if person in at_fault else 1
        await town.upload(
            person, *(steps([100] * 25, source=f"phone:p{place}") for place in range(sources))
        )
    together: list[int] = []

    async def summaries_of(days: Sequence[ResidentDay], *more: Any, **options: Any) -> Any:
        together.append(len(days))
        return await stored_days.summaries_of(days, *more, **options)

    monkeypatch.setattr(turn, "summaries_of", summaries_of)
    await town.settle()
    assert together == [6, 4]
    assert {(resident_id, reason) for resident_id, reason, _ in await reasons(town)} == {
        (person.principal_id, "TooManySources") for person in at_fault
    }
    assert len(await days_with_figures(town)) == 4


async def test_days_that_are_much_work_together_are_worked_out_in_turns_of_their_own(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force()
    monkeypatch.setattr(turn, "PARTS_AT_ONCE_MAX", 150)
    people = await town.residents(3)
    for person in people:
        await town.upload(person, overlapping())
    together: list[int] = []

    async def summaries_of(days: Sequence[ResidentDay], *more: Any, **options: Any) -> Any:
        found = await stored_days.summaries_of(days, *more, **options)
        together.append(len(days))
        return found

    monkeypatch.setattr(turn, "summaries_of", summaries_of)
    await town.settle()
    assert together == [1, 1, 1]
    assert await days_with_figures(town) == {person.principal_id for person in people}
    assert await reasons(town) == []


async def test_a_day_for_which_the_database_does_not_wait_is_set_aside_and_tried_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends a transaction that makes it wait for too long; that is no word of a server that is gone."""
    limits = TIME_LIMITS["wellness_worker"]._replace(idle_in_transaction=1.0)
    monkeypatch.setitem(TIME_LIMITS, "wellness_worker", limits)
    async with open_town(settings) as town:
        await town.put_in_force()
        slow, walker = await two_neighbours(town, steps([100] * 25))

        async def summaries_of(days: Sequence[ResidentDay], *more: Any, **options: Any) -> Any:
            if slow.principal_id in {day.resident_id for day in days}:
                await asyncio.sleep(1.5)
            return await stored_days.summaries_of(days, *more, **options)

        monkeypatch.setattr(turn, "summaries_of", summaries_of)
        await town.settle()
        assert await days_with_figures(town) == {walker.principal_id}
        assert await reasons(town) == [(slow.principal_id, "TookTooLong", True)]
        assert await town.owner.fetchval("SELECT count(*) FROM health.pending_day") == 0


@pytest.mark.parametrize(
    ("step", "most"),
    [
        ("_segment", "SAMPLES_OF_A_MOMENT_MAX"),
        ("summarise_days", "SAMPLES_OF_A_MOMENT_MAX"),
        ("count_days", "PARTS_OF_A_MOMENT_MAX"),
    ],
)
async def test_the_worker_goes_on_with_other_things_while_days_that_are_much_work_are_counted(
    town: Town, monkeypatch: pytest.MonkeyPatch, step: str, most: str
) -> None:
    await town.put_in_force()
    person = await town.resident()
    await town.upload(person, steps([100] * 25))
    await town.upload(person, steps([90] * 25, source="phone:other"))
    began, goes_on = threading.Event(), threading.Event()
    in_life = getattr(stored_days, step)

    def waiting(*of: Any, **options: Any) -> Any:
        # That a day is much work may show only after its first segment.
        if threading.current_thread() is not threading.main_thread():
            began.set()
            assert goes_on.wait(30), "the loop stands still"
        return in_life(*of, **options)

    async def other_work() -> None:
        while not began.is_set():
            await asyncio.sleep(0.01)
        goes_on.set()

    monkeypatch.setattr(stored_days, most, -1)
    monkeypatch.setattr(stored_days, step, waiting)
    async with asyncio.timeout(60):
        await asyncio.gather(town.settle(), other_work())
    assert len(await town.awards()) == 1
