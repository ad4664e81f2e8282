"""A redemption or settlement that does not exist, or is not what the transfers say, is found by verifying the ledger."""

import asyncio
from datetime import timedelta

import click.testing
import pytest

from tests.town import NOON, Person, Town
from tests.wellness_api.rewards.redemptions.shop import (
    MARKET,
    end,
    give_points,
    offer,
    redeem,
    set_stock,
)
from wellness_api.identity.erasure.carry_out import erase
from wellness_api.rewards.proof.commands import ledger
from wellness_api.rewards.proof.verify import Verification, verify_ledger

TODAY = NOON.date()


async def verify(town: Town) -> Verification:
    async with town.owner.transaction():
        return await verify_ledger(town.owner, on_step=lambda *_: None)


async def erased(town: Town, person: Person) -> None:
    await town.owner.execute(
        "INSERT INTO identity.erasure_request (resident_id, requested_at, due_at) VALUES ($1, $2, $2)",
        person.principal_id,
        town.clock(),
    )
    assert await erase(town.owner, person.principal_id, now=town.clock()) is not None


async def settle(town: Town) -> None:
    officer = await town.staff("programme_officer")
    day = {"from": TODAY.isoformat(), "to": TODAY.isoformat()}
    answer = await town.call(
        "POST", f"/v1/settlements/{MARKET['partner']}", json=day, headers=officer.headers
    )
    assert answer.status in (200, 201), answer.json


@pytest.fixture
async def city(town: Town) -> Town:
    """A redemption of each kind and end; those of the first day are settled. One of the residents left after it."""
    hanako, taro, gone = await town.residents(3)
    await give_points(town, hanako, taro, gone, points=1_000)
    voucher = await offer(
        town, "voucher_code", codes=["AAAA-1111", "BBBB-2222", "CCCC-3333", "DDDD-4444"]
    )
    goods = await offer(town, "pickup_goods", is_unlimited=False)
    await set_stock(town, goods, 5)
    donation = await offer(town, "donation")
    for person in (hanako, gone):
        for code in (voucher, donation):
            assert (await redeem(town, person, code)).status == 201
    cancelled = (await redeem(town, taro, goods)).json["redemption_id"]
    await redeem(town, hanako, goods)
    await end(town, taro, cancelled, "cancellation")
    town.clock.advance(timedelta(days=1))
    await settle(town)
    await redeem(town, taro, voucher)  # Not settled yet.
    await redeem(town, gone, goods)  # Given back when they leave.
    await erased(town, gone)
    return town


async def test_what_really_happened_is_found_sound(city: Town) -> None:
    assert (await verify(city)).is_sound
    assert await city.owner.fetchval("SELECT count(*) FROM rewards.settled_redemption") == 2
    assert await city.owner.fetchval("SELECT count(settlement) FROM rewards.erased_redemption") == 2
    await city.worker.turn_day()
    await city.worker.check_ledger()
    differing = await city.owner.fetchval("SELECT redemptions_differing FROM rewards.ledger_check")
    assert differing == 0


VOUCHER = "item = 'voucher-code' AND resident_id = 1"
HELD = "state = 'held'"
DONATED = "item = 'donation' AND resident_id = 1"
CANCELLED = "state = 'cancelled'"


@pytest.mark.parametrize(
    ("statement", "redemptions", "settlements"),
    [
        # rows that are gone
        (f"DELETE FROM rewards.redemption WHERE {HELD}", ["unknown"], ["units"]),
        (f"DELETE FROM rewards.redemption WHERE {CANCELLED}", ["unknown"], []),
        (f"DELETE FROM rewards.redemption WHERE {DONATED}", ["unknown"], ["line"]),
        ("DELETE FROM rewards.settled_redemption WHERE resident_id = 1", [], ["left_out"] * 2),
        ("DELETE FROM rewards.settlement", [], ["line"] * 4),
        ("DELETE FROM rewards.erased_redemption WHERE item = 'donation'", [], ["erased"]),
        (
            "DELETE FROM rewards.erased_redemption WHERE item = 'voucher-code'",
            [],
            ["erased", "units"],
        ),
        ("DELETE FROM rewards.item_unit WHERE code = 'AAAA-1111'", ["unit"], ["units"]),
        # amounts
        (f"UPDATE rewards.redemption SET points = 1 WHERE {VOUCHER}", ["points"], ["line"]),
        (f"UPDATE rewards.redemption SET points = 1 WHERE {HELD}", ["points"], []),
        (
            "UPDATE rewards.reward_item SET price_points = 90 WHERE kind = 'pickup_goods'",
            ["points"] * 2,
            [],
        ),
        (
            "UPDATE rewards.erased_redemption SET points = 999 WHERE item = 'donation'",
            [],
            ["erased", "line"],
        ),
        # states
        (
            f"UPDATE rewards.redemption SET state = 'confirmed', ended_at = begun_at, confirmed_on = day WHERE {CANCELLED}",
            ["state"],
            ["units"],
        ),
        (
            f"UPDATE rewards.redemption SET state = 'cancelled', confirmed_on = NULL WHERE {DONATED}",
            ["state"],
            ["line"],
        ),
        (
            f"UPDATE rewards.redemption SET state = 'lapsed', ended_at = begun_at WHERE {HELD}",
            ["state"],
            ["units"],
        ),
        # times
        (f"UPDATE rewards.redemption SET day = day - 3 WHERE {HELD}", ["times"], []),
        (
            f"UPDATE rewards.redemption SET confirmed_on = confirmed_on + 9 WHERE {VOUCHER}",
            ["times"],
            ["line"],
        ),
        (
            f"UPDATE rewards.redemption SET ended_at = ended_at - interval '1 s' WHERE {VOUCHER}",
            ["times"],
            [],
        ),
        # units and codes
        (f"UPDATE rewards.redemption SET voucher_code = 'ZZZZ' WHERE {VOUCHER}", ["unit"], []),
        ("UPDATE rewards.item_unit SET code = 'ZZZZ' WHERE code = 'AAAA-1111'", ["unit"], []),
        ("UPDATE rewards.item_unit SET is_taken = true WHERE code = 'DDDD-4444'", [], ["units"]),
        (
            "UPDATE rewards.redemption SET unit = 2, voucher_code = 'BBBB-2222' WHERE item = 'voucher-code'",
            [],
            ["unit_twice"],
        ),
        # lines that somebody made up
        (
            (
                "INSERT INTO rewards.settled_redemption SELECT resident_id, redemption_id, 1 FROM rewards.redemption"
                f" WHERE {CANCELLED}"
            ),
            [],
            ["line"],
        ),
        (
            (
                "INSERT INTO rewards.settled_redemption SELECT resident_id, redemption_id, 1 FROM rewards.redemption"
                " WHERE item = 'voucher-code' AND resident_id = 2"
            ),
            [],
            ["line"],
        ),
        ("INSERT INTO rewards.settled_redemption VALUES (1, 4711, 1)", [], ["line"]),
        (
            "INSERT INTO rewards.erased_redemption VALUES (4711, 'donation', 1, 100, '2026-11-18', 1)",
            [],
            ["erased"],
        ),
        ("UPDATE rewards.settlement SET partner = 'another'", [], ["line"] * 4),
        (
            (
                "INSERT INTO rewards.settlement (partner, from_day, to_day, made_at)"
                " SELECT partner, from_day - 30, to_day - 30, made_at FROM rewards.settlement"
            ),
            [],
            ["empty"],
        ),
        (
            "UPDATE rewards.settlement SET to_day = to_day - 1, from_day = from_day - 1",
            [],
            ["line"] * 4,
        ),
    ],
)
async def test_what_somebody_changed_is_found(
    city: Town, statement: str, redemptions: list[str], settlements: list[str]
) -> None:
    # As somebody who may do everything in the database, foreign keys too.
    await city.owner.execute("SET session_replication_role = replica")
    done = await city.owner.execute(statement)
    assert done.split()[-1] != "0", "something was changed"
    verification = await verify(city)
    assert [redemption.differs for redemption in verification.redemptions] == redemptions
    assert [settlement.differs for settlement in verification.settlements] == settlements
    assert (verification.balances, verification.chains) == ([], [])


async def test_a_redemption_that_only_transfers_know_is_found(city: Town) -> None:
    await city.owner.execute(
        "SELECT rewards.append_transfer(1, $1, $2, 'wallet', 'held', 3, 4711, '{}')", NOON, TODAY
    )
    verification = await verify(city)
    assert verification.redemptions == [(1, 4711, "unknown")]


async def test_the_command_and_the_nightly_check_say_what_they_found(city: Town) -> None:
    await city.owner.execute("SET session_replication_role = replica")
    await city.owner.execute(f"DELETE FROM rewards.redemption WHERE {DONATED}")
    assert city.settings.database_url is not None
    runner = click.testing.CliRunner(env={"WELLNESS_DATABASE_URL": city.settings.database_url})
    said = await asyncio.to_thread(runner.invoke, ledger, ["verify"])
    assert "resident 1, redemption 2: transfers name it, and there is none" in said.output
    assert "settlement 1, redemption 2: the partner is told of it, and no redemption" in said.output
    assert "1 redemptions and 1 lines of settlements or items differ" in str(said.exception)
    await city.worker.turn_day()
    await city.worker.check_ledger()
    metrics = (await city.get("/metrics")).body.decode()
    assert 'wellness_ledger_differences{what="redemptions"} 2.0' in metrics
