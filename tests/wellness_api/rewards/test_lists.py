"""Lists come in pages, and a page costs what is on it."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from tests.statements import statements_sent
from tests.town import NOON, Answer, Person, Town
from tests.wellness_api.rewards.draws.draws import AFTER_CLOSING, CODE, draw_at, make_draw, walk
from tests.wellness_api.rewards.redemptions.shop import offer, redeem, rich_resident
from wellness_api.rewards.draws import published
from wellness_api.rewards.settlement import handlers, settling

ITEMS = 7


async def rows(town: Town, path: str, officer: Person | None, *, limit: int) -> list[Any]:
    """All rows of a list, asked for page by page; each page has as many as were asked for, but the last."""
    items: list[Any] = []
    cursor = None
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        page = (await town.get(f"{path}?limit={limit}{more}", officer)).json
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items
        assert len(page["items"]) == limit


@pytest.fixture
async def officer(town: Town) -> Person:
    """Of a city with some items, each for a partner of its own."""
    for number in range(ITEMS):
        partner = {"partner": f"shop-{number}", "name": {"ja": "店", "en": "a shop"}}
        await offer(town, "shop_points", item=f"thing-{number}", partner=partner)
    return await town.staff("programme_officer")


@pytest.mark.parametrize("limit", [1, 3, ITEMS, 100])
async def test_items_and_partners_come_page_by_page_each_once(
    town: Town, officer: Person, limit: int
) -> None:
    items = await rows(town, "/v1/catalogue/items", officer, limit=limit)
    assert [item["item"] for item in items] == [f"thing-{number}" for number in range(ITEMS)]
    partners = await rows(town, "/v1/settlements", officer, limit=limit)
    assert [partner["partner"] for partner in partners] == [
        f"shop-{number}" for number in range(ITEMS)
    ]


async def test_a_page_takes_as_many_statements_whatever_is_on_it(
    town: Town, officer: Person
) -> None:
    await town.get("/v1/catalogue/items", officer)
    for path, statements in (("/v1/catalogue/items", 1), ("/v1/settlements", 3)):
        for limit in (1, ITEMS):
            with statements_sent() as sent:
                await town.get(f"{path}?limit={limit}", officer)
            assert len(sent) == statements


async def settle(town: Town, officer: Person, partner: str, day: str) -> Answer:
    return await town.call(
        "POST", f"/v1/settlements/{partner}", json={"from": day, "to": day}, headers=officer.headers
    )


async def test_settlements_with_a_partner_go_back_page_by_page(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "SETTLEMENTS_WITH_PARTNER_MAX", 2)
    await offer(town, "shop_points")
    officer, hanako = await town.staff("programme_officer"), await rich_resident(town)
    numbers = []
    for _ in range(5):
        redeemed = await redeem(town, hanako, "shop-points")
        assert redeemed.status == 201, redeemed.json
        day = f"{town.clock() + timedelta(hours=9):%Y-%m-%d}"
        town.clock.advance(timedelta(days=1))
        numbers.append((await settle(town, officer, "furano-market", day)).json["number"])
    (partner,) = (await town.get("/v1/settlements", officer)).json["items"]
    shown = [settlement["number"] for settlement in partner["made"]["items"]]
    assert shown == numbers[:2:-1]
    path = "/v1/settlements/furano-market/made"
    older = (await town.get(f"{path}?cursor={partner['made']['next_cursor']}", officer)).json
    assert [settlement["number"] for settlement in older["items"]] == numbers[2::-1]
    assert older["next_cursor"] is None
    assert (await town.get("/v1/settlements/nobody/made", officer)).status == 404


async def test_more_than_a_file_should_hold_is_not_settled_and_says_so(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await offer(town, "shop_points")
    officer, hanako = await town.staff("programme_officer"), await rich_resident(town)
    for _ in range(2):
        await redeem(town, hanako, "shop-points")
    town.clock.advance(timedelta(days=1))
    monkeypatch.setattr(settling, "SETTLED_AT_ONCE_MAX", 1)
    refused = await settle(town, officer, "furano-market", "2026-11-18")
    assert (refused.status, refused.json["type"]) == (422, "urn:wellness:too_much_to_settle")
    assert refused.json["errors"][0]["limit"] == "1 redemptions in a settlement"
    monkeypatch.setattr(settling, "SETTLED_AT_ONCE_MAX", 2)
    made = await settle(town, officer, "furano-market", "2026-11-18")
    assert (made.status, made.json["redemptions"]) == (200, 2)
    monkeypatch.setattr(settling, "SETTLED_AT_ONCE_MAX", 1)
    again = await settle(town, officer, "furano-market", "2026-11-18")
    assert again.json == made.json, "what was made stays made"


async def test_files_of_settlements_are_made_beside_the_loop(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    for name in ("as_csv", "as_xlsx"):
        make = getattr(handlers, name)

        def noted(*arguments: Any, make: Any = make, **more: Any) -> Any:
            threads.append(threading.get_ident())
            return make(*arguments, **more)

        monkeypatch.setattr(handlers, name, noted)
    await offer(town, "shop_points")
    officer, hanako = await town.staff("programme_officer"), await rich_resident(town)
    await redeem(town, hanako, "shop-points")
    town.clock.advance(timedelta(days=1))
    await settle(town, officer, "furano-market", "2026-11-18")
    for form in ("csv", "xlsx"):
        path = "/v1/settlements/furano-market?from=2026-11-18&to=2026-11-18"
        assert (await town.get(f"{path}&format={form}", officer)).status == 200
    assert len(threads) == 2
    assert threading.get_ident() not in threads


async def test_a_long_list_of_a_draw_comes_in_pages_and_is_verified_whole(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "ENTRANTS_PER_PAGE_MAX", 3)
    await town.put_in_force()
    await make_draw(town, await town.staff("programme_officer"))
    for person in await town.residents(8):
        await walk(town, person, 4, day=NOON.date())
    await draw_at(town, AFTER_CLOSING)
    document = (await town.get(f"/v1/draws/{CODE}")).json
    assert (len(document["entrants"]), document["entrants_count"]) == (3, 8)
    rest = (await town.get(f"/v1/draws/{CODE}/entrants?cursor={document['entrants_cursor']}")).json
    assert rest["next_cursor"] is None
    assert len({*document["entrants"], *rest["items"]}) == 8
    assert await rows(town, f"/v1/draws/{CODE}/entrants", None, limit=3) == [
        *document["entrants"],
        *rest["items"],
    ]
    assert (await town.get("/v1/draws/no_such_draw/entrants")).status == 404
