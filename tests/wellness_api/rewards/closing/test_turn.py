"""The day turn: pending points become spendable, old points lapse; however late it comes and however often."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from points.presets import preset_text
from points.programme import Programme, read_programme
from tests.town import NOON, Person, Town, local_morning, steps
from wellness_api.database.locks import RESIDENT_LOCK
from wellness_api.rewards.closing import batches
from wellness_api.rewards.closing.turn import turn_day
from wellness_api.rewards.proof.verify import verify_ledger

TODAY = NOON.date()
FEBRUARY = date(2027, 2, 1)
"""In the same fiscal year as the clock's day; the next one begins in April."""


def programme(**changes: object) -> Programme:
    """Yokohama's, spendable on the next day, good until the end of the fiscal year, without an end."""
    return msgspec.structs.replace(
        read_programme(preset_text("yokohama")),
        **{"in_force_to": None, "spendable_after_days": 0, "kept_fiscal_years": 0} | changes,
    )


async def walk(town: Town, person: Person, points: int, *, day: date) -> None:
    """A day of so many points, sent in its evening."""
    town.clock.now = local_morning(day) + timedelta(hours=14)
    await town.owner.execute("SELECT health.ensure_segment_partitions($1)", day)
    await town.upload(person, steps([100] * 20 * points, start=local_morning(day)))
    await town.settle()


async def turn(town: Town, day: date) -> None:
    """The first minutes of the day; the operator has said that it came, however long nobody turned one."""
    town.clock.now = local_morning(day) - timedelta(hours=5)
    await town.owner.execute(
        "INSERT INTO rewards.day_confirmed VALUES ($1, $2) ON CONFLICT DO NOTHING",
        day,
        town.clock(),
    )
    await town.worker.turn_day()


async def spend(town: Town, person: Person, points: int, *, day: date) -> None:
    """As a redemption does, at once."""
    for debit, credit in (("wallet", "held"), ("held", "redeemed")):
        await move(town, person, debit, credit, points, day=day)


async def move(
    town: Town, person: Person, debit: str, credit: str, points: int, *, day: date
) -> None:
    await town.owner.execute(
        "SELECT rewards.append_transfer($1, $2, $3, $4, $5, $6, 1, '{}')",
        person.principal_id,
        town.clock(),
        day,
        debit,
        credit,
        points,
    )


async def transfers(town: Town, person: Person) -> list[tuple[str, str, int]]:
    rows = await town.owner.fetch(
        "SELECT debit_account, credit_account, amount FROM rewards.transfer"
        " WHERE resident_id = $1 ORDER BY transfer_id",
        person.principal_id,
    )
    return [tuple(row) for row in rows]


async def standing(town: Town, person: Person) -> tuple[int, int, int]:
    wallet = (await town.get("/v1/me/wallet", person)).json
    return wallet["pending"], wallet["balance"], wallet["owed"]


@pytest.fixture(autouse=True)
async def nothing_differs(town: Town) -> AsyncIterator[None]:
    """After each of these tests the ledger is as its transfers say."""
    yield
    async with town.owner.transaction():
        verification = await verify_ledger(town.owner, on_step=lambda *_: None)
    assert (verification.balances, verification.chains) == ([], [])


async def test_points_wait_until_no_late_data_can_take_them_back(town: Town) -> None:
    await town.put_in_force(programme(spendable_after_days=None))
    hanako = await town.resident()
    await walk(town, hanako, 3, day=TODAY)
    await turn(town, TODAY + timedelta(days=14))
    assert await standing(town, hanako) == (3, 0, 0)
    await turn(town, TODAY + timedelta(days=15))
    assert await standing(town, hanako) == (0, 3, 0)
    assert await transfers(town, hanako) == [("budget", "pending", 3), ("pending", "wallet", 3)]


async def test_each_days_points_become_spendable_on_their_own_day(town: Town) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await walk(town, hanako, 3, day=TODAY)
    await walk(town, hanako, 2, day=TODAY + timedelta(days=1))
    await turn(town, TODAY + timedelta(days=1))
    wallet = (await town.get("/v1/me/wallet", hanako)).json
    assert (wallet["balance"], wallet["pending"]) == (3, 2)
    assert wallet["next_spendable"] == {"points": 2, "from_day": "2026-11-20"}


async def test_turning_the_day_again_changes_nothing(town: Town) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await walk(town, hanako, 3, day=TODAY)
    await turn(town, date(2027, 4, 1))
    once = await transfers(town, hanako)
    await turn(town, date(2027, 4, 1))
    assert await transfers(town, hanako) == once
    assert once[-1] == ("wallet", "expired", 3)


@pytest.mark.parametrize("turned_after_days", [range(1, 30), [4, 29], [29]])
async def test_a_worker_that_was_down_for_days_comes_to_the_same_end(
    town: Town, turned_after_days: Sequence[int]
) -> None:
    await town.put_in_force(programme(spendable_after_days=2))
    hanako = await town.resident()
    first = date(2027, 3, 27)
    for ahead in range(7):
        await walk(town, hanako, 1 + ahead % 3, day=first + timedelta(days=ahead))
    for ahead in turned_after_days:
        await turn(town, first + timedelta(days=ahead))
    moved: Counter[tuple[str, str]] = Counter()
    for debit, credit, points in await transfers(town, hanako):
        moved[debit, credit] += points
    assert moved == {
        ("budget", "pending"): 13,
        ("pending", "wallet"): 13,
        ("wallet", "expired"): 3,
    }
    assert await standing(town, hanako) == (0, 10, 0)


async def test_a_clock_that_goes_back_does_not_turn_the_ledger_back(town: Town) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await turn(town, TODAY + timedelta(days=3))
    await turn(town, TODAY)
    (row,) = await town.owner.fetch("SELECT day, is_turned FROM rewards.open_day")
    assert tuple(row) == (TODAY + timedelta(days=3), True)
    await walk(town, hanako, 3, day=TODAY)
    await turn(town, TODAY)
    assert await standing(town, hanako) == (0, 3, 0)


async def test_a_day_is_not_turned_before_everybody_is_brought_to_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "RESIDENTS_PER_BATCH", 2)
    await town.put_in_force(programme())
    people = await town.residents(5)
    for person in people:
        await walk(town, person, 2, day=TODAY)
    tomorrow = TODAY + timedelta(days=1)
    await turn(town, TODAY)
    told: list[set[int]] = []

    async def killed(changed: set[int]) -> None:
        told.append(changed)
        if len(told) == 2:
            raise KeyboardInterrupt

    town.clock.now = local_morning(tomorrow) - timedelta(hours=5)
    with pytest.raises(KeyboardInterrupt):
        await turn_day(town.worker_pool, today=tomorrow, now=town.clock(), announce=killed)
    assert not await town.owner.fetchval("SELECT is_turned FROM rewards.open_day")
    assert [(await standing(town, person))[1] for person in people] == [2, 2, 2, 2, 0]

    await turn(town, tomorrow)
    assert await town.owner.fetchval("SELECT is_turned FROM rewards.open_day")
    for person in people:
        assert await transfers(town, person) == [("budget", "pending", 2), ("pending", "wallet", 2)]


async def test_the_turn_waits_for_whoever_has_a_resident_in_hand(town: Town) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await walk(town, hanako, 3, day=TODAY)
    async with town.owner.transaction():
        await town.owner.execute(
            "SELECT pg_advisory_xact_lock($1, hashint8($2))", RESIDENT_LOCK, hanako.principal_id
        )
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await turn(town, TODAY + timedelta(days=1))
    await turn(town, TODAY + timedelta(days=1))
    assert await standing(town, hanako) == (0, 3, 0)


async def test_the_oldest_points_are_spent_first_and_the_rest_lapses_with_its_year(
    town: Town,
) -> None:
    await town.put_in_force(programme(kept_fiscal_years=1))
    hanako = await town.resident()
    for day in range(4):  # 20 points of fiscal 2026, good until the end of March 2028.
        await walk(town, hanako, 5, day=FEBRUARY + timedelta(days=day))
    await turn(town, date(2027, 5, 1))
    for day in range(2):  # 10 points of fiscal 2027, good until the end of March 2029.
        await walk(town, hanako, 5, day=date(2027, 6, 1) + timedelta(days=day))
    await turn(town, date(2027, 7, 1))
    await spend(town, hanako, 12, day=date(2027, 7, 1))
    wallet = (await town.get("/v1/me/wallet", hanako)).json
    assert (wallet["balance"], wallet["expiring"]) == (18, {"points": 8, "last_day": "2028-03-31"})

    await turn(town, date(2028, 3, 31))
    assert await standing(town, hanako) == (0, 18, 0)
    await turn(town, date(2028, 4, 1))
    assert await standing(town, hanako) == (0, 10, 0)
    await spend(town, hanako, 4, day=date(2028, 5, 1))
    wallet = (await town.get("/v1/me/wallet", hanako)).json
    assert wallet["expiring"] == {"points": 6, "last_day": "2029-03-31"}
    await turn(town, date(2029, 4, 1))
    assert await standing(town, hanako) == (0, 0, 0)
    assert (await town.get("/v1/me/wallet", hanako)).json["expiring"] is None


async def test_who_has_spent_more_than_the_years_points_loses_none(town: Town) -> None:
    await town.put_in_force(programme(kept_fiscal_years=1))
    hanako = await town.resident()
    await walk(town, hanako, 5, day=FEBRUARY)
    await walk(town, hanako, 4, day=date(2027, 6, 1))
    await turn(town, date(2027, 7, 1))
    await spend(town, hanako, 6, day=date(2027, 7, 1))
    await turn(town, date(2028, 4, 1))
    assert await standing(town, hanako) == (0, 3, 0)


async def test_points_of_a_cancelled_redemption_lapse_if_their_last_day_is_over(town: Town) -> None:
    await town.put_in_force(programme(kept_fiscal_years=1))
    hanako = await town.resident()
    await walk(town, hanako, 5, day=FEBRUARY)
    await walk(town, hanako, 4, day=date(2027, 6, 1))
    await turn(town, date(2028, 3, 1))
    await move(town, hanako, "wallet", "held", 5, day=date(2028, 3, 1))
    april = date(2028, 4, 1)
    await turn(town, april)
    assert await standing(town, hanako) == (0, 4, 0)
    await move(town, hanako, "held", "wallet", 5, day=april)
    await turn(town, april)
    assert await standing(town, hanako) == (0, 4, 0)
    assert (await transfers(town, hanako))[-1] == ("wallet", "expired", 5)


async def test_points_without_a_last_day_never_lapse(town: Town) -> None:
    await town.put_in_force(programme(kept_fiscal_years=None))
    hanako = await town.resident()
    await walk(town, hanako, 5, day=FEBRUARY)
    await turn(town, date(2090, 4, 1))
    wallet = (await town.get("/v1/me/wallet", hanako)).json
    assert (wallet["balance"], wallet["expiring"]) == (5, None)


async def test_a_late_correction_takes_what_waits_then_the_wallet_then_owes(town: Town) -> None:
    await town.put_in_force(programme(spendable_after_days=1))
    hanako = await town.resident()
    await walk(town, hanako, 5, day=TODAY)
    await walk(town, hanako, 2, day=TODAY + timedelta(days=1))
    await turn(town, TODAY + timedelta(days=2))
    await spend(town, hanako, 2, day=TODAY + timedelta(days=2))
    assert await standing(town, hanako) == (2, 3, 0)
    # The first day is taken back as a whole: its points are in the wallet, as far as they are not spent.
    await town.upload(hanako, steps([None] * 100, start=local_morning(TODAY), revision=1))
    await town.settle()
    assert await standing(town, hanako) == (2, 0, 2)
    assert (await transfers(town, hanako))[-2:] == [("wallet", "budget", 3), ("owed", "budget", 2)]
    # The second day still waits; half of it is taken back.
    tomorrow = TODAY + timedelta(days=1)
    await town.upload(hanako, steps([None] * 20, start=local_morning(tomorrow), revision=1))
    await town.settle()
    assert await standing(town, hanako) == (1, 0, 2)
    assert (await transfers(town, hanako))[-1] == ("pending", "budget", 1)
    # The next award goes to what is owed.
    await walk(town, hanako, 3, day=TODAY + timedelta(days=2))
    assert await standing(town, hanako) == (2, 0, 0)
    assert (await transfers(town, hanako))[-2:] == [("budget", "owed", 2), ("budget", "pending", 1)]


async def test_late_data_of_a_day_that_is_spendable_gives_points_to_spend_at_once(
    town: Town,
) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await walk(town, hanako, 1, day=TODAY)
    await turn(town, TODAY + timedelta(days=5))
    await town.upload(hanako, steps([100] * 60, start=local_morning(TODAY), source="watch:late"))
    await town.settle()
    assert await standing(town, hanako) == (0, 3, 0)
    assert (await transfers(town, hanako))[-1] == ("budget", "wallet", 2)


async def test_a_resident_who_is_erased_meanwhile_leaves_no_wallet(town: Town) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await walk(town, hanako, 2, day=TODAY)
    await town.owner.execute(
        "INSERT INTO identity.erasure_request (resident_id, requested_at, due_at) VALUES ($1, $2, $2)",
        hanako.principal_id,
        NOON,
    )
    async with town.worker_pool.acquire() as connection:
        await connection.execute(
            "SELECT identity.erase_resident($1, $2)", hanako.principal_id, datetime.now(UTC)
        )
    await turn(town, TODAY + timedelta(days=1))
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.wallet") == 0
