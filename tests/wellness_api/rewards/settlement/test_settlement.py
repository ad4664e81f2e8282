"""Partners are told of each redemption once, in a file that is the same whenever it is downloaded."""

import asyncio
import csv
import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from tests.town import Answer, Person, Town
from tests.wellness_api.identity.erasure.leaving import leave
from tests.wellness_api.rewards.redemptions.shop import (
    assert_books_balance,
    end,
    offer,
    redeem,
    rich_resident,
    set_stock,
)

NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}


async def settle(town: Town, partner: str, *, by: Person | None = None, **span: str) -> Answer:
    officer = by or await town.staff("programme_officer")
    return await town.call(
        "POST", f"/v1/settlements/{partner}", json=NOVEMBER | span, headers=officer.headers
    )


async def file_of(
    town: Town, partner: str, *, form: str = "csv", span: dict[str, str] = NOVEMBER
) -> Answer:
    officer = await town.staff("programme_officer")
    return await town.get(
        f"/v1/settlements/{partner}?from={span['from']}&to={span['to']}&format={form}", officer
    )


def rows_of(answer: Answer) -> list[list[str]]:
    """The CSV's rows below its headings."""
    assert answer.status == 200, answer.body
    assert answer.body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))[1:]


def texts_of_workbook(answer: Answer) -> list[str]:
    content = zipfile.ZipFile(io.BytesIO(answer.body))
    return re.findall(r"<t[^>]*>([^<]*)</t>", content.read("xl/sharedStrings.xml").decode())


async def unsettled(town: Town, partner: str) -> Any:
    officer = await town.staff("programme_officer")
    accounts = (await town.get("/v1/settlements", officer)).json["items"]
    return next(account["unsettled"] for account in accounts if account["partner"] == partner)


def december(town: Town) -> None:
    town.clock.advance(timedelta(days=13))


async def redeemed(town: Town, person: Person, code: str, **more: Any) -> int:
    answer = await redeem(town, person, code, **more)
    assert answer.status == 201, answer.json
    number: int = answer.json["redemption_id"]
    return number


async def test_a_shop_is_told_sums_by_item_and_day(town: Town) -> None:
    await offer(town, "shop_points")
    hanako, taro = await rich_resident(town), await rich_resident(town)
    for person in (hanako, hanako, taro):
        await redeemed(town, person, "shop-points")
    town.clock.advance(timedelta(days=1))
    await redeemed(town, taro, "shop-points")
    held = await redeemed(town, taro, "shop-points", confirm=False)
    await end(town, taro, held, "cancellation")
    assert (await unsettled(town, "furano-market"))["worth"] == 2_000
    december(town)
    made = await settle(town, "furano-market")
    assert made.status == 200, made.json
    assert [made.json[name] for name in ("redemptions", "points", "worth")] == [4, 400, 2_000]
    number = str(made.json["number"])
    name = "品物 shop_points"
    assert rows_of(await file_of(town, "furano-market")) == [
        [number, "2026-11-18", "shop-points", "1", name, "100", "500", "3", "300", "1500"],
        [number, "2026-11-19", "shop-points", "1", name, "100", "500", "1", "100", "500"],
    ]
    assert await unsettled(town, "furano-market") is None


async def test_a_municipal_point_system_is_told_a_line_for_each_redemption(town: Town) -> None:
    await offer(town, "municipal_points")
    hanako = await rich_resident(town)
    numbers = [
        str(await redeemed(town, hanako, "municipal-points", account=account))
        for account in ("0012345", "0067890")
    ]
    december(town)
    number = str((await settle(town, "city-points")).json["number"])
    answer = await file_of(town, "city-points")
    rest = ["municipal-points", "1", "品物 municipal_points", "100", "100"]
    assert rows_of(answer) == [
        [number, numbers[0], "2026-11-18", "12:00:00", "0012345", *rest],
        [number, numbers[1], "2026-11-18", "12:00:00", "0067890", *rest],
    ]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "0012345" in texts_of_workbook(await file_of(town, "city-points", form="xlsx"))


async def test_a_redemption_is_settled_once_whichever_spans_overlap(town: Town) -> None:
    await offer(town, "shop_points")
    hanako = await rich_resident(town)
    await redeemed(town, hanako, "shop-points")
    december(town)
    await redeemed(town, hanako, "shop-points")
    town.clock.advance(timedelta(days=31))
    spans = [{"from": f"2026-11-{day:02}", "to": "2026-12-31"} for day in (1, 5, 10, 18)]
    officer = await town.staff("programme_officer")
    made = await asyncio.gather(
        *(settle(town, "furano-market", by=officer, **span) for span in spans)
    )
    told = sorted((answer.status, answer.json.get("redemptions")) for answer in made)
    assert told == [(200, 2), (409, None), (409, None), (409, None)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_the_same_span_gives_the_same_bytes_whatever_came_later(
    town: Town, form: str
) -> None:
    await offer(town, "shop_points")
    hanako = await rich_resident(town)
    await redeemed(town, hanako, "shop-points")
    december(town)
    first = await settle(town, "furano-market")
    before = await file_of(town, "furano-market", form=form)
    town.clock.advance(timedelta(days=3, minutes=7))
    await redeemed(town, hanako, "shop-points")
    assert (await settle(town, "furano-market")).json == first.json
    assert (await file_of(town, "furano-market", form=form)).body == before.body


async def test_a_span_that_is_not_over_or_not_settled_is_told_so(town: Town) -> None:
    await offer(town, "shop_points")
    for span in ({"to": "2026-11-18"}, {"from": "2026-11-10", "to": "2026-11-09"}):
        answer = await settle(town, "furano-market", **span)
        assert (answer.status, answer.json["type"]) == (422, "urn:wellness:invalid_span")
    assert (await settle(town, "nobody", to="2026-11-17")).status == 404
    assert (await file_of(town, "furano-market")).status == 404
    assert (await file_of(town, "nobody")).status == 404


async def test_formulas_in_names_stay_texts(town: Town) -> None:
    await offer(town, "shop_points", name={"ja": "=1+1", "en": "=1+1"})
    await redeemed(town, await rich_resident(town), "shop-points")
    december(town)
    await settle(town, "furano-market")
    assert rows_of(await file_of(town, "furano-market"))[0][4] == "'=1+1"
    workbook = await file_of(town, "furano-market", form="xlsx")
    assert "=1+1" in texts_of_workbook(workbook)
    sheet = zipfile.ZipFile(io.BytesIO(workbook.body)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


async def test_what_an_erased_resident_redeemed_is_paid_without_a_person(town: Town) -> None:
    await offer(town, "municipal_points")
    await offer(town, "pickup_goods", is_unlimited=False)
    await set_stock(town, "pickup-goods", 1)
    gone, stays = await rich_resident(town), await rich_resident(town)
    number = await redeemed(town, gone, "municipal-points", account="SECRET-ACCOUNT")
    await redeemed(town, gone, "pickup-goods")
    await leave(town, gone)
    await town.worker.erase()
    assert (await redeem(town, stays, "pickup-goods")).status == 201, "what was held is free again"
    assert (await unsettled(town, "city-points"))["redemptions"] == 1
    december(town)
    assert (await settle(town, "city-points")).json["worth"] == 100
    (row,) = rows_of(await file_of(town, "city-points"))
    assert row[1:5] == [str(number), "2026-11-18", "", ""]
    officer = await town.staff("programme_officer")
    items = (await town.get("/v1/catalogue/items", officer)).json["items"]
    assert next(item["confirmed"] for item in items if item["item"] == "municipal-points") == 1
    await assert_books_balance(town)


async def test_sums_stay_when_someone_leaves_who_was_settled(town: Town) -> None:
    await offer(town, "shop_points")
    gone = await rich_resident(town)
    await redeemed(town, gone, "shop-points")
    december(town)
    first = await settle(town, "furano-market")
    before = await file_of(town, "furano-market")
    await leave(town, gone)
    await town.worker.erase()
    assert (await settle(town, "furano-market")).json == first.json
    assert (await file_of(town, "furano-market")).body == before.body
    held = await town.owner.fetchval(
        "SELECT coalesce(sum(CASE credit_account WHEN 'held' THEN amount ELSE -amount END), 0)"
        " FROM rewards.erased_total WHERE 'held' IN (debit_account, credit_account)"
    )
    assert held == 0


async def test_only_the_programme_officer_settles(town: Town) -> None:
    for person in (await town.resident(), await town.staff("health_staff")):
        assert (await town.get("/v1/settlements", person)).status == 403


async def sum_of(town: Town, partner: str, **span: str) -> Answer:
    officer = await town.staff("programme_officer")
    asked = NOVEMBER | span
    return await town.get(
        f"/v1/settlements/{partner}/sum?from={asked['from']}&to={asked['to']}", officer
    )


async def test_what_a_span_comes_to_is_said_before_it_is_settled_and_nothing_is_written(
    town: Town,
) -> None:
    await offer(town, "shop_points")
    await offer(town, "donation", price_points=10)
    hanako, leaver = await rich_resident(town), await rich_resident(town)
    await redeemed(town, hanako, "shop-points")
    await redeemed(town, leaver, "donation")
    town.clock.advance(timedelta(days=1))
    await redeemed(town, hanako, "shop-points")
    await leave(town, leaver)
    await town.worker.erase()
    december(town)

    async def said(**span: str) -> list[int | None]:
        answer = (await sum_of(town, "furano-market", **span)).json
        return [answer[name] for name in ("redemptions", "points", "worth", "settlement")]

    assert await said() == [3, 210, 1_050, None]
    assert await said(to="2026-11-18") == [2, 110, 550, None], "of a part of what is open too"
    assert await said(to="2026-11-17") == [0, 0, 0, None]
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.settlement") == 0
    made = (await settle(town, "furano-market", to="2026-11-18")).json
    assert [made[name] for name in ("redemptions", "points", "worth")] == [2, 110, 550]
    assert await said() == [1, 100, 500, None], "what another settlement has is in it no more"
    assert await said(to="2026-11-18") == [2, 110, 550, made["number"]]


async def test_days_on_which_nothing_is_open_are_not_settled(town: Town) -> None:
    await offer(town, "shop_points")
    await redeemed(town, await rich_resident(town), "shop-points")
    december(town)
    for span in ({"to": "2026-11-17"}, {"from": "2026-11-19"}):
        refused = await settle(town, "furano-market", **span)
        assert (refused.status, refused.json["type"]) == (409, "urn:wellness:nothing_to_settle")
    assert await town.owner.fetchval("SELECT count(*) FROM rewards.settlement") == 0
    first = await settle(town, "furano-market")
    assert (await settle(town, "furano-market")).json == first.json, "the same days again are it"
    within = await settle(town, "furano-market", to="2026-11-29")
    assert within.status == 409, "all of it is settled"


async def test_a_span_that_is_not_over_or_a_stranger_has_no_sum(town: Town) -> None:
    await offer(town, "shop_points")
    not_over = await sum_of(town, "furano-market")
    assert (not_over.status, not_over.json["type"]) == (422, "urn:wellness:invalid_span")
    assert (await sum_of(town, "nobody", to="2026-11-17")).status == 404
    path = "/v1/settlements/furano-market/sum?from=2026-11-01&to=2026-11-17"
    assert (await town.get(path, await town.resident())).status == 403
