"""Who may redeem what, and when: each refusal says what is missing, and the catalogue says the same beforehand."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.town import Person, Town
from tests.wellness_api.rewards.redemptions.shop import (
    end,
    give_points,
    offer,
    purse,
    redeem,
    rich_resident,
    set_stock,
)
from wellness_api.health.metrics.catalogue import METRIC_BY_CODE

FURANO = ZoneInfo("Asia/Tokyo")


async def obstacle(town: Town, person: Person, code: str) -> Any:
    """What the catalogue says stands in the way."""
    offers = (await town.get("/v1/reward-items", person)).json["items"]
    return next(offer["obstacle"] for offer in offers if offer["item"] == code)


async def refused(town: Town, person: Person, code: str) -> str:
    """The type of the refusal, of which the catalogue has told before and the wallet knows nothing."""
    before = await purse(town, person)
    told = await obstacle(town, person, code)
    answer = await redeem(town, person, code)
    assert answer.status == 409, answer.json
    assert answer.json["type"] == f"urn:wellness:{told['code']}"
    assert await purse(town, person) == before
    return str(told["code"])


async def attended_checkup(town: Town, person: Person, day: date) -> None:
    await town.owner.execute(
        "INSERT INTO health.day_summary (resident_id, day, figure, value, sample_count, measured_at)"
        " VALUES ($1, $2, $3, 1, 1, $4)",
        *(person.principal_id, day, METRIC_BY_CODE["checkup_attended"].number, town.clock()),
    )


def at_noon(town: Town, day: date) -> None:
    town.clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=FURANO)


async def test_the_catalogue_says_what_is_offered_now_and_what_it_costs(town: Town) -> None:
    await offer(town, "donation")
    await offer(town, "draw_entry", item="later", offered_from="2026-12-01")
    await offer(town, "draw_entry", item="over", offered_to="2026-11-17")
    await offer(town, "municipal_points", price_points=50)
    hanako = await rich_resident(town, points=70)
    offers = (await town.get("/v1/reward-items", hanako)).json
    assert offers["spendable_points"] == 70
    assert [(item["item"], item["price_points"], item["obstacle"]) for item in offers["items"]] == [
        ("municipal-points", 50, None),
        ("donation", 100, {"code": "too_few_points", "missing_points": 30}),
    ]
    assert offers["items"][0]["needs_account"]
    for code in ("later", "over"):
        answer = await redeem(town, hanako, code)
        assert (answer.status, answer.json["type"]) == (409, "urn:wellness:not_offered")


async def test_an_item_is_offered_on_its_first_and_last_day_of_the_residents_zone(
    town: Town,
) -> None:
    await offer(town, "donation", offered_from="2026-11-18", offered_to="2026-11-19")
    hanako = await rich_resident(town)
    seen = []
    for moment in (
        datetime(2026, 11, 17, 23, 59, tzinfo=FURANO),
        datetime(2026, 11, 18, 0, 0, tzinfo=FURANO),
        datetime(2026, 11, 19, 23, 59, tzinfo=FURANO),
        datetime(2026, 11, 20, 0, 0, tzinfo=FURANO),
    ):
        town.clock.now = moment
        seen.append((await redeem(town, hanako, "donation")).status)
    assert seen == [409, 201, 201, 409]


async def test_too_few_points_says_how_many_are_missing(town: Town) -> None:
    await offer(town, "donation")
    hanako, poor = await rich_resident(town, points=93), await town.resident()
    assert await refused(town, hanako, "donation") == "too_few_points"
    answer = await redeem(town, hanako, "donation")
    assert answer.json["detail"] == "You need 7 more points. Nothing was changed."
    assert (await redeem(town, poor, "donation")).json["detail"].startswith("You need 100 more")


async def test_what_is_owed_is_not_there_to_be_spent(town: Town) -> None:
    await offer(town, "donation")
    hanako = await rich_resident(town, points=120)
    await give_points(town, hanako, points=-150)
    await give_points(town, hanako, points=120)
    answer = await redeem(town, hanako, "donation")
    assert answer.json["detail"].startswith("You need 10 more points")


async def test_points_of_the_old_fiscal_year_are_gone_at_midnight_before_anybody_wrote_it_down(
    town: Town,
) -> None:
    await offer(town, "donation")
    hanako = await town.resident()
    await give_points(town, hanako, points=100)
    await give_points(town, hanako, points=60, expires_on=date(2028, 3, 31))
    town.clock.now = datetime(2027, 3, 31, 23, 59, tzinfo=FURANO)
    assert (await redeem(town, hanako, "donation", confirm=False)).status == 201
    town.clock.now = datetime(2027, 4, 1, 0, 0, tzinfo=FURANO)
    assert (await town.get("/v1/reward-items", hanako)).json["spendable_points"] == 60
    held = (await town.get("/v1/me/redemptions", hanako)).json["items"][0]["redemption_id"]
    assert (await end(town, hanako, held, "cancellation")).status == 200
    assert await refused(town, hanako, "donation") == "too_few_points"


@pytest.mark.parametrize(
    ("span", "today", "last_refused", "first_allowed"),
    [
        ("day", date(2026, 11, 18), date(2026, 11, 18), date(2026, 11, 19)),
        ("week", date(2026, 11, 16), date(2026, 11, 22), date(2026, 11, 23)),
        ("month", date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1)),
        ("fiscal_year", date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1)),
        ("fiscal_year", date(2027, 3, 31), date(2027, 3, 31), date(2027, 4, 1)),
    ],
)
async def test_a_limit_holds_to_the_end_of_its_span_and_not_longer(
    town: Town, span: str, today: date, last_refused: date, first_allowed: date
) -> None:
    await offer(town, "donation", per_person={"max": 1, "span": span}, price_points=1)
    hanako = await town.resident()
    await give_points(town, hanako, points=10, expires_on=date(2030, 3, 31))
    at_noon(town, today)
    assert (await redeem(town, hanako, "donation")).status == 201
    at_noon(town, last_refused)
    assert await refused(town, hanako, "donation") == "limit_reached"
    told = await obstacle(town, hanako, "donation")
    assert told == {
        "code": "limit_reached",
        "limit": 1,
        "span": span,
        "from_day": first_allowed.isoformat(),
    }
    at_noon(town, first_allowed)
    assert (await redeem(town, hanako, "donation")).status == 201


async def test_a_limit_in_all_is_never_over_and_what_was_cancelled_does_not_count(
    town: Town,
) -> None:
    await offer(town, "donation", per_person={"max": 2, "span": "total"})
    hanako = await rich_resident(town)
    held = (await redeem(town, hanako, "donation", confirm=False)).json["redemption_id"]
    await end(town, hanako, held, "cancellation")
    for _ in range(2):
        assert (await redeem(town, hanako, "donation")).status == 201
    at_noon(town, date(2027, 3, 31))
    assert await refused(town, hanako, "donation") == "limit_reached"
    assert "from_day" not in await obstacle(town, hanako, "donation")


@pytest.mark.parametrize(
    ("born", "checkup", "allowed"),
    [
        (1986, None, False),  # 40
        (1987, None, True),  # 39
        (1952, None, False),  # 74
        (1951, None, True),  # 75
        (1970, date(2026, 4, 1), True),
        (1970, date(2026, 11, 18), True),
        (1970, date(2026, 3, 31), False),  # of the fiscal year before
        (1970, date(2026, 11, 19), False),  # tomorrow
    ],
)
async def test_between_40_and_74_a_checkup_in_the_fiscal_year_opens_the_item(
    town: Town, born: int, checkup: date | None, *, allowed: bool
) -> None:
    await offer(town, "donation", checkup_ages={"min": 40, "max": 74})
    hanako = await rich_resident(town, birth_year=born)
    if checkup is not None:
        await attended_checkup(town, hanako, checkup)
    if allowed:
        assert (await redeem(town, hanako, "donation")).status == 201
    else:
        assert await refused(town, hanako, "donation") == "needs_checkup"


async def test_another_ones_checkup_opens_nothing(town: Town) -> None:
    await offer(town, "donation", checkup_ages={"min": 40, "max": 74})
    hanako, taro = [await rich_resident(town, birth_year=1970) for _ in range(2)]
    await attended_checkup(town, taro, date(2026, 11, 1))
    assert await refused(town, hanako, "donation") == "needs_checkup"


async def test_ages_have_a_least_and_a_greatest(town: Town) -> None:
    await offer(town, "donation", age_min=18, age_max=64)
    answers = {
        age: (await redeem(town, await rich_resident(town, birth_year=2026 - age), "donation"))
        for age in (17, 18, 64, 65)
    }
    assert {age: answer.status for age, answer in answers.items()} == {
        17: 409,
        18: 201,
        64: 201,
        65: 409,
    }
    assert answers[17].json["type"] == "urn:wellness:too_young"
    assert answers[65].json["type"] == "urn:wellness:too_old"


async def test_sold_out_is_said_before_anybody_tries(town: Town) -> None:
    await offer(town, "pickup_goods", is_unlimited=False)
    assert (await set_stock(town, "pickup-goods", 1)).status == 200
    hanako, taro = await rich_resident(town), await rich_resident(town)
    assert (await redeem(town, hanako, "pickup-goods")).status == 201
    assert await refused(town, taro, "pickup-goods") == "sold_out"


async def test_municipal_points_need_an_account_and_nothing_else_takes_one(town: Town) -> None:
    await offer(town, "municipal_points")
    await offer(town, "donation")
    hanako = await rich_resident(town)
    missing = await redeem(town, hanako, "municipal-points")
    assert (missing.status, missing.json["type"]) == (422, "urn:wellness:account_missing")
    unneeded = await redeem(town, hanako, "donation", account="0012345")
    assert (unneeded.status, unneeded.json["type"]) == (422, "urn:wellness:account_not_needed")
    formula = await redeem(town, hanako, "municipal-points", account="=1+1")
    assert (formula.status, formula.json["type"]) == (422, "urn:wellness:wrong_shape")
    unknown = await redeem(town, hanako, "no-such-item")
    assert (unknown.status, unknown.json["type"]) == (404, "urn:wellness:unknown_item")


async def test_goods_are_held_for_their_hours_and_confirmed_by_nobody_but_the_staff(
    town: Town,
) -> None:
    await offer(town, "pickup_goods")
    hanako = await rich_resident(town)
    held = (await redeem(town, hanako, "pickup-goods")).json
    assert datetime.fromisoformat(held["held_until"]) == town.clock() + timedelta(hours=48)
    answer = await end(town, hanako, held["redemption_id"], "confirmation")
    assert (answer.status, answer.json["type"]) == (409, "urn:wellness:confirmed_at_pickup")
