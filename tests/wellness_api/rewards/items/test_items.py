"""The officer's catalogue: versions that never change, stock, and codes that nobody sees again."""

import asyncpg
import pytest

from tests.town import Town
from tests.wellness_api.rewards.redemptions.shop import (
    CITY_POINTS,
    MARKET,
    add_codes,
    item,
    offer,
    redeem,
    rich_resident,
    set_stock,
)
from wellness_api.database.pool import open_pool


async def test_a_redemption_keeps_what_it_was_made_for_when_a_new_version_comes(town: Town) -> None:
    await offer(town, "donation", price_points=100)
    hanako = await rich_resident(town)
    first = (await redeem(town, hanako, "donation")).json
    await offer(town, "donation", version=2, price_points=150, offered_from="2026-11-18")
    await offer(town, "donation", version=3, price_points=500, offered_from="2026-12-01")
    second = (await redeem(town, hanako, "donation")).json
    assert [(version["version"], version["points"]) for version in (first, second)] == [
        (1, 100),
        (2, 150),
    ]
    path = f"/v1/me/redemptions/{first['redemption_id']}"
    assert (await town.get(path, hanako)).json == first


async def test_a_version_never_changes_and_the_same_again_changes_nothing(town: Town) -> None:
    officer = await town.staff("programme_officer")
    new = item("donation")

    async def send(**changes: object) -> tuple[int, str]:
        answer = await town.call(
            "POST", "/v1/catalogue/items", json=new | changes, headers=officer.headers
        )
        return answer.status, answer.json.get("type", "")

    assert await send() == (201, "")
    assert await send() == (201, "")
    assert await send(price_points=90) == (409, "urn:wellness:version_exists")
    assert await send(version=3) == (409, "urn:wellness:version_exists")
    assert await send(version=2, kind="shop_points") == (422, "urn:wellness:invalid_item")
    (kept,) = (await town.get("/v1/catalogue/items", officer)).json["items"]
    assert [version["version"] for version in kept["versions"]] == [1]


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("shop_points", {"partner": None}, "partner"),
        ("municipal_points", {"worth": None}, "worth"),
        ("pickup_goods", {"place": None}, "place"),
        ("donation", {"place": {"ja": "ここ", "en": "here"}}, "place"),
        ("draw_entry", {"draw": None}, "draw"),
        ("voucher_code", {"is_unlimited": True}, "is_unlimited"),
        ("donation", {"offered_to": "2026-03-31"}, "offered_to"),
        ("donation", {"age_min": 20, "age_max": 19}, "age_max"),
        ("donation", {"checkup_ages": {"min": 74, "max": 40}}, "checkup_ages.max"),
        ("donation", {"name": {"ja": " ", "en": "x"}}, "name"),
        ("donation", {"price_points": 0}, "price_points"),
        ("donation", {"item": "Not a code"}, "item"),
        ("donation", {"colour": "red"}, "colour"),
    ],
)
async def test_an_item_that_cannot_be_is_refused_by_the_field_that_is_wrong(
    town: Town, kind: str, changes: dict[str, object], field: str
) -> None:
    officer = await town.staff("programme_officer")
    answer = await town.call(
        "POST", "/v1/catalogue/items", json=item(kind, **changes), headers=officer.headers
    )
    assert answer.status == 422, answer.json
    assert answer.json["errors"][0]["field"] == field
    assert (await town.get("/v1/catalogue/items", officer)).json["items"] == []


async def test_a_partner_is_settled_in_one_form_only(town: Town) -> None:
    await offer(town, "shop_points")
    officer = await town.staff("programme_officer")
    mixed = item("municipal_points", partner=MARKET)
    answer = await town.call("POST", "/v1/catalogue/items", json=mixed, headers=officer.headers)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "partner.partner")
    assert CITY_POINTS["partner"] != MARKET["partner"]


async def test_offer_dates_can_be_changed_and_an_item_withdrawn(town: Town) -> None:
    await offer(town, "donation")
    hanako, officer = await rich_resident(town), await town.staff("programme_officer")
    path = "/v1/catalogue/items/donation"
    changed = await town.call(
        "PATCH",
        path,
        json={"offered_from": "2026-11-01", "offered_to": "2026-11-30"},
        headers=officer.headers,
    )
    assert changed.json["versions"][0]["offered_to"] == "2026-11-30"
    assert (await redeem(town, hanako, "donation")).status == 201
    for _ in range(2):
        assert (await town.call("DELETE", path, headers=officer.headers)).status == 204
    assert (await redeem(town, hanako, "donation")).json["type"] == "urn:wellness:not_offered"
    await offer(town, "donation", version=2)
    assert (await redeem(town, hanako, "donation")).status == 201
    for method in ("PATCH", "DELETE"):
        answer = await town.call(
            method,
            "/v1/catalogue/items/nothing",
            json={"offered_from": "2026-11-01"},
            headers=officer.headers,
        )
        assert answer.status == 404


async def test_units_are_said_in_all_and_never_fewer_than_are_taken(town: Town) -> None:
    await offer(town, "pickup_goods", is_unlimited=False)
    hanako = await rich_resident(town)
    assert (await set_stock(town, "pickup-goods", 3)).json["units_left"] == 3
    for _ in range(2):
        assert (await redeem(town, hanako, "pickup-goods")).status == 201
    fewer = await set_stock(town, "pickup-goods", 1)
    assert (fewer.status, fewer.json["type"]) == (409, "urn:wellness:units_taken")
    exactly = (await set_stock(town, "pickup-goods", 2)).json
    assert (exactly["units_total"], exactly["units_left"]) == (2, 0)
    assert (await redeem(town, hanako, "pickup-goods")).json["type"] == "urn:wellness:sold_out"
    more = (await set_stock(town, "pickup-goods", 500)).json
    assert (more["units_total"], more["units_left"], more["held"]) == (500, 498, 2)


async def test_codes_come_as_lines_or_csv_and_a_known_one_is_refused_by_name(town: Town) -> None:
    await offer(town, "voucher_code")
    officer = await town.staff("programme_officer")
    csv = ["\ufeffコード,金額", '"A-1",500', "", "A-2,500"]
    assert (await add_codes(town, officer, "voucher-code", csv)).json == {"added": 2}
    again = await add_codes(town, officer, "voucher-code", ["A-3", "A-2", "A-4", "A-4"])
    assert (again.status, again.json["type"]) == (422, "urn:wellness:invalid_codes")
    assert "A-2, A-4. None was added." in again.json["detail"]
    (kept,) = (await town.get("/v1/catalogue/items", officer)).json["items"]
    assert (kept["units_total"], kept["units_left"]) == (2, 2)


@pytest.mark.parametrize(
    "codes", [[""], ["code"], ["x" * 101], ["A\x07"], ['"open'], ["\ud800"]], ids=repr
)
async def test_a_file_without_sound_codes_is_refused(town: Town, codes: list[str]) -> None:
    await offer(town, "voucher_code")
    officer = await town.staff("programme_officer")
    sent = "\n".join(codes).encode(errors="surrogatepass")
    answer = await town.call(
        "POST", "/v1/catalogue/items/voucher-code/codes", data=sent, headers=officer.headers
    )
    if codes == ['"open']:  # A quote that is not closed ends with the file.
        assert answer.json == {"added": 1}
    else:
        assert answer.status in {400, 422}, answer.json


async def test_nobody_but_the_redeemer_sees_a_code_and_not_the_api_on_its_own(town: Town) -> None:
    await offer(town, "voucher_code", codes=["SECRET-1", "SECRET-2"])
    hanako, officer = await rich_resident(town), await town.staff("programme_officer")
    assert (await redeem(town, hanako, "voucher-code")).json["voucher_code"] == "SECRET-1"
    for path in ("/v1/catalogue/items", "/v1/pickups", "/v1/settlements"):
        assert b"SECRET" not in (await town.get(path, officer)).body
    assert b"SECRET" not in (await town.get("/v1/reward-items", hanako)).body
    assert town.settings.database_url is not None
    pool = await open_pool(town.settings.database_url, role="wellness_api", connections_max=1)
    for statement in (
        "SELECT code FROM rewards.item_unit",
        "UPDATE rewards.item_unit SET is_taken = false",
        "UPDATE rewards.redemption SET state = 'cancelled'",
        "INSERT INTO rewards.item_unit (item, unit) VALUES ('voucher-code', 9)",
        "UPDATE rewards.reward_item SET price_points = 1",
        "SELECT rewards.end_hold(1, 1, 'cancelled', now(), now()::date, now()::date)",
        "SELECT rewards.append_transfer(1, now(), now()::date, 'held', 'wallet', 1, 1, '{}')",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)
    await pool.close()


async def test_residents_and_health_staff_have_no_say_in_the_catalogue(town: Town) -> None:
    for person in (await town.resident(), await town.staff("health_staff")):
        assert (await town.get("/v1/catalogue/items", person)).status == 403
        answer = await town.call(
            "POST", "/v1/catalogue/items", json=item("donation"), headers=person.headers
        )
        assert answer.status == 403
