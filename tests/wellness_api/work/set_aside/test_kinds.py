"""Whatever kind of work an item is of: when it fails it is set aside alone, all others are done, and it is done once mended."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from points.presets import preset_text
from points.programme import Programme, read_programme
from tests.poison import poison, release, set_aside
from tests.town import NOON, Town, steps
from tests.wellness_api.health.imports.exports import many, send, state_of, zipped
from tests.wellness_api.rewards.closing import test_periods as periods
from tests.wellness_api.rewards.closing.test_groups import MONDAY, PAIR, live_through_the_week, pair
from tests.wellness_api.rewards.draws.draws import (
    AFTER_CLOSING,
    DAY_OF_DRAW,
    draw_at,
    make_draw,
    walk,
)
from tests.wellness_api.rewards.winter import GRANTED, begin, is_proven, programme
from tests.worker import Worker

TODAY = NOON.date()


def restart(town: Town) -> None:
    """A worker that remembers nothing."""
    town.worker = Worker(town.worker_pool, town.redis, town.settings, town.clock)


def spendable_at_once() -> Programme:
    return msgspec.structs.replace(
        read_programme(preset_text("yokohama")), in_force_to=None, spendable_after_days=0
    )


async def balances(town: Town) -> dict[int, int]:
    rows = await town.owner.fetch("SELECT resident_id, balance FROM rewards.wallet")
    return {row["resident_id"]: row["balance"] for row in rows if row["resident_id"]}


def of_resident(who: int) -> Any:
    """Says of a function of a connection and residents' ids whether it is about this one."""
    return lambda _connection, residents, *_, **__: who in residents


async def test_a_file_that_panics_is_kept_and_read_again_once_that_is_mended_and_no_other_waits(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanako, taro = await town.residents(2)
    mend = poison(
        monkeypatch,
        "wellness_api.health.imports.file_reading.accept_upload",
        lambda *_, resident_id, **__: resident_id == hanako.principal_id,
    )
    unlucky, lucky = [await send(town, person, zipped(many(50))) for person in (hanako, taro)]
    await town.worker.read_imports()
    shown = await state_of(town, hanako, unlucky)
    assert (shown["state"], shown["problem"]["code"]) == ("refused", "internal_error")
    assert (await state_of(town, taro, lucky))["state"] == "done"
    assert await set_aside(town) == [(hanako.principal_id, "import", unlucky)]
    restart(town)
    await town.worker.read_imports()
    assert await town.owner.fetchval("SELECT tries FROM work.set_aside") == 1
    mend()
    await release(town, "import")
    await town.worker.read_imports()
    shown = await state_of(town, hanako, unlucky)
    assert (shown["state"], shown.get("problem")) == ("done", None)
    assert await set_aside(town) == []
    assert await town.owner.fetchval("SELECT max(length(content)) FROM health.import_part") == 0


async def test_an_erasure_that_fails_is_seen_and_tried_again_by_itself_and_no_other_waits(
    town: Town,
) -> None:
    people = await town.residents(3)
    for person in people:
        gone = await town.call(
            "DELETE", "/v1/me", json={"confirm": "erase"}, headers=person.headers
        )
        assert gone.status == 202
    unlucky = people[0].principal_id
    await town.owner.execute(
        "CREATE TABLE public.blocker (blocked bigint REFERENCES identity.principal)"
    )
    await town.owner.execute("INSERT INTO public.blocker VALUES ($1)", unlucky)
    await town.worker.erase()
    left = await town.owner.fetch("SELECT resident_id FROM identity.resident")
    assert [row["resident_id"] for row in left] == [unlucky]
    assert await set_aside(town) == [(unlucky, "erasure", "")]
    reason = await town.owner.fetchval("SELECT reason FROM work.set_aside")
    assert reason.startswith("ForeignKeyViolationError (23503) blocker blocker_blocked_fkey")
    restart(town)
    for _ in range(3):
        await town.worker.erase()
    assert await town.owner.fetchval("SELECT tries FROM work.set_aside") == 1, "no hot loop"
    await town.owner.execute("DROP TABLE public.blocker")
    town.clock.advance(timedelta(minutes=2))
    await town.worker.erase()
    assert await town.owner.fetchval("SELECT count(*) FROM identity.resident") == 0
    assert await set_aside(town) == []


async def test_points_become_spendable_for_all_but_the_resident_for_whom_it_fails_and_for_them_later(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force(spendable_at_once())
    people = await town.residents(5)
    await town.worker.turn_day()
    for person in people:
        await town.upload(person, steps([100] * 60))
    await town.settle()
    unlucky = people[3].principal_id
    mend = poison(
        monkeypatch, "wellness_api.rewards.closing.spendable._make_spendable", of_resident(unlucky)
    )
    town.clock.advance(timedelta(days=1))
    await town.worker.turn_day()
    assert await set_aside(town) == [(unlucky, "closing", "spendable")]
    assert await town.owner.fetchval("SELECT is_turned FROM rewards.open_day")
    got = await balances(town)
    assert got.pop(unlucky) == 0
    (points,) = set(got.values())
    assert points > 0
    # Still broken, an hour later and after a restart; then mended.
    restart(town)
    town.clock.advance(timedelta(hours=1))
    await town.worker.turn_day()
    assert await set_aside(town) == [(unlucky, "closing", "spendable")]
    mend()
    town.clock.advance(timedelta(hours=6))
    await town.worker.turn_day()
    assert await set_aside(town) == []
    assert (await balances(town))[unlucky] == points


async def test_what_a_days_end_gives_is_made_up_for_from_the_day_on_since_which_it_is_owed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force(programme(GRANTED))
    people = await town.residents(4)
    unlucky = people[1].principal_id
    await town.worker.turn_day()
    for person in people:
        await periods.walk(town, person, TODAY, 25)
    mend = poison(
        monkeypatch, "wellness_api.rewards.closing.periods.residents_of", of_resident(unlucky)
    )
    for days in (1, 2):
        await begin(town, TODAY + timedelta(days=days))
        restart(town)
    assert await set_aside(town) == [(unlucky, "closing", "periods")]

    async def given() -> dict[int, int]:
        owners = [who for who, *_ in await town.awards()]
        return {person.principal_id: owners.count(person.principal_id) for person in people}

    (days_of_others,) = {days for who, days in (await given()).items() if who != unlucky}
    assert (await given())[unlucky] < days_of_others
    mend()
    town.clock.advance(timedelta(hours=1))
    await town.worker.turn_day()
    assert await set_aside(town) == []
    assert set((await given()).values()) == {days_of_others}
    assert await is_proven(town)


async def test_groups_are_worked_out_without_the_resident_for_whom_it_fails_and_with_them_once_mended(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force(programme(PAIR))
    anna, ben, carl, dora = await town.residents(4)
    await pair(town, anna, ben)
    await pair(town, carl, dora)
    walks = [10, 10, 10, 0, 0, 0, 0]
    await live_through_the_week(town, {anna: walks, ben: walks, carl: walks, dora: walks})
    mend = poison(
        monkeypatch,
        "wellness_api.rewards.closing.groups.residents_of",
        of_resident(dora.principal_id),
    )
    await begin(town, MONDAY + timedelta(days=7))
    assert await set_aside(town) == [(dora.principal_id, "closing", "groups")]
    assert {anna.principal_id, ben.principal_id} <= {who for who, *_ in await town.awards()}
    assert dora.principal_id not in {who for who, *_ in await town.awards()}
    mend()
    await begin(town, MONDAY + timedelta(days=8))
    assert await set_aside(town) == []
    assert {who for who, *_ in await town.awards()} == {
        person.principal_id for person in (anna, ben, carl, dora)
    }


async def test_a_draw_that_panics_stops_no_other_draw(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    officer = await town.staff("programme_officer")
    for code in ("autumn", "bingo", "chance"):
        assert (await make_draw(town, officer, code=code, purpose=code)).status == 201
    await walk(town, hanako, 5, day=TODAY)
    await draw_at(town, AFTER_CLOSING)
    mend = poison(
        monkeypatch,
        "wellness_api.rewards.draws.steps.draw_of_code",
        lambda _connection, code: code == "bingo",
    )

    async def drawn() -> list[str]:
        rows = await town.owner.fetch("SELECT draw FROM rewards.draw_reveal ORDER BY 1")
        return [row["draw"] for row in rows]

    await draw_at(town, DAY_OF_DRAW)
    assert await drawn() == ["autumn", "chance"]
    restart(town)
    await draw_at(town, DAY_OF_DRAW)
    assert await set_aside(town) == [(0, "draw", "bingo")]
    assert await town.owner.fetchval("SELECT tries FROM work.set_aside") == 1
    mend()
    await release(town)
    await draw_at(town, DAY_OF_DRAW)
    assert await drawn() == ["autumn", "bingo", "chance"]
    assert await set_aside(town) == []


async def test_an_indicator_that_panics_stops_no_other_and_shows_nothing_itself(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force()
    await town.owner.execute(
        "INSERT INTO indicators.zone (zone, name, population, outline)"
        """ VALUES ('chuo', '{"ja": "中央"}', 900, '{}')"""
    )
    for person in await town.residents(30):
        await town.upload(person, steps([100] * 30))
    await town.settle()

    async def shown() -> set[str]:
        rows = await town.owner.fetch("SELECT DISTINCT indicator FROM indicators.cell")
        return {row["indicator"] for row in rows}

    await town.worker.refresh()
    every = await shown()
    mend = poison(
        monkeypatch,
        "wellness_api.indicators.compute.raw_cell",
        lambda indicator, _zone: indicator == "mean_steps",
    )
    town.clock.advance(timedelta(days=1))
    for _ in range(3):
        await town.worker.refresh()
    assert await shown() == every - {"mean_steps"}
    assert await set_aside(town) == [(0, "indicators", "mean_steps")]
    assert await town.owner.fetchval("SELECT tries FROM work.set_aside") == 1
    mend()
    await town.worker.refresh()
    assert await shown() == every - {"mean_steps"}, (
        "what was worked out today stands until tomorrow"
    )
    town.clock.advance(timedelta(days=1))
    await town.worker.refresh()
    assert await shown() == every
    assert await set_aside(town) == []


async def test_the_proof_of_one_who_fails_is_reported_and_all_others_are_proven(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.put_in_force()
    people = await town.residents(6)
    for person in people:
        await town.upload(person, steps([100] * 30))
    await town.settle()
    await town.worker.turn_day()
    unlucky, changed = people[2].principal_id, people[4].principal_id
    await town.owner.execute(
        "UPDATE health.segment SET values = '\\x0bad' WHERE resident_id = $1", unlucky
    )
    await town.owner.execute(
        "UPDATE rewards.transfer SET amount = amount + 1 WHERE resident_id = $1", changed
    )
    await town.worker.check_ledger()
    assert await set_aside(town) == [(unlucky, "proof", "awards"), (unlucky, "proof", "summaries")]
    check = await town.owner.fetchrow(
        "SELECT awards_differing, checked_at FROM rewards.ledger_check"
    )
    assert check is not None
    assert check["checked_at"] is not None
    assert check["awards_differing"] == 1, (
        "the one that somebody changed, and not the one that fails"
    )


async def test_a_chore_that_fails_keeps_no_other_from_being_done(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    mend = poison(monkeypatch, "wellness_api.health.imports.jobs.forget_imports", lambda *_: True)
    hanako = await town.resident()
    await town.owner.execute(
        "UPDATE identity.session SET expires_at = $1", town.clock() - timedelta(days=1)
    )
    await town.put_in_force()
    await town.worker.keep_house()
    assert await set_aside(town) == [(0, "chore", "old imports")]
    assert (await town.get("/v1/me/today", hanako)).status == 401, "expired sessions went"
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.lottery_chain") > 0
    mend()
    await town.worker.keep_house()
    assert await set_aside(town) == []


async def test_an_upload_that_panics_gets_a_problem_report_is_seen_by_staff_and_harms_nobody(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await town.residents(20)
    poison(
        monkeypatch,
        "wellness_api.health.samples.outcome.encode",
        lambda segment: 313_000 in segment.values.tolist(),
    )
    unlucky = people[7]
    for _ in range(2):
        answers = await asyncio.gather(
            *(
                town.upload(person, steps([313 if person is unlucky else 50 + round_] * 4))
                for round_, person in enumerate(people)
            )
        )
        for person, answer in zip(people, answers, strict=True):
            assert answer.status == (500 if person is unlucky else 201), answer.body
        (failed,) = [answer for answer in answers if answer.status == 500]
        assert failed.headers["Content-Type"] == "application/problem+json"
        assert failed.json["type"] == "urn:wellness:internal_error"
    assert await set_aside(town) == [(unlucky.principal_id, "upload", "/v1/uploads")]
    assert await town.owner.fetchval("SELECT tries FROM work.set_aside") == 2
    await release(town)
    assert await set_aside(town) == []


async def test_every_loop_of_the_worker_outlives_whatever_it_meets(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All loops fail at once, by panics outside of any item; the days are worked off as soon as that is over."""
    mends = [
        poison(monkeypatch, f"wellness_api.{name}", lambda *_, **__: True)
        for name in (
            "rewards.pending_days.jobs.work_off_pending_days",
            "identity.erasure.jobs.carry_out_erasures",
            "health.imports.jobs.read_in_turns",
            "rewards.closing.jobs.turn_day",
            "indicators.jobs.refresh_indicators",
            "rewards.draws.jobs.take_steps",
        )
    ]
    await town.put_in_force()
    hanako = await town.resident()
    await town.upload(hanako, steps([100] * 30))
    working = asyncio.create_task(town.worker.run())
    await asyncio.sleep(1.5)
    assert not working.done()
    for mend in mends:
        mend()
    async with asyncio.timeout(15):
        while not await town.awards():
            await asyncio.sleep(0.05)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
