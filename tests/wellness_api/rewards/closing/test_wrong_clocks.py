"""What cannot be taken back is done by clocks that agree, and for days that have really come."""

import asyncio
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import msgspec
import pytest
from structlog.testing import capture_logs

from points.presets import preset_text
from points.programme import read_programme
from tests.database_clock import set_database_clock
from tests.processes import environment, run
from tests.town import NOON, Person, Town, local_morning, steps
from tests.wellness_api.rewards.draws.draws import make_draw
from tests.wellness_api.rewards.redemptions.shop import offer, purse, redeem
from tests.worker import Worker
from wellness_api.process.settings import Settings
from wellness_api.programs.start.obstacles import free_port
from wellness_api.rewards.closing import jobs
from wellness_api.rewards.closing.turn import turn_day
from wellness_api.work.jobs import clockwork

TODAY = NOON.date()
APART = [timedelta(days=800), timedelta(days=2), timedelta(minutes=6), timedelta(days=-800)]
IN_TWO_DAYS = NOON + timedelta(days=2)


async def walk(town: Town, person: Person, points: int) -> None:
    await town.upload(person, steps([100] * 20 * points, start=local_morning(town.clock().date())))
    await town.settle()


@pytest.fixture
async def rich(town: Town) -> Person:
    """Somebody with points that lapse at the end of March, in a town whose day is turned."""
    await town.put_in_force(
        msgspec.structs.replace(
            read_programme(preset_text("yokohama")),
            in_force_to=None,
            spendable_after_days=0,
            kept_fiscal_years=0,
        )
    )
    person = await town.resident()
    await walk(town, person, 3)
    town.clock.now = NOON + timedelta(days=1)
    assert await town.worker.turn_day()
    assert await standing(town, person) == 3
    return person


async def standing(town: Town, person: Person) -> int:
    """What is in the wallet, read as the owner: the API may have gone out of service."""
    balance: int = await town.owner.fetchval(
        "SELECT balance FROM rewards.wallet WHERE resident_id = $1", person.principal_id
    )
    return balance


def worker_ahead(town: Town, ahead: timedelta) -> Worker:
    """Another worker, with a clock of its own."""
    return Worker(town.worker_pool, town.redis, town.settings, lambda: town.clock() + ahead)


async def waiting(town: Town) -> str | None:
    reason: str | None = await town.owner.fetchval("SELECT reason FROM rewards.day_waiting")
    return reason


async def opened(town: Town) -> date:
    day: date = await town.owner.fetchval("SELECT day FROM rewards.open_day")
    return day


@pytest.mark.parametrize("ahead", APART, ids=str)
async def test_a_worker_whose_clock_is_wrong_turns_no_day_and_says_so(
    town: Town, rich: Person, ahead: timedelta
) -> None:
    before = await opened(town)
    with capture_logs() as logs:
        assert not await worker_ahead(town, ahead).turn_day()
    (line,) = logs
    assert (line["event"], line["reason"]) == ("ledger_day_waits", "clocks_apart")
    assert line["log_level"] == "warning"
    assert await waiting(town) == "clocks_apart"
    assert (await opened(town), await standing(town, rich)) == (before, 3)
    metrics = (await town.get("/metrics")).body.decode()
    assert 'wellness_ledger_day_waits{reason="clocks_apart"} 1.0' in metrics
    assert 'wellness_ledger_day_waits{reason="days_missing"} 0.0' in metrics


async def test_a_worker_whose_clock_is_right_again_goes_on_by_itself(
    town: Town, rich: Person
) -> None:
    assert not await worker_ahead(town, timedelta(days=800)).turn_day()
    town.clock.now = IN_TWO_DAYS
    assert await town.worker.turn_day()
    assert await waiting(town) is None
    assert await opened(town) == IN_TWO_DAYS.date()
    metrics = (await town.get("/metrics")).body.decode()
    assert 'wellness_ledger_day_waits{reason="clocks_apart"} 0.0' in metrics


@pytest.mark.parametrize("ahead", APART, ids=str)
async def test_a_database_whose_clock_is_wrong_turns_no_day_and_the_api_is_not_ready(
    town: Town, rich: Person, ahead: timedelta
) -> None:
    town.clock.database_ahead = ahead
    assert not await town.worker.turn_day()
    assert await waiting(town) == "clocks_apart"
    ready = await town.get("/readyz")
    assert (ready.status, ready.json["clock"], ready.json["database"]) == (503, "apart", "ok")
    apart = next(
        line
        for line in (await town.get("/metrics")).body.decode().splitlines()
        if line.startswith("wellness_clock_apart_seconds ")
    )
    assert float(apart.split()[-1]) == -ahead.total_seconds()
    town.clock.database_ahead = timedelta(0)
    assert await town.worker.turn_day()
    assert (await town.get("/readyz")).status == 200


async def test_clocks_that_are_apart_by_little_do_no_harm(town: Town, rich: Person) -> None:
    town.clock.database_ahead = timedelta(minutes=-4)
    assert await town.worker.turn_day()
    assert (await town.get("/readyz")).json["clock"] == "ok"


async def test_a_box_whose_one_clock_jumps_ahead_waits_until_it_is_right_again(
    town: Town, rich: Person
) -> None:
    before = await opened(town)
    town.clock.now += timedelta(days=800)
    assert not await town.worker.turn_day()
    assert await waiting(town) == "days_missing"
    # Uploads that come after the jump say nothing about the days before it.
    await town.upload(rich, steps([100] * 40, start=local_morning(town.clock().date())))
    assert not await town.worker.turn_day()
    assert (await opened(town), await standing(town, rich)) == (before, 3)
    town.clock.now = IN_TWO_DAYS
    assert await town.worker.turn_day()
    assert await waiting(town) is None


async def test_a_worker_that_was_down_goes_on_where_uploads_came_meanwhile(
    town: Town, rich: Person
) -> None:
    for _ in range(5):
        town.clock.advance(timedelta(days=6))
        await town.owner.execute("SELECT health.ensure_segment_partitions($1)", town.clock().date())
        await town.upload(rich, steps([100], start=local_morning(town.clock().date())))
    assert await town.worker.turn_day()
    assert await opened(town) == TODAY + timedelta(days=31)


@pytest.mark.parametrize("days", [7, 8])
async def test_a_week_without_a_sign_of_life_is_believed_and_a_day_more_is_not(
    town: Town, rich: Person, days: int
) -> None:
    town.clock.advance(timedelta(days=days))
    assert await town.worker.turn_day() == (days == 7)


async def test_a_city_where_nobody_uploads_has_its_days_turned(town: Town, rich: Person) -> None:
    for _ in range(30):
        town.clock.advance(timedelta(days=1))
        assert await town.worker.turn_day()


async def test_a_first_start_needs_nobodys_word(town: Town) -> None:
    await town.put_in_force()
    await walk(town, await town.resident(), 2)
    town.clock.now += timedelta(days=300)
    assert await town.worker.turn_day()


def command(town: Town, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`wellness ledger …`, as a process of its own."""
    assert town.settings.database_url is not None
    settings = environment(town.settings.var_dir, 8000)
    return run(
        *("ledger", *arguments),
        settings=settings | {"WELLNESS_DATABASE_URL": town.settings.database_url},
    )


async def test_the_operators_word_lets_the_ledger_go_on(town: Town, rich: Person) -> None:
    town.clock.advance(timedelta(days=200))
    assert not await town.worker.turn_day()
    said = await asyncio.to_thread(command, town, "day")
    assert "no upload for more than seven days" in said.stdout
    assert "the database's clock says 2027-06-07 12:00:00 in Asia/Tokyo" in said.stdout
    assert "the worker's clock said 2027-06-07 12:00:00 in Asia/Tokyo" in said.stdout
    helped = await asyncio.to_thread(command, town, "confirm-day", "--help")
    assert "confirm-day [OPTIONS] DATE" in helped.stdout
    wrong = await asyncio.to_thread(command, town, "confirm-day", "2026-11-20")
    assert "by the database's clock it is 2027-06-07, not 2026-11-20" in wrong.stderr
    assert not await town.worker.turn_day()
    right = await asyncio.to_thread(command, town, "confirm-day", "2027-06-07")
    assert right.returncode == 0, right.stderr
    assert await town.worker.turn_day()
    assert await opened(town) == date(2027, 6, 7)
    assert await standing(town, rich) == 0, "they lapsed in March"


async def test_a_day_that_a_wrong_clock_opened_at_first_is_set_back(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    town.clock.now = NOON + timedelta(days=26_000)
    assert await town.worker.turn_day()
    town.clock.now = NOON
    assert not await town.worker.turn_day()
    assert await waiting(town) == "day_is_past"
    said = await asyncio.to_thread(command, town, "confirm-day", TODAY.isoformat())
    assert said.returncode == 0, said.stderr
    assert await town.worker.turn_day()
    assert await opened(town) == TODAY
    await walk(town, hanako, 2)
    wallet = (await town.get("/v1/me/wallet", hanako)).json
    assert (wallet["pending"], wallet["balance"]) == (2, 0)


async def test_no_worker_opens_a_day_by_another_way(town: Town, rich: Person) -> None:
    async with town.worker_pool.acquire() as connection:
        for statement in (
            "UPDATE rewards.open_day SET day = day + 800",
            "DELETE FROM rewards.open_day",
            "INSERT INTO rewards.open_day VALUES (true, '2029-01-01', '2000-01-01', false)",
            "INSERT INTO rewards.day_confirmed VALUES ('2029-01-01', now())",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        opened_day = await connection.fetchval(
            "SELECT waits FROM rewards.open_next_day($1, $2)",
            TODAY + timedelta(days=800),
            town.clock(),
        )
    assert opened_day == "clocks_apart"


async def test_the_steps_of_the_turn_are_not_begun_while_it_waits(town: Town, rich: Person) -> None:
    async def announce(changed: set[int]) -> None:
        raise AssertionError(f"{changed} changed")

    ahead = town.clock() + timedelta(days=800)
    assert not await turn_day(town.worker_pool, today=ahead.date(), now=ahead, announce=announce)


async def test_a_running_worker_with_a_wrong_clock_leaves_everything_as_it_is(
    town: Town, rich: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clockwork, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(jobs, "WAIT_SECONDS", 0.05)
    ahead = timedelta(days=800)
    worker = Worker(town.worker_pool, town.redis, town.settings, lambda: town.clock() + ahead)
    running = asyncio.create_task(worker.run())
    try:
        await town.upload(rich, steps([100] * 40, start=local_morning(town.clock().date())))
        await asyncio.sleep(1)
        assert await waiting(town) == "clocks_apart"
        assert await town.owner.fetchval("SELECT count(*) FROM health.pending_day") == 1
        ahead = timedelta(0)
        async with asyncio.timeout(20):
            while await town.owner.fetchval("SELECT pending FROM rewards.wallet") != 2:
                await asyncio.sleep(0.05)
            while await waiting(town) is not None:
                await asyncio.sleep(0.05)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_the_api_does_not_start_with_another_clock_than_its_database(
    settings: Settings, tmp_path: Path
) -> None:
    assert settings.database_url is not None
    assert settings.redis_url is not None
    set_database_clock(datetime.now(UTC) - timedelta(days=2))
    try:
        ended = run(
            "serve",
            settings=environment(tmp_path, free_port())
            | {
                "WELLNESS_DATABASE_URL": settings.database_url,
                "WELLNESS_REDIS_URL": settings.redis_url,
            },
        )
    finally:
        set_database_clock(None)
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("wellness: this host's clock is 2 days, 0:0")
    assert line.endswith("ahead of the database's; set both right (NTP), then start again")


both_clocks = pytest.mark.parametrize("shared", [False, True], ids=["the worker's", "one for all"])


async def worker_far_ahead(town: Town, *, shared: bool) -> Worker:
    """One whose day was turned a moment ago, and whose clock then went ahead by more than two years."""
    ahead = timedelta(days=800)
    if shared:
        town.clock.now += ahead
        return town.worker
    return worker_ahead(town, ahead)


@both_clocks
async def test_a_clock_that_is_ahead_signs_nobody_out_and_ends_no_hold(
    town: Town, rich: Person, *, shared: bool
) -> None:
    goods = await offer(town, "pickup_goods", price_points=2)
    assert (await redeem(town, rich, goods)).status == 201
    signed_in = await town.owner.fetchval("SELECT count(*) FROM identity.session")
    worker = await worker_far_ahead(town, shared=shared)
    assert not await worker.turn_day()
    await worker.forget_expired()
    await worker.release_lapsed()
    await worker.forget()
    assert await town.owner.fetchval("SELECT count(*) FROM identity.session") == signed_in
    assert await purse(town, rich) == (1, 2)
    kept_from = await town.owner.fetchval("SELECT first_day FROM health.retention")
    assert kept_from == date(2023, 11, 1), "as on the ledger's day"


@both_clocks
async def test_a_clock_that_is_ahead_closes_no_list_and_reveals_no_seed(
    town: Town, rich: Person, *, shared: bool
) -> None:
    officer = await town.staff("programme_officer")
    assert (await make_draw(town, officer)).status == 201
    worker = await worker_far_ahead(town, shared=shared)
    assert not await worker.turn_day()
    await worker.draw()
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.draw_closing") == 0
    revealed = await town.owner.fetchval("SELECT max(day) FROM rewards.lottery_seed")
    assert revealed is None or revealed < TODAY


@both_clocks
async def test_a_night_check_of_the_ledger_is_of_the_day_that_was_turned(
    town: Town, rich: Person, *, shared: bool
) -> None:
    worker = await worker_far_ahead(town, shared=shared)
    assert not await worker.turn_day()
    await worker.check_ledger()
    assert await town.owner.fetchval("SELECT max(day) FROM rewards.ledger_check") == await opened(
        town
    )


async def months(town: Town) -> list[str]:
    rows = await town.owner.fetch(
        "SELECT relname FROM pg_class WHERE relname ~ '^segment_[0-9]{6}$' ORDER BY relname"
    )
    return [row["relname"].removeprefix("segment_") for row in rows]


@both_clocks
async def test_housekeeping_by_a_clock_that_is_ahead_does_no_harm(
    town: Town, rich: Person, *, shared: bool
) -> None:
    before = await months(town)
    goods = await offer(town, "pickup_goods", price_points=2)
    assert (await redeem(town, rich, goods)).status == 201
    signed_in = await town.owner.fetchval("SELECT count(*) FROM identity.session")
    worker = await worker_far_ahead(town, shared=shared)
    await worker.keep_house()
    made = await months(town)
    if not shared:
        assert made == before, "the database's day has come to no other month"
    years = [int(month[:4]) * 12 + int(month[4:]) for month in made]
    assert years == list(range(years[0], years[-1] + 1)), "no month is left out"
    assert await town.owner.fetchval("SELECT count(*) FROM identity.session") == signed_in
    assert await purse(town, rich) == (1, 2)
    # Once the clock is right, every day from then on has its place.
    town.clock.now = NOON + timedelta(days=1)
    for later in range(0, 1_200, 30):
        town.clock.now = NOON + timedelta(days=later)
        await town.worker.keep_house()
        await town.owner.execute(
            "INSERT INTO health.segment VALUES ($1, $2, now(), 0, $3, 1, 'phone:a', 0, 0, '\\x00', '\\x00')",
            *(rich.principal_id, later, town.clock().date()),
        )


async def test_a_clock_that_is_ahead_by_a_century_makes_no_more_than_three_years_months(
    town: Town, rich: Person
) -> None:
    before = await months(town)
    town.clock.now += timedelta(days=36_500)
    await town.worker.keep_house()
    assert len(await months(town)) - len(before) <= 39


async def test_samples_are_dropped_by_no_clock_that_jumped(town: Town, rich: Person) -> None:
    await town.upload(rich, steps([100] * 20, start=local_morning(TODAY)))
    town.clock.now += timedelta(days=800)
    async with town.worker_pool.acquire() as connection:
        with pytest.raises(
            asyncpg.RaiseError, match="samples of the last thirteen months are kept"
        ):
            await connection.execute("SELECT health.close_days_before($1)", TODAY)


async def test_who_leaves_is_erased_at_once_and_looked_after_when_the_clock_was_set_back(
    town: Town, rich: Person
) -> None:
    town.clock.now += timedelta(days=200)
    leaving = {"confirm": "erase"}
    answer = await town.call("DELETE", "/v1/me", json=leaving, headers=rich.headers)
    assert answer.status == 202
    await town.worker.erase()
    requests = "SELECT count(*) FROM identity.erasure_request WHERE is_erased"
    assert await town.owner.fetchval("SELECT count(*) FROM identity.resident") == 0
    # The clock still stands far ahead, and the second look waits for it.
    town.clock.advance(timedelta(hours=2))
    await town.worker.erase()
    assert await town.owner.fetchval(requests) == 1
    town.clock.now = IN_TWO_DAYS
    await town.worker.erase()
    assert await town.owner.fetchval("SELECT count(*) FROM identity.erasure_request") == 0
