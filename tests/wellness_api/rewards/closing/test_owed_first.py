"""Whatever comes to the wallet passes what is owed: nobody has points and owes some, and nothing is taken twice."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

import asyncpg
import pytest

from tests.town import NOON, Person, Town
from tests.wellness_api.rewards.redemptions.shop import end, offer, redeem
from wellness_api.health.samples.local_days import local_date
from wellness_api.rewards.ledger.differences import Difference, post_differences
from wellness_api.rewards.proof.verify import verify_ledger

MARCH_31 = date(2027, 3, 31)


async def award(
    town: Town, person: Person, points: int, *, waits_days: int = 0, expires_on: date = MARCH_31
) -> None:
    """So many points more, or fewer below zero, that become spendable in so many days."""
    today = local_date(town.clock(), town.settings.time_zone)
    difference = Difference(
        resident_id=person.principal_id,
        programme="yokohama",
        version=1,
        rule="walk",
        period_start=today,
        period_end=today,
        spendable_from=today + timedelta(days=waits_days),
        expires_on=expires_on,
        points=points,
        facts={"points": points, "points_before": 0},
    )
    async with town.worker_pool.acquire() as connection, connection.transaction():
        await post_differences(connection, [difference], now=town.clock(), today=today)


async def standing(town: Town, person: Person) -> tuple[int, int, int, int]:
    wallet = (await town.get("/v1/me/wallet", person)).json
    return wallet["pending"], wallet["balance"], wallet["held"], wallet["owed"]


async def moves(town: Town, person: Person, *, last: int) -> list[tuple[str, str, int]]:
    rows = await town.owner.fetch(
        "SELECT debit_account, credit_account, amount FROM rewards.transfer WHERE resident_id = $1"
        " ORDER BY transfer_id DESC LIMIT $2",
        person.principal_id,
        last,
    )
    return [tuple(row) for row in reversed(rows)]


async def check_books(town: Town) -> None:
    async with town.owner.transaction():
        verification = await verify_ledger(town.owner, on_step=lambda *_: None)
    assert verification.is_sound, verification
    both = await town.owner.fetch(
        "SELECT resident_id FROM rewards.wallet WHERE least(balance, owed) > 0"
    )
    assert both == []


async def turn(town: Town, day: date) -> None:
    town.clock.now = NOON + (day - NOON.date())
    await town.owner.execute(
        "INSERT INTO rewards.day_confirmed VALUES ($1, $2) ON CONFLICT DO NOTHING",
        day,
        town.clock(),
    )
    assert await town.worker.turn_day()


async def test_points_that_become_spendable_go_to_what_is_owed_first(town: Town) -> None:
    await town.put_in_force()
    hanako = await town.resident()
    await award(town, hanako, 5, waits_days=3)
    await award(town, hanako, -3)  # Of another day, whose points are spent.
    assert await standing(town, hanako) == (5, 0, 0, 3)
    await turn(town, NOON.date() + timedelta(days=3))
    assert await standing(town, hanako) == (0, 2, 0, 0)
    assert await moves(town, hanako, last=2) == [("pending", "owed", 3), ("pending", "wallet", 2)]
    offset, spendable = reversed(
        (await town.get("/v1/me/wallet/entries", hanako)).json["items"][:2]
    )
    assert (offset["kind"], offset["account"], offset["points"]) == ("offset", "owed", 3)
    assert offset["reason"]["ja"] == "あとで差し引く分に充てました"
    assert (spendable["kind"], spendable["points"]) == ("spendable", 2)
    await check_books(town)


async def test_several_days_points_pay_one_debt_once(town: Town) -> None:
    hanako = await town.resident()
    for waits_days in (1, 2, 3):
        await award(town, hanako, 4, waits_days=waits_days)
    await award(town, hanako, -7)
    await turn(town, NOON.date() + timedelta(days=3))
    assert await moves(town, hanako, last=4) == [
        ("pending", "owed", 4),
        ("pending", "owed", 3),
        ("pending", "wallet", 1),
        ("pending", "wallet", 4),
    ]
    assert await standing(town, hanako) == (0, 5, 0, 0)


@pytest.mark.parametrize("ending", ["cancelled", "lapsed"])
async def test_the_points_of_a_redemption_that_ended_go_to_what_is_owed_first(
    town: Town, ending: str
) -> None:
    hanako = await town.resident()
    goods = await offer(town, "pickup_goods", price_points=10)
    await award(town, hanako, 10)
    redemption_id = (await redeem(town, hanako, goods)).json["redemption_id"]
    await award(town, hanako, -4)
    assert await standing(town, hanako) == (0, 0, 10, 4)
    if ending == "cancelled":
        assert (await end(town, hanako, redemption_id, "cancellation")).status == 200
    else:
        town.clock.advance(timedelta(hours=49))
        await town.worker.release_lapsed()
    assert await standing(town, hanako) == (0, 6, 0, 0)
    assert await moves(town, hanako, last=2) == [("held", "owed", 4), ("held", "wallet", 6)]
    await check_books(town)


async def test_what_is_owed_can_take_all_that_comes_back(town: Town) -> None:
    hanako = await town.resident()
    goods = await offer(town, "pickup_goods", price_points=10)
    await award(town, hanako, 10)
    redemption_id = (await redeem(town, hanako, goods)).json["redemption_id"]
    await award(town, hanako, -25)
    await end(town, hanako, redemption_id, "cancellation")
    assert await standing(town, hanako) == (0, 0, 0, 15)
    assert await moves(town, hanako, last=1) == [("held", "owed", 10)]
    await check_books(town)


async def test_a_years_end_takes_nothing_from_who_owes(town: Town) -> None:
    hanako = await town.resident()
    await award(town, hanako, 8, waits_days=1)
    await award(town, hanako, -3)
    await turn(town, date(2027, 4, 1))
    assert await moves(town, hanako, last=3) == [
        ("pending", "owed", 3),
        ("pending", "wallet", 5),
        ("wallet", "expired", 5),
    ]
    assert await standing(town, hanako) == (0, 0, 0, 0)
    await award(town, hanako, 2, expires_on=date(2028, 3, 31))
    assert await standing(town, hanako) == (0, 2, 0, 0), "the three were taken once"


async def test_no_statement_leaves_points_beside_a_debt(town: Town) -> None:
    hanako = await town.resident()
    await award(town, hanako, 5)
    with pytest.raises(asyncpg.CheckViolationError, match="wallet_has_or_owes"):
        await town.owner.execute("UPDATE rewards.wallet SET owed = 1")


@dataclass
class History:
    """Whatever may happen to two residents, by chance."""

    town: Town
    chance: random.Random
    people: list[Person]
    goods: str
    donation: str
    officer: Person
    awarded: Counter[int] = field(default_factory=Counter)

    async def award(self, person: Person) -> None:
        points = self.chance.randint(1, 9)
        self.awarded[person.principal_id] += points
        await award(self.town, person, points, waits_days=self.chance.randint(0, 4))

    async def take_back(self, person: Person) -> None:
        points = self.chance.randint(1, 14)
        self.awarded[person.principal_id] -= points
        await award(self.town, person, -points, waits_days=self.chance.randint(0, 4))

    async def redeem(self, person: Person) -> None:
        await redeem(self.town, person, self.chance.choice([self.goods, self.donation]))

    async def cancel_or_hand_out(self, person: Person) -> None:
        held = await self.town.owner.fetchrow(
            "SELECT redemption_id, pickup_code FROM rewards.redemption"
            " WHERE resident_id = $1 AND state = 'held' AND held_until > $2",
            person.principal_id,
            self.town.clock(),
        )
        if held is None:
            return
        if self.chance.random() < 0.6:
            answer = await end(self.town, person, held["redemption_id"], "cancellation")
        else:
            address = f"/v1/pickups/{held['pickup_code']}/confirmation"
            answer = await self.town.call("POST", address, headers=self.officer.headers)
        assert answer.status == 200

    async def let_a_day_come(self, _: Person) -> None:
        await turn(
            self.town, self.town.clock().date() + timedelta(days=self.chance.choice([1, 1, 2, 60]))
        )

    async def let_holds_lapse(self, _: Person) -> None:
        self.town.clock.advance(timedelta(hours=50))
        await self.town.worker.release_lapsed()


@pytest.mark.parametrize("seed", range(4))
async def test_after_every_step_of_any_history_the_books_are_right(town: Town, seed: int) -> None:
    history = History(
        town=town,
        chance=random.Random(seed),
        people=await town.residents(2),
        goods=await offer(town, "pickup_goods", price_points=6),
        donation=await offer(town, "donation", price_points=3),
        officer=await town.staff("programme_officer"),
    )
    steps = [
        *(history.award, history.award, history.take_back, history.redeem, history.redeem),
        *(history.cancel_or_hand_out, history.let_a_day_come, history.let_holds_lapse),
    ]
    for _ in range(30):
        await history.chance.choice(steps)(history.chance.choice(history.people))
        await check_books(town)
    for person in history.people:
        left = await town.owner.fetchval(
            "SELECT pending + balance + held - owed + (SELECT coalesce(sum(amount), 0) FROM rewards.transfer"
            " WHERE transfer.resident_id = wallet.resident_id"
            " AND credit_account IN ('redeemed', 'donated', 'expired'))"
            " FROM rewards.wallet WHERE resident_id = $1",
            person.principal_id,
        )
        assert (left or 0) == history.awarded[person.principal_id]
