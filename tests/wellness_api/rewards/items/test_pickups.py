"""Goods are handed out to whoever shows the code, once."""

import asyncio
from datetime import datetime, timedelta

from tests.town import Answer, Person, Town
from tests.wellness_api.rewards.redemptions.shop import end, offer, purse, redeem, rich_resident


async def confirm(town: Town, code: str, *, by: Person | None = None) -> Answer:
    staff = by or await town.staff("health_staff")
    return await town.call("POST", f"/v1/pickups/{code}/confirmation", headers=staff.headers)


async def test_the_staff_see_what_waits_without_a_person_or_a_code(town: Town) -> None:
    await offer(town, "pickup_goods")
    hanako, staff = await rich_resident(town, name="佐藤花子"), await town.staff("health_staff")
    held = (await redeem(town, hanako, "pickup-goods")).json
    listed = await town.get("/v1/pickups", staff)
    (waiting,) = listed.json["items"]
    assert waiting["redemption_id"] == held["redemption_id"]
    assert waiting["place"] == {"ja": "市役所1階", "en": "City hall"}
    for hidden in (held["pickup_code"], "佐藤花子"):
        assert hidden.encode() not in listed.body
    pickup = await town.get(f"/v1/pickups?code={held['pickup_code'].lower()}", staff)
    assert pickup.json == listed.json
    nothing = {"items": [], "handed_out": None}
    assert (await town.get("/v1/pickups?code=AAAA-AAAA", staff)).json == nothing


async def test_goods_are_handed_out_once_to_whoever_shows_the_code(town: Town) -> None:
    await offer(town, "pickup_goods")
    hanako = await rich_resident(town)
    held = (await redeem(town, hanako, "pickup-goods")).json
    as_typed = held["pickup_code"].replace("-", " ").lower()
    staff = await town.staff("health_staff")
    answers = await asyncio.gather(*(confirm(town, as_typed, by=staff) for _ in range(5)))
    assert [answer.status for answer in answers] == [200] * 5
    handed = [answer.json for answer in answers]
    assert sorted(goods.pop("is_repeated") for goods in handed) == [False] + [True] * 4
    assert all(goods == handed[0] for goods in handed)
    assert handed[0]["redemption_id"] == held["redemption_id"]
    assert await purse(town, hanako) == (900, 0)
    shown = (await town.get(f"/v1/me/redemptions/{held['redemption_id']}", hanako)).json
    assert (shown["state"], shown["pickup_code"]) == ("confirmed", None)


async def test_a_hand_out_that_is_repeated_says_when_and_by_whom_it_was_and_is_no_second_one(
    town: Town,
) -> None:
    await offer(town, "pickup_goods")
    hanako, first = await rich_resident(town), await town.staff("health_staff")
    code = (await redeem(town, hanako, "pickup-goods")).json["pickup_code"]
    handed_at = town.clock()
    assert (await confirm(town, code, by=first)).json["is_repeated"] is False
    town.clock.advance(timedelta(days=3))
    for staff in (first, await town.staff("programme_officer")):
        again = await confirm(town, code, by=staff)
        assert (again.status, again.json["is_repeated"]) == (200, True)
        assert datetime.fromisoformat(again.json["handed_out_at"]) == handed_at
        assert again.json["handed_out_by"] == "担当"
    looked_up = (await town.get(f"/v1/pickups?code={code}", first)).json
    assert looked_up["items"] == []
    assert looked_up["handed_out"]["redemption_id"] == again.json["redemption_id"]
    assert await purse(town, hanako) == (900, 0)


async def test_what_was_cancelled_or_has_lapsed_is_not_handed_out(town: Town) -> None:
    await offer(town, "pickup_goods")
    hanako = await rich_resident(town)
    cancelled, lapsed = [(await redeem(town, hanako, "pickup-goods")).json for _ in range(2)]
    await end(town, hanako, cancelled["redemption_id"], "cancellation")
    assert (await confirm(town, cancelled["pickup_code"])).status == 404
    town.clock.advance(timedelta(hours=48))
    assert (await confirm(town, lapsed["pickup_code"])).json["type"] == "urn:wellness:hold_lapsed"
    await town.worker.release_lapsed()
    assert await purse(town, hanako) == (1_000, 0)
    assert (await confirm(town, lapsed["pickup_code"])).status == 404


async def test_a_code_that_is_none_is_answered_plainly(town: Town) -> None:
    for code in ("x", "%00", "花子", "a" * 500):
        assert (await confirm(town, code)).status in {400, 404}
