"""Redeeming: what a resident gets for points, once, and nobody else sees it."""

import asyncio
from datetime import timedelta

import pytest

from tests.town import Town
from tests.wellness_api.rewards.redemptions.shop import (
    assert_books_balance,
    end,
    give_points,
    offer,
    purse,
    redeem,
    rich_resident,
    set_stock,
)


async def test_a_voucher_is_paid_with_points_and_its_code_is_shown_to_its_redeemer_again_and_again(
    town: Town,
) -> None:
    code = await offer(town, "voucher_code", codes=["ABC-1"])
    hanako = await rich_resident(town)
    made = await redeem(town, hanako, code)
    assert made.status == 201, made.json
    assert made.json["voucher_code"] == "ABC-1"
    assert made.json["state"] == "confirmed"
    assert await purse(town, hanako) == (900, 0)
    for _ in range(2):
        again = await town.get(f"/v1/me/redemptions/{made.json['redemption_id']}", hanako)
        assert again.json == made.json
    listed = (await town.get("/v1/me/redemptions", hanako)).json
    assert listed == {"items": [made.json], "next_cursor": None}
    await assert_books_balance(town)


@pytest.mark.parametrize(
    ("kind", "account", "credited"),
    [
        ("shop_points", None, "redeemed"),
        ("municipal_points", "0012345", "redeemed"),
        ("donation", None, "donated"),
        ("draw_entry", None, "redeemed"),
    ],
)
async def test_what_needs_no_handing_over_is_confirmed_at_once(
    town: Town, kind: str, account: str | None, credited: str
) -> None:
    code = await offer(town, kind)
    hanako = await rich_resident(town)
    made = await redeem(town, hanako, code, **({"account": account} if account else {}))
    assert (made.status, made.json["state"]) == (201, "confirmed")
    moved = await town.owner.fetch(
        "SELECT debit_account, credit_account, amount FROM rewards.transfer WHERE redemption_id = $1"
        " ORDER BY transfer_id",
        made.json["redemption_id"],
    )
    assert [tuple(row) for row in moved] == [("wallet", "held", 100), ("held", credited, 100)]


async def test_the_wallet_tells_what_was_set_aside_and_what_it_became(town: Town) -> None:
    await town.put_in_force()
    await offer(town, "donation")
    hanako = await rich_resident(town)
    held = (await redeem(town, hanako, "donation", confirm=False)).json["redemption_id"]
    wallet = (await town.get("/v1/me/wallet", hanako)).json
    assert (wallet["balance"], wallet["held"]) == (900, 100)
    await end(town, hanako, held, "cancellation")
    await redeem(town, hanako, "donation")
    entries = (await town.get("/v1/me/wallet/entries", hanako)).json["items"]
    assert [entry["kind"] for entry in entries][:4] == ["donated", "held", "released", "held"]


async def test_a_held_voucher_shows_no_code_before_it_is_confirmed(town: Town) -> None:
    code = await offer(town, "voucher_code", codes=["ABC-1"])
    hanako = await rich_resident(town)
    held = (await redeem(town, hanako, code, confirm=False)).json
    assert (held["state"], held["voucher_code"]) == ("held", None)
    assert await purse(town, hanako) == (900, 100)
    confirmed = await end(town, hanako, held["redemption_id"], "confirmation")
    assert (confirmed.status, confirmed.json["voucher_code"]) == (200, "ABC-1")
    assert (await end(town, hanako, held["redemption_id"], "confirmation")).json == confirmed.json
    refused = await end(town, hanako, held["redemption_id"], "cancellation")
    assert (refused.status, refused.json["type"]) == (409, "urn:wellness:already_confirmed")
    assert await purse(town, hanako) == (900, 0)


async def test_a_cancelled_redemption_gives_points_and_unit_back(town: Town) -> None:
    code = await offer(town, "voucher_code", codes=["ABC-1"])
    hanako, taro = await rich_resident(town), await rich_resident(town)
    held = (await redeem(town, hanako, code, confirm=False)).json
    assert (await redeem(town, taro, code)).json["type"] == "urn:wellness:sold_out"
    for _ in range(2):
        cancelled = await end(town, hanako, held["redemption_id"], "cancellation")
        assert (cancelled.status, cancelled.json["state"]) == (200, "cancelled")
    assert await purse(town, hanako) == (1_000, 0)
    assert (await redeem(town, taro, code)).json["voucher_code"] == "ABC-1"
    refused = await end(town, hanako, held["redemption_id"], "confirmation")
    assert (refused.status, refused.json["type"]) == (409, "urn:wellness:already_cancelled")
    await assert_books_balance(town)


async def test_another_residents_redemption_is_not_there(town: Town) -> None:
    code = await offer(town, "voucher_code", codes=["ABC-1"])
    hanako, taro = await rich_resident(town), await rich_resident(town)
    held = (await redeem(town, hanako, code, confirm=False)).json
    path = f"/v1/me/redemptions/{held['redemption_id']}"
    assert (await town.get(path, taro)).status == 404
    for ending in ("confirmation", "cancellation"):
        assert (await end(town, taro, held["redemption_id"], ending)).status == 404
    assert (await town.get("/v1/me/redemptions", taro)).json["items"] == []
    assert (await town.get(path, hanako)).json["state"] == "held"


async def test_the_same_key_twenty_times_at_once_is_one_redemption(town: Town) -> None:
    code = await offer(town, "voucher_code", codes=[f"C-{number}" for number in range(30)])
    hanako = await rich_resident(town)
    answers = await asyncio.gather(
        *(redeem(town, hanako, code, key="the-same-key") for _ in range(20))
    )
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert len({answer.body for answer in answers}) == 1
    assert await purse(town, hanako) == (900, 0)


async def test_the_same_key_with_another_request_is_refused(town: Town) -> None:
    await offer(town, "donation")
    await offer(town, "draw_entry")
    hanako = await rich_resident(town)
    assert (await redeem(town, hanako, "donation", key="the-same-key")).status == 201
    refused = await redeem(town, hanako, "draw-entry", key="the-same-key")
    assert (refused.status, refused.json["type"]) == (422, "urn:wellness:idempotency_key_reused")
    assert await purse(town, hanako) == (900, 0)


async def test_of_two_redemptions_that_race_for_the_last_points_one_wins(town: Town) -> None:
    await offer(town, "donation")
    await offer(town, "draw_entry")
    hanako = await rich_resident(town, points=150)
    answers = await asyncio.gather(
        *(redeem(town, hanako, code) for code in ("donation", "draw-entry"))
    )
    assert sorted(answer.status for answer in answers) == [201, 409]
    assert await purse(town, hanako) == (50, 0)
    await assert_books_balance(town)


async def test_cancelling_and_confirming_at_once_ends_in_one_of_them(town: Town) -> None:
    code = await offer(town, "voucher_code", codes=[f"C-{number}" for number in range(10)])
    hanako = await rich_resident(town)
    for _ in range(10):
        before = await purse(town, hanako)
        held = (await redeem(town, hanako, code, confirm=False)).json["redemption_id"]
        answers = await asyncio.gather(
            end(town, hanako, held, "confirmation"), end(town, hanako, held, "cancellation")
        )
        assert sorted(answer.status for answer in answers) == [200, 409]
        state = (await town.get(f"/v1/me/redemptions/{held}", hanako)).json["state"]
        cost = 100 if state == "confirmed" else 0
        assert await purse(town, hanako) == (before[0] - cost, 0)
    await assert_books_balance(town)


async def test_two_hundred_residents_at_once_never_get_more_than_the_fifty_units(
    town: Town,
) -> None:
    codes = [f"CODE-{number:03}" for number in range(50)]
    code = await offer(town, "voucher_code", codes=codes)
    people = await town.residents(200)
    await give_points(town, *people, points=120)
    answers = await asyncio.gather(*(redeem(town, person, code) for person in people))
    made = [answer.json for answer in answers if answer.status == 201]
    refused = [answer.json["type"] for answer in answers if answer.status != 201]
    assert sorted(redemption["voucher_code"] for redemption in made) == codes
    assert refused == ["urn:wellness:sold_out"] * 150
    held, spent, left = await town.owner.fetchrow(
        "SELECT sum(held), sum(120 - balance), sum(balance) FROM rewards.wallet"
    )
    assert (held, spent, left) == (0, 50 * 100, 200 * 120 - 50 * 100)
    await assert_books_balance(town)


async def test_a_hold_lapses_after_its_time_and_gives_points_and_unit_back(town: Town) -> None:
    code = await offer(town, "pickup_goods", is_unlimited=False, hold_hours=48)
    assert (await set_stock(town, code, 1)).status == 200
    hanako = await rich_resident(town)
    held = (await redeem(town, hanako, code)).json
    town.clock.advance(timedelta(hours=47))
    await town.worker.release_lapsed()
    assert (await purse(town, hanako)) == (900, 100)
    town.clock.advance(timedelta(hours=1))
    await town.worker.release_lapsed()
    await town.worker.release_lapsed()
    assert (await purse(town, hanako)) == (1_000, 0)
    shown = (await town.get(f"/v1/me/redemptions/{held['redemption_id']}", hanako)).json
    assert (shown["state"], shown["pickup_code"]) == ("lapsed", None)
    assert (await redeem(town, hanako, code)).status == 201
    await assert_books_balance(town)


async def test_what_lapsed_cannot_be_confirmed_although_nobody_released_it_yet(town: Town) -> None:
    code = await offer(town, "donation")
    hanako = await rich_resident(town)
    held = (await redeem(town, hanako, code, confirm=False)).json["redemption_id"]
    town.clock.advance(timedelta(hours=48))
    refused = await end(town, hanako, held, "confirmation")
    assert (refused.status, refused.json["type"]) == (409, "urn:wellness:hold_lapsed")
    assert (await end(town, hanako, held, "cancellation")).json["state"] == "cancelled"
    assert await purse(town, hanako) == (1_000, 0)


async def test_redemptions_are_listed_in_pages_newest_first(town: Town) -> None:
    code = await offer(town, "donation")
    hanako = await rich_resident(town)
    made = [(await redeem(town, hanako, code)).json["redemption_id"] for _ in range(3)]
    first = (await town.get("/v1/me/redemptions?limit=2", hanako)).json
    rest = (await town.get(f"/v1/me/redemptions?cursor={first['next_cursor']}", hanako)).json
    listed = [redemption["redemption_id"] for redemption in first["items"] + rest["items"]]
    assert listed == made[::-1]
    assert rest["next_cursor"] is None


async def test_there_is_no_way_to_redeem_without_a_resident(town: Town) -> None:
    officer = await town.staff("programme_officer")
    assert (await redeem(town, officer, "donation")).status == 403
    assert (await town.get("/v1/reward-items")).status == 401


async def test_numbers_beyond_any_redemption_are_answered_plainly(town: Town) -> None:
    hanako = await town.resident()
    for number in (10**30, 2**63, 0):
        assert (await town.get(f"/v1/me/redemptions/{number}", hanako)).status in {400, 404}
