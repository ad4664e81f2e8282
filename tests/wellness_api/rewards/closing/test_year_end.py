"""At a year's end nothing is taken twice, and points that come after their last day are never shown as points to spend."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from tests.town import Person, Town, local_morning, steps
from tests.wellness_api.rewards.closing.test_owed_first import award, check_books, moves, standing
from tests.wellness_api.rewards.closing.test_owed_first import turn as turn_at_noon
from tests.wellness_api.rewards.closing.test_turn import programme, turn, walk
from tests.wellness_api.rewards.redemptions.shop import end, offer, redeem
from tests.wellness_api.rewards.winter import prove

MARCH_28, MARCH_29, MARCH_30, MARCH_31 = (date(2027, 3, day) for day in (28, 29, 30, 31))
APRIL_1, APRIL_2 = date(2027, 4, 1), date(2027, 4, 2)
APRIL_6 = date(2027, 4, 6)
NEXT_MARCH = date(2028, 3, 31)

SEEDS = 6


async def take_back(town: Town, person: Person, day: date) -> None:
    """A correction of all that was sent for the day."""
    await town.upload(person, steps([None] * 300, start=local_morning(day), revision=3))
    await town.settle()


async def send_late(town: Town, person: Person, points: int, *, day: date) -> None:
    """So many points of a day that is over, sent now."""
    samples = steps([100] * 20 * points, start=local_morning(day), revision=2)
    await town.upload(person, samples)
    await town.settle()


async def check_all(town: Town) -> None:
    """Balances, chains and awards are as they follow from transfers and rules."""
    await check_books(town)
    proof = await prove(town, city_day=local_morning(APRIL_2).date())
    assert (proof.differences, proof.failed, proof.not_judged) == ([], [], [])
    assert proof.days > 0


async def newest_entries(town: Town, person: Person, count: int) -> list[Any]:
    items = (await town.get("/v1/me/wallet/entries", person)).json["items"]
    return [(item["kind"], item["account"], item["points"]) for item in items[:count]]


async def test_a_correction_of_points_that_lapsed_takes_them_back_out_of_what_lapsed(
    town: Town,
) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await walk(town, hanako, 4, day=MARCH_28)
    await walk(town, hanako, 5, day=MARCH_29)
    await turn(town, MARCH_31)
    assert await standing(town, hanako) == (0, 9, 0, 0)
    await turn(town, APRIL_1)
    assert await moves(town, hanako, last=1) == [("wallet", "expired", 9)]
    await turn(town, APRIL_2)
    await take_back(town, hanako, MARCH_28)
    assert await moves(town, hanako, last=1) == [("expired", "budget", 4)]
    assert await standing(town, hanako) == (0, 0, 0, 0), "they were taken once"
    assert await newest_entries(town, hanako, 1) == [("award_taken_back", "expired", -4)]
    await check_all(town)


@pytest.mark.parametrize("is_turned", [False, True])
async def test_only_what_was_spent_before_the_years_end_is_owed(
    town: Town, *, is_turned: bool
) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    goods = await offer(town, "shop_points", price_points=7)
    await walk(town, hanako, 4, day=MARCH_28)
    await walk(town, hanako, 5, day=MARCH_29)
    await turn(town, MARCH_31)
    assert (await redeem(town, hanako, goods)).status == 201
    if is_turned:
        await turn(town, APRIL_1)
    await take_back(town, hanako, MARCH_29)
    await turn(town, APRIL_1)
    assert await standing(town, hanako) == (0, 0, 0, 3), "two had lapsed, or would have"
    await check_all(town)


async def test_a_late_award_is_shown_as_earned_and_lapsed(town: Town) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    await turn(town, APRIL_1)
    await turn(town, APRIL_2)
    await send_late(town, hanako, 4, day=MARCH_30)
    assert await standing(town, hanako) == (0, 0, 0, 0)
    assert await moves(town, hanako, last=2) == [("budget", "wallet", 4), ("wallet", "expired", 4)]
    assert await newest_entries(town, hanako, 2) == [
        ("expired", "wallet", -4),
        ("award", "wallet", 4),
    ]
    (lapsed,) = (await town.get("/v1/me/wallet/entries?limit=1", hanako)).json["items"]
    assert lapsed["reason"] == {
        "ja": "2027年3月31日で期限切れ",
        "en": "Good until 31 Mar 2027, now lapsed",
    }
    await check_all(town)
    await take_back(town, hanako, MARCH_30)
    assert await moves(town, hanako, last=1) == [("expired", "budget", 4)]
    assert await standing(town, hanako) == (0, 0, 0, 0)
    await check_all(town)


async def test_a_late_award_pays_what_is_owed_before_it_lapses(town: Town) -> None:
    await town.put_in_force(programme())
    hanako = await town.resident()
    goods = await offer(town, "shop_points", price_points=3)
    await walk(town, hanako, 3, day=MARCH_28)
    await turn(town, MARCH_31)
    await redeem(town, hanako, goods)
    await take_back(town, hanako, MARCH_28)
    await turn(town, APRIL_1)
    await turn(town, APRIL_2)
    await send_late(town, hanako, 5, day=MARCH_30)
    assert await moves(town, hanako, last=3) == [
        ("budget", "owed", 3),
        ("budget", "wallet", 2),
        ("wallet", "expired", 2),
    ]
    assert await standing(town, hanako) == (0, 0, 0, 0)
    await check_all(town)


@pytest.mark.parametrize("ending", ["cancelled", "lapsed"])
async def test_points_that_come_back_after_their_last_day_lapse_at_once(
    town: Town, ending: str
) -> None:
    hanako = await town.resident()
    goods = await offer(town, "pickup_goods", price_points=6)
    await turn_at_noon(town, MARCH_31)
    await award(town, hanako, 10)
    await award(town, hanako, 2, expires_on=NEXT_MARCH)
    redemption_id = (await redeem(town, hanako, goods)).json["redemption_id"]
    await turn_at_noon(town, APRIL_1)
    await award(town, hanako, 5, expires_on=NEXT_MARCH)
    assert await standing(town, hanako) == (0, 7, 6, 0)
    if ending == "cancelled":
        assert (await end(town, hanako, redemption_id, "cancellation")).status == 200
    else:
        town.clock.advance(timedelta(hours=49))
        await town.worker.release_lapsed()
    assert await moves(town, hanako, last=2) == [("held", "wallet", 6), ("wallet", "expired", 6)]
    assert await standing(town, hanako) == (0, 7, 0, 0)
    await check_books(town)


async def test_a_redemption_of_april_in_between_keeps_no_points_of_march(town: Town) -> None:
    hanako = await town.resident()
    goods = await offer(town, "pickup_goods", price_points=6)
    shop = await offer(town, "shop_points", price_points=4)
    await turn_at_noon(town, MARCH_31)
    await award(town, hanako, 6)
    redemption_id = (await redeem(town, hanako, goods)).json["redemption_id"]
    await turn_at_noon(town, APRIL_1)
    await award(town, hanako, 9, expires_on=NEXT_MARCH)
    assert (await redeem(town, hanako, shop)).status == 201
    await end(town, hanako, redemption_id, "cancellation")
    assert await standing(town, hanako) == (0, 5, 0, 0)
    await check_books(town)


@pytest.mark.parametrize("corrected_first", [False, True])
async def test_a_correction_and_a_cancellation_come_to_the_same_in_either_order(
    town: Town, *, corrected_first: bool
) -> None:
    hanako = await town.resident()
    goods = await offer(town, "pickup_goods", price_points=6)
    await turn_at_noon(town, MARCH_31)
    await award(town, hanako, 6)
    redemption_id = (await redeem(town, hanako, goods)).json["redemption_id"]
    await turn_at_noon(town, APRIL_1)
    await award(town, hanako, 9, expires_on=NEXT_MARCH)
    if corrected_first:
        await award(town, hanako, -4)
    await end(town, hanako, redemption_id, "cancellation")
    if not corrected_first:
        await award(town, hanako, -4)
    assert await standing(town, hanako) == (0, 9, 0, 0), "the points of April are untouched"
    await check_books(town)


async def test_what_waited_past_its_last_day_lapses_as_it_comes(town: Town) -> None:
    hanako = await town.resident()
    await turn_at_noon(town, MARCH_30)
    await award(town, hanako, 4, waits_days=1)
    await turn_at_noon(town, APRIL_2)
    assert await moves(town, hanako, last=2) == [("pending", "wallet", 4), ("wallet", "expired", 4)]
    transactions = await town.owner.fetch(
        "SELECT DISTINCT xmin FROM rewards.transfer WHERE debit_account <> 'budget'"
    )
    assert len(transactions) == 1, "nobody ever saw them in the wallet"
    assert await standing(town, hanako) == (0, 0, 0, 0)


@dataclass
class Hold:
    """A redemption: what it costs, whether it waits still or was redeemed, and what it paid of a debt as it came back."""

    points: int
    waits: bool = True
    is_redeemed: bool = False
    paid: int = 0


@dataclass
class Purse:
    """What one resident has by the rules, point by point.

    Every point in the wallet has a last day; the oldest are spent first. So all points that came and did not lapse stand in
    a line by their last days, redemptions take them from its front in the order in which they were begun, and the wallet is
    what is behind them.
    """

    came: Counter[date] = field(default_factory=Counter)
    lapsed: Counter[date] = field(default_factory=Counter)
    pending: Counter[tuple[date, date]] = field(default_factory=Counter)
    holds: dict[int, Hold] = field(default_factory=dict)
    balance: int = 0
    owed: int = 0

    def line(self) -> list[date]:
        lots = {day: self.came[day] - self.lapsed[day] for day in self.came | self.lapsed}
        lacking = sum(max(0, -size) for size in lots.values())
        return [day for day in sorted(lots) for _ in range(lots[day])][lacking:]

    def pay(self, points: int) -> int:
        """What is left after what is owed."""
        paid = min(points, self.owed)
        self.owed -= paid
        return points - paid

    def award(self, points: int, *, spendable_from: date, expires_on: date, today: date) -> None:
        left = self.pay(points)
        if spendable_from > today:
            self.pending[spendable_from, expires_on] += left
            return
        self.came[expires_on] += left
        if expires_on < today:
            self.lapsed[expires_on] += left
        else:
            self.balance += left

    def take_back(self, points: int, *, spendable_from: date, expires_on: date) -> None:
        for _ in range(points):
            if self.pending[spendable_from, expires_on]:
                self.pending[spendable_from, expires_on] -= 1
            elif self.lapsed[expires_on]:
                self.lapsed[expires_on] -= 1
                self.came[expires_on] -= 1
            elif self.balance:
                self.balance -= 1
                self.came[expires_on] -= 1
            else:
                self.owed += 1

    def turn(self, today: date) -> None:
        for key in sorted(self.pending):
            if key[0] <= today:
                left = self.pay(self.pending.pop(key))
                self.balance += left
                self.came[key[1]] += left
        line = self.line()
        for last_day in line[len(line) - self.balance :]:
            if last_day < today:
                self.balance -= 1
                self.lapsed[last_day] += 1

    def begin(self, number: int, points: int) -> None:
        self.balance -= points
        self.holds[number] = Hold(points)

    def give_back(self, number: int, *, today: date) -> None:
        hold = self.holds[number]
        front = sum(
            earlier.points if earlier.waits or earlier.is_redeemed else earlier.paid
            for its_number, earlier in self.holds.items()
            if its_number < number
        )
        behind = self.line()[front : front + hold.points]
        back = self.pay(hold.points)
        hold.waits, hold.paid = False, hold.points - back
        self.balance += back
        for last_day in behind[hold.paid :]:
            if last_day < today:
                self.balance -= 1
                self.lapsed[last_day] += 1

    def confirm(self, number: int) -> None:
        self.holds[number].waits = False
        self.holds[number].is_redeemed = True


@dataclass
class YearEnd:
    """What may happen to a resident around the end of March, by chance."""

    town: Town
    chance: random.Random
    person: Person
    goods: Sequence[str]
    officer: Person
    day: date = MARCH_28
    purse: Purse = field(default_factory=Purse)
    awarded: Counter[tuple[date, date]] = field(default_factory=Counter)

    async def post(self, points: int, spendable_from: date, expires_on: date) -> None:
        waits_days = (spendable_from - self.day).days
        await award(self.town, self.person, points, waits_days=waits_days, expires_on=expires_on)
        self.awarded[spendable_from, expires_on] += points

    async def award(self) -> None:
        spendable_from = self.day + timedelta(days=self.chance.randint(-4, 2))
        expires_on = MARCH_31 if spendable_from <= MARCH_31 else NEXT_MARCH
        if self.chance.random() < 0.2:
            expires_on = NEXT_MARCH  # Another programme, whose points are kept for longer.
        points = self.chance.randint(1, 9)
        await self.post(points, spendable_from, expires_on)
        self.purse.award(
            points, spendable_from=spendable_from, expires_on=expires_on, today=self.day
        )

    async def take_back(self) -> None:
        awarded_keys = [key for key in sorted(self.awarded) if self.awarded[key] > 0]
        if not awarded_keys:
            return
        key = self.chance.choice(awarded_keys)
        points = self.chance.randint(1, self.awarded[key])
        await self.post(-points, *key)
        self.purse.take_back(points, spendable_from=key[0], expires_on=key[1])

    async def redeem(self) -> None:
        item, price = self.chance.choice(list(zip(self.goods, (3, 8), strict=True)))
        answer = await redeem(self.town, self.person, item)
        assert answer.status == (201 if self.purse.balance >= price else 409), answer.json
        if answer.status == 201:
            self.purse.begin(answer.json["redemption_id"], price)

    async def end_hold(self) -> None:
        waiting = [number for number, hold in self.purse.holds.items() if hold.waits]
        if not waiting:
            return
        number = self.chance.choice(waiting)
        if self.chance.random() < 0.7:
            answer = await end(self.town, self.person, number, "cancellation")
            self.purse.give_back(number, today=self.day)
        else:
            code = await self.town.owner.fetchval(
                "SELECT pickup_code FROM rewards.redemption WHERE redemption_id = $1", number
            )
            answer = await self.town.call(
                "POST", f"/v1/pickups/{code}/confirmation", headers=self.officer.headers
            )
            self.purse.confirm(number)
        assert answer.status == 200, answer.json

    async def let_a_day_come(self) -> None:
        self.day += timedelta(days=self.chance.choice([1, 1, 2]))
        await turn_at_noon(self.town, self.day)
        self.purse.turn(self.day)

    async def check(self) -> None:
        purse = self.purse
        held = sum(hold.points for hold in purse.holds.values() if hold.waits)
        pending = purse.pending.total()
        assert await standing(self.town, self.person) == (
            pending,
            purse.balance,
            held,
            purse.owed,
        )
        assert min(purse.balance, purse.owed) == 0
        row = await self.town.owner.fetchrow(
            "SELECT rewards.spendable(wallet, $2) AS spendable, balance, (SELECT coalesce(sum(CASE"
            " WHEN credit_account = 'expired' THEN amount WHEN debit_account = 'expired' THEN -amount END), 0)"
            " FROM rewards.transfer WHERE transfer.resident_id = wallet.resident_id) AS lapsed"
            " FROM rewards.wallet WHERE resident_id = $1",
            self.person.principal_id,
            self.day,
        )
        if row is None:
            return
        assert row["spendable"] == row["balance"], "what is shown can be spent"
        assert row["lapsed"] == purse.lapsed.total()
        redeemed = sum(hold.points for hold in purse.holds.values() if hold.is_redeemed)
        assert self.awarded.total() == (
            pending + purse.balance + held - purse.owed + redeemed + purse.lapsed.total()
        ), "every point is in one place"
        await check_books(self.town)


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_any_history_over_a_years_end_comes_to_what_the_rules_say(
    town: Town, seed: int
) -> None:
    history = YearEnd(
        town=town,
        chance=random.Random(seed),
        person=await town.resident(),
        goods=[
            await offer(
                town, "pickup_goods", item=f"goods-{price}", price_points=price, hold_hours=336
            )
            for price in (3, 8)
        ],
        officer=await town.staff("programme_officer"),
    )
    await turn_at_noon(town, history.day)
    happenings = [
        *(history.award, history.award, history.award, history.take_back, history.take_back),
        *(
            history.redeem,
            history.redeem,
            history.end_hold,
            history.end_hold,
            history.let_a_day_come,
        ),
    ]
    while history.day < APRIL_6:
        await history.chance.choice(happenings)()
        await history.check()
