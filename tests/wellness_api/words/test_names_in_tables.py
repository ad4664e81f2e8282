"""Items, places, partners and zones are called what the city calls them, in any languages."""

import asyncpg

from tests.conftest import Servers
from tests.town import Town
from tests.wellness_api.database.test_ledger_migration import database_of
from tests.wellness_api.rewards.redemptions.shop import MARKET, item, offer, redeem, rich_resident
from wellness_api.database.migrate import migrate

BEFORE_ANY_LANGUAGE = "0023"

NAMED_IN_TWO = """
INSERT INTO rewards.partner (partner, name_ja, name_en, form) VALUES ('market', '市場', 'Market', 'by_sum');
INSERT INTO rewards.reward_item (item, version, kind, name_ja, name_en, description_ja, description_en, price_points,
    worth, partner, place_ja, place_en, is_unlimited, offered_from, hold_hours, added_at)
VALUES ('rice', 1, 'pickup_goods', '米', 'Rice', '', 'From here', 100, null, null, '市役所', 'City hall', true,
    '2026-04-01', 48, now()),
    ('ticket', 1, 'shop_points', '券', 'Ticket', '券です', 'A ticket', 100, 500, 'market', null, null, true,
    '2026-04-01', 48, now());
INSERT INTO indicators.zone (zone, name_ja, name_en, population, outline) VALUES ('north', '北', 'North', 9, '{}');
"""

RICE = {"ja": "お米", "en": "Rice", "zh-Hant": "白米"}
HALL = {"zh-Hant": "市政府"}


async def test_an_item_is_named_in_any_languages(town: Town) -> None:
    await town.put_in_force()
    await offer(town, "pickup_goods", name=RICE, place=HALL, description={"en": "Of this year"})
    hanako = await rich_resident(town)
    (offered,) = (await town.get("/v1/reward-items", hanako)).json["items"]
    assert (offered["name"], offered["place"]) == (RICE, HALL)
    await redeem(town, hanako, "pickup-goods")
    (redeemed,) = (await town.get("/v1/me/redemptions", hanako)).json["items"]
    assert (redeemed["name"], redeemed["place"]) == (RICE, HALL)
    officer = await town.staff("programme_officer")
    (waiting,) = (await town.get("/v1/pickups", officer)).json["items"]
    assert (waiting["name"], waiting["place"]) == (RICE, HALL)
    newest = (await town.get("/v1/me/wallet/entries", hanako)).json["items"][0]
    assert newest["redemption"]["name"] == RICE
    assert "Rice" in newest["reason"]["en"]


async def test_a_partner_takes_a_name_in_another_language(town: Town) -> None:
    french = {"partner": MARKET["partner"], "name": {"fr": "Marché de Furano"}}
    await offer(town, "shop_points", partner=french)
    officer = await town.staff("programme_officer")
    (account,) = (await town.get("/v1/settlements", officer)).json["items"]
    assert account["name"] == french["name"]


async def test_a_text_without_a_language_is_refused(town: Town) -> None:
    officer = await town.staff("programme_officer")
    for name in ({}, {"Japanese": "米"}, {"ja": 1}, "米"):
        new = item("pickup_goods", name=name)
        refused = await town.call("POST", "/v1/catalogue/items", json=new, headers=officer.headers)
        assert refused.status == 422
        assert refused.json["errors"][0]["field"].startswith("name")


async def test_names_of_before_stay_in_both_languages(servers: Servers) -> None:
    url = await database_of(servers, BEFORE_ANY_LANGUAGE, NAMED_IN_TWO)
    await migrate(url)
    connection = await asyncpg.connect(url)
    kept = await connection.fetch(
        "SELECT name ->> 'ja', name ->> 'en', description ->> 'en', place ->> 'ja' FROM rewards.reward_item ORDER BY item"
    )
    assert [tuple(row) for row in kept] == [
        ("米", "Rice", "From here", "市役所"),
        ("券", "Ticket", "A ticket", None),
    ]
    for table, name in (("rewards.partner", "市場"), ("indicators.zone", "北")):
        assert await connection.fetchval(f"SELECT name ->> 'ja' FROM {table}") == name
    await connection.close()
